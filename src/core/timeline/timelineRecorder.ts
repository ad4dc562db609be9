import type { JobDetail, JobOverview } from '../../shared/model/flink';
import { endedJobStates } from '../../shared/model/flink';
import type { CheckpointHistory, ExceptionHistory } from '../../shared/model/jobReads';
import type { EnvironmentSnapshot } from '../../shared/model/environment';
import { instancesOf } from '../../shared/model/instances';
import type { JobTimeline, TimelineEntry } from '../../shared/model/timeline';
import type { ClusterMonitor, ClusterState, Watch } from '../engineApi';
import type { JobRead, JobReads } from '../flink/jobReads';
import type { JobOperations } from '../savepoints/jobOperations';
import type { ReadableStore } from '../state/store';
import type { Clock } from '../util/clock';
import { DisposableStore, type Disposable } from '../util/disposable';
import { Emitter, type Event } from '../util/emitter';
import { JobRecord } from './jobRecord';
import { MachineLives } from './machineLives';
import { tellTimeline } from './tellTimeline';

/** Records are kept of so many jobs; of more, those that are over are forgotten first. */
const mostJobs = 1000;
/** A job that goes on after so many restarts has a past that nobody reads. */
const mostPredecessors = 20;
/** Less than this is how old an answer is, not how far two clocks are apart. */
const leastSkewMs = 5000;

export interface TimelineSources {
  readonly cluster: Pick<ClusterMonitor, 'state' | 'watchJob'> & {
    readonly onJobRead: Event<{ readonly value: JobDetail }>;
  };
  readonly jobs: Pick<JobReads, 'checkpoints' | 'exceptions'> & {
    readonly onCheckpoints: Event<JobRead<CheckpointHistory>>;
    readonly onExceptions: Event<JobRead<ExceptionHistory>>;
  };
  readonly environment: ReadableStore<EnvironmentSnapshot>;
  readonly operations: Pick<JobOperations, 'open' | 'history'>;
  readonly clock: Clock;
}

interface Told {
  readonly state: string;
  readonly operations: readonly [unknown, unknown];
  readonly entries: readonly TimelineEntry[];
}

/**
 * Keeps what happened to each job for as long as the editor runs, out of what is read anyway: it asks nothing of Flink but in
 * `read`. Its memory is bounded by numbers of jobs and facts, never by time.
 */
export class TimelineRecorder implements Disposable {
  readonly #changed = new Emitter<void>();
  /** Something was learnt, of any job. */
  readonly onDidChange = this.#changed.event;
  readonly #owned = new DisposableStore();
  readonly #records = new Map<string, JobRecord>();
  readonly #machines = new MachineLives();
  readonly #told = new Map<string, Told>();
  /** The jobs that Flink had when it was asked last. */
  #present: ReadonlySet<string> = new Set();
  /** How much this machine's clock is ahead of Flink's at most, milliseconds, by environment. */
  readonly #skews = new Map<string, number>();

  constructor(private readonly sources: TimelineSources) {
    const { cluster, jobs, environment, operations } = sources;
    this.#owned.add(this.#changed);
    this.#owned.add(environment.onDidChange(({ next }) => this.#onEnvironment(next)));
    this.#owned.add(cluster.state.onDidChange(({ next, previous }) => this.#onCluster(next, previous)));
    this.#owned.add(cluster.onJobRead(({ value }) => this.#learn(value.id, (record) => record.readDetail(value))));
    this.#owned.add(
      jobs.onCheckpoints(({ jobId, value }) => this.#learn(jobId, (record) => record.readCheckpoints(value))),
    );
    this.#owned.add(
      jobs.onExceptions(({ jobId, value }) => this.#learn(jobId, (record) => record.readExceptions(value))),
    );
    this.#owned.add(operations.open.onDidChange(() => this.#changed.fire()));
    this.#owned.add(operations.history.onDidChange(() => this.#changed.fire()));
    this.#onEnvironment(environment.value);
  }

