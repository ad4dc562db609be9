import type { ClusterState, Engine, Inspector, SavepointsMonitor } from '../../../src/core/engineApi';
import type { Environment } from '../../../src/core/environment/environment';
import type { EnvironmentSelection } from '../../../src/core/environment/environmentSelection';
import { JobReads } from '../../../src/core/flink/jobReads';
import { MetricBoard } from '../../../src/core/flink/metricBoard';
import type { KafkaPort } from '../../../src/core/kafka/kafkaPort';
import { idle, type Resource } from '../../../src/core/state/resource';
import type { JudgedGap } from '../../../src/core/savepoints/gapWatch';
import type { JobOperations } from '../../../src/core/savepoints/jobOperations';
import type { GapNote } from '../../../src/core/savepoints/savepointNotes';
import { Store } from '../../../src/core/state/store';
import { Emitter } from '../../../src/core/util/emitter';
import { silentLogger } from '../../../src/core/util/logger';
import type { CaughtUp } from '../../../src/core/ledger/caughtUpWatch';
import type { EnvironmentSnapshot, InstanceEvent } from '../../../src/shared/model/environment';
import type { CoursePoint, TopicInfo } from '../../../src/shared/model/kafka';
import type { JobTrouble } from '../../../src/shared/model/jobReads';
import type { OperationRecord, OperationView } from '../../../src/shared/model/operations';
import type { SavepointEntry } from '../../../src/shared/model/savepoints';
import { noTotals, type LedgerMark, type LedgerSummary } from '../../../src/shared/model/ledger';
import { environment, everything } from './environment';

/** An account of which nothing is known yet. */
export function ledgerSummary(changes: Partial<LedgerSummary> = {}): LedgerSummary {
  return {
    verdict: 'CANNOT TELL',
    reasons: [{ code: 'noWindowYet' }],
    totals: noTotals,
    recent: [],
    ...changes,
  };
}

export interface EngineDouble {
  readonly engine: Engine;
  readonly snapshot: Store<EnvironmentSnapshot>;
  readonly cluster: Store<ClusterState>;
  readonly topics: Store<Resource<readonly TopicInfo[]>>;
  readonly ledger: Store<LedgerSummary>;
  readonly marks: Store<readonly LedgerMark[]>;
  readonly operations: Store<readonly OperationView[]>;
  readonly operationHistory: Store<readonly OperationRecord[]>;
  readonly savepoints: Store<Resource<readonly SavepointEntry[]>>;
  /** Names of the leases that are held now. */
  readonly leases: string[];
}

const unexpected = (): never => {
  throw new Error('The test did not expect this call.');
};

