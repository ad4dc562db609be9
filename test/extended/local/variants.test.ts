import { describe, expect, it } from 'vitest';
import { FlinkClient } from '../../../src/core/flink/flinkClient';
import { waitFor } from '../../../src/core/util/async';
import { silentLogger } from '../../../src/core/util/logger';
import { isLoopback, listenersOf } from '../../support/listeners';
import { ignoreProgress, LocalTestBed, never, startOptions } from '../../support/localPlayground';

const seconds = (count: number): AbortSignal => AbortSignal.timeout(count * 1000);

describe('the variants of a local environment', { timeout: 240_000 }, () => {
  it("runs Flink 1.20.5 and a Kafka with ZooKeeper, the tutorial's anatomy, and goes on after Stop", async () => {
    const bed = await LocalTestBed.create();
    try {
      const environment = bed.open();
      const options = startOptions({ flinkVersion: '1.20.5', kafkaMode: 'zookeeper' });
      await environment.start(options, ignoreProgress, seconds(180));
      expect(environment.snapshot.value).toMatchObject({
        phase: 'running',
        flinkVersion: '1.20.5',
        kafkaVersion: '3.9.2',
      });
      const { services } = environment.snapshot.value;
      expect(services.map(({ name }) => name)).toContain('zookeeper');
      const pids = services.flatMap(({ instances }) => instances.flatMap(({ pid }) => pid ?? []));
      expect(pids).toHaveLength(5);
      const listeners = await listenersOf(pids);
      expect(listeners.length).toBeGreaterThan(6);
      expect(listeners.filter((address) => !isLoopback(address))).toEqual([]);
      // ZooKeeper still holds the name of the broker that was killed.
      await environment.kill('kafka', seconds(10));
      await environment.startInstance('kafka', seconds(60));
      await environment.stop({ deleteData: false }, ignoreProgress, seconds(60));
      const again = await environment.start(options, ignoreProgress, seconds(180));
      expect(again.restoredFrom).toMatch(/stop-[0-9a-f]{12}\/savepoint-[0-9a-f-]+$/);
      const state = environment.savepointStore.stat(again.restoredFrom ?? '', seconds(10));
      await expect(state).resolves.toMatchObject({ condition: 'whole' });
      await expect(environment.start(startOptions(), ignoreProgress, seconds(10))).rejects.toMatchObject({
        kind: 'input',
      });
    } finally {
      await bed.remove();
    }
  });

  it('brings Kafka back after an orderly end and after a kill, and the generator with it', async () => {
    const bed = await LocalTestBed.create();
    try {
      const environment = bed.open();
      const { jobId } = await environment.start(startOptions(), ignoreProgress, seconds(180));
      await environment.restart('kafka', seconds(60));
      expect(environment.snapshot.value.phase).toBe('running');
      await environment.kill('kafka', seconds(10));
      await environment.startInstance('kafka', seconds(60));
      await environment.restart('clickevent-generator', seconds(60));
      const client = new FlinkClient({
        baseUrl: environment.snapshot.value.endpoints?.rest ?? '',
        logger: silentLogger,
      });
      const allTasksRun = async (): Promise<true | undefined> => {
        const { vertices } = await client.job(jobId, seconds(10));
        return vertices.every(({ tasks, parallelism }) => tasks.RUNNING === parallelism) || undefined;
      };
      const wait = { what: 'all tasks to run again', timeoutMs: 60_000, intervalMs: 100, signal: never };
      await expect(waitFor(allTasksRun, wait)).resolves.toBe(true);
      client.dispose();
    } finally {
      await bed.remove();
    }
  });
});
