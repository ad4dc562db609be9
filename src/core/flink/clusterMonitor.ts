import type { JobDetail, JobManagerDetail, TaskManagerDetail } from '../../shared/model/flink';
import type { ClusterMonitor, ClusterPart, ClusterState, Watch } from '../engineApi';
import { LeaseCount } from '../state/lease';
import { Poller } from '../state/poller';
import { idle, loading, valueOf } from '../state/resource';
import { Store, type ReadableStore } from '../state/store';
import { systemClock, type Clock } from '../util/clock';
import { toDisposable, type Disposable } from '../util/disposable';
import type { Event } from '../util/emitter';
import type { Logger } from '../util/logger';
import { CounterRates, withVertexRates } from './counterRates';
import { DetailWatches, type DetailRead } from './detailWatches';
import type { FlinkClient } from './flinkClient';
import { attempt, OutcomeJudge } from './outcome';
import { patienceFor } from './patience';
import { readTaskManager } from './slotMap';

/** Four calls a minute are enough for the status bar and the timeline when nothing is visible. */
const backgroundIntervalMs = 15_000;
/** Flink sees the end of a TaskManager after one to two seconds, and restarts its jobs a second later. */
const hurryMs = 6000;
const hurryIntervalMs = 100;

const nothingKnown: ClusterState = { overview: idle, jobs: idle, taskManagers: idle };

/** What the monitor asks of Flink. */
export type MonitoredClient = Pick<FlinkClient, 'overview' | 'jobs' | 'taskManagers' | 'job' | 'dispose'> & {
  readonly machines: Pick<FlinkClient['machines'], 'jobManager' | 'taskManager' | 'subtasks'>;
};

export interface ClusterMonitorOptions<C extends MonitoredClient> {
  /** Base URL of the REST server that is to be watched; `undefined` while there is none. */
  readonly endpoints: ReadableStore<string | undefined>;
  readonly createClient: (baseUrl: string) => C;
  /** The normal interval, asked anew before each wait. */
  readonly intervalMs: () => number;
  readonly logger: Logger;
  readonly clock?: Clock;
  readonly random?: () => number;
}

type Mode = 'off' | 'background' | 'foreground';

/**
 * Watches one Flink cluster: one call per watched part and tick, none for what nobody watches. A failure becomes the state of
 * the part and is never thrown.
 */
