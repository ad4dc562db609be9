import { spawn } from 'node:child_process';
import { readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemProcessTable, type ProcessFacts } from '../../../src/core/environment/common/processTable';
import { environmentMark } from '../../../src/core/environment/local/processIdentity';
import { newestCheckpoint } from '../../../src/core/environment/local/checkpoints';
import { LocalPaths, profileName } from '../../../src/core/environment/local/localPaths';
import { findJava } from '../../../src/core/environment/local/java/findJava';
import { FlinkClient } from '../../../src/core/flink/flinkClient';
import { silentLogger } from '../../../src/core/util/logger';
import { isAbort } from '../../../src/core/util/errors';
import {
  ignoreProgress,
  instanceOf,
  LocalTestBed,
  never,
  startOptions,
  withArchives,
} from '../../support/localPlayground';

declare const __CENTRAL_ADDRESS__: string;

const seconds = (count: number): AbortSignal => AbortSignal.timeout(count * 1000);

function processesOf(bed: LocalTestBed): Promise<readonly ProcessFacts[]> {
  return systemProcessTable().find(environmentMark(new LocalPaths(bed.dataDirectory).marker));
}

describe('faults of a local environment', { timeout: 240_000 }, () => {
  let bed: LocalTestBed;

  beforeAll(async () => {
    bed = await LocalTestBed.create();
  });

  afterEach(async () => {
    const left = await processesOf(bed);
    if (left.length > 0) throw new Error(`${left.length} processes were left running.`);
  });

  afterAll(async () => {
    await bed.remove();
  }, 120_000);

  it('ends what it started when Stop comes during Start', async () => {
    const environment = bed.open();
    const starting = environment.start(startOptions(), ignoreProgress, seconds(120));
    const outcome = starting.then(
      () => 'started',
      (error: unknown) => (isAbort(error) ? 'cancelled' : error),
    );
    await new Promise<void>((resolve) => {
      const seen = environment.onInstanceEvent((event) => {
        if (event.kind !== 'started') return;
        seen.dispose();
        resolve();
      });
    });
    await environment.stop({ deleteData: false }, ignoreProgress, seconds(60));
    await expect(outcome).resolves.toBe('cancelled');
    expect(environment.snapshot.value.phase).toBe('absent');
    environment.dispose();
  });

  it('shows the last lines of the log when a JVM dies during the start, and ends the rest', async () => {
    const environment = bed.open({
      findJava: async (signal) => {
        const java = await findJava({ configuredHome: '', logger: silentLogger }, signal);
        return { ...java, executable: await brokenJava(bed.root, java.executable) };
      },
    });
    await expect(environment.start(startOptions(), ignoreProgress, seconds(120))).rejects.toMatchObject({
      kind: 'process',
      message: expect.stringContaining('Invalid maximum heap size: -Xmxnonsense') as string,
      detail: expect.stringContaining('Invalid maximum heap size') as string,
    });
    expect(environment.snapshot.value).toMatchObject({
      phase: 'failed',
      error: { remedy: expect.any(String) as string },
    });
    environment.dispose();
  });

  it('takes the next ports when 8081 and 9092 are in use, and says so', async () => {
    const blockers = await Promise.all([8081, 9092].map((port) => listenOn(port)));
    const environment = bed.open(withArchives);
    try {
      await environment.start(startOptions(), ignoreProgress, seconds(120));
      const { endpoints, notices } = environment.snapshot.value;
      expect(endpoints?.rest).toMatch(/:80(8[2-9]|9\d)$/);
      expect(endpoints?.brokers).toEqual([expect.stringMatching(/:9(09[3-9]|1\d\d)$/)]);
      expect(notices.join(' ')).toMatch(/Port 8081 is in use by .+ \(\d+\); the REST port is 80\d\d\./);
      expect(notices.join(' ')).toMatch(/Port 9092 is in use by .+ \(\d+\); the Kafka port is 9\d\d\d\./);
    } finally {
      for (const blocker of blockers) blocker?.close();
    }
    await environment.archivesMade();
    await environment.stop({ deleteData: false }, ignoreProgress, seconds(60));
    environment.dispose();
  });

  it.runIf(process.platform === 'linux')('starts with the class archives that it made', async () => {
    const folder = join(bed.archiveDirectory, 'class-archives');
    expect((await readdir(folder)).filter((name) => name.endsWith('.jsa'))).toHaveLength(4);
    const environment = bed.open();
    await environment.start(startOptions(), ignoreProgress, seconds(120));
    const pids = environment.snapshot.value.services.flatMap(({ instances }) =>
      instances.flatMap(({ pid }) => pid ?? []),
    );
    expect(pids).toHaveLength(4);
    const maps = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/maps`, 'utf8')));
    expect(maps.filter((files) => !files.includes(folder))).toEqual([]);
    await environment.stop({ deleteData: false }, ignoreProgress, seconds(60));
    environment.dispose();
  });

  it('starts in spite of a truncated class archive', async () => {
    const folder = join(bed.archiveDirectory, 'class-archives');
    const archives = (await readdir(folder)).filter((name) => name.endsWith('.jsa'));
    for (const name of archives) {
      const path = join(folder, name);
      await truncate(path, Math.floor((await stat(path)).size / 2));
    }
    const environment = bed.open();
    await environment.start(startOptions(), ignoreProgress, seconds(120));
    expect(environment.snapshot.value.phase).toBe('running');
    await environment.stop({ deleteData: false }, ignoreProgress, seconds(60));
    environment.dispose();
  });

  it('lets one of two windows start, and tells the other', async () => {
    const one = bed.open();
    const two = bed.open();
    const outcomes = await Promise.allSettled([
      one.start(startOptions(), ignoreProgress, seconds(120)),
      two.start(startOptions(), ignoreProgress, seconds(120)),
    ]);
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused).toHaveLength(1);
    expect(refused[0]?.reason).toMatchObject({ kind: 'busy' });
    await two.refresh(never);
    await one.refresh(never);
    expect(instanceOf(one, 'jobmanager').pid).toBe(instanceOf(two, 'jobmanager').pid);
    await one.stop({ deleteData: false }, ignoreProgress, seconds(60));
    one.dispose();
    two.dispose();
  });

  it('ends processes that a lost record left behind, and touches no stranger with a recycled pid', async () => {
    const environment = bed.open();
    await environment.start(startOptions(), ignoreProgress, seconds(120));
    environment.dispose();
    const stranger = spawn('sleep', ['600'], { stdio: 'ignore' });
    try {
      const stateFile = join(bed.dataDirectory, 'local', 'state.json');
      const text = await readFile(stateFile, 'utf8');
      await writeFile(stateFile, text.replace(/"pid": \d+/, `"pid": ${stranger.pid}`));
      const other = bed.open();
      await other.refresh(never);
      expect(other.snapshot.value.phase).toBe('degraded');
      await writeFile(stateFile, text.slice(0, text.length / 2));
      await other.refresh(never);
      expect(other.snapshot.value).toMatchObject({ phase: 'unknown' });
      await other.stop({ deleteData: false }, ignoreProgress, seconds(60));
      expect(other.snapshot.value.phase).toBe('absent');
      expect(await processesOf(bed)).toEqual([]);
      expect(stranger.exitCode).toBeNull();
      other.dispose();
    } finally {
      stranger.kill();
    }
  });

  const moments: readonly Moment[] = ['the first process was started', 'Kafka was ready'];

  it.each(moments)('runs each instance once when the window was killed as %s and another starts', async (moment) => {
    await killInMidStart(bed, moment);
    expect(await processesOf(bed)).not.toEqual([]);
    const environment = bed.open();
    await environment.refresh(never);
    expect(environment.snapshot.value.phase).toBe('degraded');
    const { jobId } = await environment.start(startOptions(), ignoreProgress, seconds(120));
    const { phase, services, endpoints } = environment.snapshot.value;
    expect(phase).toBe('running');
    const pids = services.flatMap(({ instances }) => instances.map(({ pid }) => pid));
    expect(pids).toHaveLength(4);
    const found = await processesOf(bed);
    expect(found).toHaveLength(4);
    expect(new Set(found.map(({ pid }) => pid))).toEqual(new Set(pids));
    const client = new FlinkClient({ baseUrl: endpoints?.rest ?? '', logger: silentLogger });
    const { vertices } = await client.job(jobId, never);
    expect(vertices.every(({ tasks, parallelism }) => tasks.RUNNING === parallelism)).toBe(true);
    client.dispose();
    await environment.stop({ deleteData: false }, ignoreProgress, seconds(60));
    environment.dispose();
  });

  it.each(moments)('ends everything when the window was killed as %s and another stops', async (moment) => {
    await killInMidStart(bed, moment);
    const environment = bed.open();
    await environment.refresh(never);
    await environment.stop({ deleteData: false }, ignoreProgress, seconds(60));
    expect(environment.snapshot.value.phase).toBe('absent');
    expect(await processesOf(bed)).toEqual([]);
    environment.dispose();
  });

  it('is stopped when the window closes, and keeps the newest checkpoint of its job', async () => {
    const environment = bed.open();
    const { jobId } = await environment.start(startOptions(), ignoreProgress, seconds(120));
    const { checkpoints } = new LocalPaths(bed.dataDirectory).profile(profileName('2.2.1', 'kraft'));
    await expect.poll(() => newestCheckpoint(checkpoints, jobId), { timeout: 20_000 }).toBeDefined();
    const began = Date.now();
    await environment.stop({ deleteData: false, quick: true }, ignoreProgress, seconds(10));
    console.log(`The playground was stopped within ${Date.now() - began} ms.`);
    expect(await processesOf(bed)).toEqual([]);
    expect(await newestCheckpoint(checkpoints, jobId)).toBeDefined();
    environment.dispose();
  });
});

type Moment = 'the first process was started' | 'Kafka was ready';

/** Starts a playground in a process of its own, and kills that process at the moment. */
async function killInMidStart(bed: LocalTestBed, moment: Moment): Promise<void> {
  const script = join(bed.root, 'start.cjs');
  const support = join(import.meta.dirname, '..', '..', 'support');
  await esbuild.build({
    stdin: {
      contents: `
        import { ignoreProgress, LocalTestBed, never, startOptions } from './localPlayground';
        const environment = LocalTestBed.at(process.argv[2] ?? '').open();
        environment.onInstanceEvent(({ kind, instance }) => console.log(kind + ' ' + instance.id));
        void environment.start(startOptions(), ignoreProgress, never);`,
      resolveDir: support,
      loader: 'ts',
    },
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    define: {
      __CENTRAL_ADDRESS__: JSON.stringify(__CENTRAL_ADDRESS__),
      'import.meta.dirname': JSON.stringify(support),
    },
    mainFields: ['module', 'main'],
    logLevel: 'silent',
  });
  const child = spawn(process.execPath, [script, bed.root], { stdio: ['ignore', 'pipe', 'inherit'] });
  const wanted = moment === 'Kafka was ready' ? 'healthy kafka' : 'started ';
  await new Promise<void>((resolve, reject) => {
    let said = '';
    child.once('exit', () => reject(new Error(`It ended by itself after "${said}".`)));
    child.stdout.on('data', (data: Buffer) => {
      said += data.toString();
      if (said.includes(wanted)) resolve();
    });
  });
  child.removeAllListeners('exit');
  const gone = new Promise((resolve) => {
    child.once('exit', resolve);
  });
  child.kill('SIGKILL');
  await gone;
}

/** A Java whose JobManager gets an option that Java refuses. */
async function brokenJava(folder: string, java: string): Promise<string> {
  const path = join(folder, 'broken-java');
  const script = `#!/bin/sh
case "$*" in *StandaloneSessionClusterEntrypoint*) exec '${java}' -Xmxnonsense "$@";; *) exec '${java}' "$@";; esac
`;
  await writeFile(path, script, { mode: 0o755 });
  return path;
}

/** Takes the port, unless somebody has it already. */
function listenOn(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}
