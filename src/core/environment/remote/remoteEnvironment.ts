import { join } from 'node:path';
import * as l10n from '@vscode/l10n';
import type {
  EnvironmentSnapshot,
  ErrorSummary,
  InstanceEvent,
  Phase,
  StartOptions,
  StepProgress,
} from '../../../shared/model/environment';
import { playground } from '../../playground';
import { Poller } from '../../state/poller';
import { sameValue } from '../../state/sameValue';
import { Store } from '../../state/store';
import { systemClock, type Clock } from '../../util/clock';
import { DisposableStore } from '../../util/disposable';
import { Emitter } from '../../util/emitter';
import { isAbort, messageOf, PlaygroundError } from '../../util/errors';
import type { Logger } from '../../util/logger';
import { allOrNone } from '../common/allOrNone';
import { summaryOf } from '../common/errorSummary';
import { identifyJar, type OwnJar } from '../common/ownJar';
import { StepBoard } from '../common/stepBoard';
import { TransitionQueue } from '../common/transitionQueue';
import type { CommandPlaces, TerminalCommand } from '../../commandLines/commandPlaces';
import type { Capabilities, Environment, JobSubmission, ProgressSink, StartResult, StopOptions } from '../environment';
import type { Availability } from '../environmentSelection';
import { ConnectionRecord } from './connectionRecord';
import { askFlink, askKafka, type RemoteQuestionsOptions } from './remoteQuestions';
import {
  parseTarget,
  remoteFolder,
  sameTarget,
  targetOf,
  type RemoteSettings,
  type RemoteTarget,
} from './remoteTarget';

/** Views ask more often while they are visible; this tells whether the cluster is there at all. */
const watchIntervalMs = 15_000;

export interface RemoteEnvironmentOptions extends RemoteQuestionsOptions {
  readonly settings: () => RemoteSettings;
  /** The folder with the playground's own jars. */
  readonly jarsDirectory: string;
  /** Below it each cluster has a folder, with the memory of the connection and of what was operated. */
  readonly directory: string;
  readonly logger: Logger;
  readonly clock?: Clock;
}

/** A cluster that is looked at, and what it answered last. */
interface Connection {
  readonly target: RemoteTarget;
  readonly flinkVersion?: string;
  readonly flinkError?: unknown;
  readonly kafkaError?: unknown;
}

/**
 * A Flink cluster and a Kafka that others run: everything but operations on processes. Start connects and Stop disconnects;
 * neither changes anything in the cluster.
 */
export class RemoteEnvironment implements Environment {
  readonly kind = 'remote';
  readonly capabilities: Capabilities = { lifecycle: false, processes: false, scale: false, logs: false, cli: false };
  readonly #owned = new DisposableStore();
  readonly #ended = new AbortController();
  readonly #clock: Clock;
  readonly #records: ConnectionRecord;
  readonly #snapshot: Store<EnvironmentSnapshot>;
  readonly #watch: Poller;
  /** Never fires: there are no instances. */
  readonly onInstanceEvent = this.#owned.add(new Emitter<InstanceEvent>()).event;
  readonly #transitions = new TransitionQueue();
  #connection: Connection | undefined;
  /** One question that went unanswered is a busy network, two in a row are a cluster that is away. */
  #wasSilent = false;
  #steps: readonly StepProgress[] = [];
  #error: ErrorSummary | undefined;

  constructor(private readonly options: RemoteEnvironmentOptions) {
    this.#clock = options.clock ?? systemClock;
    this.#records = new ConnectionRecord(options.directory);
    this.#snapshot = this.#owned.add(new Store(this.#describe(), sameValue));
    const intervalMs = (): number => watchIntervalMs;
    this.#watch = this.#owned.add(new Poller({ poll: (signal) => this.#look(signal), intervalMs, clock: this.#clock }));
  }

  get snapshot(): Store<EnvironmentSnapshot> {
    return this.#snapshot;
  }

  get operationsDirectory(): string | undefined {
    const target = this.#connection?.target;
    return target === undefined ? undefined : join(remoteFolder(this.options.directory, target), 'operations');
  }

