import type { EnvironmentSnapshot, InstanceEvent, InstanceEventKind } from '../../shared/model/environment';
import {
  noTotals,
  type LedgerMark,
  type LedgerMarkKind,
  type LedgerRange,
  type LedgerSummary,
  type LedgerWindow,
} from '../../shared/model/ledger';
import type { JobOverview } from '../../shared/model/flink';
import type { ClusterState } from '../engineApi';
import type { KafkaPort, LedgerSession } from '../kafka/kafkaPort';
import { playground } from '../playground';
import { valueOf } from '../state/resource';
import { Store, type ReadableStore } from '../state/store';
import { DisposableStore, type Disposable } from '../util/disposable';
import { Emitter, type Event } from '../util/emitter';
import type { Clock } from '../util/clock';
import type { Logger } from '../util/logger';
import type { RecoveryLog } from './recoveryLog';

export interface LedgerMonitorOptions {
  readonly environment: ReadableStore<EnvironmentSnapshot>;
  readonly onInstanceEvent: Event<InstanceEvent>;
  readonly cluster: ReadableStore<ClusterState>;
  readonly kafka: Pick<KafkaPort, 'openLedger'>;
  readonly recoveries: Pick<RecoveryLog, 'read' | 'append'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

const nothingKnown: LedgerSummary = {
  verdict: 'CANNOT TELL',
  reasons: [{ code: 'notConnected' }],
  totals: noTotals,
  recent: [],
};

const keptMarks = 1000;
/** What is told of an instance that holds tasks: whatever happens to it, the tasks begin anew. */
const instanceMarks: Readonly<Partial<Record<InstanceEventKind, LedgerMarkKind>>> = {
  started: 'started',
  died: 'died',
  killed: 'killed',
  stopped: 'recovery',
};

/**
 * Keeps the account of `output` while an environment runs, from the first record that the broker still has, so that a
 * reload of the window loses nothing of it. What it sees of failures and restores is noted and remembered.
 */
export class LedgerMonitor implements Disposable {
  readonly #options: LedgerMonitorOptions;
  readonly #summary = new Store<LedgerSummary>(nothingKnown);
  readonly #marks = new Store<readonly LedgerMark[]>([]);
  readonly #recovered = new Emitter<number>();
  /** A failure, restore or restart was seen; milliseconds since the epoch. */
  readonly onRecovery = this.#recovered.event;
  readonly #owned = new DisposableStore();
  /** The environment, the brokers and the kind of time of the open session, or of the one being opened. */
  #target: string | undefined;
  #session: { readonly ledger: LedgerSession; readonly owned: DisposableStore } | undefined;
  #retry: Disposable | undefined;
  /** What was noted since the opening of the session began, until the session is there to be told. */
  #opening: { readonly noted: LedgerMark[] } | undefined;
  #jobs: ReadonlyMap<string, JobOverview> = new Map();

  constructor(options: LedgerMonitorOptions) {
    this.#options = options;
    this.#owned.add(this.#summary);
    this.#owned.add(this.#marks);
    this.#owned.add(this.#recovered);
    this.#owned.add(options.environment.onDidChange(() => this.#follow()));
    this.#owned.add(options.onInstanceEvent((event) => this.#onInstanceEvent(event)));
    this.#owned.add(options.cluster.onDidChange(({ next }) => this.#onCluster(next)));
    this.#follow();
  }

  get summary(): ReadableStore<LedgerSummary> {
    return this.#summary;
  }

  /** The failures and restarts that are known, also of before a reload of the window. */
  get marks(): ReadableStore<readonly LedgerMark[]> {
    return this.#marks;
  }

  /**
   * The account of the windows that a stretch of time by the clock touched, milliseconds since the epoch; `undefined` while that
   * is not known, or when no window was written in it.
   */
  async across(from: number, to: number): Promise<LedgerRange | undefined> {
    return this.#session?.ledger.across(from, to);
  }

