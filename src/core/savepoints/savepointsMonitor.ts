import * as l10n from '@vscode/l10n';
import type { EnvironmentSnapshot } from '../../shared/model/environment';
import type { JobOverview } from '../../shared/model/flink';
import type { SavepointEntry, SavepointUse, StoredSavepoint } from '../../shared/model/savepoints';
import type { ClusterState, SavepointsMonitor } from '../engineApi';
import type { Environment } from '../environment/environment';
import type { FlinkClient } from '../flink/flinkClient';
import { LeaseCount } from '../state/lease';
import { Poller } from '../state/poller';
import { failed, idle, loading, succeeded, valueOf, type Resource } from '../state/resource';
import { Store, type ReadableStore } from '../state/store';
import type { Clock } from '../util/clock';
import { DisposableStore, type Disposable } from '../util/disposable';
import { isAbort, messageOf, PlaygroundError } from '../util/errors';
import type { Logger } from '../util/logger';
import type { JobOperations } from './jobOperations';
import { isOver, mergeSavepoints, placesToLookAt, type JobStatistics, type SavepointSources } from './mergeSavepoints';
import type { Notes, SavepointNotes } from './savepointNotes';
import { savepointKey } from './savepointPath';

/** What the monitor asks of Flink. */
type StatisticsClient = Pick<FlinkClient, 'checkpoints' | 'jobs' | 'dispose'>;

export interface SavepointsMonitorOptions {
  readonly environment: Pick<Environment, 'snapshot' | 'savepointStore'>;
  readonly cluster: ReadableStore<ClusterState>;
  readonly operations: Pick<JobOperations, 'open' | 'history'>;
  readonly notes: () => Pick<SavepointNotes, 'read' | 'noteDeleted'> | undefined;
  readonly createClient: (baseUrl: string) => StatisticsClient;
  readonly intervalMs: () => number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Statistics are read when something changed, and now and then all the same: somebody else may have taken a savepoint. */
const statisticsMs = 60_000;
/** The same where the folder is looked at, which tells of all savepoints but those that went elsewhere. */
const storedStatisticsMs = 300_000;
/** While it matters whether a job has made a checkpoint of its own. */
const hurriedStatisticsMs = 5000;
/** More jobs than this are not asked about, and more places not looked at. */
const most = 50;

interface Reading {
  readonly stored: readonly StoredSavepoint[] | undefined;
  readonly elsewhere: ReadonlyMap<string, StoredSavepoint>;
  readonly statistics: ReadonlyMap<string, JobStatistics>;
  readonly notes: Notes;
}

const nothingNoted: Notes = { gaps: new Map(), deleted: new Set() };

/**
 * Knows every savepoint there is, while somebody holds a lease: looks at the folders at the normal interval, and asks Flink about
 * jobs only when something changed, so that looking costs next to nothing.
 */
export class PollingSavepointsMonitor implements SavepointsMonitor {
  readonly #owned = new DisposableStore();
  readonly #store = this.#owned.add(new Store<Resource<readonly SavepointEntry[]>>(idle, same));
  readonly #leases = new LeaseCount(() => this.#startOrStop());
  readonly #poller: Poller;
  #reading: Reading | undefined;
  #asked = '';
  #lookedFor = '';
  #lookedAt = Number.NEGATIVE_INFINITY;
  #askedAt = Number.NEGATIVE_INFINITY;
  #rest: string | undefined;

  constructor(private readonly options: SavepointsMonitorOptions) {
    const { environment, cluster, operations, clock, intervalMs } = options;
    this.#poller = this.#owned.add(new Poller({ poll: (signal) => this.#poll(signal), intervalMs, clock }));
    this.#owned.add(environment.snapshot.onDidChange(() => this.#publish()));
    this.#owned.add(cluster.onDidChange(({ next, previous }) => next.jobs !== previous.jobs && this.#publish()));
    for (const part of [operations.open, operations.history]) {
      this.#owned.add(
        part.onDidChange(() => {
          this.#publish();
          this.poke();
        }),
      );
    }
  }

  get state(): ReadableStore<Resource<readonly SavepointEntry[]>> {
    return this.#store;
  }

  watch(): Disposable {
    return this.#leases.take();
  }