export class PollingClusterMonitor<C extends MonitoredClient> implements ClusterMonitor {
  readonly state = new Store<ClusterState>(nothingKnown);
  readonly #clock: Clock;
  readonly #watches = new Set<readonly ClusterPart[]>();
  readonly #background = new LeaseCount(() => this.#rearm());
  readonly #judge: OutcomeJudge;
  readonly #jobs: DetailWatches<C, JobDetail>;
  readonly #taskManagers: DetailWatches<C, TaskManagerDetail>;
  readonly #jobManager: DetailWatches<C, JobManagerDetail>;
  readonly #details: readonly Pick<DetailWatches<C, unknown>, 'poke' | 'connect' | 'dispose'>[];
  readonly #client = new Store<C | undefined>(undefined);
  readonly #poller: Poller;
  readonly #endpointChange: Disposable;
  #mode: Mode = 'off';
  #jobsReadAt = Number.NEGATIVE_INFINITY;
  #taskManagersReadAt = Number.NEGATIVE_INFINITY;
  #hurriedUntil = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: ClusterMonitorOptions<C>) {
    this.#clock = options.clock ?? systemClock;
    this.#judge = new OutcomeJudge(this.#clock, options.logger);
    this.#poller = this.#createPoller(
      (signal) => this.#pollCluster(signal),
      () => (this.#mode === 'background' ? backgroundIntervalMs : this.#intervalMs()),
    );
    this.#jobs = this.#detailWatches('job', (id) => {
      const rates = new CounterRates();
      return async (client, signal) => withVertexRates(await client.job(id, signal), rates, this.#clock.now());
    });
    this.#taskManagers = this.#detailWatches(
      'TaskManager',
      (id) => (client, signal) => readTaskManager(client, id, signal),
    );
    this.#jobManager = this.#detailWatches('JobManager', () => (client, signal) => client.machines.jobManager(signal));
    this.#details = [this.#jobs, this.#taskManagers, this.#jobManager];
    this.#endpointChange = options.endpoints.onDidChange(({ next }) => this.#connect(next));
    this.#connect(options.endpoints.value);
  }

  /** The client of the cluster that is watched, which belongs to the monitor; `undefined` while there is none. */
  get client(): ReadableStore<C | undefined> {
    return this.#client;
  }

  /** A job was read, for whomever. */
  get onJobRead(): Event<DetailRead<JobDetail>> {
    return this.#jobs.onRead;
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

  watchJob(jobId: string): Watch<JobDetail> {
    return this.#jobs.watch(jobId);
  }

  watchTaskManager(flinkId: string): Watch<TaskManagerDetail> {
    return this.#taskManagers.watch(flinkId);
  }

  watchJobManager(): Watch<JobManagerDetail> {
    return this.#jobManager.watch('');
  }

  poke(): void {
    this.#taskManagersReadAt = Number.NEGATIVE_INFINITY;
    this.#poller.poke();
    for (const details of this.#details) details.poke();
  }

  expectChange(): void {
    this.#hurriedUntil = this.#clock.now() + hurryMs;
    this.poke();
  }

  dispose(): void {
    this.#endpointChange.dispose();
    this.#poller.dispose();
    for (const details of this.#details) details.dispose();
    this.#client.value?.dispose();
    this.#client.dispose();
    this.state.dispose();
  }

  #connect(baseUrl: string | undefined): void {
    this.#poller.stop();
    this.#mode = 'off';
    this.#jobsReadAt = Number.NEGATIVE_INFINITY;
    this.#taskManagersReadAt = Number.NEGATIVE_INFINITY;
    for (const details of this.#details) details.connect(undefined);
    const previous = this.#client.value;
    this.state.set(nothingKnown);
    this.#client.set(baseUrl === undefined ? undefined : this.options.createClient(baseUrl));
    previous?.dispose();
    this.#rearm();
    for (const details of this.#details) details.connect(this.#client.value);
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
    if (this.#client.value === undefined) return 'off';
    if (this.#watches.size > 0) return 'foreground';
    return this.#background.isHeld ? 'background' : 'off';
  }

  #isWatched(part: ClusterPart): boolean {
    if (this.#mode === 'background') return part === 'jobs';
    for (const parts of this.#watches) if (parts.includes(part)) return true;
    return false;
  }

  async #pollCluster(signal: AbortSignal): Promise<void> {
    const client = this.#client.value;
    if (client === undefined) return;
    this.#showLoading();
    const [overview, jobs, taskManagers] = await Promise.all([
      attempt(this.#isWatched('overview'), () => client.overview(signal)),
      attempt(this.#isWatched('jobs'), () => client.jobs(signal)),
      attempt(this.#isWatched('taskManagers') && this.#taskManagersAreDue(), () => client.taskManagers(signal)),
    ]);
    if (signal.aborted) return;
    if (jobs !== undefined) this.#jobsReadAt = this.#clock.now();
    if (taskManagers !== undefined && 'value' in taskManagers) this.#taskManagersReadAt = this.#clock.now();
    this.#set({
      overview: this.#judge.judge('overview', this.state.value.overview, overview),
      jobs: this.#judge.judge('jobs', this.state.value.jobs, jobs),
      taskManagers: this.#judge.judge('TaskManagers', this.state.value.taskManagers, taskManagers, true),
    });
    const made = [overview, jobs, taskManagers].filter((outcome) => outcome !== undefined);
    const errors = made.filter((outcome) => 'error' in outcome);
    if (errors[0] !== undefined && errors.length === made.length) throw errors[0].error;
  }

  /** Very many are read less often, unless something is expected of them. */
  #taskManagersAreDue(): boolean {
    const patience = patienceFor(valueOf(this.state.value.taskManagers)?.length ?? 0);
    const now = this.#clock.now();
    return (
      patience === 1 ||
      now < this.#hurriedUntil ||
      now - this.#taskManagersReadAt >= this.options.intervalMs() * (patience - 1 / 2)
    );
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

  #intervalMs(): number {
    const normal = this.options.intervalMs();
    return this.#clock.now() < this.#hurriedUntil ? Math.min(hurryIntervalMs, normal) : normal;
  }

  #detailWatches<T>(
    what: string,
    reader: (key: string) => (client: C, signal: AbortSignal) => Promise<T>,
  ): DetailWatches<C, T> {
    return new DetailWatches({
      what: (key) => `${what} ${key}`.trim(),
      reader,
      createPoller: (poll) => this.#createPoller(poll, () => this.#intervalMs()),
      judge: this.#judge,
    });
  }

  #createPoller(poll: (signal: AbortSignal) => Promise<void>, intervalMs: () => number): Poller {
    const { random } = this.options;
    return new Poller({ poll, intervalMs, clock: this.#clock, ...(random === undefined ? {} : { random }) });
  }
}
