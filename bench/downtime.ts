import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { defaultSettings, type Engine, type EngineOptions, type EngineSettings } from '../src/core/engineApi';
import type { JobSubmission } from '../src/core/environment/environment';
import { ArtifactStore } from '../src/core/environment/local/artifacts/artifactStore';
import { findJava } from '../src/core/environment/local/java/findJava';
import { FlinkClient } from '../src/core/flink/flinkClient';
import { playground } from '../src/core/playground';
import { provideJar } from '../src/core/savepoints/provideJar';
import { delay } from '../src/core/util/async';
import { silentLogger } from '../src/core/util/logger';
import { tutorialVariant } from '../src/shared/model/environment';
import { compare, cpuSecondsOf, median, pidsWith, type Figure, type Sample } from './measure';

/** Put in by the build, as in `src/core/engine.ts`. */
declare const __CENTRAL_ADDRESS__: string;

const rounds = 3;
/** Of which a sample is the median: one restart alone depends on when the last checkpoint was. */
const restartsPerSample = 9;
const largestRatioToCli = 0.25;
const largestRatioToScript = 1.3;
/** Between two restarts: the job makes checkpoints and has state. */
const pauseMs = 3000;
const run = promisify(execFile);
const opened = [
  'lang',
  'net',
  'io',
  'nio',
  'lang.reflect',
  'text',
  'time',
  'util',
  'util.concurrent',
  'util.concurrent.atomic',
];

/**
 * How long no task runs when the job is restarted, by the JobManager's timestamps, with state and input flowing: against the
 * command line client and against a script of curl, for the same job on the same cluster.
 */
export function restartDowntime(): Promise<readonly Figure[]> {
  return measured('restart.downtime', () => 1);
}

/** The same for a change of parallelism, 1 to 2 and back. */
export function rescaleDowntime(): Promise<readonly Figure[]> {
  return measured('rescale.downtime', (before) => (before === 1 ? 2 : 1));
}

/** The cluster of one bench: a job that is restarted again and again, by turns in each way. */
interface Bed {
  readonly engine: Engine;
  readonly client: FlinkClient;
  readonly submission: JobSubmission;
  readonly data: string;
  readonly java: string;
  readonly classPath: readonly string[];
  readonly signal: AbortSignal;
  jobId: string;
  parallelism: number;
}

async function measured(name: string, next: (parallelism: number) => number): Promise<readonly Figure[]> {
  const bed = await openBed();
  try {
    const ours = (): Promise<Sample> => sampled(bed, next, byOurs);
    const compared = async (suffix: string, baseline: string, restart: Restart, limit: number): Promise<Figure> => {
      const theirs = (): Promise<Sample> => sampled(bed, next, restart);
      return { ...(await compare({ name: name + suffix, unit: 'ms', baseline, rounds, ours, theirs })), limit };
    };
    await sampled(bed, next, byOurs);
    // The command line client last, so that its limit is judged on a JobManager that has restarted jobs for a while.
    const rest = await compared('.rest', 'a script of curl: stop, then run', byScript, largestRatioToScript);
    return [await compared('', 'flink stop and flink run -s', byCommandLine, largestRatioToCli), rest];
  } finally {
    bed.client.dispose();
    await bed.engine.environment.stop({ deleteData: true }, () => undefined, bed.signal);
    bed.engine.dispose();
    await rm(bed.data, { recursive: true, force: true });
  }
}

/** Restarts the job of the bed with a parallelism and gives the new job's id. */
type Restart = (bed: Bed, parallelism: number) => Promise<string>;

const byOurs: Restart = async ({ engine, jobId, signal }, parallelism) =>
  (await engine.operations.restart({ jobId, parallelism }, () => undefined, signal)).jobId;

const byScript: Restart = async ({ client, submission, jobId, engine, signal }, parallelism) => {
  const { args } = await engine.operations.recipeOf(jobId, signal);
  const body = {
    entryClass: playground.job.entryClass,
    programArgsList: args,
    parallelism,
    savepointPath: '@SAVEPOINT@',
    flinkConfiguration: submission.flinkConfiguration,
  };
  const { stdout } = await run('bash', [join(process.cwd(), 'bench', 'baseline', 'restart.sh')], {
    env: {
      ...process.env,
      REST: restOf(engine),
      JOB: jobId,
      JAR: await provideJar(client, { from: 'playground', version: 'v1' }, submission, signal),
      BODY: JSON.stringify(body),
      TARGET: submission.savepointDirectory ?? '',
    },
  });
  return stdout.trim();
};

