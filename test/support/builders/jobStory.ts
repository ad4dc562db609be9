import type { ClusterState } from '../../../src/core/engineApi';
import { idle, succeeded, type Resource } from '../../../src/core/state/resource';
import { Store } from '../../../src/core/state/store';
import { TimelineRecorder } from '../../../src/core/timeline/timelineRecorder';
import { timelineWords } from '../../../src/core/trees/timelineWords';
import { Emitter } from '../../../src/core/util/emitter';
import { formatTime } from '../../../src/shared/format/time';
import type { EnvironmentSnapshot } from '../../../src/shared/model/environment';
import type { JobDetail, JobOverview, TaskManagerInfo } from '../../../src/shared/model/flink';
import type { CheckpointEntry, CheckpointHistory, ExceptionHistory } from '../../../src/shared/model/jobReads';
import type { OperationRecord, OperationView } from '../../../src/shared/model/operations';
import type { TimelineEntry } from '../../../src/shared/model/timeline';
import { runningEnvironment } from './environment';
import { FakeClock } from './fakeClock';
import { jobDetail, jobOverview, noon } from './flink';

const { id } = jobOverview();

/** A checkpoint of the job, complete after 12 ms, triggered so many seconds after noon. */
export function checkpointAt(seconds: number, changes: Partial<CheckpointEntry> = {}): CheckpointEntry {
  return {
    id: seconds,
    status: 'COMPLETED',
    isSavepoint: false,
    triggeredAt: noon + seconds * 1000,
    durationMs: 12,
    subtasks: 4,
    acknowledged: 4,
    discarded: false,
    ...changes,
  };
}

/** What Flink says of these checkpoints, counted. */
export function checkpointHistory(
  entries: readonly CheckpointEntry[],
  changes: Partial<CheckpointHistory> = {},
): CheckpointHistory {
  const count = (status: CheckpointEntry['status']): number =>
    entries.filter((entry) => entry.status === status).length;
  const counts = {
    restored: 0,
    total: entries.length,
    inProgress: count('IN_PROGRESS'),
    completed: count('COMPLETED'),
    failed: count('FAILED'),
  };
  return { counts, entries: entries.toSorted((a, b) => b.id - a.id), ...changes };
}

/** Lives through what happens to jobs and reads back what the recorder tells of it. Seconds are after noon. */
export class JobStory {
  readonly clock = new FakeClock(noon);
  readonly state = new Store<ClusterState>({ overview: idle, jobs: idle, taskManagers: idle });
  readonly environment: Store<EnvironmentSnapshot>;
  readonly open = new Store<readonly OperationView[]>([]);
  readonly history = new Store<readonly OperationRecord[]>([]);
  readonly recorder: TimelineRecorder;
  /** What Flink was asked beyond what is read anyway. */
  readonly asked: string[] = [];
  readonly #details = new Emitter<{ readonly value: JobDetail }>();
  readonly #checkpoints = new Emitter<{ readonly jobId: string; readonly value: CheckpointHistory }>();
  readonly #exceptions = new Emitter<{ readonly jobId: string; readonly value: ExceptionHistory }>();

  constructor(environment: EnvironmentSnapshot = runningEnvironment()) {
    this.environment = new Store(environment);
    const watch = <T>(name: string): { readonly state: Store<Resource<T>>; dispose(): void } => {
      this.asked.push(name);
      return { state: new Store<Resource<T>>({ state: 'failed', error: new Error('x') }), dispose: () => undefined };
    };
    this.recorder = new TimelineRecorder({
      cluster: {
        state: this.state,
        watchJob: (job) => watch(`job ${job}`),
        onJobRead: this.#details.event,
      },
      jobs: {
        checkpoints: (job) => watch(`checkpoints ${job}`),
        exceptions: (job) => watch(`exceptions ${job}`),
        onCheckpoints: this.#checkpoints.event,
        onExceptions: this.#exceptions.event,
      },
      environment: this.environment,
      operations: { open: this.open, history: this.history },
      clock: this.clock,
    });
  }

  /** Goes to a moment. */
  async at(seconds: number): Promise<void> {
    await this.clock.advance(noon + seconds * 1000 - this.clock.now());
  }

  /** Flink lists these jobs now; how long each has run is filled in. */
  lists(...jobs: readonly Partial<JobOverview>[]): void {
    const now = this.clock.now();
    const rows = jobs.map((job) => {
      const row = jobOverview(job);
      return { ...row, durationMs: job.durationMs ?? (row.endTime ?? now) - row.startTime };
    });
    this.state.set({ ...this.state.value, jobs: succeeded(rows, now) });
  }

  listsTaskManagers(...taskManagers: readonly TaskManagerInfo[]): void {
    this.state.set({ ...this.state.value, taskManagers: succeeded(taskManagers, this.clock.now()) });
  }

  /** Flink does not answer. */
  falls(): void {
    const { jobs } = this.state.value;
    if (jobs.state !== 'ready') return;
    this.state.set({ ...this.state.value, jobs: { ...jobs, state: 'stale', error: new Error('down') } });
  }

  /** The job is read, with the times at which it entered its states, in seconds. */
  entered(states: Readonly<Record<string, number>>): void {
    const stateTimes = Object.fromEntries(
      Object.entries(states).map(([state, seconds]) => [state, noon + seconds * 1000]),
    );
    this.#details.fire({ value: jobDetail({ stateTimes }) });
  }

  hasCheckpoints(history: CheckpointHistory): void {
    this.#checkpoints.fire({ jobId: id, value: history });
  }

  /** The job's failures: when, and with which stack trace. */
  failed(...failures: readonly (readonly [seconds: number, stackTrace: string])[]): void {
    const entries = failures.map(([seconds, stackTrace]) => ({
      name: 'x',
      stackTrace,
      at: noon + seconds * 1000,
      concurrent: [],
    }));
    this.#exceptions.fire({ jobId: id, value: { entries, truncated: false } });
  }

  entries(): readonly TimelineEntry[] {
    return this.recorder.of(id);
  }

  /** The timeline as it reads, newest first; times are of the day, in UTC where the test says so. */
  told(kinds?: readonly TimelineEntry['what']['kind'][]): readonly string[] {
    return this.entries()
      .filter(({ what }) => kinds === undefined || kinds.includes(what.kind))
      .map((entry) => {
        const { text, details } = timelineWords(entry);
        return [formatTime(entry.at), text, ...details].join(' · ');
      });
  }
}
