import type { JobCondition } from '../../shared/model/timeline';
import { stateConditions, type JobFailure, type JobLook, type StateStamp } from './jobRecord';

/** A stretch in which a job was in one condition. */
export interface StateSpan {
  readonly condition: JobCondition;
  readonly from: number;
  /** Absent: it is so now, or was when the job ended. */
  readonly until?: number;
  readonly failures?: number;
}

/** What is known of a job's states. All times are of one clock. */
export interface StateFacts {
  readonly startTime: number;
  readonly stamps: readonly StateStamp[];
  readonly looks: readonly JobLook[];
  readonly failures: readonly Pick<JobFailure, 'at'>[];
  /** The job was there when Flink was asked last, so that what was seen then still holds. */
  readonly isFresh: boolean;
}

interface Point {
  readonly at: number;
  readonly condition: JobCondition;
  /** Where it comes from, when that is a stamp of Flink's. */
  readonly stamp?: StateStamp['state'];
}

/** So long after its beginning nobody needs to be told that a job was starting though nobody saw it. */
const quickStartMs = 30_000;
/** Between two looks that are further apart anything may have happened that Flink's own times do not tell. */
const gapMs = 60_000;
/** Flink answers for so long (3 s unless configured) what it answered before. */
const cacheMs = 3000;
/** Of a failure and the state that follows from it the one may come so long before the other. */
const failureToStateMs = 1000;
/** What takes no longer than this while tasks are brought up is no news. */
const glimpseMs = 100;

const ended: ReadonlySet<JobCondition> = new Set(['failed', 'canceled', 'finished']);
/** What a job does without its tasks running, but for what it does before and after. */
const passing: ReadonlySet<JobCondition> = new Set(['starting', 'recovering']);

/** Flink's `ExecutionGraph` enters these from RUNNING only. */
const afterRunning: ReadonlySet<StateStamp['state']> = new Set(['RESTARTING', 'FINISHED']);

/**
 * The states of a job one after the other, oldest first, made of what was seen and of the times that Flink itself keeps: when it
 * entered each state for the last time, and when a task last changed. Flink's times count where there are both; where neither
 * tells, the stretch is `unwatched`.
 */
export function stateSpans(facts: StateFacts): readonly StateSpan[] {
  const points = [...stampPoints(facts.stamps), ...lookPoints(facts)].toSorted((a, b) => a.at - b.at);
  const [first] = points;
  if (first !== undefined && first.at > facts.startTime) {
    const quick = first.at - facts.startTime <= quickStartMs;
    points.unshift({ at: facts.startTime, condition: quick ? 'starting' : 'unwatched' });
  }
  return withFailures(merged(inferred(points)), facts.failures);
}

function stampPoints(stamps: readonly StateStamp[]): readonly Point[] {
  return stamps.map(({ state, at }) => ({ at, condition: stateConditions[state], stamp: state }));
}

function lookPoints({ looks, isFresh, startTime }: StateFacts): readonly Point[] {
  const points: Point[] = [];
  for (const [index, look] of looks.entries()) {
    const before = looks[index - 1];
    const began = Math.max(startTime, beginningOf(look, before));
    const gap = before !== undefined && began > before.to && (look.anew || look.from - before.to > gapMs);
    if (gap) points.push({ at: before.to, condition: 'unwatched' });
    points.push({ at: began, condition: look.condition });
  }
  const last = looks.at(-1);
  if (last !== undefined && !isFresh && !ended.has(last.condition) && last.condition !== 'gone') {
    points.push({ at: last.to, condition: 'unwatched' });
  }
  return points;
}

/** Flink's time of the last change, where that can be the change that was seen; answers may be some time old. */
function beginningOf({ since, from }: JobLook, before: JobLook | undefined): number {
  if (since === undefined || since > from) return from;
  if (before === undefined) return since;
  return since >= before.to - cacheMs ? Math.max(since, before.from) : from;
}

/** Fills in that a job ran where only that can have been, and settles what a stamp of RUNNING came to. */
function inferred(points: readonly Point[]): readonly Point[] {
  const result: Point[] = [];
  for (const [index, point] of points.entries()) {
    const next = points[index + 1];
    const { stamp } = next ?? {};
    const leftRunning = stamp !== undefined && afterRunning.has(stamp);
    // Nobody looked between RUNNING and the next of Flink's times, so that nothing speaks against it.
    const ran = point.stamp === 'RUNNING' && (next === undefined || stamp !== undefined);
    const unseen = point.condition === 'unwatched' && leftRunning;
    result.push(ran || unseen ? { ...point, condition: 'running' } : point);
    // The time of the first RUNNING was overwritten by that of a later one.
    if (point.stamp === 'CREATED' && leftRunning) result.push({ at: point.at, condition: 'running' });
  }
  return result;
}

/** One span for what is the same, and none for what lasted no time. */
function merged(points: readonly Point[]): readonly StateSpan[] {
  const spans: { condition: JobCondition; from: number }[] = [];
  for (const { at, condition } of points) {
    const last = spans.at(-1);
    if (last !== undefined && ended.has(last.condition)) break;
    if (last?.condition === condition) continue;
    const brief = last !== undefined && at - last.from < (passing.has(last.condition) ? glimpseMs : 1);
    if (brief) {
      spans.pop();
      if (spans.at(-1)?.condition !== condition) spans.push({ condition, from: last.from });
    } else spans.push({ condition, from: at });
  }
  return spans.map((span, index) => {
    const next = spans[index + 1];
    return next === undefined ? span : { ...span, until: next.from };
  });
}

/** A job does not run through a failure: a stretch that seems to have some is of several, of which not all is known. */
function withFailures(spans: readonly StateSpan[], failures: StateFacts['failures']): readonly StateSpan[] {
  return spans.map((span) => {
    if (span.condition !== 'running' && span.condition !== 'unwatched') return span;
    const { from, until = Number.POSITIVE_INFINITY } = span;
    const within = failures.filter(({ at }) => at > from + failureToStateMs && at < until - failureToStateMs).length;
    return within === 0 ? span : { ...span, failures: within };
  });
}
