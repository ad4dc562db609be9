import { rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Engine, EngineOptions } from './engineApi';
import { ArtifactStore } from './environment/local/artifacts/artifactStore';
import { findJava } from './environment/local/java/findJava';
import { LocalEnvironment } from './environment/local/localEnvironment';
import { PollingClusterMonitor } from './flink/clusterMonitor';
import { FlinkClient } from './flink/flinkClient';
import { PollingTopicsMonitor } from './kafka/topicsMonitor';
import { createWorkerKafkaPort } from './kafka/workerKafkaPort';
import { LedgerMonitor } from './ledger/ledgerMonitor';
import { RecoveryLog } from './ledger/recoveryLog';
import { derived } from './state/derived';
import { cacheDirectory, dataDirectory, mavenRepository } from './userDirectories';
import { systemClock } from './util/clock';
import { DisposableStore } from './util/disposable';

/** The address of Maven Central as Maven's own super-POM has it, put in by the build. */
declare const __CENTRAL_ADDRESS__: string;

/**
 * Puts core together: the one place outside of `extension.ts` that builds services, because it is the entry point of a
 * bundle of its own that is loaded on first use. Does no I/O until something is asked of it.
 */
export function createEngine({ distDirectory, settings, logger }: EngineOptions): Engine {
  const owned = new DisposableStore();
  const clock = systemClock;
  const { cacheDirectory: cacheSetting, dataDirectory: dataSetting, mirror } = settings();
  const cache = cacheDirectory(cacheSetting);
  const data = dataDirectory(dataSetting);
  const intervalMs = (): number => settings().refreshIntervalMs;

  const kafka = owned.add(
    createWorkerKafkaPort({ workerFile: join(distDirectory, 'kafkaWorker.js'), logger: logger.child('kafka') }),
  );
  const createClient = (baseUrl: string): FlinkClient => new FlinkClient({ baseUrl, logger: logger.child('flink') });
  const artifacts = new ArtifactStore({
    cacheDirectory: cache,
    baseAddress: mirror === '' ? __CENTRAL_ADDRESS__ : mirror,
    mavenRepository: mavenRepository(homedir()),
    logger: logger.child('download'),
  });
  const environment = owned.add(
    new LocalEnvironment({
      dataDirectory: data,
      cacheDirectory: cache,
      jarsDirectory: join(distDirectory, 'playground'),
      artifacts,
      findJava: (signal) => findJava({ configuredHome: settings().javaHome, logger: logger.child('java') }, signal),
      kafka,
      flinkClient: createClient,
      memory: () => settings().memory,
      logger: logger.child('local'),
    }),
  );
  const rest = owned.add(derived(environment.snapshot, (snapshot) => snapshot.endpoints?.rest));
  const brokers = owned.add(derived(environment.snapshot, (snapshot) => snapshot.endpoints?.brokers));
  const cluster = owned.add(
    new PollingClusterMonitor({ endpoints: rest, createClient, intervalMs, logger: logger.child('cluster') }),
  );
  const topics = owned.add(new PollingTopicsMonitor({ brokers, kafka, intervalMs, logger: logger.child('topics') }));
  const ledger = owned.add(
    new LedgerMonitor({
      environment: environment.snapshot,
      onInstanceEvent: environment.onInstanceEvent,
      cluster: cluster.state,
      kafka,
      recoveries: new RecoveryLog(join(data, 'local', 'recoveries.log')),
      clock,
      logger: logger.child('ledger'),
    }),
  );
  owned.add(
    environment.onInstanceEvent(() => {
      cluster.poke();
      topics.poke();
    }),
  );
  return {
    environment,
    cluster,
    topics,
    kafka,
    ledger: ledger.summary,
    dataDirectory: data,
    deleteDownloads: async () => {
      await artifacts.deleteAll();
      await rm(join(cache, 'class-archives'), { recursive: true, force: true });
    },
    dispose: () => owned.dispose(),
  };
}
