import type { CommandEntryId, FormKind } from '../core/commandLines/commandForms';
import type { ShellKind } from '../core/commandLines/quote';
import type { JobDocument, RestCall } from '../core/flink/restDocuments';
import type { MetricValue } from '../shared/model/jobReads';
import type { StartResult } from '../core/environment/environment';
import type {
  EnvironmentChoice,
  EnvironmentKind,
  EnvironmentSnapshot,
  JobVariant,
  KafkaMode,
  Scheduler,
  ServiceName,
} from '../shared/model/environment';
import type { TaskCounts } from '../shared/model/flink';
import type { ClaimMode, Restarted, ResumeChoice, SavepointFormat, SavepointTaken } from '../shared/model/operations';
import type { LedgerSummary } from '../shared/model/ledger';

/** Every command id, view id and setting of the extension begins with this. */
export const extensionPrefix = 'flinkPlayground';

/** Skips the question before something is destroyed. Given by our own code only, never by a link. */
export interface Confirmable {
  readonly confirmed?: boolean;
}

/** What Start can be told; everything left out is the setting's value, or the tutorial's. */
export interface StartArguments {
  /** Where; the one that is looked at, or the person's choice, when absent. */
  readonly environment?: EnvironmentKind;
  readonly variant?: Partial<JobVariant>;
  readonly flinkVersion?: string;
  readonly kafkaMode?: KafkaMode;
  readonly parallelism?: number;
  readonly taskManagers?: number;
  readonly scheduler?: Scheduler;
  /** How many times faster than the clock event time runs; 1 unless a test wants more. */
  readonly speed?: number;
}

/** Which environment is to be looked at; asked for when absent. */
export interface SelectEnvironmentArguments {
  readonly environment?: EnvironmentChoice;
  /** What becomes of the one that runs now; asked for when absent. */
  readonly running?: 'keep' | 'stop';
}

export interface InstanceArguments extends Confirmable {
  /** `taskmanager-2`; asked for when absent. */
  readonly instance?: string;
}

export interface LogFileArguments extends InstanceArguments {
  /** The file's name as Flink lists it; asked for when absent. */
  readonly file?: string;
}

/** Which command line is asked for; what is left open is asked, unless only one is left. */
export interface ShowCommandArguments {
  readonly action?: CommandEntryId;
  /** The instance or topic that it is about. */
  readonly subject?: string;
  readonly form?: FormKind;
  /** That of the machine unless given. */
  readonly shell?: ShellKind;
  /** The job whose id is filled in: the newest that runs unless given. */
  readonly job?: string;
  /** Opens all command lines as a document instead of copying one. */
  readonly document?: boolean;
}

export interface JobArguments extends Confirmable {
  /** Flink's id of the job; the only one that runs, or asked for, when absent. */
  readonly job?: string;
}

export interface SavepointArguments extends JobArguments {
  readonly format?: SavepointFormat;
  /** A path or URI that all of Flink's machines see; the playground's own folder when absent. */
  readonly targetDirectory?: string;
}

export interface StopJobArguments extends SavepointArguments {
  readonly drain?: boolean;
}

/** What is to be different of a job that goes on. What is left out stays as it was. */
export interface ChangeArguments {
  /** `v1`, `v2` or `v3` of the playground's job, or the absolute path of a jar. */
  readonly jar?: string;
  readonly entryClass?: string;
  readonly args?: readonly string[];
  readonly parallelism?: number;
  readonly allowNonRestoredState?: boolean;
  readonly claimMode?: ClaimMode;
  /** Goes on though slots are missing; the job then waits for them. */
  readonly acceptWaiting?: boolean;
}

export type RestartArguments = StopJobArguments & ChangeArguments;

export interface RestoreArguments extends Confirmable, ChangeArguments {
  /** The path of a savepoint or retained checkpoint; asked for when absent. */
  readonly savepoint?: string;
}

/** What is left out is asked for, unless it is `confirmed`; a job of its own begins without a savepoint. */
export interface SubmitJobArguments extends Confirmable, Omit<ChangeArguments, 'claimMode' | 'acceptWaiting'> {
  readonly savepoint?: string;
}

