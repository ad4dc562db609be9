import { rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as l10n from '@vscode/l10n';
import type { EnvironmentSnapshot } from '../shared/model/environment';
import { instancesOf } from '../shared/model/instances';
import { DataRoots } from './dataRoots';
import type { Engine, EngineOptions } from './engineApi';
import { ArtifactStore } from './environment/local/artifacts/artifactStore';
import { classArchivesFolder } from './environment/local/cds';
import { kraftTemplatesFolder } from './environment/local/kraftFolder';
import { systemProcessTable } from './environment/common/processTable';
import { EnvironmentSwitch } from './environment/environmentSwitch';
import { environmentAdapters } from './environmentAdapters';
import { PollingClusterMonitor } from './flink/clusterMonitor';
import { FlinkClient } from './flink/flinkClient';
import { readSlotNeeds } from './flink/slotNeeds';
import { JobReads } from './flink/jobReads';
import { JobTroubles } from './flink/jobTroubles';
import { MetricBoard } from './flink/metricBoard';
import { PollingTopicsMonitor } from './kafka/topicsMonitor';
import { ClusterInspector } from './inspector';
import { createWorkerKafkaPort } from './kafka/workerKafkaPort';
import { CaughtUpWatch } from './ledger/caughtUpWatch';
import { LedgerMarks } from './ledger/ledgerMarks';
import { LedgerMonitor } from './ledger/ledgerMonitor';
import { recoveryLogs } from './ledger/recoveryLogs';
import { playground } from './playground';
import { FlinkJobOperations } from './savepoints/flinkJobOperations';
import { GapWatch } from './savepoints/gapWatch';
import { readJobFacts, readSlotFacts } from './savepoints/jobFacts';
import { SavepointNotes } from './savepoints/savepointNotes';
import { PollingSavepointsMonitor } from './savepoints/savepointsMonitor';
import { followVariant } from './savepoints/variantNow';
import { derived } from './state/derived';
import { valueOf } from './state/resource';
import { JobSubmitter } from './submit/jobSubmitter';
import { TimelineRecorder } from './timeline/timelineRecorder';
import { cacheDirectory, dataDirectory, mavenRepository } from './userDirectories';
import { systemClock } from './util/clock';
import { DisposableStore } from './util/disposable';
import { notRunning } from './environment/notRunning';

/** The address of Maven Central as Maven's own super-POM has it, put in by the build. */
declare const __CENTRAL_ADDRESS__: string;

/**
 * Puts core together: the one place outside of `extension.ts` that builds services, because it is the entry point of a
 * bundle of its own that is loaded on first use. Does no I/O until something is asked of it.
 */
export function createEngine(options: EngineOptions): Engine {
  const { distDirectory, settings, logger, translations } = options;
  if (translations !== undefined) l10n.config({ contents: translations });
  const owned = new DisposableStore();
  const clock = systemClock;
  const cache = cacheDirectory(settings().cacheDirectory);
  const data = dataDirectory(settings().dataDirectory);
  const intervalMs = (): number => settings().refreshIntervalMs;

  const kafka = owned.add(
    createWorkerKafkaPort({
      workerFile: join(distDirectory, 'kafkaWorker.js'),
      logger: logger.child('kafka'),
      ...(translations === undefined ? {} : { l10nContents: JSON.stringify(translations) }),
    }),
  );
  let restCalls = 0;
  const createClient = (baseUrl: string): FlinkClient =>
    new FlinkClient({ baseUrl, logger: logger.child('flink'), onCall: () => restCalls++ });
  // Made for each use, so that a mirror that was set after a failed download is used by the next one.
  const artifacts = (): ArtifactStore =>
    new ArtifactStore({
      cacheDirectory: cache,
      baseAddress: settings().mirror === '' ? __CENTRAL_ADDRESS__ : settings().mirror,
      mavenRepository: mavenRepository(homedir()),
      logger: logger.child('download'),
    });
  const environment = owned.add(
    new EnvironmentSwitch({
      adapters: environmentAdapters({ ...options, cache, data, artifacts, kafka, createClient }),
      choice: () => settings().environment,
      logger: logger.child('environment'),
    }),
  );
  const roots = new DataRoots(dataDirectory(''));
  owned.add(
    environment.snapshot.onDidChange(({ next, previous }) => {
      if (next.phase !== 'starting' || previous.phase === 'starting') return;
      roots.remember(data).catch((error: unknown) => logger.warn('The data folder was not noted.', error));
    }),
  );
  const rest = owned.add(derived(environment.snapshot, (snapshot) => snapshot.endpoints?.rest));
  const brokers = owned.add(derived(environment.snapshot, brokersOf));
  const cluster = owned.add(
    new PollingClusterMonitor({ endpoints: rest, createClient, intervalMs, logger: logger.child('cluster') }),
  );
  const jobs = owned.add(new JobReads({ client: cluster.client, intervalMs, logger: logger.child('jobs') }));
  const metrics = owned.add(
    new MetricBoard({
      client: cluster.client,
      jobs: () => valueOf(cluster.state.value.jobs) ?? [],
      watchJobs: () => cluster.watch(['jobs']),
      flinkIdOf: (id) => instancesOf(environment.snapshot.value).find((instance) => instance.id === id)?.flinkId,
      intervalMs,
      logger: logger.child('metrics'),
    }),
  );
  const topics = owned.add(new PollingTopicsMonitor({ brokers, kafka, intervalMs, logger: logger.child('topics') }));
  const operations = owned.add(
    new FlinkJobOperations({
      environment,
      createClient,
      table: systemProcessTable(),
      clock,
      logger: logger.child('operations'),
      changed: () => cluster.poke(),
    }),
  );
  const timelines = owned.add(
    new TimelineRecorder({ cluster, jobs, environment: environment.snapshot, operations, clock }),
  );
  const ledger = owned.add(
    new LedgerMonitor({
      environment: owned.add(followVariant(environment.snapshot, operations.history)),
      onInstanceEvent: environment.onInstanceEvent,
      cluster: cluster.state,
      kafka,
      recoveries: recoveryLogs(data, environment.snapshot),
      clock,
      logger: logger.child('ledger'),
    }),
  );
  const caughtUp = owned.add(
    new CaughtUpWatch({
      summary: ledger.summary,
      onRecovery: ledger.onRecovery,
      windowMs: playground.window.sizeMs,
      clock,
    }),
  );
  const ledgerMarks = owned.add(
    new LedgerMarks({ seen: ledger.marks, history: operations.history, onCaughtUp: caughtUp.onCaughtUp }),
  );
  const withClient = async <T>(act: (client: FlinkClient) => Promise<T>): Promise<T> => {
    if (rest.value === undefined) {
      throw notRunning();
    }
    const client = createClient(rest.value);
    try {
      return await act(client);
    } finally {
      client.dispose();
    }
  };
  let notes: { readonly directory: string; readonly file: SavepointNotes } | undefined;
  const savepointNotes = (): SavepointNotes | undefined => {
    const directory = environment.operationsDirectory;
    if (directory === undefined) return undefined;
    if (notes?.directory !== directory) notes = { directory, file: new SavepointNotes(join(directory, 'notes.json')) };
    return notes.file;
  };
  const savepoints = owned.add(
    new PollingSavepointsMonitor({
      environment,
      cluster: cluster.state,
      operations,
      notes: savepointNotes,
      createClient,
      intervalMs,
      clock,
      logger: logger.child('savepoints'),
    }),
  );
  const gaps = owned.add(
    new GapWatch({
      operations,
      across: (from, to) => ledger.across(from, to),
      notes: savepointNotes,
      windowMs: playground.window.sizeMs,
      clock,
      logger: logger.child('savepoints'),
    }),
  );
  owned.add(
    environment.onInstanceEvent(({ instance: { service } }) => {
      if (service === 'taskmanager' || service === 'jobmanager') cluster.expectChange();
      else cluster.poke();
      jobs.poke();
      topics.poke();
    }),
  );
  return {
    environment,
    environments: environment,
    cluster,
    jobs,
    watchTroubles: () => new JobTroubles({ cluster, jobs }),
    timelines,
    metrics,
    topics,
    kafka,
    ledger: ledger.summary,
    onCaughtUp: caughtUp.onCaughtUp,
    ledgerWindows: (count) => ledger.windows(count),
    ledgerMarks: ledgerMarks.marks,
    operations,
    slotNeeds: (signal) =>
      rest.value === undefined
        ? Promise.resolve({ jobs: [], slotsPerTaskManager: 0 })
        : withClient((client) => readSlotNeeds(client, signal)),
    savepoints,
    gaps,
    jobFacts: (jobId, signal) => withClient((client) => readJobFacts(client, jobId, signal)),
    slotFacts: (signal) => withClient((client) => readSlotFacts(client, signal)),
    cancelJob: async (jobId, signal) => {
      await withClient((client) => client.cancel(jobId, signal));
      cluster.expectChange();
    },
    submitter: new JobSubmitter({ environment, withClient }),
    inspector: new ClusterInspector(environment, createClient),
    get restCalls() {
      return restCalls;
    },
    deleteDownloads: async () => {
      await artifacts().deleteAll();
      for (const folder of [classArchivesFolder, kraftTemplatesFolder]) {
        await rm(join(cache, folder), { recursive: true, force: true });
      }
    },
    dispose: () => owned.dispose(),
  };
}

/** Where Kafka is; `undefined` also for a remote cluster of which only Flink is looked at. */
function brokersOf({ endpoints }: EnvironmentSnapshot): readonly string[] | undefined {
  return endpoints === undefined || endpoints.brokers.length === 0 ? undefined : endpoints.brokers;
}