  poke(): void {
    this.#lookedAt = Number.NEGATIVE_INFINITY;
    this.#poller.poke();
  }

  async read(signal: AbortSignal): Promise<readonly SavepointEntry[]> {
    const rest = this.#address;
    const jobs = rest === undefined ? this.#jobs : await this.#withClient(rest, (client) => client.jobs(signal));
    const { stored, elsewhere, notes } = await this.#look(signal);
    const statistics = await this.#statistics(jobs, signal);
    this.#reading = { stored, elsewhere, notes, statistics };
    this.#publish();
    return mergeSavepoints({ ...this.#sources(this.#reading), jobs });
  }

  async delete(path: string, signal: AbortSignal): Promise<void> {
    const key = savepointKey(path);
    const entry = (await this.read(signal)).find((each) => each.key === key);
    if (entry === undefined) throw new PlaygroundError('input', l10n.t('There is no savepoint "{0}".', path));
    if (entry.use !== undefined) throw inUse(entry.use, path);
    if (entry.condition === 'whole' || entry.condition === 'halfWritten') {
      await this.options.environment.savepointStore?.delete(path, signal);
    }
    await this.options.notes()?.noteDeleted(key);
    await this.read(signal);
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #startOrStop(): void {
    if (this.#leases.isHeld) this.#poller.start();
    else this.#poller.stop();
  }

  async #poll(signal: AbortSignal): Promise<void> {
    this.#store.update(loading);
    try {
      if (this.#address !== this.#rest) this.#reading = undefined;
      this.#rest = this.#address;
      const { stored, elsewhere, notes } = await this.#lookIfDue(signal);
      const statistics = this.#isDue(stored) ? await this.#ask(signal) : this.#reading?.statistics;
      if (signal.aborted) return;
      this.#reading = { stored, elsewhere, notes, statistics: statistics ?? new Map() };
      this.#publish();
    } catch (error) {
      if (signal.aborted || isAbort(error)) throw error;
      this.options.logger.debug(`Savepoints were not read: ${messageOf(error)}`);
      const failure = error instanceof Error ? error : new Error(messageOf(error));
      this.#store.update((previous) => failed(previous, failure));
      throw error;
    }
  }

  /** Where looking costs something, what was found counts until something is known to have changed. */
  async #lookIfDue(signal: AbortSignal): Promise<Omit<Reading, 'statistics'>> {
    const restMs = this.options.environment.savepointStore?.restMs ?? 0;
    const jobs = this.#jobs?.map(({ id, state }) => `${id}:${state}`) ?? [];
    const told = [...(this.#reading?.statistics.values() ?? [])].flatMap(({ available }) =>
      available.flatMap(({ isSavepoint, externalPath }) => (isSavepoint ? [externalPath] : [])),
    );
    const lookedFor = [...jobs, ...told].join('\n');
    const isFresh = this.options.clock.now() - this.#lookedAt < restMs && lookedFor === this.#lookedFor;
    if (isFresh && this.#reading !== undefined) return this.#reading;
    const found = await this.#look(signal);
    this.#lookedFor = lookedFor;
    this.#lookedAt = this.options.clock.now();
    return found;
  }

  async #look(signal: AbortSignal): Promise<Omit<Reading, 'statistics'>> {
    const store = this.options.environment.savepointStore;
    const [stored, notes] = await Promise.all([
      store?.list(signal),
      this.options.notes()?.read() ?? Promise.resolve(nothingNoted),
    ]);
    const statistics = this.#reading?.statistics ?? new Map<string, JobStatistics>();
    const places = placesToLookAt(this.#sources({ stored, elsewhere: new Map(), statistics, notes })).slice(0, most);
    const looked = await Promise.all(
      places.map(async (path) => {
        try {
          return [savepointKey(path), await store?.stat(path, signal)] as const;
        } catch (error) {
          if (isAbort(error)) throw error;
          return [savepointKey(path), undefined] as const;
        }
      }),
    );
    const elsewhere = new Map(looked.flatMap(([key, files]) => (files === undefined ? [] : [[key, files] as const])));
    return { stored, elsewhere, notes };
  }

  /** Whether what Flink says of checkpoints may have changed since it was asked. */
  #isDue(stored: readonly StoredSavepoint[] | undefined): boolean {
    const jobs = this.#jobs?.map(({ id, state }) => `${id}:${state}`) ?? [];
    const savepoints = stored?.flatMap(({ kind, path }) => (kind === 'savepoint' ? [path] : [])) ?? [];
    const asked = [...jobs, ...savepoints].join('\n');
    const isWaiting = (valueOf(this.#store.value) ?? []).some(({ use }) => use?.by === 'job');
    const isSeen = stored !== undefined && this.options.environment.savepointStore?.restMs === 0;
    const restMs = isSeen ? storedStatisticsMs : statisticsMs;
    const due = this.options.clock.now() - this.#askedAt >= (isWaiting ? hurriedStatisticsMs : restMs);
    if (asked === this.#asked && !due) return false;
    this.#asked = asked;
    this.#askedAt = this.options.clock.now();
    return true;
  }

  /** What Flink cannot say does not keep the rest from being shown. */
  async #ask(signal: AbortSignal): Promise<ReadonlyMap<string, JobStatistics> | undefined> {
    try {
      return await this.#statistics(this.#jobs, signal);
    } catch (error) {
      if (isAbort(error)) throw error;
      this.options.logger.debug(`Checkpoints of jobs were not read: ${messageOf(error)}`);
      this.#asked = '';
      return this.#reading?.statistics;
    }
  }

  async #statistics(
    jobs: readonly JobOverview[] | undefined,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, JobStatistics>> {
    const rest = this.#address;
    if (rest === undefined || jobs === undefined) return new Map();
    const before = this.#reading?.statistics;
    return this.#withClient(rest, async (client) => {
      const read = jobs.slice(0, most).map(async (job): Promise<readonly (readonly [string, JobStatistics])[]> => {
        const known = before?.get(job.id);
        if (known?.isFinal === true) return [[job.id, known]];
        const statistics = await client.checkpoints(job.id, signal);
        return statistics === undefined ? [] : [[job.id, { ...statistics, isFinal: isOver(job) }]];
      });
      return new Map((await Promise.all(read)).flat());
    });
  }

  async #withClient<T>(rest: string, act: (client: StatisticsClient) => Promise<T>): Promise<T> {
    const client = this.options.createClient(rest);
    try {
      return await act(client);
    } finally {
      client.dispose();
    }
  }

  get #address(): string | undefined {
    return this.options.environment.snapshot.value.endpoints?.rest;
  }

  /** `undefined` while it is not known which jobs run. */
  get #jobs(): readonly JobOverview[] | undefined {
    return isDown(this.options.environment.snapshot.value) ? [] : valueOf(this.options.cluster.value.jobs);
  }