const byCommandLine: Restart = async (bed, parallelism) => {
  const { submission, jobId, engine, signal } = bed;
  const { args } = await engine.operations.recipeOf(jobId, signal);
  const stopped = await flinkCli(bed, ['stop', '-p', submission.savepointDirectory ?? '', jobId]);
  const path = /Savepoint completed\. Path: (\S+)/.exec(stopped)?.[1] ?? '';
  const classpaths = (submission.flinkConfiguration['pipeline.classpaths'] ?? '')
    .split(';')
    .flatMap((url) => ['-C', url]);
  const started = await flinkCli(bed, [
    'run',
    '-d',
    '-s',
    path,
    '-p',
    String(parallelism),
    '-c',
    playground.job.entryClass,
    ...classpaths,
    submission.jars.v1.path,
    ...args,
  ]);
  const id = /JobID (\w{32})/.exec(started)?.[1];
  if (id === undefined) throw new Error(`flink run said: ${started}`);
  return id;
};

async function flinkCli({ java, classPath, data }: Bed, args: readonly string[]): Promise<string> {
  const flags = opened.map((name) => `--add-opens=java.base/java.${name}=ALL-UNNAMED`);
  const client = 'org.apache.flink.client.cli.CliFrontend';
  const { stdout } = await run(java, [...flags, '-cp', classPath.join(':'), client, ...args], {
    env: { ...process.env, FLINK_CONF_DIR: join(data, 'local', 'conf', 'jobmanager') },
  });
  return stdout;
}

async function sampled(bed: Bed, next: (parallelism: number) => number, restart: Restart): Promise<Sample> {
  const { client, signal } = bed;
  const cpuBefore = cpuSeconds(bed);
  const values: number[] = [];
  for (let index = 0; index < restartsPerSample; index++) {
    await delay(pauseMs, signal);
    const before = bed.jobId;
    bed.parallelism = next(bed.parallelism);
    bed.jobId = await restart(bed, bed.parallelism);
    values.push(await downtime(client, before, bed.jobId, signal));
  }
  return { value: median(values), cpuSeconds: Math.max(0, cpuSeconds(bed) - cpuBefore) };
}

/** Of the playground, of this process, and of the clients that it has run. */
function cpuSeconds({ data }: Bed): number {
  return [process.pid, ...pidsWith(data)].reduce((sum, pid) => sum + cpuSecondsOf(pid), 0);
}

/** Milliseconds between the end of the last task of one job and the moment when the last task of the next ran. */
async function downtime(client: FlinkClient, before: string, after: string, signal: AbortSignal): Promise<number> {
  for (;;) {
    const job = await client.job(after, signal);
    const runs = job.vertices.length > 0 && job.vertices.every((vertex) => vertex.tasks.RUNNING === vertex.parallelism);
    if (runs) break;
    await delay(20, signal);
  }
  const times = async (jobId: string): ReturnType<typeof client.actions.taskTimes> => {
    const { vertices } = await client.job(jobId, signal);
    return (await Promise.all(vertices.map(({ id }) => client.actions.taskTimes(jobId, id, signal)))).flat();
  };
  const ended = Math.max(...(await times(before)).map(({ endedAt = Number.NaN }) => endedAt));
  return Math.max(...(await times(after)).map(({ runningAt = Number.NaN }) => runningAt)) - ended;
}

function restOf(engine: Engine): string {
  return engine.environment.snapshot.value.endpoints?.rest ?? '';
}

async function openBed(): Promise<Bed> {
  const dist = join(process.cwd(), 'dist');
  const data = await mkdtemp(join(tmpdir(), 'bench-downtime-'));
  const signal = AbortSignal.timeout(30 * 60_000);
  const cache = join(process.cwd(), '.cache', 'bench');
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
  const options = {
    flinkVersion: playground.flink.default,
    kafkaMode: 'kraft',
    variant: tutorialVariant,
    parallelism: 1,
    taskManagers: 1,
    speed: 1,
  } as const;
  const { jobId = '' } = await engine.environment.start(options, () => undefined, signal);
  const store = new ArtifactStore({
    cacheDirectory: cache,
    baseAddress: __CENTRAL_ADDRESS__,
    mavenRepository: join(homedir(), '.m2', 'repository'),
    logger: silentLogger,
  });
  const flink = `flink-${playground.flink.default}`;
  return {
    engine,
    client: new FlinkClient({ baseUrl: restOf(engine), logger: silentLogger }),
    submission: await engine.environment.jobSubmission(signal),
    data,
    java: (await findJava({ logger: silentLogger }, signal)).executable,
    classPath: (await store.ensure([flink], () => undefined, signal)).get(flink) ?? [],
    signal,
    jobId,
    parallelism: 1,
  };
}