/** An engine whose state the test sets. What it does not say must not be called. */
export function engineDouble(
  says: {
    readonly environment?: Partial<Environment>;
    readonly environments?: Partial<EnvironmentSelection>;
    readonly kafka?: Partial<KafkaPort>;
    readonly inspector?: Partial<Inspector>;
    readonly operations?: Partial<JobOperations>;
    readonly timelines?: Partial<Engine['timelines']>;
    readonly slotNeeds?: Engine['slotNeeds'];
    readonly savepoints?: Partial<SavepointsMonitor>;
    readonly jobFacts?: Engine['jobFacts'];
    readonly slotFacts?: Engine['slotFacts'];
    readonly cancelJob?: Engine['cancelJob'];
    readonly ledgerWindows?: Engine['ledgerWindows'];
    /** Where topics were, by their names. */
    readonly courses?: Readonly<Record<string, readonly CoursePoint[]>>;
    readonly submitter?: Partial<Engine['submitter']>;
  } = {},
  state: EnvironmentSnapshot = environment(),
): EngineDouble {
  const snapshot = new Store(state);
  const cluster = new Store<ClusterState>({ overview: idle, jobs: idle, taskManagers: idle });
  const topics = new Store<Resource<readonly TopicInfo[]>>(idle);
  const ledger = new Store(ledgerSummary());
  const marks = new Store<readonly LedgerMark[]>([]);
  const operations = new Store<readonly OperationView[]>([]);
  const operationHistory = new Store<readonly OperationRecord[]>([]);
  const savepoints = new Store<Resource<readonly SavepointEntry[]>>(idle);
  const gaps = new Store<ReadonlyMap<string, GapNote>>(new Map());
  const leases: string[] = [];
  const lease = (name: string): { dispose(): void } => {
    leases.push(name);
    return { dispose: () => void leases.splice(leases.indexOf(name), 1) };
  };
  const engine: Engine = {
    environment: {
      kind: 'local',
      capabilities: everything,
      snapshot,
      onInstanceEvent: new Emitter<InstanceEvent>().event,
      operationsDirectory: undefined,
      jobSubmission: unexpected,
      refresh: unexpected,
      start: unexpected,
      stop: unexpected,
      restart: unexpected,
      kill: unexpected,
      startInstance: unexpected,
      scaleTaskManagers: unexpected,
      followLogs: unexpected,
      flinkCli: unexpected,
      commandPlaces: unexpected,
      dispose: () => undefined,
      ...says.environment,
    },
    environments: {
      candidates: unexpected,
      select: unexpected,
      stopKind: unexpected,
      ...says.environments,
    },
    cluster: {
      state: cluster,
      watch: (parts) => lease(parts.join('+')),
      watchInBackground: () => lease('background'),
      watchJob: unexpected,
      watchTaskManager: unexpected,
      watchJobManager: unexpected,
      expectChange: () => undefined,
      poke: () => undefined,
      dispose: () => undefined,
    },
    jobs: new JobReads({ client: new Store<undefined>(undefined), intervalMs: () => 2000, logger: silentLogger }),
    watchTroubles: () => ({ state: new Store<ReadonlyMap<string, JobTrouble>>(new Map()), dispose: () => undefined }),
    timelines: {
      of: () => [],
      lineage: () => [],
      read: unexpected,
      onDidChange: new Emitter<void>().event,
      ...says.timelines,
    },
    metrics: new MetricBoard({
      client: new Store<undefined>(undefined),
      jobs: () => [],
      watchJobs: unexpected,
      flinkIdOf: () => undefined,
      intervalMs: () => 2000,
      logger: silentLogger,
    }),
    topics: {
      state: topics,
      watch: () => lease('topics'),
      watchGroups: unexpected,
      course: (topic) => says.courses?.[topic] ?? [],
      poke: () => undefined,
      dispose: () => undefined,
    },
    kafka: {
      clusterId: unexpected,
      describeTopics: unexpected,
      ensureTopics: unexpected,
      createTopic: unexpected,
      deleteTopic: unexpected,
      topicSettings: unexpected,
      groups: unexpected,
      openTail: unexpected,
      openLedger: unexpected,
      dispose: () => undefined,
      ...says.kafka,
    },
    ledger,
    onCaughtUp: new Emitter<CaughtUp>().event,
    ledgerWindows: says.ledgerWindows ?? (() => Promise.resolve([])),
    ledgerMarks: marks,
    operations: {
      open: operations,
      history: operationHistory,
      recipeOf: unexpected,
      remember: unexpected,
      triggerSavepoint: unexpected,
      stop: unexpected,
      restart: unexpected,
      restore: unexpected,
      rescale: unexpected,
      resume: unexpected,
      dismiss: unexpected,
      refresh: unexpected,
      dispose: () => undefined,
      ...says.operations,
    },
    slotNeeds: says.slotNeeds ?? unexpected,
    inspector: {
      commandLines: unexpected,
      logFiles: unexpected,
      readLogFile: unexpected,
      threadDump: unexpected,
      call: unexpected,
      restPaths: unexpected,
      job: unexpected,
      exceptions: unexpected,
      metricNames: unexpected,
      metrics: unexpected,
      lateRecords: () => Promise.resolve(undefined),
      ...says.inspector,
    },
    savepoints: {
      state: savepoints,
      watch: () => lease('savepoints'),
      poke: () => undefined,
      read: unexpected,
      delete: unexpected,
      dispose: () => undefined,
      ...says.savepoints,
    },
    gaps: { gaps, onJudged: new Emitter<JudgedGap>().event },
    jobFacts: says.jobFacts ?? unexpected,
    slotFacts: says.slotFacts ?? unexpected,
    cancelJob: says.cancelJob ?? unexpected,
    submitter: { prepare: unexpected, plan: unexpected, submit: unexpected, ...says.submitter },
    restCalls: 0,
    deleteDownloads: unexpected,
    dispose: () => undefined,
  };
  return { engine, snapshot, cluster, topics, ledger, marks, operations, operationHistory, savepoints, leases };
}
