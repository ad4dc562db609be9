import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createInProcessKafkaPort } from '../../../src/core/kafka/inProcessKafkaPort';
import { createWorkerKafkaPort } from '../../../src/core/kafka/workerKafkaPort';
import { silentLogger } from '../../../src/core/util/logger';
import { KafkaBroker } from '../../support/kafkaBroker';
import { KafkaTestClient } from '../../support/kafkaClient';
import { bundleKafkaWorker, type WorkerBundle } from '../../support/kafkaWorkerBundle';
import { kafkaContract } from './kafkaContract';

describe('Kafka 4.2.2 (KRaft), from the worker thread', () => {
  let broker: KafkaBroker;
  let bundle: WorkerBundle;
  beforeAll(async () => {
    [broker, bundle] = await Promise.all([KafkaBroker.start('kraft'), bundleKafkaWorker()]);
  });
  afterAll(async () => {
    await bundle.remove();
    await broker.dispose();
  });

  kafkaContract(
    () => broker,
    () => createWorkerKafkaPort({ workerFile: bundle.workerFile, logger: silentLogger }),
  );

  it('leaves no group behind when the port is disposed, within a second', async () => {
    const { brokers } = broker;
    const client = new KafkaTestClient(brokers);
    const port = createWorkerKafkaPort({ workerFile: bundle.workerFile, logger: silentLogger });
    const topic = 'disposed';
    await port.ensureTopics(brokers, [{ name: topic, partitions: 1, config: {} }], AbortSignal.timeout(20_000));
    const before = await client.groups();
    const tail = await port.openTail({ brokers, topic, from: 'latest', capacity: 10, maxValueLength: 10 });
    await expect.poll(() => tail.state.value.status, { timeout: 10_000 }).toBe('live');
    const group = (await client.groups()).find((name) => !before.includes(name));
    expect(group).toMatch(/^flink-playground-/);
    port.dispose();
    await expect.poll(() => client.groups(), { timeout: 1000, interval: 50 }).not.toContain(group);
  });
});

describe('Kafka 3.9.2 (ZooKeeper)', () => {
  let broker: KafkaBroker;
  beforeAll(async () => {
    broker = await KafkaBroker.start('zookeeper');
  });
  afterAll(() => broker.dispose());

  kafkaContract(
    () => broker,
    () => createInProcessKafkaPort({ logger: silentLogger }),
  );
});
