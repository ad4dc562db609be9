import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalEnvironment } from '../../../src/core/environment/local/localEnvironment';
import type { LocalStartResult } from '../../../src/core/environment/local/start';
import { FlinkClient } from '../../../src/core/flink/flinkClient';
import { waitFor } from '../../../src/core/util/async';
import { silentLogger } from '../../../src/core/util/logger';
import { isLoopback, listenersOf } from '../../support/listeners';
import { ignoreProgress, instanceOf, LocalTestBed, never, startOptions } from '../../support/localPlayground';

const seconds = (count: number): AbortSignal => AbortSignal.timeout(count * 1000);

function until(what: string, timeoutMs: number, holds: () => boolean | Promise<boolean>): Promise<true> {
  return waitFor(async () => ((await holds()) ? true : undefined), { what, timeoutMs, intervalMs: 50, signal: never });
}

/** A home folder with spaces and letters that are not ASCII: paths go through Java, Flink, Kafka and log4j. */
describe('a local environment in a folder with spaces and umlauts', { timeout: 240_000 }, () => {
  let bed: LocalTestBed;
  let environment: LocalEnvironment;
  let first: LocalStartResult;

  beforeAll(async () => {
    bed = await LocalTestBed.create('Täglich 1 ü');
    environment = bed.open();
    first = await environment.start(startOptions(), ignoreProgress, seconds(180));
  }, 240_000);

  afterAll(async () => {
    await bed.remove();
  }, 120_000);

  const client = (): FlinkClient =>
    new FlinkClient({ baseUrl: environment.snapshot.value.endpoints?.rest ?? '', logger: silentLogger });
  const allTasksRun = async (jobId: string): Promise<boolean> => {
    const { vertices } = await client().job(jobId, never);
    return vertices.every((vertex) => vertex.tasks.RUNNING === vertex.parallelism);
  };

  it('runs every service and all tasks after Start', async () => {
    expect(environment.snapshot.value.phase).toBe('running');
    expect(environment.snapshot.value.services.map(({ name }) => name)).toEqual([
      'kafka',
      'jobmanager',
      'taskmanager',
      'clickevent-generator',
    ]);
    expect(first).toMatchObject({ adopted: false });
    await expect(allTasksRun(first.jobId)).resolves.toBe(true);
    const { flinkId } = instanceOf(environment, 'taskmanager-1');
    expect((await client().taskManagers(never)).map(({ id }) => id)).toEqual([flinkId]);
  });

  it('listens on nothing but loopback', async () => {
    const pids = environment.snapshot.value.services.flatMap(({ instances }) =>
      instances.flatMap(({ pid }) => pid ?? []),
    );
    expect(pids).toHaveLength(4);
    const listeners = await listenersOf(pids);
    expect(listeners.length).toBeGreaterThan(5);
    expect(listeners.filter((address) => !isLoopback(address))).toEqual([]);
  });

  it('keeps checkpoints in the data root under their own name, not an encoded one', () => {
    const folder = join(bed.dataDirectory, 'local', 'data', 'flink-2.2.1-kraft', 'checkpoints', first.jobId);
    expect(existsSync(folder)).toBe(true);
  });

  it('refuses requests that come from web pages', async () => {
    const response = await fetch(`${environment.snapshot.value.endpoints?.rest}/jars`, {
      headers: { Origin: 'http://elsewhere.example' },
    });
    expect(response.status).toBe(403);
  });

  it('is adopted, not started again, by a second Start', async () => {
    const again = await environment.start(startOptions(), ignoreProgress, seconds(60));
    expect(again).toMatchObject({ adopted: true, jobId: first.jobId });
  });

  it('is adopted by another window, which sees a death without being asked', async () => {
    const other = bed.open();
    await other.refresh(never);
    expect(other.snapshot.value.phase).toBe('running');
    const { pid } = instanceOf(other, 'taskmanager-1');
    expect(pid).toBe(instanceOf(environment, 'taskmanager-1').pid);
    const deaths: string[] = [];
    other.onInstanceEvent((event) => deaths.push(`${event.kind} ${event.instance.id}`));
    const began = Date.now();
    await environment.kill('taskmanager-1', never);
    expect(instanceOf(environment, 'taskmanager-1').state).toBe('killed');
    await until('the other window to see it', 20_000, () => instanceOf(other, 'taskmanager-1').state !== 'healthy');
    console.log(`The other window saw the death within ${Date.now() - began} ms.`);
    expect(other.snapshot.value.phase).toBe('degraded');
    expect(environment.snapshot.value.phase).toBe('degraded');
    other.dispose();
  });

  it('goes on with all tasks when the killed TaskManager is started again', async () => {
    await environment.startInstance('taskmanager-1', seconds(90));
    expect(environment.snapshot.value.phase).toBe('running');
    await until('all tasks to run again', 60_000, () => allTasksRun(first.jobId));
  });

  it('adds TaskManagers and ends those with the highest number', async () => {
    await environment.scaleTaskManagers(2, seconds(90));
    expect(instanceOf(environment, 'taskmanager-2').state).toBe('healthy');
    expect(await client().taskManagers(never)).toHaveLength(2);
    await environment.scaleTaskManagers(1, seconds(60));
    expect(() => instanceOf(environment, 'taskmanager-2')).toThrow(/no instance/);
    expect(environment.snapshot.value.phase).toBe('running');
  });

  it('refuses a number of TaskManagers that makes no sense', async () => {
    await expect(environment.scaleTaskManagers(17, never)).rejects.toMatchObject({ kind: 'input' });
    await expect(environment.scaleTaskManagers(1.5, never)).rejects.toMatchObject({ kind: 'input' });
  });

  it('follows a log over a restart of its instance', async () => {
    const lines: string[] = [];
    const following = new AbortController();
    const done = environment.followLogs('taskmanager-1', (line) => lines.push(line), following.signal);
    await until('lines of the log', 20_000, () => lines.length > 0);
    await environment.kill('taskmanager-1', never);
    const before = lines.length;
    await environment.startInstance('taskmanager-1', seconds(90));
    await until('lines of the new process', 30_000, () =>
      lines.slice(before).some((line) => line.includes('Starting TaskManager')),
    );
    following.abort();
    await expect(done).resolves.toBeUndefined();
  });

  it('goes on from the newest checkpoint when the JobManager died', async () => {
    const { pid } = instanceOf(environment, 'jobmanager');
    process.kill(pid ?? 0, 'SIGKILL');
    await until('the death to be seen', 20_000, () => instanceOf(environment, 'jobmanager').state === 'killed');
    expect(environment.snapshot.value.phase).toBe('degraded');
    const again = await environment.start(startOptions(), ignoreProgress, seconds(120));
    expect(again.jobId).not.toBe(first.jobId);
    expect(again.restoredFrom).toContain(join('checkpoints', first.jobId, 'chk-'));
    await expect(allTasksRun(again.jobId)).resolves.toBe(true);
  });

  it('ends everything at Stop and goes on from the savepoint of the Stop at Start', async () => {
    const pids = environment.snapshot.value.services.flatMap(({ instances }) =>
      instances.flatMap(({ pid }) => pid ?? []),
    );
    await environment.stop({ deleteData: false }, ignoreProgress, seconds(60));
    expect(environment.snapshot.value).toMatchObject({ phase: 'absent', hasData: true });
    expect(pids.filter((pid) => isRunning(pid))).toEqual([]);
    const again = await environment.start(startOptions(), ignoreProgress, seconds(120));
    expect(again.restoredFrom).toMatch(/stop-[0-9a-f]{12}\/savepoint-[0-9a-f-]+$/);
    const state = environment.savepointStore.stat(again.restoredFrom ?? '', seconds(10));
    await expect(state).resolves.toMatchObject({ condition: 'whole' });
    await expect(allTasksRun(again.jobId)).resolves.toBe(true);
  });

  it('leaves nothing of its data after Stop and Delete Data', async () => {
    await environment.stop({ deleteData: true }, ignoreProgress, seconds(60));
    expect(environment.snapshot.value).toMatchObject({ phase: 'absent', hasData: false });
    expect(await readdir(join(bed.dataDirectory, 'local'))).toEqual(['lock']);
  });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
