import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  EnvironmentSnapshot,
  ErrorSummary,
  InstanceEvent,
  ServiceName,
  StartOptions,
  StepProgress,
} from '../../../shared/model/environment';
import { DiskSavepointStore } from '../../savepoints/diskSavepointStore';
import type { SavepointStore } from '../../savepoints/savepointStore';
import type { CommandPlaces, TerminalCommand } from '../../commandLines/commandPlaces';
import { sameValue } from '../../state/sameValue';
import { Store } from '../../state/store';
import { systemClock } from '../../util/clock';
import { DisposableStore, type Disposable } from '../../util/disposable';
import type { Event } from '../../util/emitter';
import { isAbort, messageOf } from '../../util/errors';
import type { Capabilities, Environment, JobSubmission, LogSink, ProgressSink, StopOptions } from '../environment';
import { ClassArchives } from './cds';
import { localCommandPlaces, localFlinkCli } from './cli';
import { damagedNotice, describeLocal, leftoversNotice } from './describeLocal';
import { followLog } from './followLog';
import { InstanceRegistry } from './instanceRegistry';
import { KraftFolders } from './kraftFolder';
import { summaryOf } from '../common/errorSummary';
import { TransitionLock, type LockOwner, type Operation } from '../common/lock';
import { localJobSubmission } from './installation';
import { LocalPaths, profileName } from './localPaths';
import { hasLeftovers } from './leftovers';
import { limitOutputs } from './outputLimit';
import { killInstance, restartService, scaleTaskManagers, startInstance } from './operations';
import { PortReservations } from '../common/portReservations';
import { systemProcessTable } from '../common/processTable';
import type { LocalEnvironmentOptions, LocalServices } from './services';
import { savepointFolders } from './savepointFolders';
import { inSession, type Session } from './session';
import { startPlayground, type LocalStartResult } from './start';
import { emptyState, StateFile, type LocalState } from './stateFile';
import { StepBoard } from '../common/stepBoard';
import { stopPlayground } from './stop';
import { TransitionQueue } from '../common/transitionQueue';

const watchMs = 1000;
const outputLimitMs = 30_000;
const defaultArchiveDelayMs = 20_000;

/** Real Flink and Kafka as processes of this machine (design: local, the embedded default). */
export class LocalEnvironment implements Environment {
  readonly kind = 'local';
  readonly capabilities: Capabilities = { lifecycle: true, processes: true, scale: true, logs: true, cli: true };
  readonly #owned = new DisposableStore();
  readonly #services: LocalServices;
  readonly #snapshot: Store<EnvironmentSnapshot>;
  readonly #ended = new AbortController();
  readonly onInstanceEvent: Event<InstanceEvent>;
  readonly savepointStore: SavepointStore;

  readonly #archiveDelayMs: number;
  #state: LocalState = emptyState;
  #known = true;
  #steps: readonly StepProgress[] = [];
  #error: ErrorSummary | undefined;
  #notices: readonly string[] = [];
  #elsewhere: LockOwner | undefined;
  /** Why the record is not known, until a transition has written a new one. */
  #damage: ErrorSummary | undefined;
  readonly #transitions = new TransitionQueue();
  #seen = '';
  #watch: Disposable | undefined;
  #outputsLimitedAt = 0;
  /** Ends the following of logs that are about to be deleted: their files are held open. */
  #following = new AbortController();
  #archives: Promise<void> = Promise.resolve();
  #looking: Promise<void> = Promise.resolve();