export interface RescaleArguments extends SavepointArguments {
  readonly parallelism?: number;
  /** Scales TaskManagers to this many first. */
  readonly taskManagers?: number;
  readonly acceptWaiting?: boolean;
  /** In place where the adaptive scheduler runs, unless a savepoint is said. */
  readonly how?: 'savepoint' | 'inPlace';
}

export interface SavepointPathArguments extends Confirmable {
  readonly savepoint?: string;
}

export interface OperationArguments extends Confirmable {
  /** The id of the operation; the only open one, or asked for, when absent. */
  readonly operation?: string;
  readonly choice?: ResumeChoice;
}

/** A job as diagnostics show it: its tasks tell more than its state. */
export interface JobDiagnostics {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly tasks: TaskCounts;
  readonly totalTasks: number;
}

/** What Copy Diagnostics puts on the clipboard, without a secret in it. */
export interface Diagnostics {
  readonly versions: {
    readonly extension: string;
    readonly vscode: string;
    readonly node: string;
    readonly platform: string;
  };
  readonly settings: Readonly<Record<string, string | number>>;
  /** The rest is absent while nothing has needed the engine yet. */
  readonly environment?: EnvironmentSnapshot;
  readonly cluster?: {
    readonly flinkVersion?: string;
    readonly slotsTotal?: number;
    readonly slotsAvailable?: number;
    readonly taskManagers: readonly string[];
    readonly jobs: readonly JobDiagnostics[];
    /** Sentences of the reads that failed. */
    readonly errors: readonly string[];
  };
  readonly ledger?: LedgerSummary;
  readonly restCalls?: number;
}

export interface JobDocumentArguments {
  /** Asked for when absent and there are several, also of those that have ended. */
  readonly job?: string;
  readonly document?: JobDocument;
}

export interface ShowGraphArguments {
  readonly job?: string;
}

/** What is left out is asked for. */
export interface ShowFlameGraphArguments {
  readonly job?: string;
  readonly vertex?: string;
}

export interface ShowExceptionsArguments {
  readonly job?: string;
}

export interface OpenTimelineArguments {
  readonly job?: string;
}

/** Without a vertex, `metrics` are those of the job as a whole. Names of a vertex begin with the subtask: `0.numRecordsIn`. */
export interface QueryMetricsArguments {
  readonly job?: string;
  readonly vertex?: string;
  readonly metrics?: readonly string[];
}

/** Of a machine, or of a job or a part of it; asked for when nothing is named. */
export interface PinMetricArguments {
  /** `jobmanager`, or the name of a TaskManager. */
  readonly instance?: string;
  readonly job?: string;
  readonly vertex?: string;
  /** From 0. */
  readonly subtask?: number;
  /** These are added; without them the person chooses, and what they leave out is no longer pinned. */
  readonly metrics?: readonly string[];
}

export interface UnpinMetricArguments {
  /** The key of the pin as its node has it; asked for when absent. */
  readonly pin?: string;
}

export interface CallRestArguments extends Confirmable {
  /** GET when absent; anything else asks first. */
  readonly method?: RestCall['method'];
  readonly path?: string;
  readonly body?: Readonly<Record<string, unknown>>;
}

/**
 * The vocabulary of commands: the id after `flinkPlayground.`, the plain-data argument that fills in its input, and its
 * result. `undefined` results mean that the person called it off.
 */
