import { describe, expect, it } from 'vitest';
import { ignoreProgress, LocalTestBed, startOptions } from '../../support/localPlayground';

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
      expect(environment.snapshot.value.services.map(({ name }) => name)).toContain('zookeeper');
      await environment.stop({ deleteData: false }, ignoreProgress, seconds(60));
      const again = await environment.start(options, ignoreProgress, seconds(180));
      expect(again.restoredFrom).toMatch(/chk-\d+$/);
      await expect(environment.start(startOptions(), ignoreProgress, seconds(10))).rejects.toMatchObject({
        kind: 'input',
      });
    } finally {
      await bed.remove();
    }
  });
});
