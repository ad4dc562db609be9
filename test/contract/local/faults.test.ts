import { spawn } from 'node:child_process';
import { readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemProcessTable } from '../../../src/core/environment/local/processTable';
import { environmentMark } from '../../../src/core/environment/local/processIdentity';
import { LocalPaths } from '../../../src/core/environment/local/localPaths';
import { findJava } from '../../../src/core/environment/local/java/findJava';
import { silentLogger } from '../../../src/core/util/logger';
import { isAbort } from '../../../src/core/util/errors';
import { ignoreProgress, instanceOf, LocalTestBed, never, startOptions } from '../../support/localPlayground';

const seconds = (count: number): AbortSignal => AbortSignal.timeout(count * 1000);

function processesOf(bed: LocalTestBed): Promise<readonly unknown[]> {
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

  it('takes the next port when 8081 is in use, and says so', async () => {
    const blocker = await listenOn(8081);
    const environment = bed.open();
    try {
      await environment.start(startOptions(), ignoreProgress, seconds(120));
      const { endpoints, notices } = environment.snapshot.value;
      expect(endpoints?.rest).toMatch(/:80(8[2-9]|9\d)$/);
      expect(notices.join(' ')).toMatch(/Port 8081 is in use; the REST port is 80\d\d\./);
    } finally {
      blocker?.close();
    }
    await environment.archivesMade();
    await environment.stop({ deleteData: false }, ignoreProgress, seconds(60));
    environment.dispose();
  });

  it('starts in spite of a truncated class archive', async () => {
    const folder = join(bed.archiveDirectory, 'class-archives');
    const archives = (await readdir(folder)).filter((name) => name.endsWith('.jsa'));
    expect(archives).toHaveLength(4);
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
});

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
