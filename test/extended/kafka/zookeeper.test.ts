import { afterAll, beforeAll, describe } from 'vitest';
import { createInProcessKafkaPort } from '../../../src/core/kafka/inProcessKafkaPort';
import { silentLogger } from '../../../src/core/util/logger';
import { kafkaContract } from '../../contract/kafka/kafkaContract';
import { tailContract } from '../../contract/kafka/tailContract';
import { KafkaBroker } from '../../support/kafkaBroker';

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
  tailContract(
    () => broker,
    () => createInProcessKafkaPort({ logger: silentLogger }),
  );
});