  /** What is known of a job now, newest first; nothing of one that was never seen. */
  of(jobId: string): readonly TimelineEntry[] {
    const record = this.#records.get(jobId);
    if (record === undefined) return [];
    const { open, history } = this.sources.operations;
    const isFresh = this.#present.has(jobId);
    const skewMs = this.#skewOf(record.where);
    const state = [record.revision, this.#machines.revision, isFresh || lastLook(record), skewMs].join();
    const told = this.#told.get(jobId);
    const same = told?.state === state && told.operations[0] === open.value && told.operations[1] === history.value;
    if (told !== undefined && same) return told.entries;
    const entries = tellTimeline({
      record,
      machines: this.#machines.of(record.where),
      operations: [...open.value, ...history.value],
      skewMs,
      isFresh,
    });
    this.#told.set(jobId, { state, operations: [open.value, history.value], entries });
    return entries;
  }

  /** The job and those before it from which it goes on, the newest first, as far as they are known. */
  lineage(jobId: string): readonly JobTimeline[] {
    const line: JobTimeline[] = [];
    for (let id: string | undefined = jobId; id !== undefined && line.length <= mostPredecessors;) {
      const record = this.#records.get(id);
      if (record === undefined || line.some((known) => known.jobId === id)) break;
      const entries = this.of(id);
      line.push({ jobId: id, jobName: record.name, entries });
      id = entries.flatMap(({ what }) => (what.kind === 'operation' ? [what.previousJob] : [])).find(isText);
    }
    return line;
  }

  /** Has Flink asked for what it keeps of the job's past, and returns when it has answered, or the signal says so. */
  async read(jobId: string, signal: AbortSignal): Promise<readonly JobTimeline[]> {
    const { cluster, jobs } = this.sources;
    const owned = new DisposableStore();
    const reads = [
      answered(owned.add(cluster.watchJob(jobId)), signal),
      answered(owned.add(jobs.checkpoints(jobId)), signal),
      answered(owned.add(jobs.exceptions(jobId)), signal),
    ];
    await Promise.all(reads);
    owned.dispose();
    return this.lineage(jobId);
  }

  dispose(): void {
    this.#owned.dispose();
    this.#records.clear();
    this.#told.clear();
  }

  #skewOf(where: string): number {
    const skew = this.#skews.get(where) ?? 0;
    return Math.abs(skew) < leastSkewMs ? 0 : skew;
  }

  #onEnvironment(snapshot: EnvironmentSnapshot): void {
    const before = this.#machines.revision;
    this.#machines.readInstances(snapshot, this.sources.clock.now());
    if (this.#machines.revision !== before) this.#changed.fire();
  }

  #onCluster({ jobs, taskManagers }: ClusterState, previous: ClusterState): void {
    const { environment, clock } = this.sources;
    const { kind } = environment.value;
    const before = this.#revision;
    if (taskManagers !== previous.taskManagers && taskManagers.state === 'ready') {
      // Instances tell of themselves, and better.
      const told = instancesOf(environment.value).length > 0;
      if (!told) this.#machines.readTaskManagers(kind, taskManagers.value, clock.now());
    }
    if (jobs !== previous.jobs) {
      const present = jobs.state === 'ready' ? jobs.value : undefined;
      if (present === undefined) this.#present = new Set();
      else this.#onJobs(present, kind);
    }
    if (this.#revision !== before) this.#changed.fire();
  }

  #onJobs(jobs: readonly JobOverview[], kind: string): void {
    const now = this.sources.clock.now();
    const present = new Set(jobs.map(({ id }) => id));
    for (const job of jobs) {
      this.#measureSkew(job, kind, now);
      this.#recordOf(job, kind).look(job, now);
    }
    for (const record of this.#records.values()) {
      if (record.where === kind && !present.has(record.id)) record.miss(now);
    }
    this.#present = present;
    this.#forget();
  }

  /** Flink says for how long a job has run, and so what time it is there. */
  #measureSkew({ state, startTime, durationMs }: JobOverview, where: string, now: number): void {
    if (endedJobStates.has(state) || startTime === 0) return;
    const skew = now - startTime - durationMs;
    // An answer may be old, never from the future: the least of all is the nearest.
    this.#skews.set(where, Math.min(skew, this.#skews.get(where) ?? skew));
  }

  #recordOf(job: JobOverview, kind: string): JobRecord {
    const known = this.#records.get(job.id);
    if (known !== undefined) return known;
    const record = new JobRecord(job.id, kind, job);
    this.#records.set(job.id, record);
    return record;
  }

  #learn(jobId: string, read: (record: JobRecord) => void): void {
    const record = this.#records.get(jobId);
    if (record === undefined) return;
    const before = record.revision;
    read(record);
    if (record.revision !== before) this.#changed.fire();
  }

  #forget(): void {
    for (const onlyOver of [true, false]) {
      for (const [id, record] of this.#records) {
        if (this.#records.size <= mostJobs) return;
        if (onlyOver && !record.isOver) continue;
        this.#records.delete(id);
        this.#told.delete(id);
      }
    }
  }

  get #revision(): number {
    let sum = this.#machines.revision + this.#present.size;
    for (const { revision } of this.#records.values()) sum += revision;
    return sum;
  }
}

function lastLook({ looks }: JobRecord): number {
  return looks.at(-1)?.to ?? 0;
}

function isText(value: string | undefined): value is string {
  return value !== undefined;
}

/** Settles with the first answer of any kind, or when the signal says so. */
function answered<T>({ state }: Watch<T>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const owned = new DisposableStore();
    const look = (): void => {
      const waits = state.value.state === 'idle' || state.value.state === 'loading';
      if (waits && !signal.aborted) return;
      owned.dispose();
      signal.removeEventListener('abort', look);
      resolve();
    };
    owned.add(state.onDidChange(look));
    signal.addEventListener('abort', look);
    look();
  });
}