export interface CommandMap {
  readonly start: { readonly args: StartArguments; readonly result: StartResult | undefined };
  readonly startWithOptions: { readonly args: StartArguments; readonly result: StartResult | undefined };
  readonly stop: { readonly args: Record<string, never>; readonly result: void };
  readonly stopAndDeleteData: { readonly args: Confirmable; readonly result: void };
  /** The result is the kind that is looked at afterwards. */
  readonly selectEnvironment: {
    readonly args: SelectEnvironmentArguments;
    readonly result: EnvironmentKind | undefined;
  };
  readonly openWebUi: { readonly args: Record<string, never>; readonly result: string | undefined };
  readonly refresh: { readonly args: Record<string, never>; readonly result: void };
  /** The result is the instance whose log was opened. */
  readonly showLogs: { readonly args: InstanceArguments; readonly result: string | undefined };
  /** Log files as Flink's REST API serves them. The result is the name of the file. */
  readonly openLogFile: { readonly args: LogFileArguments; readonly result: string | undefined };
  /** The result is the machine whose threads are shown. */
  readonly threadDump: { readonly args: InstanceArguments; readonly result: string | undefined };
  /** The result is the name of the terminal. */
  readonly openFlinkCli: { readonly args: Record<string, never>; readonly result: string };
  /** The result is what was copied, or the text of the document. */
  readonly showCommand: { readonly args: ShowCommandArguments; readonly result: string | undefined };
  readonly showOutput: { readonly args: Record<string, never>; readonly result: void };
  /** `read: false` reports what is known without asking the cluster anew. */
  readonly copyDiagnostics: {
    readonly args: { readonly copy?: boolean; readonly read?: boolean };
    readonly result: Diagnostics;
  };
  /** The result says whether they were deleted. */
  readonly deleteDownloads: { readonly args: Confirmable; readonly result: boolean };
  readonly 'topic.tail': { readonly args: { readonly topic?: string }; readonly result: string | undefined };
  /** The topic of the playground's own counts unless given, or asked for. The result is the topic. */
  readonly 'topic.checkWindows': { readonly args: { readonly topic?: string }; readonly result: string | undefined };
  /** `partitions` and `config` (Kafka's own keys) are the broker's unless given. The result is the topic. */
  readonly 'topic.create': {
    readonly args: {
      readonly topic?: string;
      readonly partitions?: number;
      readonly config?: Readonly<Record<string, string>>;
    };
    readonly result: string | undefined;
  };
  /** The result is the topic that was deleted. */
  readonly 'topic.delete': {
    readonly args: Confirmable & { readonly topic?: string };
    readonly result: string | undefined;
  };
  /** The result is the text that was shown. */
  readonly 'topic.showConfiguration': {
    readonly args: { readonly topic?: string };
    readonly result: string | undefined;
  };
  readonly 'topics.showInternal': { readonly args: Record<string, never>; readonly result: void };
  readonly 'topics.hideInternal': { readonly args: Record<string, never>; readonly result: void };
  /** The result is the id of the job. */
  readonly 'job.showGraph': { readonly args: ShowGraphArguments; readonly result: string | undefined };
  /** The result is the id of the vertex. */
  readonly 'job.showFlameGraph': { readonly args: ShowFlameGraphArguments; readonly result: string | undefined };
  readonly 'job.showDetails': { readonly args: JobDocumentArguments; readonly result: JobDocument | undefined };
  /** The result is how many exceptions Flink has kept. */
  readonly 'job.showExceptions': { readonly args: ShowExceptionsArguments; readonly result: number | undefined };
  /** The result is the id of the job. */
  readonly 'job.openTimeline': { readonly args: OpenTimelineArguments; readonly result: string | undefined };
  readonly 'job.queryMetrics': {
    readonly args: QueryMetricsArguments;
    readonly result: readonly MetricValue[] | undefined;
  };
  /** The result is what is pinned of that target now. */
  readonly 'metric.pin': { readonly args: PinMetricArguments; readonly result: readonly string[] | undefined };
  /** The result is the name of the metric. */
  readonly 'metric.unpin': { readonly args: UnpinMetricArguments; readonly result: string | undefined };
  readonly 'metrics.show': { readonly args: Record<string, never>; readonly result: void };
  /** The result is the answer as it was shown. */
  readonly callRest: { readonly args: CallRestArguments; readonly result: string | undefined };
  readonly 'taskManager.kill': { readonly args: InstanceArguments; readonly result: string | undefined };
  readonly 'taskManager.start': { readonly args: InstanceArguments; readonly result: string | undefined };
  readonly 'taskManager.scale': {
    readonly args: Confirmable & { readonly count?: number };
    readonly result: number | undefined;
  };
  readonly 'service.restart': {
    readonly args: Confirmable & { readonly service?: ServiceName };
    readonly result: ServiceName | undefined;
  };
  /** The result is the id of the job. */
  readonly 'job.submit': { readonly args: SubmitJobArguments; readonly result: string | undefined };
  /** The result is the id of the job. */
  readonly 'job.cancel': { readonly args: JobArguments; readonly result: string | undefined };
  readonly 'job.savepoint': { readonly args: SavepointArguments; readonly result: SavepointTaken | undefined };
  readonly 'job.stop': { readonly args: StopJobArguments; readonly result: SavepointTaken | undefined };
  readonly 'job.restart': { readonly args: RestartArguments; readonly result: Restarted | undefined };
  readonly 'job.rescale': { readonly args: RescaleArguments; readonly result: Restarted | undefined };
  readonly 'savepoint.restore': { readonly args: RestoreArguments; readonly result: Restarted | undefined };
  /** The result is the path of what was deleted; so it is with the next two. */
  readonly 'savepoint.delete': { readonly args: SavepointPathArguments; readonly result: string | undefined };
  readonly 'savepoint.copyPath': { readonly args: SavepointPathArguments; readonly result: string | undefined };
  readonly 'savepoint.reveal': { readonly args: SavepointPathArguments; readonly result: string | undefined };
  readonly 'operation.resume': { readonly args: OperationArguments; readonly result: Restarted | undefined };
  /** The result is the id of the operation. */
  readonly 'operation.dismiss': { readonly args: OperationArguments; readonly result: string | undefined };
}

