import type {
  EnvironmentKind,
  EnvironmentSnapshot,
  InstanceEvent,
  ServiceName,
  StartOptions,
  StepProgress,
} from '../../shared/model/environment';
import type { SavepointStore } from '../savepoints/savepointStore';
import type { PlaygroundJar } from '../../shared/model/operations';
import type { CommandPlaces, TerminalCommand } from '../commandLines/commandPlaces';
import type { ReadableStore } from '../state/store';
import type { Disposable } from '../util/disposable';
import type { Event } from '../util/emitter';

/** What an environment can do. The user interface asks for the capability, never for the kind. */
export interface Capabilities {
  /** Start and Stop bring the cluster up and down. Where false they connect to one that others run, and let go of it. */
  readonly lifecycle: boolean;
  /** Instances can be killed, started and restarted one by one. */
  readonly processes: boolean;
  /** TaskManagers can be added and removed. */
  readonly scale: boolean;
  /** Logs of instances can be followed. */
  readonly logs: boolean;
  /** There is a Flink command line client that can be opened in a terminal. */
  readonly cli: boolean;
}

export interface StartResult {
  /** Flink's id of the running *Click Event Count* job; absent where none runs, which only a remote cluster can be without. */
  readonly jobId?: string;
  /** Milliseconds from the call until the moment named; 0 for what this environment does not do. */
  readonly timings: {
    readonly downloadMs: number;
    readonly kafkaReadyMs: number;
    readonly flinkReadyMs: number;
    readonly jobRunningMs: number;
  };
  /** True when what ran already was kept and nothing was started. */
  readonly adopted: boolean;
  /** The checkpoint from which the job went on, if it did. */
  readonly restoredFrom?: string;
}

export interface StopOptions {
  /** Forgets topics, checkpoints, logs and the state file. Downloads are kept. */
  readonly deleteData: boolean;
  /**
   * For the end of a window, which leaves about 4 s: takes no checkpoint, so that the next start goes on from the newest one
   * there is, and kills what does not end at once.
   */
  readonly quick?: boolean;
}

/** What the playground's job needs in order to run in an environment, as that environment's Flink sees it. */
export interface JobSubmission {
  /** The versions of the job on this machine; equal names are equal jars. */
  readonly jars: Readonly<Record<PlaygroundJar, { readonly path: string; readonly name: string }>>;
  /** Goes with every submission: how the job comes by its Kafka connector. */
  readonly flinkConfiguration: Readonly<Record<string, string>>;
  /** The broker's address for jobs, which may have another port at each start. */
  readonly bootstrapServers: string;
  /** A folder for savepoints that the JobManager and all TaskManagers see, as a URI; absent where Flink's own setting decides. */
  readonly savepointDirectory?: string;
}

export type ProgressSink = (progress: StepProgress) => void;

/** One line of a log, without its line end. */
export type LogSink = (line: string) => void;

/**
 * One way of running the playground (design: one port, three adapters). Every method that waits takes an `AbortSignal`
 * and throws a `PlaygroundError` when it cannot do what it says; cancelling leaves nothing half-started.
 */
export interface Environment extends Disposable {
  readonly kind: EnvironmentKind;
  readonly capabilities: Capabilities;
  readonly snapshot: ReadableStore<EnvironmentSnapshot>;
  readonly onInstanceEvent: Event<InstanceEvent>;
  /** Its savepoints and retained checkpoints as files; absent where they cannot be reached. */
  readonly savepointStore?: SavepointStore | undefined;
  /**
   * The folder of this machine with the record of operations on jobs, which lies with the data that they belong to and so may
   * change with every snapshot; absent while it is not known whose data is operated.
   */
  readonly operationsDirectory: string | undefined;
  /** @throws PlaygroundError `input` while the environment does not run. */
  jobSubmission(signal: AbortSignal): Promise<JobSubmission>;
  /** Looks at what is recorded and runs already, and adopts it; starts nothing. Cheap when nothing is recorded. */
  refresh(signal: AbortSignal): Promise<void>;
  /** Brings everything up, ending with the job's tasks all running. Starting what runs is adoption, not an error. */
  start(options: StartOptions, progress: ProgressSink, signal: AbortSignal): Promise<StartResult>;
  stop(options: StopOptions, progress: ProgressSink, signal: AbortSignal): Promise<void>;
  restart(service: ServiceName, signal: AbortSignal): Promise<void>;
  /** SIGKILL, as the tutorial's `docker compose kill`. */
  kill(instanceId: string, signal: AbortSignal): Promise<void>;
  startInstance(instanceId: string, signal: AbortSignal): Promise<void>;
  scaleTaskManagers(count: number, signal: AbortSignal): Promise<void>;
  /**
   * Sends the last lines of an instance's log and then each new one until the signal is aborted.
   * Goes on over restarts of the instance.
   */
  followLogs(instanceId: string, sink: LogSink, signal: AbortSignal): Promise<void>;
  /**
   * A terminal in which `flink` is Flink's command line client, bound to this environment's cluster.
   * @throws PlaygroundError `input` when nothing runs, or without the capability `cli`.
   */
  flinkCli(signal: AbortSignal): Promise<TerminalCommand>;
  /** Of what the command lines are made that do by hand what the extension does. @throws PlaygroundError `input` when nothing runs. */
  commandPlaces(signal: AbortSignal): Promise<CommandPlaces>;
}