  /** The cluster has to have the Kafka connector itself: files of this machine are out of its reach. */
  async jobSubmission(signal: AbortSignal): Promise<JobSubmission> {
    signal.throwIfAborted();
    const target = this.#connection?.target;
    if (target === undefined) throw notConnected();
    const { v1, v2, v3 } = playground.job.jars;
    const jar = (fileName: string): Promise<OwnJar> => identifyJar(this.options.jarsDirectory, fileName);
    const [first, second, third] = await Promise.all([jar(v1), jar(v2), jar(v3)]);
    return {
      jars: { v1: first, v2: second, v3: third },
      flinkConfiguration: {},
      bootstrapServers: target.brokers.join(','),
    };
  }

  /** Connects again to the cluster of the settings when that is how it was left; and sees how the connected one does. */
  async refresh(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#transitions.operation !== undefined) return;
    if (this.#connection === undefined) {
      const target = targetOf(this.options.settings());
      const isRecorded = target !== undefined && (await this.#records.connectedAt(target)) !== undefined;
      // Somebody may have connected meanwhile.
      if (isRecorded && this.#isIdle && this.#connection === undefined) this.#connection = { target };
    }
    if (this.#connection === undefined) {
      this.#publish();
      return;
    }
    await this.#look(AbortSignal.any([signal, this.#ended.signal])).catch((error: unknown) => {
      if (isAbort(error)) throw error;
    });
    if (this.#connection !== undefined && !this.#ended.signal.aborted) this.#watch.start(watchIntervalMs);
  }

  async start(_options: StartOptions, progress: ProgressSink, signal: AbortSignal): Promise<StartResult> {
    const either = AbortSignal.any([signal, this.#ended.signal]);
    try {
      return await this.#transitions.run('start', either, async (inner) => {
        this.#error = undefined;
        this.#steps = [];
        try {
          return await this.#connect(progress, inner);
        } catch (error) {
          if (!isAbort(error)) this.#error = summaryOf(error);
          throw error;
        }
      });
    } finally {
      this.#publish();
    }
  }

  /** Disconnects, and forgets that it was connected. The cluster and its jobs stay as they are. */
  async stop(_options: StopOptions, _progress: ProgressSink, signal: AbortSignal): Promise<void> {
    await this.#transitions.cancel('start', signal);
    try {
      await this.#transitions.run('stop', signal, async () => {
        const target = this.#connection?.target;
        this.#disconnect();
        this.#error = undefined;
        this.#steps = [];
        if (target !== undefined) await this.#records.remove(target);
      });
    } finally {
      this.#publish();
    }
  }

  restart(): Promise<void> {
    return Promise.reject(noProcesses());
  }

  kill(): Promise<void> {
    return Promise.reject(noProcesses());
  }

  startInstance(): Promise<void> {
    return Promise.reject(noProcesses());
  }

  scaleTaskManagers(): Promise<void> {
    return Promise.reject(noProcesses());
  }

  followLogs(): Promise<void> {
    return Promise.reject(noProcesses());
  }

  flinkCli(): Promise<TerminalCommand> {
    return Promise.reject(noProcesses());
  }

  commandPlaces(): Promise<CommandPlaces> {
    return this.#connection === undefined ? Promise.reject(notConnected()) : Promise.resolve({ kind: this.kind });
  }

  /** Lets go of the cluster, and stays connected as far as the next window is concerned. */
  dispose(): void {
    this.#ended.abort();
    this.#owned.dispose();
  }

  async #connect(progress: ProgressSink, signal: AbortSignal): Promise<StartResult> {
    const began = this.#clock.now();
    const elapsed = (): number => this.#clock.now() - began;
    const target = parseTarget(this.options.settings());
    const adopted = this.#connection !== undefined && sameTarget(this.#connection.target, target);
    if (!adopted) await this.#leave();
    const board = new StepBoard(this.#clock, progress, (steps) => {
      this.#steps = steps;
      this.#publish();
    });
    const [{ flinkVersion, jobId }, flinkReadyMs, kafkaReadyMs] = await board.run('connect', (report) => {
      report(target.rest);
      return allOrNone(signal, (inner) => {
        const flink = askFlink(this.options, target, inner);
        return [flink, flink.then(elapsed), askKafka(this.options, target, inner).then(elapsed)];
      });
    });
    await this.#records.add(target);
    this.#connection = { target, flinkVersion };
    this.#wasSilent = false;
    this.#watch.start(watchIntervalMs);
    return {
      adopted,
      ...(jobId === undefined ? {} : { jobId }),
      timings: { downloadMs: 0, kafkaReadyMs, flinkReadyMs, jobRunningMs: jobId === undefined ? 0 : flinkReadyMs },
    };
  }

  /** Another cluster was set: the one before is not the person's choice any more. */
  async #leave(): Promise<void> {
    const before = this.#connection;
    this.#disconnect();
    if (before !== undefined) await this.#records.remove(before.target);
    this.#publish();
  }

  #disconnect(): void {
    this.#watch.stop();
    this.#connection = undefined;
  }

  /** @throws what Flink's failure is, so that it is asked less often while it is away. */
  async #look(signal: AbortSignal): Promise<void> {
    const asked = this.#connection;
    if (asked === undefined) return;
    const { target, flinkVersion, flinkError } = asked;
    const [flink, kafka] = await Promise.allSettled([
      askFlink(this.options, target, signal),
      askKafka(this.options, target, signal),
    ]);
    signal.throwIfAborted();
    if (this.#connection !== asked) return;
    const kafkaError = kafka.status === 'rejected' ? { kafkaError: kafka.reason as unknown } : {};
    if (flink.status === 'fulfilled') {
      this.#wasSilent = false;
      this.#connection = { target, flinkVersion: flink.value.flinkVersion, ...kafkaError };
    } else {
      const tolerated = !this.#wasSilent && flinkVersion !== undefined && flinkError === undefined;
      this.#wasSilent = true;
      this.options.logger.debug(`${target.rest} did not answer: ${messageOf(flink.reason)}`);
      this.#connection = { ...asked, ...(tolerated ? {} : { flinkError: flink.reason as unknown }), ...kafkaError };
    }
    this.#publish();
    if (flink.status === 'rejected') throw flink.reason;
  }

  get #isIdle(): boolean {
    return this.#transitions.operation === undefined && !this.#ended.signal.aborted;
  }

  #describe(): EnvironmentSnapshot {
    const connection = this.#connection;
    const error = this.#currentError();
    return {
      kind: this.kind,
      phase: this.#phase(),
      services: [],
      steps: this.#steps,
      hasData: false,
      notices: connection === undefined ? [] : this.#notices(connection.target),
      ...(connection === undefined
        ? {}
        : { endpoints: { rest: connection.target.rest, brokers: connection.target.brokers } }),
      ...(connection?.flinkVersion === undefined ? {} : { flinkVersion: connection.flinkVersion }),
      ...(error === undefined ? {} : { error }),
    };
  }

  #currentError(): ErrorSummary | undefined {
    const { flinkError, kafkaError } = this.#connection ?? {};
    const asked = flinkError ?? kafkaError;
    return asked === undefined ? this.#error : summaryOf(asked);
  }

  #phase(): Phase {
    const { operation } = this.#transitions;
    if (operation === 'start') return 'starting';
    if (operation === 'stop') return 'stopping';
    const connection = this.#connection;
    if (connection === undefined) return this.#error === undefined ? 'absent' : 'failed';
    if (connection.flinkError !== undefined || connection.flinkVersion === undefined) return 'unknown';
    return connection.kafkaError === undefined ? 'running' : 'degraded';
  }

  #notices(target: RemoteTarget): readonly string[] {
    const wanted = targetOf(this.options.settings());
    return [
      ...(target.brokers.length === 0
        ? [l10n.t('No Kafka brokers are set, so there are no topics, tails and window counts.')]
        : []),
      ...(wanted === undefined || sameTarget(wanted, target)
        ? []
        : [l10n.t('The settings name another cluster. Stop and start to connect to it.')]),
    ];
  }

  #publish(): void {
    if (!this.#owned.isDisposed) this.#snapshot.set(this.#describe());
  }
}

/** What the settings say of a cluster. Asks nobody: an address is tried when the person connects. */
export function remoteAvailability(settings: RemoteSettings): Availability {
  try {
    const { rest } = parseTarget(settings);
    return { usable: true, detail: l10n.t('A Flink cluster that runs already, at {0}. Nothing is started.', rest) };
  } catch (error) {
    const { message, remedy = '' } = summaryOf(error);
    return { usable: false, detail: `${message} ${remedy}`.trim() };
  }
}

function notConnected(): PlaygroundError {
  return new PlaygroundError('input', l10n.t('No remote cluster is connected.'), {
    remedy: l10n.t('Start the playground to connect.'),
  });
}

function noProcesses(): PlaygroundError {
  return new PlaygroundError('input', l10n.t('The processes of a remote cluster are not those of this machine.'), {
    remedy: l10n.t('Operate them with the tools of that cluster, or select another environment.'),
  });
}
