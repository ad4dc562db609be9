import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KafkaPort } from '../../../src/core/kafka/kafkaPort';
import { createWorkerKafkaPort } from '../../../src/core/kafka/workerKafkaPort';
import { silentLogger } from '../../../src/core/util/logger';
import { KafkaBroker } from '../../support/kafkaBroker';
import { KafkaTestClient } from '../../support/kafkaClient';
import { connectionsTo } from '../../support/connections';
import { bundleKafkaWorker, type WorkerBundle } from '../../support/kafkaWorkerBundle';
import { numbered, reaches, rowsOf, until, values } from '../../support/tails';
import { kafkaContract } from './kafkaContract';
import { tailContract } from './tailContract';
import { windowCheckContract } from './windowCheckContract';

describe('Kafka 4.2.2 (KRaft), from the worker thread', () => {
  let broker: KafkaBroker;
  let bundle: WorkerBundle;
  const newPort = (): KafkaPort => createWorkerKafkaPort({ workerFile: bundle.workerFile, logger: silentLogger });

  beforeAll(async () => {
    [broker, bundle] = await Promise.all([KafkaBroker.start('kraft'), bundleKafkaWorker()]);
  });
  afterAll(async () => {
    await bundle.remove();
    await broker.dispose();
  });

  kafkaContract(() => broker, newPort);
  tailContract(() => broker, newPort);

  windowCheckContract(() => broker.brokers, newPort);

  it('is gone when a tail is closed in the middle of a fetch, and leaves no group', async () => {
    const { brokers } = broker;
    const port = newPort();
    const topic = 'closed';
    try {
      await port.ensureTopics(brokers, [{ name: topic, partitions: 1, config: {} }], AbortSignal.timeout(20_000));
      const groups = await port.groups(brokers, AbortSignal.timeout(20_000));
      const before = await connectionsTo(brokers);
      const tail = await port.openTail({ brokers, topic, from: 'latest', capacity: 10, maxValueLength: 10 });
      await reaches(tail, 'live');
      expect(await connectionsTo(brokers)).toBeGreaterThan(before);
      tail.dispose();
      await isGone(brokers, before);
      expect(await port.groups(brokers, AbortSignal.timeout(20_000))).toEqual(groups);
    } finally {
      port.dispose();
    }
  });

  it('is gone from the broker when a tail has ended, of which all that it has read can be looked at', async () => {
    const { brokers } = broker;
    const port = newPort();
    const client = new KafkaTestClient(brokers);
    const topic = 'ended';
    try {
      await port.ensureTopics(brokers, [{ name: topic, partitions: 1, config: {} }], AbortSignal.timeout(20_000));
      await client.produce(topic, numbered(30));
      const before = await connectionsTo(brokers);
      const tail = await port.openTail({ brokers, topic, from: 'earliest', capacity: 100, maxValueLength: 10 });
      await rowsOf(tail, 30);
      await tail.end();
      await reaches(tail, 'ended');
      await isGone(brokers, before);
      await client.produce(topic, numbered(1));
      await tail.setFilter({ text: 'v2' });
      await until(tail.state, ({ matches }) => matches?.left === 0 && matches.end === 11);
      expect(values(await tail.matches(9, 11))).toEqual(['v28', 'v29']);
      expect(tail.state.value).toMatchObject({ status: 'ended', total: 30 });
      tail.dispose();
    } finally {
      port.dispose();
    }
  });

  it('is gone when the port is disposed in the middle of a fetch', async () => {
    const { brokers } = broker;
    const port = newPort();
    const topic = 'disposed';
    const before = await connectionsTo(brokers);
    await port.ensureTopics(brokers, [{ name: topic, partitions: 1, config: {} }], AbortSignal.timeout(20_000));
    const tail = await port.openTail({ brokers, topic, from: 'latest', capacity: 10, maxValueLength: 10 });
    await reaches(tail, 'live');
    expect(await connectionsTo(brokers)).toBeGreaterThan(before);
    port.dispose();
    await isGone(brokers, before);
  });
});

/** Waits until no more connections are open than before, and prints for how long. */
async function isGone(brokers: readonly string[], before: number): Promise<void> {
  const began = Date.now();
  await expect.poll(() => connectionsTo(brokers), { interval: 50 }).toBeLessThanOrEqual(before);
  console.log(`Its connections were closed within ${Date.now() - began} ms.`);
}
