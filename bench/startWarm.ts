import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import getPort from 'get-port';
import { defaultSettings, type Engine, type EngineOptions, type EngineSettings } from '../src/core/engineApi';
import { ArtifactStore } from '../src/core/environment/local/artifacts/artifactStore';
import { findJava } from '../src/core/environment/local/java/findJava';
import { playground } from '../src/core/playground';
import { delay } from '../src/core/util/async';
import { silentLogger } from '../src/core/util/logger';
import { tutorialVariant, type StartOptions } from '../src/shared/model/environment';
import { alone, compare, cpuSecondsOf, pidsWith, type Figure, type Sample } from './measure';

/** Put in by the build, as in `src/core/engine.ts`. */
declare const __CENTRAL_ADDRESS__: string;

const rounds = 4;
const largestRatio = 0.5;
const archiveDeadlineMs = 180_000;

const options: StartOptions = {
  flinkVersion: playground.flink.default,
  kafkaMode: 'kraft',
  variant: tutorialVariant,
  parallelism: 1,
  taskManagers: 1,
  speed: 1,
};

/**
 * Start until all tasks run, with everything downloaded and the class archives made, against a shell script that starts the
 * same processes in parallel by plain `java` and submits with curl, generator included.
 */
export async function startWarm(): Promise<readonly Figure[]> {
  const dist = join(process.cwd(), 'dist');
  const data = await mkdtemp(join(tmpdir(), 'bench-start-'));
  const signal = AbortSignal.timeout(30 * 60_000);
  const cache = join(process.cwd(), '.cache', 'bench');
  // Archives of an earlier run belong to another data folder, and would be counted for those of this one.
  await rm(join(cache, 'class-archives'), { recursive: true, force: true });
  const settings: EngineSettings = {
    ...defaultSettings,
    environment: 'local',
    cacheDirectory: cache,
    dataDirectory: data,
  };
  const { createEngine } = createRequire(join(dist, 'extension.js'))('./engine.js') as {
    createEngine: (options: EngineOptions) => Engine;
  };
  const engine = createEngine({ distDirectory: dist, settings: () => settings, logger: silentLogger });
  try {
    const archives = await warmUp(engine, cache, signal);
    const java = await findJava({ logger: silentLogger }, signal);
    const store = new ArtifactStore({
      cacheDirectory: cache,
      baseAddress: __CENTRAL_ADDRESS__,
      mavenRepository: join(homedir(), '.m2', 'repository'),
      logger: silentLogger,
    });
    const figure = await compare({
      name: 'start.warm',
      unit: 'ms',
      baseline: 'a script: the same processes in parallel by plain java, submitted with curl',
      rounds,
      ours: () => startOurs(engine, data, signal),
      theirs: () => startTheirs(java.executable, store, dist, signal),
    });
    return [
      { ...figure, limit: largestRatio },
      alone('start.archives', 'ms', 'made once, in the background, after the first start', [archives]),
    ];
  } finally {
    engine.dispose();
    await rm(data, { recursive: true, force: true });
  }
}

/** A first start, kept until every role has its class archive. Returns how long that took beyond the start, in milliseconds. */
async function warmUp(engine: Engine, cache: string, signal: AbortSignal): Promise<number> {
  await engine.environment.start(options, () => undefined, signal);
  const began = performance.now();
  while (performance.now() - began < archiveDeadlineMs) {
    if ((await archivesIn(cache)) >= 4) break;
    await delay(200, signal);
  }
  const took = performance.now() - began;
  await engine.environment.stop({ deleteData: true }, () => undefined, signal);
  return took;
}

async function archivesIn(cache: string): Promise<number> {
  const { glob } = await import('node:fs/promises');
  let count = 0;
  for await (const _ of glob('**/*.jsa', { cwd: cache })) count++;
  return count;
}

async function startOurs(engine: Engine, data: string, signal: AbortSignal): Promise<Sample> {
  const cpuBefore = process.cpuUsage();
  const began = performance.now();
  await engine.environment.start(options, () => undefined, signal);
  const value = performance.now() - began;
  const self = process.cpuUsage(cpuBefore);
  const jvms = pidsWith(data).reduce((sum, pid) => sum + cpuSecondsOf(pid), 0);
  await engine.environment.stop({ deleteData: true }, () => undefined, signal);
  return { value, cpuSeconds: jvms + (self.user + self.system) / 1e6 };
}

async function startTheirs(java: string, store: ArtifactStore, dist: string, signal: AbortSignal): Promise<Sample> {
  const version = playground.flink.versions[playground.flink.default];
  if (version === undefined) throw new Error('The default version of Flink is not described.');
  const flink = `flink-${playground.flink.default}`;
  const connector = `connector-${version.connector}`;
  const clients = `kafka-clients-${version.kafkaClients}`;
  const kafka = `kafka-${playground.kafka.modes.kraft}`;
  const sets = await store.ensure([flink, connector, clients, kafka], () => undefined, signal);
  const jars = (set: string): readonly string[] => sets.get(set) ?? [];
  const ours = (jar: string): string => join(dist, 'playground', jar);
  const directory = await mkdtemp(join(tmpdir(), 'bench-script-'));
  await mkdir(join(directory, 'log'));
  const rest = await getPort();
  const classPaths = [...jars(connector), ...jars(clients)].filter((jar) => !/slf4j|log4j/.test(jar));
  const script = spawn('bash', [join(process.cwd(), 'bench', 'baseline', 'start.sh')], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      JAVA: java,
      FLINK_CP: jars(flink).join(':'),
      KAFKA_CP: jars(kafka).join(':'),
      GENERATOR_CP: [ours(playground.job.jars.generator), ...jars(clients)].join(':'),
      JOB_JAR: ours(playground.job.jars.v1),
      JOB_CLASSPATHS: classPaths.map((jar) => pathToFileURL(jar).href).join(';'),
      ENTRY_CLASS: playground.job.entryClass,
      GENERATOR_CLASS: playground.job.generatorClass,
      DIR: directory,
      REST_PORT: String(rest),
      BROKER_PORT: String(await getPort()),
      CONTROLLER_PORT: String(await getPort()),
    },
  });
  const began = performance.now();
  const code = await new Promise<number | null>((resolve) => {
    script.once('exit', resolve);
  });
  const value = performance.now() - began;
  const pids = (await readFile(join(directory, 'pids'), 'utf8')).trim().split('\n').map(Number);
  const cpuSeconds = pids.reduce((sum, pid) => sum + cpuSecondsOf(pid), 0);
  for (const pid of pids) killQuietly(pid);
  await delay(500, signal);
  await rm(directory, { recursive: true, force: true });
  if (code !== 0) throw new Error(`The baseline script ended with ${code}.`);
  return { value, cpuSeconds };
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}
