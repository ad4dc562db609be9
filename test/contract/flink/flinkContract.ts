import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PollingClusterMonitor } from '../../../src/core/flink/clusterMonitor';
import { FlinkClient } from '../../../src/core/flink/flinkClient';
import { readTaskManager } from '../../../src/core/flink/slotMap';
import { statusOf } from '../../../src/core/flink/transport';
import { Store } from '../../../src/core/state/store';
import { waitFor } from '../../../src/core/util/async';
import { PlaygroundError } from '../../../src/core/util/errors';
import { silentLogger } from '../../../src/core/util/logger';

const signal = new AbortController().signal;
const unknownJob = '0'.repeat(32);

/** The cluster that the contract is tried on. */
export interface FlinkUnderTest {
  /** Base URL of its REST server, asked for when the tests run. */
  readonly restUrl: () => string;
  readonly version: string;
  /** Starts of the ids that its TaskManagers have. */
  readonly taskManagerPrefix: string;
}

/**
 * What we take for granted of Flink's REST API, tried on a real cluster of the local environment on which the *Click Event
 * Count* job runs with checkpoints. It leaves the running job as it was.
 */
export function flinkContract({ restUrl, version, taskManagerPrefix }: FlinkUnderTest): void {
  describe(`Flink ${version} keeps the contract of`, () => {
    let client: FlinkClient;
    let jobId: string;

    beforeAll(async () => {
      client = new FlinkClient({ baseUrl: restUrl(), logger: silentLogger });
      const job = (await client.jobs(signal)).find(({ state }) => state === 'RUNNING');
      if (job === undefined) throw new Error('No job runs on the cluster under test.');
      jobId = job.id;
    });

    afterAll(() => client.dispose());

    async function failure(call: Promise<unknown>): Promise<PlaygroundError> {
      const outcome = await call.catch((error: unknown) => error);
      expect(outcome).toBeInstanceOf(PlaygroundError);
      return outcome as PlaygroundError;
    }

    it('GET /overview', async () => {
      const overview = await client.overview(signal);
      expect(overview.flinkVersion).toBe(version);
      expect(overview.taskManagers).toBeGreaterThan(0);
      expect(overview.slotsTotal).toBeGreaterThan(overview.slotsAvailable);
    });

    it('GET /taskmanagers/:id, whose slots add up with where the subtasks are', async () => {
      const [row] = await client.taskManagers(signal);
      const detail = await readTaskManager(client, row?.id ?? '', signal);
      expect(detail.heap?.used).toBeGreaterThan(0);
      expect(detail.slotsTotal - detail.slotsFree).toBe(detail.taken.length);
      const { vertices } = await client.job(jobId, signal);
      const ours = detail.taken.filter((slot) => slot.jobId === jobId);
      expect(ours.map(({ slots, tasks }) => [slots, tasks.length])).toEqual(ours.map(() => [1, vertices.length]));
      expect((await failure(client.machines.taskManager('nobody', signal))).kind).toBe('notFound');
    });

    it('GET /jobmanager/metrics and /jobmanager/environment', async () => {
      const detail = await waitFor(
        async () => {
          const answer = await client.machines.jobManager(signal);
          return answer.heap === undefined ? undefined : answer;
        },
        { what: 'the metrics to be collected', timeoutMs: 20_000, intervalMs: 500, signal },
      );
      expect(detail.heap?.max).toBeGreaterThan(detail.heap?.used ?? Number.NaN);
      expect(detail.javaVersion).toMatch(/^\d+/);
    });

    it('GET /jobmanager/config', async () => {
      const keys = (await client.jobManagerConfig(signal)).map(({ key }) => key);
      expect(keys).toEqual(expect.arrayContaining(['rest.address', 'execution.checkpointing.dir']));
    });

    it('GET /taskmanagers, with the ids that we gave them', async () => {
      const taskManagers = await client.taskManagers(signal);
      expect(taskManagers.length).toBeGreaterThan(0);
      for (const { id, slotsTotal, lastHeartbeat } of taskManagers) {
        expect(id.startsWith(taskManagerPrefix)).toBe(true);
        expect(slotsTotal).toBe(2);
        expect(Math.abs(Date.now() - lastHeartbeat)).toBeLessThan(60_000);
      }
    });

    it('GET /jobs/overview and /jobs/:id, telling the same of a job', async () => {
      const overview = (await client.jobs(signal)).find(({ id }) => id === jobId);
      const detail = await client.job(jobId, signal);
      expect(detail).toMatchObject({
        id: jobId,
        name: overview?.name,
        state: 'RUNNING',
        startTime: overview?.startTime,
      });
      expect(detail.vertices.reduce((sum, { parallelism }) => sum + parallelism, 0)).toBe(overview?.totalTasks);
      expect(detail.vertices.map(({ tasks }) => tasks.RUNNING)).toEqual(
        detail.vertices.map(({ parallelism }) => parallelism),
      );
    });

    it('GET /jobs/:id of a job that is not known', async () => {
      const error = await failure(client.job(unknownJob, signal));
      expect([error.kind, statusOf(error)]).toEqual(['notFound', 404]);
      expect(error.message).toBe(`Job ${unknownJob} not found`);
    });

    it('GET /jobs/:id/checkpoints, whose newest one lies where it says', async () => {
      const checkpoints = await waitFor(
        async () => {
          const read = await client.checkpoints(jobId, signal);
          return read !== undefined && read.available.length > 0 ? read : undefined;
        },
        { what: 'a checkpoint', timeoutMs: 30_000, intervalMs: 200, signal },
      );
      expect(checkpoints.completed).toBeGreaterThan(0);
      expect(checkpoints.available[0]?.externalPath).toMatch(/^file:.*chk-\d+$/);
    });

    it('POST /jobs/:id/checkpoints, whose checkpoint is listed once the server looks anew', async () => {
      const id = await client.triggerCheckpoint(jobId, signal);
      expect(id).toBeGreaterThan(0);
      const newest = async (): Promise<number> => (await client.checkpoints(jobId, signal))?.available[0]?.id ?? 0;
      await expect.poll(newest, { timeout: 10_000 }).toBeGreaterThanOrEqual(id ?? Number.NaN);
    });

    it('POST /jobs/:id/checkpoints of a job that is not known, which fails only at the second look', async () => {
      const error = await failure(client.triggerCheckpoint(unknownJob, signal));
      expect(error.message).toMatch(/Could not find Flink job/);
    });

    it('PATCH /jobs/:id?mode=cancel of a job that is not known', async () => {
      await expect(client.cancel(unknownJob, signal)).resolves.toBeUndefined();
    });

    it('a route that it does not have', async () => {
      const error = await failure(client.job('none/such', signal));
      expect(['notFound', 'rejected']).toContain(error.kind);
    });

    describe('jars:', () => {
      let folder: string;
      let jar: string;

      beforeAll(() => {
        folder = mkdtempSync(join(tmpdir(), 'flink contract Ž-'));
        jar = join(folder, 'empty.jar');
        writeFileSync(jar, emptyZip);
      });

      afterAll(() => rmSync(folder, { recursive: true }));

      it('upload, list and delete', async () => {
        const id = await client.uploadJar(jar, 'contract.jar', signal);
        expect(await client.jars(signal)).toContainEqual({
          id,
          name: 'contract.jar',
          uploadedAt: expect.any(Number) as number,
          entryClasses: [],
        });
        await client.deleteJar(id, signal);
        expect((await client.jars(signal)).map((row) => row.id)).not.toContain(id);
      });

      it('delete and run of a jar that is not there', async () => {
        expect((await failure(client.deleteJar('none.jar', signal))).message).toMatch(/none\.jar does not exist/);
        expect((await failure(client.runJar('none.jar', {}, signal))).message).toMatch(/none\.jar does not exist/);
      });

      it('run of a class that is not in the jar', async () => {
        const id = await client.uploadJar(jar, undefined, signal);
        const error = await failure(client.runJar(id, { entryClass: 'does.not.Exist' }, signal));
        expect(error.message).toMatch(/does\.not\.Exist/);
        await client.deleteJar(id, signal);
      });

      it('an upload that is not called .jar', async () => {
        expect((await failure(client.uploadJar(jar, 'contract.txt', signal))).kind).toBe('rejected');
      });
    });

    it('a monitor of all its parts', async () => {
      const endpoints = new Store<string | undefined>(restUrl());
      const createClient = (baseUrl: string): FlinkClient => new FlinkClient({ baseUrl, logger: silentLogger });
      const monitor = new PollingClusterMonitor({
        endpoints,
        createClient,
        intervalMs: () => 200,
        logger: silentLogger,
      });
      try {
        monitor.watch(['overview', 'jobs', 'taskManagers']);
        const job = monitor.watchJob(jobId);
        await expect
          .poll(() => Object.values(monitor.state.value).map(({ state }) => state))
          .toEqual(['ready', 'ready', 'ready']);
        await expect.poll(() => job.state.value.state).toBe('ready');
      } finally {
        monitor.dispose();
      }
    });
  });
}

/** A zip archive without entries: the smallest jar that there is. */
const emptyZip = Buffer.from([0x50, 0x4b, 5, 6, ...Array.from({ length: 18 }, () => 0)]);
