/** Ways of running the playground. */
export const environmentKinds = ['compose', 'local', 'remote'] as const;
export type EnvironmentKind = (typeof environmentKinds)[number];

/** What the person has set: a kind, or `auto` for the one that runs or holds data, else the one chosen at the first start. */
export type EnvironmentChoice = 'auto' | EnvironmentKind;

/** Roles in an environment, by the tutorial's names, in the order in which they are shown. */
export const serviceNames = [
  'jobmanager',
  'taskmanager',
  'kafka',
  'zookeeper',
  'clickevent-generator',
  'client',
] as const;
export type ServiceName = (typeof serviceNames)[number];

/**
 * What an environment is doing as a whole. `absent`: nothing runs (data may be there). `degraded`: it runs, but a service
 * that should be there is not. `unknown`: it could not be looked at; never shown as healthy.
 */
export type Phase = 'absent' | 'starting' | 'running' | 'degraded' | 'stopping' | 'failed' | 'unknown';

/**
 * `healthy`: its port or its registration was seen. `killed`: ended with SIGKILL, by us or behind our back, as
 * far as that can be known. `exited`: ended by itself.
 * `stopped`: ended by us in an orderly way.
 */
export type InstanceState = 'starting' | 'healthy' | 'unhealthy' | 'killed' | 'exited' | 'stopped';

/** One container or process of a service. */
export interface InstanceSnapshot {
  /** `taskmanager-2`, `jobmanager`: unique within the environment, stable over restarts. */
  readonly id: string;
  readonly service: ServiceName;
  readonly state: InstanceState;
  readonly pid?: number;
  /** The name of its container, as the engine's own commands take it. */
  readonly container?: string;
  /** The id under which Flink knows a TaskManager: the value of `taskmanager.resource-id`. */
  readonly flinkId?: string;
  /** Milliseconds since the epoch. */
  readonly startedAt?: number;
  /** When it ended, milliseconds since the epoch. */
  readonly endedAt?: number;
  readonly exitCode?: number;
  /** A few words on the state: "port 9092 open", "killed by SIGKILL". */
  readonly detail?: string;
  /** The last lines of its log, where it ended by itself: what they say may be why. Without control sequences. */
  readonly lastLines?: readonly string[];
}

export interface ServiceSnapshot {
  readonly name: ServiceName;
  readonly instances: readonly InstanceSnapshot[];
}

/** Addresses at which the extension reaches the environment. */
export interface Endpoints {
  /** `http://127.0.0.1:8081`, without a slash at the end. */
  readonly rest: string;
  /** `127.0.0.1:9092` each. */
  readonly brokers: readonly string[];
}

/** The names of the steps of a start, in the order in which they are shown; several run at the same time. */
export type StartStep =
  'prepare' | 'download' | 'connect' | 'zookeeper' | 'kafka' | 'flink' | 'topics' | 'generator' | 'job';

export interface StepProgress {
  readonly step: StartStep;
  readonly state: 'running' | 'done' | 'skipped' | 'failed';
  /** Words for the person, localised: "12 of 69 MB". */
  readonly message?: string;
  /** 0 to 1 where a part of the whole is known. */
  readonly fraction?: number;
  /** Milliseconds since this step began; final when the step is done. */
  readonly elapsedMs: number;
}

export interface ErrorSummary {
  readonly message: string;
  readonly remedy?: string;
  readonly detail?: string;
}

/** An environment that is up while another one is looked at. */
export interface OtherEnvironment {
  readonly kind: EnvironmentKind;
  readonly phase: Phase;
}

/** Everything that is known of an environment at one moment. Immutable; a change makes a new one. */
export interface EnvironmentSnapshot {
  readonly kind: EnvironmentKind;
  readonly phase: Phase;
  readonly services: readonly ServiceSnapshot[];
  readonly endpoints?: Endpoints;
  readonly flinkVersion?: string;
  readonly kafkaVersion?: string;
  readonly kafkaMode?: KafkaMode;
  /** The flags with which the job of this environment was submitted. */
  readonly variant?: JobVariant;
  /** The steps of the start under way or of the last one. */
  readonly steps: readonly StepProgress[];
  /** True when data of an earlier run is kept (topics, checkpoints), so that Start goes on from it. */
  readonly hasData: boolean;
  /** The transition runs in another window or process: who it is, in words. */
  readonly inProgressElsewhere?: string;
  readonly error?: ErrorSummary;
  /** What the person should know though nothing failed: "Port 8081 is in use, the REST port is 8082." */
  readonly notices: readonly string[];
  /** Neither a setting, nor what runs, nor what is kept says where to start: the next start asks. */
  readonly undecided?: true;
  /** Environments that were left running when this one was chosen; absent when there are none. */
  readonly others?: readonly OtherEnvironment[];
}

export type KafkaMode = 'kraft' | 'zookeeper';

/** Flags of the *Click Event Count* job; each is a command line argument of the same name. */
export interface JobVariant {
  readonly checkpointing: boolean;
  readonly eventTime: boolean;
  readonly backpressure: boolean;
  readonly chaining: boolean;
  readonly exactlyOnce: boolean;
  /** Milliseconds; the job's default (1000) when absent. */
  readonly checkpointIntervalMs?: number;
}

/** As in the tutorial: `--checkpointing --event-time`. */
export const tutorialVariant: JobVariant = {
  checkpointing: true,
  eventTime: true,
  backpressure: false,
  chaining: false,
  exactlyOnce: false,
};

/**
 * Flink's schedulers of streaming jobs. `adaptive` rescales a job in place, and starts it with the slots that there are instead of
 * waiting for all that it wants.
 */
export const schedulers = ['default', 'adaptive'] as const;
export type Scheduler = (typeof schedulers)[number];

export interface StartOptions {
  readonly flinkVersion: string;
  readonly kafkaMode: KafkaMode;
  readonly variant: JobVariant;
  readonly parallelism: number;
  readonly taskManagers: number;
  /** `default` when absent. */
  readonly scheduler?: Scheduler;
  /** How many times faster than the clock event time runs. 1 for persons; tests use more. */
  readonly speed: number;
}

export type InstanceEventKind = 'started' | 'healthy' | 'died' | 'killed' | 'stopped' | 'adopted';

export interface InstanceEvent {
  readonly kind: InstanceEventKind;
  readonly instance: InstanceSnapshot;
  /** Milliseconds since the epoch. */
  readonly at: number;
}
