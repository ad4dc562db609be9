import { isDeepStrictEqual } from 'node:util';
import type { JobDetail } from '../../shared/model/flink';
import type { ClusterMonitor, ClusterPart, ClusterState, JobWatch } from '../engineApi';
import { LeaseCount } from '../state/lease';
import { Poller } from '../state/poller';
import { failed, idle, loading, succeeded, type Resource } from '../state/resource';
import { Store, type ReadableStore } from '../state/store';
import { systemClock, type Clock } from '../util/clock';
import { toDisposable, type Disposable } from '../util/disposable';
import type { Logger } from '../util/logger';
import type { FlinkClient } from './flinkClient';

/** Four calls a minute are enough for the status bar and the timeline when nothing is visible. */
const backgroundIntervalMs = 15_000;

const nothingKnown: ClusterState = { overview: idle, jobs: idle, taskManagers: idle };

/** What the monitor asks of Flink. */
export type MonitoredClient = Pick<FlinkClient, 'overview' | 'jobs' | 'taskManagers' | 'job' | 'dispose'>;

export interface ClusterMonitorOptions {
  /** Base URL of the REST server that is to be watched; `undefined` while there is none. */
  readonly endpoints: ReadableStore<string | undefined>;
  readonly createClient: (baseUrl: string) => MonitoredClient;
  /** The normal interval, asked anew before each wait. */
  readonly intervalMs: () => number;
  readonly logger: Logger;
  readonly clock?: Clock;
  readonly random?: () => number;
}

type Mode = 'off' | 'background' | 'foreground';

/** How a call ended; `undefined`: it was not made. */
type Outcome<T> = { readonly value: T } | { readonly error: Error } | undefined;

interface WatchedJob {
  readonly state: Store<Resource<JobDetail>>;
  readonly poller: Poller;
  readonly leases: LeaseCount;
}

/**
 * Watches one Flink cluster: one call per watched part and tick, none for what nobody watches. A failure becomes the state of
 * the part and is never thrown. As long as answers are equal, the resource stays the same object, whose `readAt` is then the
 * time of the first of them; a resource that becomes stale has the time of the last.
 */
