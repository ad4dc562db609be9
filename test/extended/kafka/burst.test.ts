import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KafkaPort } from '../../../src/core/kafka/kafkaPort';
import { createWorkerKafkaPort } from '../../../src/core/kafka/workerKafkaPort';
import { silentLogger } from '../../../src/core/util/logger';
import { KafkaBroker } from '../../support/kafkaBroker';
import { KafkaTestClient, toMessage } from '../../support/kafkaClient';
import { bundleKafkaWorker, type WorkerBundle } from '../../support/kafkaWorkerBundle';
import { reaches } from '../../support/tails';

const records = 1_000_000;
const perRequest = 5000;
const capacity = 100_000;

describe('a tail after silence', () => {
  let broker: KafkaBroker;
  let bundle: WorkerBundle;
  let port: KafkaPort;

  beforeAll(async () => {
    [broker, bundle] = await Promise.all([KafkaBroker.start('kraft'), bundleKafkaWorker()]);
    port = createWorkerKafkaPort({ workerFile: bundle.workerFile, logger: silentLogger });
  });
  afterAll(async () => {
    port.dispose();
    await bundle.remove();
    await broker.dispose();
  });

  it('reads a burst of a million records, keeps the newest, and those that its filter wants', async () => {
    const { brokers } = broker;
    await port.ensureTopics(brokers, [{ name: 'burst', partitions: 1, config: {} }], AbortSignal.timeout(20_000));
    const tail = await port.openTail({ brokers, topic: 'burst', from: 'latest', capacity, maxValueLength: 1024 });
    await tail.setFilter({ text: 'v999' });
    await reaches(tail, 'live');
    // Read beside the writing it would come no faster than that.
    await tail.setPaused(true);
    await reaches(tail, 'paused');
    await new KafkaTestClient(brokers).withProducer(async (producer) => {
      for (let from = 0; from < records; from += perRequest) {
        const messages = Array.from({ length: perRequest }, (_, index) => toMessage({ value: `v${from + index}` }));
        await producer.send({ topic: 'burst', messages });
      }
    });
    const states: number[] = [];
    tail.state.onDidChange(({ next }) => states.push(next.end));
    await tail.setPaused(false);
    await expect.poll(() => tail.state.value.total, { timeout: 60_000 }).toBe(records);
    await expect.poll(() => tail.state.value.matches?.left, { timeout: 20_000 }).toBe(0);
    const { first, end, matches } = tail.state.value;
    expect([first, end]).toEqual([records - capacity, records]);
    expect((await tail.rows(end - 1, end)).map(({ value }) => value)).toEqual(['v999999']);
    // Of those that are kept, `v999000` and what follows, and `v999`… of six digits only.
    expect((matches?.end ?? 0) - (matches?.first ?? 0)).toBe(1000);
    expect(states.toSorted((a, b) => a - b)).toEqual(states);
    tail.dispose();
  });
});
