import type { CommandEntry } from './commandLines/commandForms';
import type { EnvironmentChoice } from '../shared/model/environment';
import type { ExceptionHistory, JobTrouble, MetricValue } from '../shared/model/jobReads';
import type { LateRecords, LedgerMark, LedgerSummary, LedgerWindow } from '../shared/model/ledger';
import type {
  ClusterOverview,
  JobDetail,
  JobManagerDetail,
  JobOverview,
  TaskManagerDetail,
  TaskManagerInfo,
} from '../shared/model/flink';
import type { ConsumerGroupInfo, CoursePoint, TopicInfo } from '../shared/model/kafka';
import type { SavepointEntry } from '../shared/model/savepoints';
import type { Environment } from './environment/environment';
import type { EnvironmentSelection } from './environment/environmentSelection';
import type { RestCall } from './flink/restDocuments';
import type { SlotNeeds } from './flink/slotNeeds';
import type { JobReads, MetricScope } from './flink/jobReads';
import type { MetricBoard } from './flink/metricBoard';
import type { LogFileInfo } from './flink/decode/logFiles';
import type { Machine } from './flink/logFiles';
import type { TextTail } from './flink/transport';
import type { KafkaPort } from './kafka/kafkaPort';
import type { CaughtUp } from './ledger/caughtUpWatch';
import type { GapWatch } from './savepoints/gapWatch';
import type { JobFacts, SlotFacts } from './savepoints/jobFacts';
import type { JobOperations } from './savepoints/jobOperations';
import type { JobSubmitter } from './submit/jobSubmitter';
import type { Resource } from './state/resource';
import type { TimelineRecorder } from './timeline/timelineRecorder';
import type { ReadableStore } from './state/store';
import type { Disposable } from './util/disposable';
import type { Event } from './util/emitter';
import type { Logger } from './util/logger';

/**
 * The engine is everything of core put together, in a bundle of its own that is loaded when it is first needed.
 * The host builds it once, with values only, so that activation stays light.
 */
export interface EngineOptions {
  /** The folder with the built worker and the playground's jars: `dist` of the installed extension. */
  readonly distDirectory: string;
  readonly settings: () => EngineSettings;
  /** Translations of texts by their English, as VS Code loaded them; English when absent. */
  readonly translations?: Readonly<Record<string, string>>;
  /** Folders in which other extensions may have a Java runtime. */
  readonly extensionFolders?: readonly string[];
  readonly logger: Logger;
}

/** Values of the settings, read anew each time they are needed. Empty texts mean "find it yourself". */
export interface EngineSettings {
  readonly javaHome: string;
  readonly cacheDirectory: string;
  readonly dataDirectory: string;
  readonly mirror: string;
  readonly memory: 'small' | 'large';
  readonly refreshIntervalMs: number;
  readonly environment: EnvironmentChoice;
  readonly composeCommand: string;
  readonly composeFile: string;
  readonly composeProject: string;
  readonly remoteRestUrl: string;
  /** `host:port`, several with commas between them, as Kafka's own `bootstrap.servers`. */
  readonly remoteBrokers: string;
}

/** What the settings are when nobody changed them, for what runs outside of the editor. */
export const defaultSettings: EngineSettings = {
  javaHome: '',
  cacheDirectory: '',
  dataDirectory: '',
  mirror: '',
  memory: 'small',
  refreshIntervalMs: 2000,
  environment: 'auto',
  composeCommand: '',
  composeFile: '',
  composeProject: 'flink-playground',
  remoteRestUrl: '',
  remoteBrokers: '',
};

export interface Engine extends Disposable {
  /** The environment that is looked at, whichever it is. */
  readonly environment: Environment;
  /** Which one that is, and which there are. */
  readonly environments: EnvironmentSelection;
  readonly cluster: ClusterMonitor;
  /** Why jobs do not run that should, for as long as somebody looks. */
  watchTroubles(): TroublesWatch;
  /** What is read of single jobs: checkpoints, exceptions, subtasks, metrics. */
  readonly jobs: JobReads;
  /** What happened to each job since the editor looks, and before as far as Flink tells. */
  readonly timelines: Pick<TimelineRecorder, 'of' | 'lineage' | 'read' | 'onDidChange'>;
  /** The metrics that the person pinned. */
  readonly metrics: Pick<MetricBoard, 'pins' | 'readings' | 'setPins' | 'watch'>;
  readonly topics: TopicsMonitor;
  readonly kafka: KafkaPort;
  /** The account of `output` while an environment runs: the background lease. */
  readonly ledger: ReadableStore<LedgerSummary>;
  /** The counts come as soon as they used to again, after a recovery that made them late. */
  readonly onCaughtUp: Event<CaughtUp>;
  /** The newest windows of it, oldest first, at most so many; none while nothing is counted. */
  ledgerWindows(count: number): Promise<readonly LedgerWindow[]>;
  /** What is known to have happened to the job and to what it runs on, in the order of time. */
  readonly ledgerMarks: ReadableStore<readonly LedgerMark[]>;
  /** Savepoints, stops, restarts and rescales, and the journal of them. */
  readonly operations: JobOperations;
  /** Reads what the jobs that run now need, before something takes slots away. Throws what `FlinkClient` does. */
  slotNeeds(signal: AbortSignal): Promise<SlotNeeds>;
  /** What is looked at once, when somebody asks for it. */
  readonly inspector: Inspector;
  readonly savepoints: SavepointsMonitor;
  /** What became of the windows across operations. */
  readonly gaps: Pick<GapWatch, 'gaps' | 'onJudged'>;
  /** @throws PlaygroundError `input` while nothing runs; `notFound`; what the REST transport throws. */
  jobFacts(jobId: string, signal: AbortSignal): Promise<JobFacts>;
  /** The slots that there are, for a job that does not run yet. Throws as `jobFacts`. */
  slotFacts(signal: AbortSignal): Promise<SlotFacts>;
  /**
   * Ends a job without a savepoint, as far as Flink is asked to; a checkpoint of it is kept.
   * @throws PlaygroundError `input` while nothing runs; what the REST transport throws.
   */
  cancelJob(jobId: string, signal: AbortSignal): Promise<void>;
  /** Brings jars to Flink and has it run their jobs. */
  readonly submitter: Pick<JobSubmitter, 'prepare' | 'plan' | 'submit'>;
  /** Calls of Flink's REST API since the engine was made: what looking costs. */
  readonly restCalls: number;
  /**
   * Removes the downloaded jars and the class archives made from them; the next start gets them again. Not while anything runs.
   * @throws PlaygroundError `disk` when files are in use or may not be removed.
   */
  deleteDownloads(): Promise<void>;
}

