import type {
  EnvironmentSnapshot,
  ErrorSummary,
  InstanceEvent,
  ServiceName,
  StartOptions,
  StepProgress,
} from '../../../shared/model/environment';
import type { CommandPlaces, TerminalCommand } from '../../commandLines/commandPlaces';
import type { FlinkClient } from '../../flink/flinkClient';
import type { SavepointStore } from '../../savepoints/savepointStore';
import { sameValue } from '../../state/sameValue';
import { Store } from '../../state/store';
import { systemClock } from '../../util/clock';
import { DisposableStore } from '../../util/disposable';
import type { Event } from '../../util/emitter';
import { isAbort, messageOf, PlaygroundError } from '../../util/errors';
import { summaryOf } from '../common/errorSummary';
import { TransitionLock, type LockOwner, type Operation } from '../common/lock';
import { systemProcessTable } from '../common/processTable';
import { StepBoard } from '../common/stepBoard';
import { TransitionQueue } from '../common/transitionQueue';
import type {
  Capabilities,
  Environment,
  JobSubmission,
  LogSink,
  ProgressSink,
  StartResult,
  StopOptions,
} from '../environment';
import { damagedNotice } from '../local/describeLocal';
import { notRunning } from '../notRunning';
import { killContainer, restartContainers, scaleContainers, startContainer } from './composeOperations';
import { ComposePaths } from './composePaths';
import { ComposeRecordFile, emptyComposeState, type ComposeState } from './composeRecord';
import type { ComposeEnvironmentOptions, ComposeServices } from './composeServices';
import { inComposeSession, profileOf } from './composeSession';
import { connect, isForeign, type Connection } from './connection';
import { containerCommandPlaces, containerFlinkCli, type CliContext } from './containerCli';
import type { ContainerFacts } from './containerRecords';
import { ContainerSavepointStore } from './containerSavepoints';
import { checkpointsDirectory, containerSubmission, savepointsDirectory } from './containerSubmission';
import { ContainerRegistry } from './containerRegistry';
import { describeCompose } from './describeCompose';
import type { EngineCli } from './engineCli';
import { EngineWatch } from './engineWatch';
import { FlinkIdWatch } from './flinkIds';
import { LastWords } from './lastWords';
import { followContainerLog } from './followContainerLog';
import { runs, type Scene } from './scene';
import { startCompose } from './startCompose';
import { startForeign } from './startForeign';
import { stopCompose } from './stopCompose';
import { RecordWatch } from './recordWatch';

const firstLookMs = 1500;

