import { endedJobStates, type JobDetail, type JobOverview, type JobState } from '../../shared/model/flink';
import type { CheckpointEntry, CheckpointHistory, ExceptionHistory } from '../../shared/model/jobReads';
import type { JobCondition } from '../../shared/model/timeline';
import { rootCause } from '../flink/rootCause';
import { healthOf } from '../trees/taskHealth';

/** More of each than a person can read; the oldest are forgotten. */
const most = { stamps: 300, looks: 300, failures: 100, runs: 300, savepoints: 50, restores: 50 } as const;

/** When Flink entered a state for the last time, by Flink's clock. */
export interface StateStamp {
  readonly state: JobState;
  readonly at: number;
}

/** A condition that was seen, by this machine's clock, from the first look that saw it to the last. */
export interface JobLook {
  readonly condition: JobCondition;
  readonly from: number;
  readonly to: number;
  /** When the last of its tasks changed, by Flink's clock. */
  readonly since?: number;
  /** Its tasks were started anew since the look before, though both saw the same. */
  readonly anew?: true;
}

/** A failure that Flink keeps, by Flink's clock. */
export interface JobFailure {
  readonly at: number;
  readonly label: string;
  readonly message: string;
  readonly task?: string;
  readonly others: number;
}

/** Checkpoints one after the other that ended alike; times are of their triggers, by Flink's clock. */
export interface CheckpointRun {
  /** Unique in its record. */
  readonly key: string;
  readonly outcome: 'completed' | 'failed';
  readonly count: number;
  readonly from: number;
  readonly until: number;
  readonly lastId?: number;
  readonly message?: string;
}

/** A savepoint of the job that ended, by Flink's clock. */
export interface SavepointMoment {
  readonly id: number;
  readonly at: number;
  readonly outcome: 'completed' | 'failed';
  readonly path?: string;
  readonly message?: string;
}

/** The job went on from a checkpoint or savepoint, by Flink's clock. */
export interface RestoreMoment {
  readonly id: number;
  readonly at: number;
  readonly isSavepoint: boolean;
  readonly path?: string;
}

interface LastLook {
  readonly finishedTasks: number;
  readonly since: number | undefined;
}

/**
 * What is known of one job's past: facts as they were read, each once, none of them for ever. What they come to is for
 * `tellTimeline` to say, so that a fact that is learnt late falls into its place.
 */
export class JobRecord {
  name: string;
  startTime: number;
  /** Grows with every fact, and not with a look that confirms the last one. */
  revision = 0;
  readonly stamps: StateStamp[] = [];
  readonly looks: JobLook[] = [];
  readonly failures: JobFailure[] = [];
  readonly runs: CheckpointRun[] = [];
  readonly savepoints: SavepointMoment[] = [];
  readonly restores: RestoreMoment[] = [];
  #last: LastLook = { finishedTasks: 0, since: undefined };
  #checkpoints = new Map<number, CheckpointEntry['status']>();
  #counted: CheckpointHistory['counts'] | undefined;

  constructor(
    readonly id: string,
    /** The environment in which it runs. */
    readonly where: string,
    overview: Pick<JobOverview, 'name' | 'startTime'>,
  ) {
    this.name = overview.name;
    this.startTime = overview.startTime;
  }

  get isOver(): boolean {
    const condition = this.looks.at(-1)?.condition;
    return condition === 'gone' || condition === 'failed' || condition === 'canceled' || condition === 'finished';
  }

  /** Takes in a row of the list of jobs, as it was at a moment by this machine's clock. */
  look(job: JobOverview, at: number): void {
    const { endTime, changedAt, tasks } = job;
    const over = endedJobStates.has(job.state);
    const since = over ? endTime : changedAt;
    this.#see(conditionOf(job), at, since, tasks.FINISHED);
  }

  /** Flink was asked and did not know the job any more. */
  miss(at: number): void {
    if (!this.isOver) this.#see('gone', at, undefined, 0);
  }

  readDetail({ name, stateTimes = {} }: Pick<JobDetail, 'name' | 'stateTimes'>): void {
    this.name = name;
    for (const [state, at] of Object.entries(stateTimes)) this.#stamp({ state: state as JobState, at });
  }

  readExceptions({ entries }: ExceptionHistory): void {
    for (const entry of entries.toReversed()) {
      const { label, message } = rootCause(entry);
      const { at, taskName, concurrent } = entry;
      if (this.failures.some((known) => known.at === at && known.label === label)) continue;
      this.failures.push({
        at,
        label,
        message,
        others: concurrent.length,
        ...(taskName === undefined ? {} : { task: taskName }),
      });
      this.#learnt(this.failures, most.failures);
    }
  }