/** The tutorial's actions and looks as command lines, with the ids of what runs. */
export interface CommandLines {
  readonly restUrl: string;
  readonly entries: readonly CommandEntry[];
}

/**
 * Looks at the cluster that runs. Every method throws `input` when none does, and what the REST API answers.
 */
export interface Inspector {
  /** With the ids of this job; without one, of the newest that runs. */
  commandLines(jobId: string | undefined, signal: AbortSignal): Promise<CommandLines>;
  logFiles(machine: Machine, signal: AbortSignal): Promise<readonly LogFileInfo[]>;
  readLogFile(machine: Machine, name: string, signal: AbortSignal): Promise<TextTail>;
  /** What every thread of a machine does now, as Java prints it. */
  threadDump(machine: Machine, signal: AbortSignal): Promise<string>;
  /** The answer as text that can be read and folded. @throws PlaygroundError as `RestTransport.send`. */
  call(call: RestCall, signal: AbortSignal): Promise<string>;
  /** Paths of the REST API with the ids of everything that is there now. */
  restPaths(signal: AbortSignal): Promise<readonly string[]>;
  job(jobId: string, signal: AbortSignal): Promise<JobDetail>;
  exceptions(jobId: string, signal: AbortSignal): Promise<ExceptionHistory>;
  /** The names of a scope's metrics, sorted. */
  metricNames(scope: MetricScope, signal: AbortSignal): Promise<readonly string[]>;
  metrics(scope: MetricScope, names: readonly string[], signal: AbortSignal): Promise<readonly MetricValue[]>;
  /** What the jobs that run dropped as late; `undefined` when none of them is known to have windows. */
  lateRecords(signal: AbortSignal): Promise<LateRecords | undefined>;
}

/** What a poll of the cluster knows. */
export interface ClusterState {
  readonly overview: Resource<ClusterOverview>;
  readonly jobs: Resource<readonly JobOverview[]>;
  readonly taskManagers: Resource<readonly TaskManagerInfo[]>;
}

export type ClusterPart = keyof ClusterState;

/** A detail that is polled while the watch is held. */
export interface Watch<T> extends Disposable {
  readonly state: ReadableStore<Resource<T>>;
}

/** Polls Flink's REST API for exactly those parts on which somebody holds a lease. */
export interface ClusterMonitor extends Disposable {
  readonly state: ReadableStore<ClusterState>;
  /** Takes a lease on parts at the normal interval; disposing it gives it back. */
  watch(parts: readonly ClusterPart[]): Disposable;
  /** Takes the slow lease on the jobs alone (every 15 s), for the status bar. */
  watchInBackground(): Disposable;
  watchJob(jobId: string): Watch<JobDetail>;
  /** A TaskManager, by Flink's id, with what its slots hold: some calls a tick for each job that runs on it. */
  watchTaskManager(flinkId: string): Watch<TaskManagerDetail>;
  watchJobManager(): Watch<JobManagerDetail>;
  /**
   * Something has ended or begun of which Flink will soon say more: polls what is watched in the foreground every 100 ms for
   * some seconds, then at the normal interval again.
   */
  expectChange(): void;
  /** Polls what is watched now, without waiting for the interval. */
  poke(): void;
}

/** What keeps jobs from running, by their ids, read while the watch is held. */
export interface TroublesWatch extends Disposable {
  readonly state: ReadableStore<ReadonlyMap<string, JobTrouble>>;
}

/** The consumer groups, polled while the watch is held. */
export interface GroupsWatch extends Disposable {
  readonly state: ReadableStore<Resource<readonly ConsumerGroupInfo[]>>;
}

/** Knows every savepoint there is, while somebody holds a lease. */
export interface SavepointsMonitor extends Disposable {
  readonly state: ReadableStore<Resource<readonly SavepointEntry[]>>;
  watch(): Disposable;
  poke(): void;
  /** Reads everything anew, whoever watches. @throws PlaygroundError when the folders or Flink cannot be read. */
  read(signal: AbortSignal): Promise<readonly SavepointEntry[]>;
  /**
   * Deletes a savepoint or retained checkpoint; of one that is missing it forgets that it was there.
   * @throws PlaygroundError `input` when it is in use or not known; `disk`.
   */
  delete(path: string, signal: AbortSignal): Promise<void>;
}

export interface TopicsMonitor extends Disposable {
  readonly state: ReadableStore<Resource<readonly TopicInfo[]>>;
  watch(): Disposable;
  watchGroups(): GroupsWatch;
  /** How far a topic was at each poll of the last minutes, oldest first; there are polls only while somebody watches. */
  course(topic: string): readonly CoursePoint[];
  poke(): void;
}
