import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ArtifactStore } from '../src/core/environment/local/artifacts/artifactStore';
import { execaRunner } from '../src/core/environment/compose/cliRunner';
import { ComposeEnvironment } from '../src/core/environment/compose/composeEnvironment';
import { FlinkClient } from '../src/core/flink/flinkClient';
import { createInProcessKafkaPort } from '../src/core/kafka/inProcessKafkaPort';
import { playground } from '../src/core/playground';
import { mavenRepository } from '../src/core/userDirectories';
import { delay } from '../src/core/util/async';
import { silentLogger } from '../src/core/util/logger';
import { tutorialVariant } from '../src/shared/model/environment';
import { alone, type Figure } from './measure';

/** Put in by the build, as in `src/core/engine.ts`. */
declare const __CENTRAL_ADDRESS__: string;

const settleMs = 10_000;
const restMs = 60_000;
const samples = 2;
const mostSpawns = 0;

/** Programs of the container engine that are started while a playground of containers runs and nobody does anything. */
export async function dockerIdle(): Promise<readonly Figure[]> {
  const dist = join(process.cwd(), 'dist', 'playground');
  const data = await mkdtemp(join(tmpdir(), 'bench-docker-'));
  const signal = AbortSignal.timeout(15 * 60_000);
  let spawned = 0;
  const kafka = createInProcessKafkaPort({ logger: silentLogger });
  const environment = new ComposeEnvironment({
    dataDirectory: data,
    stackDirectory: dist,
    jarsDirectory: dist,
    artifacts: new ArtifactStore({
      cacheDirectory: join(process.cwd(), '.cache', 'bench'),
      baseAddress: __CENTRAL_ADDRESS__,
      mavenRepository: mavenRepository(homedir()),
      logger: silentLogger,
    }),
    settings: () => ({ command: '', file: '', project: 'flink-playground-bench' }),
    kafka,
    flinkClient: (baseUrl) => new FlinkClient({ baseUrl, logger: silentLogger }),
    runner: execaRunner({ logger: silentLogger, onSpawn: () => spawned++ }),
    logger: silentLogger,
  });
  try {
    await environment.start(
      {
        flinkVersion: playground.flink.default,
        kafkaMode: 'kraft',
        variant: tutorialVariant,
        parallelism: 1,
        taskManagers: 1,
        speed: 1,
      },
      () => undefined,
      signal,
    );
    await delay(settleMs, signal);
    const perMinute: number[] = [];
    for (let sample = 0; sample < samples; sample++) {
      const before = spawned;
      await delay(restMs, signal);
      perMinute.push(((spawned - before) * 60_000) / restMs);
    }
    return [alone('docker.idle', 'programs a minute', 'what was asked for', perMinute, mostSpawns)];
  } finally {
    await environment.stop({ deleteData: true }, () => undefined, signal).catch(() => undefined);
    environment.dispose();
    kafka.dispose();
    await rm(data, { recursive: true, force: true });
  }
}