/** Real Flink and Kafka as containers of Docker Compose, ours or somebody else's that are adopted (design: compose). */
export class ComposeEnvironment implements Environment {
  readonly kind = 'compose';
  readonly capabilities: Capabilities = { lifecycle: true, processes: true, scale: true, logs: true, cli: true };
  readonly #owned = new DisposableStore();
  readonly #services: ComposeServices;
  readonly #snapshot: Store<EnvironmentSnapshot>;
  readonly #ended = new AbortController();
  readonly #transitions = new TransitionQueue();
  readonly #flinkIds: FlinkIdWatch;
  readonly #recordWatch: RecordWatch;
  readonly #savepoints = new ContainerSavepointStore({
    savepoints: savepointsDirectory,
    checkpoints: checkpointsDirectory,
    exec: (program, signal) => this.#exec(program, signal),
  });
  readonly onInstanceEvent: Event<InstanceEvent>;

  #state: ComposeState = emptyComposeState;
  #steps: readonly StepProgress[] = [];
  #error: ErrorSummary | undefined;
  #unseen: ErrorSummary | undefined;
  #looked = false;
  #notices: readonly string[] = [];
  #elsewhere: LockOwner | undefined;
  #connection: { readonly value: Connection; readonly watch: EngineWatch; readonly lastWords: LastWords } | undefined;
  #connecting: Promise<Connection> | undefined;
  #flink: { readonly url: string; readonly client: FlinkClient } | undefined;

  constructor({
    dataDirectory,
    clock = systemClock,
    table = systemProcessTable(),
    ...rest
  }: ComposeEnvironmentOptions) {
    const paths = new ComposePaths(dataDirectory);
    const registry = this.#owned.add(new ContainerRegistry(clock));
    this.#services = {
      ...rest,
      clock,
      table,
      paths,
      registry,
      lock: new TransitionLock(paths.locks, table, () => clock.now()),
      records: new ComposeRecordFile(paths.stateFile, () => clock.now()),
    };
    this.#flinkIds = this.#owned.add(new FlinkIdWatch({ registry, clock, client: () => this.#flink?.client }));
    this.#snapshot = this.#owned.add(new Store(this.#describe(), sameValue));
    this.#recordWatch = this.#owned.add(
      new RecordWatch({ paths: [paths.stateFile, paths.locks], clock, onChange: () => this.#look() }),
    );
    this.onInstanceEvent = registry.onEvent;
    this.#owned.add(registry.onDidChange(() => this.#publish()));
  }

  get snapshot(): Store<EnvironmentSnapshot> {
    return this.#snapshot;
  }

  get operationsDirectory(): string | undefined {
    const { paths, registry } = this.#services;
    const { run } = this.#state;
    if (!this.#isForeign) return run === undefined ? undefined : paths.operations(profileOf(run));
    const [container] = registry.containers;
    return container === undefined ? undefined : paths.operations(`project-${container.project}`);
  }

  /** Of our own project alone: where others have their containers write is not known. */
  get savepointStore(): SavepointStore | undefined {
    const { containers } = this.#services.registry;
    return !this.#isForeign && containers.some(hasVolumes) ? this.#savepoints : undefined;
  }

  async jobSubmission(): Promise<JobSubmission> {
    return containerSubmission(this.#services);
  }

  async refresh(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const either = AbortSignal.any([signal, this.#ended.signal]);
    await this.#look();
    try {
      await this.#list(either);
    } catch (error) {
      either.throwIfAborted();
      this.#services.logger.info(`The containers could not be looked at: ${messageOf(error)}`);
    }
    this.#recordWatch.start();
  }

  async start(options: StartOptions, progress: ProgressSink, signal: AbortSignal): Promise<StartResult> {
    return this.#transition('start', signal, (scene, inner) => {
      const board = this.#board(progress);
      const notify = (notice: string): void => {
        this.#notices = [...this.#notices, notice];
      };
      const context = { scene, board, notify };
      return this.#isForeign ? startForeign(context, inner) : startCompose(context, options, inner);
    });
  }

  async stop(options: StopOptions, progress: ProgressSink, signal: AbortSignal): Promise<void> {
    await this.#transitions.cancel('start', signal);
    await this.#transition('stop', signal, (scene, inner) => stopCompose(scene, options, this.#board(progress), inner));
  }

  async kill(instanceId: string, signal: AbortSignal): Promise<void> {
    await this.#transition('kill', signal, (scene, inner) => killContainer(scene, instanceId, inner));
  }

  async startInstance(instanceId: string, signal: AbortSignal): Promise<void> {
    await this.#transition('startInstance', signal, (scene, inner) => startContainer(scene, instanceId, inner));
  }

  async restart(service: ServiceName, signal: AbortSignal): Promise<void> {
    await this.#transition('restart', signal, (scene, inner) => restartContainers(scene, service, inner));
  }

  async scaleTaskManagers(count: number, signal: AbortSignal): Promise<void> {
    await this.#transition('scale', signal, (scene, inner) => scaleContainers(scene, count, inner));
  }

  async followLogs(instanceId: string, sink: LogSink, signal: AbortSignal): Promise<void> {
    const { registry, clock, logger } = this.#services;
    const either = AbortSignal.any([signal, this.#ended.signal]);
    const cli = async (inner: AbortSignal): Promise<EngineCli> => (await this.#connect(inner)).cli;
    await followContainerLog({ cli, registry, clock, logger }, instanceId, sink, either);
  }

  async flinkCli(signal: AbortSignal): Promise<TerminalCommand> {
    return containerFlinkCli(await this.#cliContext(signal));
  }

  async commandPlaces(signal: AbortSignal): Promise<CommandPlaces> {
    return containerCommandPlaces(await this.#cliContext(signal));
  }

  /**
   * Lets go of what runs, which goes on running. A transition under way is aborted, and what it needs to clean up stays until
   * it has ended.
   */
  dispose(): void {
    if (this.#ended.signal.aborted) return;
    this.#ended.abort();
    const watch = this.#connection?.watch;
    watch?.dispose();
    this.#connection?.lastWords.dispose();
    void Promise.all([this.#transitions.idle, watch?.ended]).then(() => {
      this.#flink?.client.dispose();
      this.#owned.dispose();
    });
  }

  /** In a container that has the volumes of checkpoints and savepoints. */
  async #exec(program: readonly string[], signal: AbortSignal): Promise<string> {
    const container = this.#services.registry.containers.find(hasVolumes);
    if (container === undefined) throw notRunning();
    const either = AbortSignal.any([signal, this.#ended.signal]);
    return (await this.#connect(either)).cli.exec(container.id, program, either);
  }

  async #cliContext(signal: AbortSignal): Promise<CliContext> {
    const connection = await this.#connect(AbortSignal.any([signal, this.#ended.signal]));
    return { services: this.#services, connection, run: this.#isForeign ? undefined : this.#state.run };
  }

  get #isForeign(): boolean {
    const { settings, registry, paths } = this.#services;
    return isForeign(this.#connection?.value.settings ?? settings(), registry.containers, paths.owner);
  }

  /** One transition at a time in this window, and by the lock in all windows. */
  async #transition<T>(
    operation: Operation,
    outer: AbortSignal,
    act: (scene: Scene, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const either = AbortSignal.any([outer, this.#ended.signal]);
    const isLong = operation === 'start' || operation === 'stop';
    try {
      return await this.#transitions.run(operation, either, async (signal) => {
        if (isLong) this.#publish();
        return inComposeSession(this.#services, operation, async (session) => {
          this.#elsewhere = undefined;
          this.#error = undefined;
          this.#notices = session.loaded.damaged === undefined ? [] : [damagedNotice(session.loaded.damaged.keptAs)];
          this.#state = session.state;
          session.onChange((state) => {
            this.#state = state;
            this.#publish();
          });
          try {
            await this.#list(signal);
            const connection = await this.#connect(signal);
            const list = (inner: AbortSignal): Promise<void> => this.#list(inner);
            return await act({ services: this.#services, session, connection, list }, signal);
          } catch (error) {
            if (isLong && !isAbort(error)) this.#error = summaryOf(error);
            throw error;
          }
        });
      });
    } finally {
      this.#publish();
      this.#recordWatch.start();
    }
  }

  /** Reads what is recorded; asks nothing of the engine. */
  async #look(): Promise<void> {
    if (this.#transitions.operation !== undefined || this.#ended.signal.aborted) return;
    const { lock, records, logger } = this.#services;
    try {
      this.#elsewhere = await lock.owner();
      this.#state = (await records.load()).state;
    } catch (error) {
      this.#error = summaryOf(error);
      logger.warn(`The record of the playground could not be read: ${messageOf(error)}`);
    }
    this.#publish();
  }

  async #list(signal: AbortSignal): Promise<void> {
    await this.#connect(signal);
    const watch = this.#connection?.watch;
    watch?.retry();
    await watch?.list(signal);
    // What was running before is shown as what it is from the start, not as starting.
    if (!this.#looked) await this.#flinkIds.look(AbortSignal.any([signal, AbortSignal.timeout(firstLookMs)]));
    this.#looked = true;
    this.#publish();
  }

  /** The engine and the project by the settings as they are now; the watch of another project ends. */
  async #connect(signal: AbortSignal): Promise<Connection> {
    const settings = this.#services.settings();
    const present = this.#connection?.value;
    const recorded = this.#state.run?.project;
    if (
      present !== undefined &&
      JSON.stringify(present.settings) === JSON.stringify(settings) &&
      (settings.file !== '' || recorded === undefined || recorded === present.project)
    ) {
      return present;
    }
    this.#connecting ??= this.#connectAnew(signal).finally(() => {
      this.#connecting = undefined;
    });
    return this.#connecting;
  }

  async #connectAnew(signal: AbortSignal): Promise<Connection> {
    const { clock, logger, registry } = this.#services;
    let value: Connection;
    try {
      value = await connect(this.#services, this.#state.run?.project, signal);
    } catch (error) {
      if (PlaygroundError.is(error)) this.#onEngine(error);
      throw error;
    }
    this.#connection?.watch.dispose();
    this.#connection?.lastWords.dispose();
    registry.clear();
    this.#looked = false;
    const watch = new EngineWatch({
      cli: value.cli,
      project: value.project,
      registry,
      clock,
      logger,
      onEngine: (error) => this.#onEngine(error),
      onListed: () => this.#onListed(),
    });
    this.#connection = { value, watch, lastWords: new LastWords({ registry, cli: value.cli, logger }) };
    return value;
  }

  #onEngine(error: PlaygroundError | undefined): void {
    this.#unseen = error === undefined ? undefined : summaryOf(error);
    this.#publish();
  }

  #onListed(): void {
    this.#publish();
    this.#flinkIds.update();
    this.#connection?.lastWords.update();
  }

  #board(progress: ProgressSink): StepBoard {
    return new StepBoard(this.#services.clock, progress, (steps) => {
      this.#steps = steps;
      this.#publish();
    });
  }

  #describe(): EnvironmentSnapshot {
    const { operation } = this.#transitions;
    const { registry } = this.#services;
    return describeCompose({
      state: this.#state,
      instances: registry.snapshots,
      containers: registry.containers,
      foreign: this.#isForeign,
      remoteHost: this.#connection?.value.remoteHost,
      steps: this.#steps,
      transition: operation === 'start' || operation === 'stop' ? operation : undefined,
      elsewhere: this.#elsewhere,
      error: this.#error,
      unseen: this.#unseen,
      looked: this.#looked,
      notices: this.#notices,
    });
  }

  #publish(): void {
    if (this.#ended.signal.aborted) return;
    const next = this.#describe();
    this.#followFlink(next.endpoints?.rest);
    this.#snapshot.set(next);
  }

  /** The client that asks for the TaskManagers goes where the REST server is. */
  #followFlink(url: string | undefined): void {
    if (this.#flink?.url === url) return;
    this.#flink?.client.dispose();
    this.#flink = url === undefined ? undefined : { url, client: this.#services.flinkClient(url) };
  }
}

function hasVolumes(container: ContainerFacts): boolean {
  return (container.service === 'jobmanager' || container.service === 'taskmanager') && runs(container);
}
