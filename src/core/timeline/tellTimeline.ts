import type { OperationRecord, OperationView } from '../../shared/model/operations';
import type { JobCondition, TimelineCause, TimelineEntry, TimelineEvent } from '../../shared/model/timeline';
import { stateSpans, type StateSpan } from './jobStates';
import type { JobFailure, JobRecord } from './jobRecord';
import type { MachineLife } from './machineLives';

/** Everything of which a job's timeline is made. */
export interface TimelineFacts {
  readonly record: Pick<
    JobRecord,
    'id' | 'startTime' | 'stamps' | 'looks' | 'failures' | 'runs' | 'savepoints' | 'restores'
  >;
  /** Of the environment in which the job runs. */
  readonly machines: readonly MachineLife[];
  /** Those of any job. */
  readonly operations: readonly (OperationRecord | OperationView)[];
  /** How much this machine's clock is ahead of Flink's, milliseconds. */
  readonly skewMs: number;
  /** The job was there when Flink was asked last. */
  readonly isFresh: boolean;
}

/** So long after the end of a TaskManager Flink may notice it, when its connections do not tell: `heartbeat.timeout`. */
const heartbeatMs = 60_000;
/** Its connections tell within this. */
const noticedMs = 5000;
/** A failure and the state that follows from it are written down one after the other. */
const momentsMs = 2000;
/** What Flink says when a TaskManager is gone, in the words of its own exceptions. */
const lossWords = /task ?manager|task ?executor|heartbeat|remotetransport|connection/i;

const trouble: ReadonlySet<JobCondition> = new Set(['failing', 'restarting', 'recovering']);
const over: ReadonlySet<JobCondition> = new Set(['failed', 'canceled', 'finished', 'gone']);
/** With these an outage is over, or nothing more is known of it. */
const settled: ReadonlySet<JobCondition> = new Set([...over, 'running', 'unwatched']);

/** Of entries with the same moment, what brings the other about stands below it: newest first. */
const order: Readonly<Record<TimelineEvent['kind'], number>> = {
  machine: 0,
  operation: 1,
  failure: 2,
  savepoint: 3,
  state: 4,
  restored: 5,
  checkpoints: 6,
};

/** What happened to a job, newest first: its states with their causes, and everything else that has a moment. */
export function tellTimeline(facts: TimelineFacts): readonly TimelineEntry[] {
  const { skewMs } = facts;
  const record = inOurTime(facts.record, skewMs);
  const spans = stateSpans({ ...record, isFresh: facts.isFresh });
  const end = endOf(spans);
  const machines = facts.machines.filter(({ service }) => service !== 'client');
  const entries = [
    ...spans.map((_span, index) => stateEntry(spans, index, record.failures, machines)),
    ...record.failures.map(failureEntry),
    ...record.runs.map(({ key, from, until, ...run }): TimelineEntry => {
      const what = { kind: 'checkpoints' as const, ...run };
      return { key: `checkpoints:${key}`, at: from, ...(until > from ? { until } : {}), what };
    }),
    ...operationEntries(facts),
    ...record.savepoints
      .filter(({ path }) => path === undefined || !facts.operations.some((one) => one.savepointPath === path))
      .map(({ at, ...rest }): TimelineEntry => ({
        key: `savepoint:${rest.id}`,
        at,
        what: { kind: 'savepoint', ...rest },
      })),
    ...record.restores.map(({ at, ...rest }): TimelineEntry => ({
      key: `restored:${at}`,
      at,
      what: { kind: 'restored', ...rest },
    })),
    ...machines.flatMap(machineEntries).filter(({ at }) => at >= record.startTime && at <= end),
  ];
  return entries.toReversed().toSorted((a, b) => b.at - a.at || order[b.what.kind] - order[a.what.kind]);
}

type OurRecord = TimelineFacts['record'];

/** Flink's times in those of this machine. Looks are by its clock but for what they say of Flink's. */
function inOurTime(record: OurRecord, skewMs: number): OurRecord {
  if (skewMs === 0) return record;
  const moved = <T extends { readonly at: number }>(facts: readonly T[]): T[] =>
    facts.map((fact) => ({ ...fact, at: fact.at + skewMs }));
  return {
    id: record.id,
    startTime: record.startTime + skewMs,
    stamps: moved(record.stamps),
    looks: record.looks.map((look) => (look.since === undefined ? look : { ...look, since: look.since + skewMs })),
    failures: moved(record.failures),
    runs: record.runs.map((run) => ({ ...run, from: run.from + skewMs, until: run.until + skewMs })),
    savepoints: moved(record.savepoints),
    restores: moved(record.restores),
  };
}

