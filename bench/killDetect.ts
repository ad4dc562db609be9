import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { defaultSettings, type Engine, type EngineOptions, type EngineSettings } from '../src/core/engineApi';
import { playground } from '../src/core/playground';
import { valueOf } from '../src/core/state/resource';
import { describeCluster } from '../src/core/trees/describeCluster';
import { describeJobs } from '../src/core/trees/describeJobs';
import { delay } from '../src/core/util/async';
import { silentLogger } from '../src/core/util/logger';
import { taskManagersOf } from '../src/shared/model/instances';
import { tutorialVariant } from '../src/shared/model/environment';
import { median, worst, type Figure } from './measure';

const rounds = 8;
const largestRatio = 1.15;
const mostUntilShownMs = 300;
/** Time in which a job that is well again has taken a checkpoint, and pollers ask at their normal pace. */
const settleMs = 8000;
const recoveryMs = 60_000;
const instance = 'taskmanager-1';

/** When one SIGKILL was seen, in milliseconds after it. */
interface Seen {
  readonly instanceMs: number;
  readonly jobMs: number;
  readonly pollerMs: number;
}

/** How soon a SIGKILL from outside is seen in the trees, against a poller that asks REST every 50 ms: the same kill for both. */
export async function killDetect(): Promise<readonly Figure[]> {
  const dist = join(process.cwd(), 'dist');
  const data = await mkdtemp(join(tmpdir(), 'bench-kill-'));
  const signal = AbortSignal.timeout(20 * 60_000);
  const settings: EngineSettings = {
    ...defaultSettings,
    environment: 'local',
    cacheDirectory: join(process.cwd(), '.cache', 'bench'),
    dataDirectory: data,
  };
  const { createEngine } = createRequire(join(dist, 'extension.js'))('./engine.js') as {
    createEngine: (options: EngineOptions) => Engine;
  };
  const engine = createEngine({ distDirectory: dist, settings: () => settings, logger: silentLogger });
  const views = engine.cluster.watch(['overview', 'jobs', 'taskManagers']);
  try {
    await engine.environment.start(
      {
        flinkVersion: playground.flink.default,
        kafkaMode: 'kraft',
        variant: tutorialVariant,
        parallelism: 2,
        taskManagers: 1,
        speed: 1,
      },
      () => undefined,
      signal,
    );
    const seen: Seen[] = [];
    for (let round = 0; round < rounds; round++) {
      await delay(settleMs, signal);
      seen.push(await kill(engine, signal));
      await engine.environment.startInstance(instance, signal);
      await untilTrue(engine, () => runsAsAWhole(engine), recoveryMs, signal);
    }
    const ratio = median(seen.map(({ jobMs, pollerMs }) => jobMs / pollerMs));
    return [
      worst(
        'kill.detect.instance',
        'ms',
        seen.map(({ instanceMs }) => instanceMs),
        mostUntilShownMs,
      ),
      {
        name: 'kill.detect.job',
        ours: Math.round(median(seen.map(({ jobMs }) => jobMs))),
        theirs: Math.round(median(seen.map(({ pollerMs }) => pollerMs))),
        baseline: 'a poller that asks /jobs/overview every 50 ms',
        unit: 'ms',
        ratio: Number(ratio.toPrecision(4)),
        limit: largestRatio,
      },
    ];
  } finally {
    views.dispose();
    await engine.environment.stop({ deleteData: true }, () => undefined, signal).catch(() => undefined);
    engine.dispose();
    await rm(data, { recursive: true, force: true });
  }
}

async function kill(engine: Engine, signal: AbortSignal): Promise<Seen> {
  const { environment } = engine;
  const pid = taskManagersOf(environment.snapshot.value).find(({ id }) => id === instance)?.pid;
  const url = environment.snapshot.value.endpoints?.rest;
  if (pid === undefined || url === undefined) throw new Error(`${instance} does not run.`);
  const poller = await startPoller(url);
  const killedAt = Date.now();
  process.kill(pid, 'SIGKILL');
  const [instanceAt, jobAt, pollerAt] = await Promise.all([
    untilTrue(engine, () => showsKilled(engine), recoveryMs, signal),
    untilTrue(engine, () => !runsAsAWhole(engine), recoveryMs, signal),
    poller.sawAt,
  ]);
  return { instanceMs: instanceAt - killedAt, jobMs: jobAt - killedAt, pollerMs: pollerAt - killedAt };
}

/** What the Cluster view says of the instance. */
function showsKilled({ environment, cluster }: Engine): boolean {
  const nodes = describeCluster(environment.snapshot.value, cluster.state.value, environment.capabilities, Date.now());
  const group = nodes.find(({ id }) => id === 'service:taskmanager');
  const children = typeof group?.children === 'object' ? group.children : [];
  return children.some(({ label, flags }) => label === instance && flags?.includes('killed') === true);
}

/** What the Jobs view says of the job: the healthy words, or others. */
function runsAsAWhole({ environment, cluster }: Engine): boolean {
  const { jobs } = cluster.state.value;
  const nodes = describeJobs(jobs, environment.snapshot.value);
  return valueOf(jobs) !== undefined && nodes.some(({ flags }) => flags?.includes('stoppable') === true);
}

/** Looks whenever the views would draw anew; gives the time at which it was true. */
function untilTrue(engine: Engine, holds: () => boolean, timeoutMs: number, signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      if (!holds()) return;
      finish();
      resolve(Date.now());
    };
    const fail = (): void => {
      finish();
      reject(new Error('What the bench waits for did not come true.'));
    };
    const subscriptions = [engine.environment.snapshot.onDidChange(look), engine.cluster.state.onDidChange(look)];
    const timer = setTimeout(fail, timeoutMs);
    signal.addEventListener('abort', fail);
    const finish = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', fail);
      for (const subscription of subscriptions) subscription.dispose();
    };
    look();
  });
}

/** A process of its own, as a user's script would be. */
async function startPoller(url: string): Promise<{ readonly sawAt: Promise<number> }> {
  const script = join(process.cwd(), 'bench', 'baseline', 'pollJobs.mjs');
  const child = spawn(process.execPath, [script, url], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  await lines.next();
  const sawAt = lines.next().then(({ value }) => {
    child.kill();
    return Number(value);
  });
  return { sawAt };
}
