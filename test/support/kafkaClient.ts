import { Kafka, logLevel, Partitioners, type Admin, type IHeaders, type Message, type Producer } from 'kafkajs';

/** A record to produce; the partition is the one that is named, 0 unless given. */
export interface TestRecord {
  readonly key?: string | Buffer | null;
  readonly value: string | Buffer | null;
  readonly partition?: number;
  readonly timestamp?: number;
  readonly headers?: IHeaders;
}

/** A plain client beside ours, for what tests do to Kafka: produce, create and delete topics, look at groups. */
export class KafkaTestClient {
  readonly #kafka: Kafka;

  constructor(readonly brokers: readonly string[]) {
    this.#kafka = new Kafka({
      clientId: 'test',
      brokers: [...brokers],
      logLevel: logLevel.NOTHING,
      retry: { retries: 8 },
    });
  }

  async produce(topic: string, records: readonly TestRecord[]): Promise<void> {
    await this.withProducer(async (producer) => {
      await producer.send({ topic, messages: records.map(toMessage) });
    });
  }

  async withProducer(use: (producer: Producer) => Promise<void>, transactionalId?: string): Promise<void> {
    const producer = this.#kafka.producer({
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
      // Without it what is sent again because one partition was not ready yet is written to the others twice.
      idempotent: true,
      maxInFlightRequests: 1,
      ...(transactionalId === undefined ? {} : { transactionalId }),
    });
    await producer.connect();
    try {
      await use(producer);
    } finally {
      await producer.disconnect();
    }
  }

  async withAdmin<T>(use: (admin: Admin) => Promise<T>): Promise<T> {
    const admin = this.#kafka.admin();
    await admin.connect();
    try {
      return await use(admin);
    } finally {
      await admin.disconnect();
    }
  }

  /** Does something while a member of a group reads a topic. */
  async withConsumer(groupId: string, topic: string, use: () => Promise<void>): Promise<void> {
    const consumer = this.#kafka.consumer({ groupId, maxWaitTimeInMs: 250, allowAutoTopicCreation: false });
    await consumer.connect();
    try {
      await consumer.subscribe({ topic });
      await consumer.run({ autoCommit: false, eachMessage: () => Promise.resolve() });
      await use();
    } finally {
      await consumer.disconnect();
    }
  }

  topics(): Promise<readonly string[]> {
    return this.withAdmin((admin) => admin.listTopics());
  }

  groups(): Promise<readonly string[]> {
    return this.withAdmin(async (admin) => (await admin.listGroups()).groups.map(({ groupId }) => groupId));
  }
}

export function toMessage({ key = null, value, partition = 0, timestamp, headers }: TestRecord): Message {
  return {
    key,
    value,
    partition,
    ...(timestamp === undefined ? {} : { timestamp: String(timestamp) }),
    ...(headers === undefined ? {} : { headers }),
  };
}