/** When the job was over, a moment late so that what ended it is still part of the story. */
function endOf(spans: readonly StateSpan[]): number {
  const last = spans.at(-1);
  return last !== undefined && over.has(last.condition) ? last.from + momentsMs : Number.POSITIVE_INFINITY;
}

/** The state with which an outage begins says why it began and how long it took. */
function stateEntry(
  spans: readonly StateSpan[],
  index: number,
  failures: readonly JobFailure[],
  machines: readonly MachineLife[],
): TimelineEntry {
  const { condition, from, until, failures: within } = spans[index] ?? { condition: 'unknown', from: 0 };
  const before = spans[index - 1];
  const breaks = trouble.has(condition) && (before === undefined || !trouble.has(before.condition));
  const cause = breaks || condition === 'failed' ? causeOf(from, failures, machines) : undefined;
  const next = spans.slice(index + 1).find((span) => settled.has(span.condition));
  const downMs = breaks && next?.condition === 'running' ? next.from - from : undefined;
  return {
    key: `state:${from}:${condition}`,
    at: from,
    ...(until === undefined ? {} : { until }),
    what: {
      kind: 'state',
      condition,
      ...(cause === undefined ? {} : { cause }),
      ...(downMs === undefined ? {} : { downMs }),
      ...(within === undefined ? {} : { failures: within }),
    },
  };
}

/** A TaskManager that had just ended, or one that ended before where Flink speaks of a lost connection; else what Flink says. */
function causeOf(
  at: number,
  failures: readonly JobFailure[],
  machines: readonly MachineLife[],
): TimelineCause | undefined {
  const failure = failures.findLast((each) => Math.abs(each.at - at) <= momentsMs);
  const lost = failure !== undefined && lossWords.test(`${failure.label} ${failure.message}`);
  const within = lost ? heartbeatMs : noticedMs;
  const ended = machines.flatMap(({ service, name, endedAt, ending }) =>
    service === 'taskmanager' && endedAt !== undefined && ending !== undefined ? [{ name, endedAt, ending }] : [],
  );
  const machine = ended
    .filter(({ endedAt }) => endedAt <= at + momentsMs && endedAt >= at - within)
    .toSorted((a, b) => b.endedAt - a.endedAt)[0];
  if (machine !== undefined) return { kind: 'machine', name: machine.name, change: machine.ending };
  return failure === undefined ? undefined : { kind: 'failure', label: failure.label, message: failure.message };
}

function failureEntry({ at, ...failure }: JobFailure): TimelineEntry {
  return { key: `failure:${at}:${failure.label}`, at, what: { kind: 'failure', ...failure } };
}

function machineEntries({ service, name, upAt, endedAt, ending }: MachineLife): readonly TimelineEntry[] {
  const entry = (at: number, change: 'up' | NonNullable<typeof ending>): TimelineEntry => ({
    key: `machine:${name}:${change}:${at}`,
    at,
    what: { kind: 'machine', service, name, change },
  });
  return [
    ...(upAt === undefined ? [] : [entry(upAt, 'up')]),
    ...(endedAt === undefined || ending === undefined ? [] : [entry(endedAt, ending)]),
  ];
}

/** Of the job that an operation began with, and of the one that goes on. */
function operationEntries({ record: { id }, operations }: TimelineFacts): readonly TimelineEntry[] {
  return operations.flatMap((operation): readonly TimelineEntry[] => {
    const { jobId, successorId, kind, startedAt, savepointPath } = operation;
    if (jobId !== id && successorId !== id) return [];
    const record = 'outcome' in operation ? operation : undefined;
    const failure = operation.failure?.message;
    const what: TimelineEvent = {
      kind: 'operation',
      operation: kind,
      ...(record === undefined ? {} : { outcome: record.outcome }),
      ...(successorId === id && jobId !== undefined && jobId !== id ? { previousJob: jobId } : {}),
      ...(successorId === undefined || successorId === id ? {} : { successor: successorId }),
      ...(savepointPath === undefined ? {} : { savepointPath }),
      ...(record?.downtimeMs === undefined ? {} : { downtimeMs: record.downtimeMs }),
      ...(failure === undefined ? {} : { failure }),
    };
    const until = record === undefined ? {} : { until: record.endedAt };
    return [{ key: `operation:${operation.id}`, at: startedAt, ...until, what }];
  });
}