  readCheckpoints({ counts, entries, restored }: CheckpointHistory): void {
    if (restored !== undefined && !this.restores.some(({ at }) => at === restored.restoredAt)) {
      const { id, restoredAt, isSavepoint, externalPath } = restored;
      const path = externalPath === undefined ? {} : { path: externalPath };
      this.restores.push({ id, at: restoredAt, isSavepoint, ...path });
      this.#learnt(this.restores, most.restores);
    }
    const fresh = entries
      .filter(({ id, status }) => isEnded(status) && !isEnded(this.#checkpoints.get(id)))
      .toSorted((a, b) => a.triggeredAt - b.triggeredAt);
    this.#addUncounted(counts, fresh);
    for (const entry of fresh) {
      if (entry.isSavepoint) this.#addSavepoint(entry);
      else this.#addCheckpoint(entry);
    }
    this.#checkpoints = new Map(entries.map(({ id, status }) => [id, status]));
    this.#counted = counts;
  }

  #see(condition: JobCondition, at: number, since: number | undefined, finishedTasks: number): void {
    const last = this.looks.at(-1);
    const before = this.#last;
    this.#last = { finishedTasks, since };
    // A task that has done its work changes the time of the last change, too.
    const moved = since !== undefined && before.since !== undefined && since > before.since;
    const anew = condition === 'running' && moved && finishedTasks === before.finishedTasks;
    if (last !== undefined && last.condition === condition && !anew) {
      this.looks[this.looks.length - 1] = { ...last, to: at };
      return;
    }
    this.looks.push({
      condition,
      from: at,
      to: at,
      ...(since === undefined ? {} : { since }),
      ...(anew && last?.condition === condition ? { anew: true as const } : {}),
    });
    this.#learnt(this.looks, most.looks);
  }

  #stamp(stamp: StateStamp): void {
    if (this.stamps.some(({ state, at }) => state === stamp.state && at === stamp.at)) return;
    this.stamps.push(stamp);
    this.stamps.sort((a, b) => a.at - b.at);
    this.#learnt(this.stamps, most.stamps);
  }

  /** Flink keeps the last ten, but counts all: those that nobody saw, in the time before those that are seen now. */
  #addUncounted(counts: CheckpointHistory['counts'], fresh: readonly CheckpointEntry[]): void {
    const before = this.#counted ?? { completed: 0, failed: 0 };
    const until = fresh[0]?.triggeredAt;
    for (const outcome of ['completed', 'failed'] as const) {
      const seen = fresh.filter(({ status }) => status === (outcome === 'completed' ? 'COMPLETED' : 'FAILED')).length;
      const unseen = counts[outcome] - before[outcome] - seen;
      if (unseen <= 0) continue;
      const last = this.runs.at(-1);
      const from = last?.until ?? this.startTime;
      this.#addRun({
        key: `${outcome}-before-${counts.total}`,
        outcome,
        count: unseen,
        from,
        until: Math.max(from, until ?? from),
      });
    }
  }

  #addCheckpoint({ id, status, triggeredAt, failureMessage }: CheckpointEntry): void {
    this.#addRun({
      key: String(id),
      outcome: status === 'COMPLETED' ? 'completed' : 'failed',
      count: 1,
      from: triggeredAt,
      until: triggeredAt,
      lastId: id,
      ...(failureMessage === undefined ? {} : { message: failureMessage }),
    });
  }

  #addRun(run: CheckpointRun): void {
    const last = this.runs.at(-1);
    const broken = this.restores.some(({ at }) => last !== undefined && at > last.until && at <= run.from);
    if (last === undefined || last.outcome !== run.outcome || broken) this.runs.push(run);
    else {
      const { key, from } = last;
      this.runs[this.runs.length - 1] = { ...last, ...run, key, from, count: last.count + run.count };
    }
    this.#learnt(this.runs, most.runs);
  }

  #addSavepoint({ id, status, triggeredAt, externalPath, failureMessage }: CheckpointEntry): void {
    this.savepoints.push({
      id,
      at: triggeredAt,
      outcome: status === 'COMPLETED' ? 'completed' : 'failed',
      ...(externalPath === undefined ? {} : { path: externalPath }),
      ...(failureMessage === undefined ? {} : { message: failureMessage }),
    });
    this.#learnt(this.savepoints, most.savepoints);
  }

  #learnt(facts: unknown[], limit: number): void {
    if (facts.length > limit) facts.splice(0, facts.length - limit);
    this.revision++;
  }
}

function isEnded(status: CheckpointEntry['status'] | undefined): boolean {
  return status === 'COMPLETED' || status === 'FAILED';
}

/** What a job's state says by itself: of RUNNING only that its tasks are being brought up; whether they run is for them to say. */
export const stateConditions: Readonly<Record<JobState, JobCondition>> = {
  INITIALIZING: 'starting',
  CREATED: 'starting',
  RUNNING: 'starting',
  FAILING: 'failing',
  FAILED: 'failed',
  CANCELLING: 'canceling',
  CANCELED: 'canceled',
  FINISHED: 'finished',
  RESTARTING: 'restarting',
  SUSPENDED: 'suspended',
  RECONCILING: 'reconciling',
  unknown: 'unknown',
};

function conditionOf({ state, tasks, totalTasks }: JobOverview): JobCondition {
  if (state !== 'RUNNING') return stateConditions[state];
  const health = healthOf(tasks, totalTasks);
  return health === 'finished' ? 'running' : health;
}