export type CommandName = keyof CommandMap;
export type CommandArguments<N extends CommandName> = CommandMap[N]['args'];
export type CommandResult<N extends CommandName> = CommandMap[N]['result'];

/** Every name once; a name that is missing here does not compile, one that is missing in the manifest fails its test. */
const names: Record<CommandName, true> = {
  start: true,
  startWithOptions: true,
  stop: true,
  stopAndDeleteData: true,
  selectEnvironment: true,
  openWebUi: true,
  refresh: true,
  showLogs: true,
  openLogFile: true,
  threadDump: true,
  openFlinkCli: true,
  showCommand: true,
  showOutput: true,
  copyDiagnostics: true,
  deleteDownloads: true,
  'topic.tail': true,
  'topic.checkWindows': true,
  'topic.create': true,
  'topic.delete': true,
  'topic.showConfiguration': true,
  'topics.showInternal': true,
  'topics.hideInternal': true,
  'job.showGraph': true,
  'job.showFlameGraph': true,
  'job.showDetails': true,
  'job.showExceptions': true,
  'job.openTimeline': true,
  'job.queryMetrics': true,
  'metric.pin': true,
  'metric.unpin': true,
  'metrics.show': true,
  callRest: true,
  'taskManager.kill': true,
  'taskManager.start': true,
  'taskManager.scale': true,
  'service.restart': true,
  'job.submit': true,
  'job.cancel': true,
  'job.savepoint': true,
  'job.stop': true,
  'job.restart': true,
  'job.rescale': true,
  'savepoint.restore': true,
  'savepoint.delete': true,
  'savepoint.copyPath': true,
  'savepoint.reveal': true,
  'operation.resume': true,
  'operation.dismiss': true,
};

export const commandNames = Object.keys(names) as readonly CommandName[];

/** The id under which VS Code knows the command. */
export function commandId<N extends CommandName>(name: N): `${typeof extensionPrefix}.${N}` {
  return `${extensionPrefix}.${name}`;
}

/** Ids of the views, as the manifest declares them. */
export const viewIds = {
  cluster: 'flinkPlayground.cluster',
  jobs: 'flinkPlayground.jobs',
  savepoints: 'flinkPlayground.savepoints',
  topics: 'flinkPlayground.topics',
} as const;

/** The view type of topic panels, as the manifest's activation event names it. */
export const topicPanelType = 'flinkPlayground.topic';

/** The view type of the panels of the window check, likewise. */
export const windowPanelType = 'flinkPlayground.windows';

/** The view type of the panels with the graph of a job. */
export const jobGraphPanelType = 'flinkPlayground.jobGraph';

/** The view type of the metrics panel. */
export const metricsPanelType = 'flinkPlayground.metrics';

/** The view type of the panels with what the threads of a vertex are doing. */
export const flameGraphPanelType = 'flinkPlayground.flameGraph';

/** The view types of all panels. */
export const panelTypes = [
  topicPanelType,
  windowPanelType,
  jobGraphPanelType,
  flameGraphPanelType,
  metricsPanelType,
] as const;