export class PollingClusterMonitor implements ClusterMonitor {
  readonly state = new Store<ClusterState>(nothingKnown);
  readonly #clock: Clock;
  readonly #watches = new Set<readonly ClusterPart[]>();
  readonly #background = new LeaseCount(() => this.#rearm());
  readonly #jobs = new Map<string, WatchedJob>();
  /** When the value of a `ready` resource was last confirmed. */
  readonly #confirmedAt = new WeakMap<object, number>();
  readonly #poller: Poller;
  readonly #endpointChange: Disposable;
  #client: MonitoredClient | undefined;
  #mode: Mode = 'off';
  #jobsReadAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: ClusterMonitorOptions) {
    this.#clock = options.clock ?? systemClock;
    this.#poller = this.#createPoller(
      (signal) => this.#pollCluster(signal),
      () => (this.#mode === 'background' ? backgroundIntervalMs : options.intervalMs()),
    );
    this.#endpointChange = options.endpoints.onDidChange(({ next }) => this.#connect(next));
    this.#connect(options.endpoints.value);
  }

  watch(parts: readonly ClusterPart[]): Disposable {
    const running = this.#mode === 'foreground';
    const fresh = parts.some((part) => !this.#isWatched(part));
    const lease = [...parts];
    this.#watches.add(lease);
    this.#rearm();
    if (running && fresh) this.#poller.poke();
    return toDisposable(() => {
      this.#watches.delete(lease);
      this.#rearm();
    });
  }

  watchInBackground(): Disposable {
    return this.#background.take();
  }

  watchJob(jobId: string): JobWatch {
    const job = this.#jobs.get(jobId) ?? this.#addJob(jobId);
    const lease = job.leases.take();
    return { state: job.state, dispose: () => lease.dispose() };
  }

  poke(): void {
    this.#poller.poke();
    for (const job of this.#jobs.values()) job.poller.poke();
  }

  dispose(): void {
    this.#endpointChange.dispose();
    this.#poller.dispose();
    for (const job of this.#jobs.values()) {
      job.poller.dispose();
      job.state.dispose();
    }
    this.#jobs.clear();
    this.#client?.dispose();
    this.#client = undefined;
    this.state.dispose();
  }

  #connect(baseUrl: string | undefined): void {
    this.#poller.stop();
    this.#mode = 'off';
    this.#jobsReadAt = Number.NEGATIVE_INFINITY;
    for (const job of this.#jobs.values()) job.poller.stop();
    this.#client?.dispose();
    this.#client = baseUrl === undefined ? undefined : this.options.createClient(baseUrl);
    this.state.set(nothingKnown);
    this.#rearm();
    for (const job of this.#jobs.values()) {
      job.state.set(idle);
      if (this.#client !== undefined) job.poller.start();
    }
  }

  /** Brings the poller in line with the leases that are held now. */
  #rearm(): void {
    const mode = this.#wantedMode();
    if (mode === this.#mode) return;
    this.#mode = mode;
    this.#poller.stop();
    if (mode === 'foreground') this.#poller.start();
    if (mode === 'background') this.#poller.start(this.#jobsReadAt + backgroundIntervalMs - this.#clock.now());
  }

  #wantedMode(): Mode {
    if (this.#client === undefined) return 'off';
    if (this.#watches.size > 0) return 'foreground';
    return this.#background.isHeld ? 'background' : 'off';
  }

  #isWatched(part: ClusterPart): boolean {
    if (this.#mode === 'background') return part === 'jobs';
    for (const parts of this.#watches) if (parts.includes(part)) return true;
    return false;
  }

  async #pollCluster(signal: AbortSignal): Promise<void> {
    const client = this.#client;
    if (client === undefined) return;
    this.#showLoading();
    const [overview, jobs, taskManagers] = await Promise.all([
      attempt(this.#isWatched('overview'), () => client.overview(signal)),
      attempt(this.#isWatched('jobs'), () => client.jobs(signal)),
      attempt(this.#isWatched('taskManagers'), () => client.taskManagers(signal)),
    ]);
    if (signal.aborted) return;
    if (jobs !== undefined) this.#jobsReadAt = this.#clock.now();
    this.#set({
      overview: this.#judge('overview', this.state.value.overview, overview),
      jobs: this.#judge('jobs', this.state.value.jobs, jobs),
      taskManagers: this.#judge('TaskManagers', this.state.value.taskManagers, taskManagers, true),
    });
    const made = [overview, jobs, taskManagers].filter((outcome) => outcome !== undefined);
    const errors = made.filter((outcome) => 'error' in outcome);
    if (errors[0] !== undefined && errors.length === made.length) throw errors[0].error;
  }

  #showLoading(): void {
    const { overview, jobs, taskManagers } = this.state.value;
    this.#set({
      overview: overview.state === 'idle' && this.#isWatched('overview') ? loading(overview) : overview,
      jobs: jobs.state === 'idle' && this.#isWatched('jobs') ? loading(jobs) : jobs,
      taskManagers:
        taskManagers.state === 'idle' && this.#isWatched('taskManagers') ? loading(taskManagers) : taskManagers,
    });
  }

  #set(next: ClusterState): void {
    const { overview, jobs, taskManagers } = this.state.value;
    if (next.overview === overview && next.jobs === jobs && next.taskManagers === taskManagers) return;
    this.state.set(next);
  }

  /**
   * The resource after a call; the same object when there is nothing new to say. An answer that has an `age` is news even
   * when it is equal: a heartbeat that does not change grows old.
   */
  #judge<T>(what: string, previous: Resource<T>, outcome: Outcome<T>, age = false): Resource<T> {
    if (outcome === undefined) return previous;
    if ('error' in outcome) return this.#judgeError(what, previous, outcome.error);
    const now = this.#clock.now();
    const known = previous.state === 'ready' || previous.state === 'stale';
    const same = known && isDeepStrictEqual(previous.value, outcome.value);
    const next =
      same && !age && previous.state === 'ready' ? previous : succeeded(same ? previous.value : outcome.value, now);
    this.#confirmedAt.set(next, now);
    return next;
  }

  #judgeError<T>(what: string, previous: Resource<T>, error: Error): Resource<T> {
    const known = previous.state === 'stale' || previous.state === 'failed';
    if (known && previous.error.message === error.message) return previous;
    this.options.logger.debug(`The ${what} could not be read: ${error.message}`);
    const readAt = this.#confirmedAt.get(previous);
    return failed(previous.state === 'ready' && readAt !== undefined ? { ...previous, readAt } : previous, error);
  }

  #addJob(jobId: string): WatchedJob {
    const state = new Store<Resource<JobDetail>>(idle);
    const poller = this.#createPoller((signal) => this.#pollJob(jobId, state, signal), this.options.intervalMs);
    const leases = new LeaseCount(() => {
      if (leases.isHeld) {
        if (this.#client !== undefined) poller.start();
        return;
      }
      poller.dispose();
      state.dispose();
      this.#jobs.delete(jobId);
    });
    const job = { state, poller, leases };
    this.#jobs.set(jobId, job);
    return job;
  }

  async #pollJob(jobId: string, state: Store<Resource<JobDetail>>, signal: AbortSignal): Promise<void> {
    const client = this.#client;
    if (client === undefined) return;
    if (state.value.state === 'idle') state.set(loading(state.value));
    const outcome = await attempt(true, () => client.job(jobId, signal));
    if (signal.aborted) return;
    state.set(this.#judge(`job ${jobId}`, state.value, outcome));
    if (outcome !== undefined && 'error' in outcome) throw outcome.error;
  }

  #createPoller(poll: (signal: AbortSignal) => Promise<void>, intervalMs: () => number): Poller {
    const { random } = this.options;
    return new Poller({ poll, intervalMs, clock: this.#clock, ...(random === undefined ? {} : { random }) });
  }
}

async function attempt<T>(wanted: boolean, call: () => Promise<T>): Promise<Outcome<T>> {
  if (!wanted) return undefined;
  try {
    return { value: await call() };
  } catch (error) {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }
}