  constructor({
    dataDirectory,
    cacheDirectory,
    clock = systemClock,
    archiveDelayMs = defaultArchiveDelayMs,
    ...rest
  }: LocalEnvironmentOptions) {
    this.#archiveDelayMs = archiveDelayMs;
    const paths = new LocalPaths(dataDirectory);
    const table = systemProcessTable();
    const registry = this.#owned.add(new InstanceRegistry(table, clock));
    this.#services = {
      ...rest,
      clock,
      paths,
      table,
      registry,
      lock: new TransitionLock(paths.locks, table, () => clock.now()),
      ports: new PortReservations({
        directory: join(cacheDirectory, 'ports'),
        holder: dataDirectory,
        table,
        clock,
        logger: rest.logger,
      }),
      stateFile: new StateFile(paths.stateFile, () => clock.now()),
      archives: new ClassArchives(cacheDirectory, rest.logger),
      kraftFolders: new KraftFolders(cacheDirectory, rest.logger),
    };
    this.#snapshot = this.#owned.add(new Store(this.#describe(), sameValue));
    this.onInstanceEvent = registry.onEvent;
    this.savepointStore = new DiskSavepointStore({ folders: () => savepointFolders(paths, this.#state) });
    this.#owned.add(registry.onDidChange(() => this.#publish()));
  }

  get snapshot(): Store<EnvironmentSnapshot> {
    return this.#snapshot;
  }

  get operationsDirectory(): string | undefined {
    const { run } = this.#state;
    if (run === undefined) return undefined;
    return this.#services.paths.profile(profileName(run.options.flinkVersion, run.options.kafkaMode)).operations;
  }

  jobSubmission(signal: AbortSignal): Promise<JobSubmission> {
    return localJobSubmission(this.#services, this.#state.run, signal);
  }

  async refresh(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await this.#look();
    this.#watchRecord();
  }

  async start(options: StartOptions, progress: ProgressSink, signal: AbortSignal): Promise<LocalStartResult> {
    const result = await this.#transition('start', signal, (session, inner) => {
      const board = this.#board(progress);
      const notify = (notice: string): void => {
        this.#notices = [...this.#notices, notice];
      };
      return startPlayground(this.#services, session, options, board, notify, inner);
    });
    this.#archives = this.#makeArchives();
    return result;
  }

  async stop(options: StopOptions, progress: ProgressSink, signal: AbortSignal): Promise<void> {
    await this.#transitions.cancel('start', signal);
    if (options.deleteData) {
      this.#following.abort();
      this.#following = new AbortController();
    }
    await this.#transition('stop', signal, (session, inner) =>
      stopPlayground(this.#services, session, options, this.#board(progress), inner),
    );
  }

  async kill(instanceId: string, signal: AbortSignal): Promise<void> {
    await this.#transition('kill', signal, (session) => killInstance(this.#services, session, instanceId));
  }

  async startInstance(instanceId: string, signal: AbortSignal): Promise<void> {
    await this.#transition('startInstance', signal, (session, inner) =>
      startInstance(this.#services, session, instanceId, inner),
    );
  }

  async restart(service: ServiceName, signal: AbortSignal): Promise<void> {
    await this.#transition('restart', signal, (session, inner) =>
      restartService(this.#services, session, service, inner),
    );
  }

  async scaleTaskManagers(count: number, signal: AbortSignal): Promise<void> {
    await this.#transition('scale', signal, (session, inner) =>
      scaleTaskManagers(this.#services, session, count, inner),
    );
  }

  async followLogs(instanceId: string, sink: LogSink, signal: AbortSignal): Promise<void> {
    const { paths, clock } = this.#services;
    const either = AbortSignal.any([signal, this.#ended.signal, this.#following.signal]);
    const files = [paths.log(instanceId), paths.output(instanceId)];
    const wake: Event<unknown> = (listener) =>
      this.onInstanceEvent((event) => {
        if (event.instance.id === instanceId) listener(event);
      });
    await Promise.all(files.map((file) => followLog(file, sink, either, { clock, wake })));
  }

  async flinkCli(signal: AbortSignal): Promise<TerminalCommand> {
    return localFlinkCli(this.#services, this.#state.run, AbortSignal.any([signal, this.#ended.signal]));
  }

  async commandPlaces(signal: AbortSignal): Promise<CommandPlaces> {
    return localCommandPlaces(this.#services, this.#state.run, AbortSignal.any([signal, this.#ended.signal]));
  }

  /** Waits until the class archives that the last start asked for are made, or could not be. For benches and tests. */
  async archivesMade(): Promise<void> {
    await this.#archives;
  }

  /**
   * Lets go of what runs, which goes on running. A transition under way is aborted, and what it needs to clean up and to write
   * down what still runs stays until it has ended.
   */
  dispose(): void {
    if (this.#ended.signal.aborted) return;
    this.#ended.abort();
    this.#watch?.dispose();
    void Promise.all([this.#transitions.idle, this.#looking]).then(() => this.#owned.dispose());
  }

  /** One transition at a time in this window, and by the lock in all windows. */
  async #transition<T>(
    operation: Operation,
    outer: AbortSignal,
    act: (session: Session, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const either = AbortSignal.any([outer, this.#ended.signal]);
    try {
      return await this.#transitions.run(operation, either, async (signal) => {
        // A look that is under way ends first: both would take charge of the same processes.
        await this.#looking;
        return inSession(this.#services, operation, async (session) => {
          this.#begin(session);
          try {
            return await act(session, signal);
          } catch (error) {
            if (isLong(operation) && !isAbort(error)) this.#error = summaryOf(error);
            throw error;
          } finally {
            this.#state = session.state;
          }
        });
      });
    } finally {
      this.#publish();
      this.#watchRecord();
    }
  }

  #begin(session: Session): void {
    this.#known = true;
    this.#elsewhere = undefined;
    this.#error = undefined;
    this.#damage = undefined;
    this.#notices = session.loaded.damaged === undefined ? [] : [damagedNotice(session.loaded.damaged.keptAs)];
    this.#state = session.state;
    session.onChange((state) => {
      this.#state = state;
      this.#publish();
    });
    this.#publish();
  }

  #board(progress: ProgressSink): StepBoard {
    return new StepBoard(this.#services.clock, progress, (steps) => {
      this.#steps = steps;
      this.#publish();
    });
  }

  /** Reads what is recorded, and takes charge of it; changes nothing on disk but a damaged record's name. */
  #look(): Promise<void> {
    const looked = this.#looking.then(() => (this.#isIdle ? this.#lookNow() : undefined));
    this.#looking = looked.catch(() => undefined);
    return looked;
  }

  get #isIdle(): boolean {
    return this.#transitions.operation === undefined && !this.#ended.signal.aborted;
  }

  async #lookNow(): Promise<void> {
    const { lock, stateFile, registry, logger } = this.#services;
    const wasUnknown = !this.#known;
    let elsewhere: LockOwner | undefined;
    try {
      elsewhere = await lock.owner();
      const { state, damaged } = await stateFile.load();
      await registry.load(state.run?.instances ?? []);
      this.#state = state;
      if (damaged !== undefined) this.#damage = { message: damagedNotice(damaged.keptAs) };
      else if (state.run !== undefined) this.#damage = undefined;
      const leftovers = elsewhere === undefined && state.run === undefined && (await hasLeftovers(this.#services));
      const reason = this.#damage ?? (leftovers ? { message: leftoversNotice() } : undefined);
      this.#known = reason === undefined;
      if (reason !== undefined || wasUnknown) this.#error = reason;
    } catch (error) {
      this.#known = false;
      this.#error = summaryOf(error);
      logger.warn(`The playground could not be looked at: ${messageOf(error)}`);
    }
    this.#elsewhere = elsewhere;
    this.#publish();
  }

  /** Other windows change the record: looked at every second, read when it changed. */
  #watchRecord(): void {
    if (this.#ended.signal.aborted) return;
    this.#watch?.dispose();
    this.#watch = this.#services.clock.schedule(watchMs, () => {
      void Promise.all([this.#lookIfChanged(), this.#limitOutputs()])
        .catch((error: unknown) => this.#services.logger.warn(`The record was not looked at: ${messageOf(error)}`))
        .finally(() => this.#watchRecord());
    });
  }

  async #lookIfChanged(): Promise<void> {
    if (!this.#isIdle) return;
    const { paths } = this.#services;
    const seen = await changeTimes([paths.stateFile, paths.locks]);
    if (seen === this.#seen && this.#elsewhere === undefined) return;
    this.#seen = seen;
    await this.#look();
  }

  async #limitOutputs(): Promise<void> {
    const { clock, paths, registry, logger } = this.#services;
    if (clock.now() - this.#outputsLimitedAt < outputLimitMs) return;
    this.#outputsLimitedAt = clock.now();
    const cut = await limitOutputs(registry.runningIds.map((id) => paths.output(id)));
    for (const path of cut) logger.info(`"${path}" had grown too long and begins anew`);
  }

  async #makeArchives(): Promise<void> {
    const { archives, clock, logger } = this.#services;
    const { signal } = this.#ended;
    try {
      await archives.dumpAfter(this.#archiveDelayMs, clock, signal);
    } catch (error) {
      if (!isAbort(error)) logger.warn(`Class archives were not made: ${messageOf(error)}`);
    }
  }

  #describe(): EnvironmentSnapshot {
    const { operation } = this.#transitions;
    return describeLocal({
      state: this.#state,
      instances: this.#services.registry.snapshots,
      steps: this.#steps,
      transition: operation === 'start' || operation === 'stop' ? operation : undefined,
      elsewhere: this.#elsewhere,
      error: this.#error,
      known: this.#known,
      notices: this.#notices,
    });
  }

  #publish(): void {
    if (!this.#ended.signal.aborted) this.#snapshot.set(this.#describe());
  }
}

function isLong(operation: Operation): boolean {
  return operation === 'start' || operation === 'stop';
}

async function changeTimes(paths: readonly string[]): Promise<string> {
  const times = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        ({ mtimeMs, ino }) => `${ino}:${mtimeMs}`,
        () => '',
      ),
    ),
  );
  return times.join(' ');
}