  #sources({ stored, elsewhere, statistics, notes }: Reading): SavepointSources {
    const { operations } = this.options;
    return {
      stored,
      elsewhere,
      jobs: this.#jobs,
      statistics,
      open: operations.open.value,
      history: operations.history.value,
      deleted: notes.deleted,
    };
  }

  #publish(): void {
    if (this.#reading === undefined || this.#owned.isDisposed) return;
    this.#store.set(succeeded(mergeSavepoints(this.#sources(this.#reading)), this.options.clock.now()));
  }
}

function inUse(use: SavepointUse, path: string): PlaygroundError {
  if (use.by === 'operation') {
    return new PlaygroundError('input', l10n.t('"{0}" is in use by an operation that is not finished.', path), {
      remedy: l10n.t('Resume or dismiss the operation in the Jobs view first.'),
    });
  }
  const message = l10n.t('"{0}" is in use: {1} would go back to it after a failure.', path, use.jobName);
  return new PlaygroundError('input', message, {
    remedy: l10n.t('Wait until the job has made a checkpoint of its own, or stop it first.'),
  });
}

function isDown({ phase }: EnvironmentSnapshot): boolean {
  return phase === 'absent' || phase === 'failed';
}

/** The same entries, read later, are no change. */
function same(a: Resource<readonly SavepointEntry[]>, b: Resource<readonly SavepointEntry[]>): boolean {
  if (a === b) return true;
  return a.state === 'ready' && b.state === 'ready' && JSON.stringify(a.value) === JSON.stringify(b.value);
}