  /** The newest windows, oldest first, at most so many; none while nothing is counted. */
  async windows(count: number): Promise<readonly LedgerWindow[]> {
    return (await this.#session?.ledger.windows(count)) ?? [];
  }

  dispose(): void {
    this.#close();
    this.#owned.dispose();
  }

  #follow(): void {
    const { kind, phase, endpoints, variant } = this.#options.environment.value;
    const counts = (phase === 'running' || phase === 'degraded') && endpoints?.brokers.length !== 0;
    const brokers = counts ? endpoints?.brokers : undefined;
    // Two environments may have the same addresses, one after the other.
    const target = brokers === undefined ? undefined : JSON.stringify([kind, brokers, variant?.eventTime ?? true]);
    if (target === this.#target) return;
    this.#close();
    this.#target = target;
    if (brokers !== undefined) this.#open(brokers, variant?.eventTime ?? true);
  }

  #open(brokers: readonly string[], eventTime: boolean): void {
    const { kafka, recoveries, logger, clock } = this.#options;
    const opening = { noted: [] as LedgerMark[] };
    this.#opening = opening;
    const open = async (): Promise<void> => {
      const read = await recoveries.read();
      const told = opening.noted.length;
      if (this.#opening === opening) this.#marks.set(distinct([...read, ...opening.noted]));
      const session = await kafka.openLedger({
        brokers,
        topic: 'output',
        gapsTopic: 'input-gaps',
        windowMs: playground.window.sizeMs,
        expectedCount: playground.window.count,
        pages: playground.pages,
        from: 'earliest',
        eventTime,
        recoveries: [...read, ...opening.noted].map(({ at }) => at),
      });
      if (this.#opening !== opening) {
        session.dispose();
        return;
      }
      const owned = new DisposableStore();
      owned.add(session);
      owned.add(session.summary.onDidChange(({ next }) => this.#summary.set(next)));
      this.#session = { ledger: session, owned };
      for (const { at } of opening.noted.slice(told)) session.noteRecovery(at);
      this.#opening = undefined;
      this.#summary.set(session.summary.value);
    };
    open().catch((error: unknown) => {
      logger.warn('The account of output could not be opened; it is tried again in 5 s.', error);
      if (this.#opening !== opening) return;
      this.#retry = clock.schedule(5000, () => this.#open(brokers, eventTime));
    });
  }

  #close(): void {
    this.#retry?.dispose();
    this.#retry = undefined;
    this.#session?.owned.dispose();
    this.#session = undefined;
    this.#target = undefined;
    this.#opening = undefined;
    if (this.#owned.isDisposed) return;
    this.#summary.set(nothingKnown);
    this.#marks.set([]);
  }

  #onInstanceEvent({ kind, instance, at }: InstanceEvent): void {
    const holdsTasks = instance.service === 'taskmanager' || instance.service === 'jobmanager';
    const mark = instanceMarks[kind];
    if (holdsTasks && mark !== undefined) this.#note({ at, kind: mark, of: instance.id });
  }

  /**
   * A job that restarts, or another job of the same name in place of the one before, replays from its checkpoint. One that the
   * adaptive scheduler rescales in place does it too quickly to be seen at it: it has another number of tasks afterwards.
   */
  #onCluster(state: ClusterState): void {
    const jobs = valueOf(state.jobs);
    if (jobs === undefined) return;
    const before = this.#jobs;
    const now = this.#options.clock.now();
    for (const job of jobs) {
      const earlier = before.get(job.id);
      const restarting = job.state === 'RESTARTING' || job.state === 'FAILING';
      const rescaled = earlier !== undefined && earlier.totalTasks > 0 && earlier.totalTasks !== job.totalTasks;
      if (earlier !== undefined && (rescaled || (restarting && earlier.state !== job.state)))
        this.#note({ at: now, kind: 'restarting' });
      if (earlier === undefined && before.size > 0) this.#note({ at: now, kind: 'newJob' });
    }
    this.#jobs = new Map(jobs.map((job) => [job.id, job]));
  }

  #note(mark: LedgerMark): void {
    this.#recovered.fire(mark.at);
    if (this.#session !== undefined) this.#session.ledger.noteRecovery(mark.at);
    else this.#opening?.noted.push(mark);
    this.#marks.update((marks) => [...marks, mark].slice(-keptMarks));
    this.#options.recoveries.append(mark).catch((error: unknown) => {
      this.#options.logger.warn(
        'A recovery could not be written down; equal duplicates near it may stay unexplained after a reload.',
        error,
      );
    });
  }
}

/** What was noted while the log was read may be in it. */
function distinct(marks: readonly LedgerMark[]): readonly LedgerMark[] {
  return Array.from(new Map(marks.map((mark) => [`${mark.at} ${mark.kind} ${mark.of}`, mark])).values());
}
