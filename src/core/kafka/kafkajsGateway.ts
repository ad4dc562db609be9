import * as l10n from '@vscode/l10n';
import { Kafka, logLevel, type Admin, type ITopicMetadata } from 'kafkajs';
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';
import type { ConsumerGroupInfo, TopicInfo, TopicSetting, TopicSpec } from '../../shared/model/kafka';
import { delay, waitFor } from '../util/async';
import { systemClock } from '../util/clock';
import { messageOf, PlaygroundError } from '../util/errors';
import type { Logger } from '../util/logger';
import type { ConsumeRequest, Consumption, KafkaGateway, RecordSink, StartRequest } from './gateway';
import { IdleConnection } from './idleConnection';
import { protocolErrorOf, toKafkaError } from './kafkaErrors';
import { abortable } from '../util/abortable';
import { untilControllerAnswers } from './controllerRetry';
import { assertNew, deleteTopic, readGroups, readTopicSettings } from './kafkajsTopics';
import { clientOptions, logEntry } from './kafkajsOptions';
import { patchRequestQueue } from './requestQueuePatch';
import { startPositions } from './startPositions';
import { TopicReader } from './topicReader';

/** False when this is not the kafkajs that the patch was made for: it then works, but uses more of the processor at rest. */
export const requestQueueIsPatched = patchRequestQueue(RequestQueue.prototype);

const callTimeoutMs = 20_000;
const leadersTimeoutMs = 15_000;
const attempts = 4;
const momentary = new Set(['NOT_LEADER_FOR_PARTITION', 'LEADER_NOT_AVAILABLE', 'UNKNOWN_TOPIC_OR_PARTITION']);
const internalTopics = new Set(['__consumer_offsets', '__transaction_state', '__share_group_state']);

/** Kafka by kafkajs. It lives where the records are copied, so that is in the worker thread. */
export function createKafkajsGateway({ logger }: { readonly logger: Logger }): KafkaGateway {
  if (!requestQueueIsPatched) logger.warn('kafkajs is not the version that its timer patch was made for.');
  return new KafkajsGateway(logger);
}

class KafkajsGateway implements KafkaGateway {
  readonly #connections = new Map<string, IdleConnection<Admin>>();
  readonly #readers = new Set<TopicReader>();
  #closed = false;

  constructor(private readonly logger: Logger) {}

  clusterId(brokers: readonly string[], signal: AbortSignal): Promise<string> {
    return this.#withAdmin(brokers, signal, async (admin) => (await admin.describeCluster()).clusterId);
  }

  describeTopics(brokers: readonly string[], signal: AbortSignal): Promise<readonly TopicInfo[]> {
    return this.#withAdmin(brokers, signal, async (admin) => {
      const { topics } = await admin.fetchTopicMetadata();
      topics.sort((a, b) => (a.name < b.name ? -1 : 1));
      // All are awaited even when one fails: what still runs on a connection that is closed would open it again.
      const described = await Promise.allSettled(topics.map((topic) => describe(admin, topic)));
      return described.map((result) => {
        if (result.status === 'rejected') throw result.reason;
        return result.value;
      });
    });
  }

  ensureTopics(brokers: readonly string[], topics: readonly TopicSpec[], signal: AbortSignal): Promise<void> {
    return this.#withAdmin(brokers, signal, async (admin) => {
      const existing = new Set(await admin.listTopics());
      const missing = topics.filter(({ name }) => !existing.has(name));
      if (missing.length > 0) await this.#create(admin, missing, signal);
    });
  }

  createTopic(brokers: readonly string[], topic: TopicSpec, signal: AbortSignal): Promise<void> {
    return this.#withAdmin(brokers, signal, async (admin) => {
      await assertNew(admin, topic);
      await this.#create(admin, [topic], signal);
    });
  }

  deleteTopic(brokers: readonly string[], topic: string, signal: AbortSignal): Promise<void> {
    return this.#withAdmin(brokers, signal, (admin) => deleteTopic(admin, topic));
  }

  topicSettings(brokers: readonly string[], topic: string, signal: AbortSignal): Promise<readonly TopicSetting[]> {
    return this.#withAdmin(brokers, signal, (admin) => readTopicSettings(admin, topic));
  }

  groups(brokers: readonly string[], signal: AbortSignal): Promise<readonly ConsumerGroupInfo[]> {
    return this.#withAdmin(brokers, signal, readGroups);
  }

  positions(
    brokers: readonly string[],
    { topic, from, partitions }: StartRequest,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<number, bigint>> {
    return this.#withAdmin(brokers, signal, async (admin) => {
      const { topics } = await admin.fetchTopicMetadata();
      const found = topics.find(({ name }) => name === topic);
      if (found === undefined) throw new PlaygroundError('notFound', l10n.t('There is no topic {0}.', topic));
      const offsets = await admin.fetchTopicOffsets(topic);
      if (offsets.length !== found.partitions.length) throw new StaleConnectionError(`${topic} has new partitions.`);
      const ends = offsets
        .filter(({ partition }) => partitions?.includes(partition) ?? true)
        .map(({ partition, low, high }) => ({ partition, low: BigInt(low), high: BigInt(high) }));
      if (typeof from !== 'object' || !('time' in from)) return startPositions(ends, from);
      const byTime = await admin.fetchTopicOffsetsByTimestamp(topic, from.time);
      return startPositions(ends, from, new Map(byTime.map(({ partition, offset }) => [partition, BigInt(offset)])));
    });
  }

  async consume(request: ConsumeRequest, sink: RecordSink, signal: AbortSignal): Promise<Consumption> {
    this.#assertOpen();
    const reader: TopicReader = new TopicReader(request, sink, this.logger, () => this.#readers.delete(reader));
    this.#readers.add(reader);
    try {
      await abortable(reader.start(), signal);
      return reader;
    } catch (error) {
      void reader.close();
      throw toKafkaError(error, request.brokers);
    }
  }

  async close(): Promise<void> {
    await Promise.all(Array.from(this.#readers, (reader) => reader.close()));
    this.#closed = true;
    await Promise.all(Array.from(this.#connections.values(), (connection) => connection.close()));
    this.#connections.clear();
  }

  async #create(admin: Admin, topics: readonly TopicSpec[], signal: AbortSignal): Promise<void> {
    await untilControllerAnswers(() => createTopics(admin, topics), signal);
    await waitFor(() => this.#haveLeaders(admin, topics), {
      what: l10n.t('Kafka to make the topics {0}', topics.map(({ name }) => name).join(', ')),
      timeoutMs: leadersTimeoutMs,
      intervalMs: 25,
      signal,
    });
  }

  async #haveLeaders(admin: Admin, specs: readonly TopicSpec[]): Promise<true | undefined> {
    try {
      const { topics } = await admin.fetchTopicMetadata();
      const ready = new Set(
        topics.filter(({ partitions }) => partitions.every(({ leader }) => leader >= 0)).map(({ name }) => name),
      );
      return specs.every(({ name }) => ready.has(name)) ? true : undefined;
    } catch (error) {
      this.logger.debug(`No leaders yet: ${messageOf(error)}`);
      return undefined;
    }
  }

  /**
   * Runs an action on the shared connection. What may be a matter of the moment is tried again on a new connection: one that was
   * open before and failed, and knowledge of topics that is older than theirs.
   */
  async #withAdmin<T>(brokers: readonly string[], signal: AbortSignal, use: (admin: Admin) => Promise<T>): Promise<T> {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(callTimeoutMs)]);
    const key = brokers.join(',');
    for (let attempt = 1; ; attempt += 1) {
      signal.throwIfAborted();
      this.#assertOpen();
      const open = this.#connections.get(key);
      const connection = open ?? this.#connect(key, brokers);
      try {
        return await abortable(connection.run(use), limited);
      } catch (error) {
        if (signal.aborted || PlaygroundError.is(error)) throw error;
        this.#drop(key, connection);
        if (limited.aborted) throw timedOut(brokers, error);
        const again = open !== undefined || isOfTheMoment(error);
        if (attempt === attempts || !again) throw toKafkaError(error, brokers);
        await delay(attempt * 100, limited).catch(() => undefined);
      }
    }
  }

  #connect(key: string, brokers: readonly string[]): IdleConnection<Admin> {
    const connection: IdleConnection<Admin> = new IdleConnection(this.#client(brokers).admin(), systemClock, () => {
      this.#drop(key, connection);
    });
    this.#connections.set(key, connection);
    return connection;
  }

  #drop(key: string, connection: IdleConnection<Admin>): void {
    if (this.#connections.get(key) === connection) this.#connections.delete(key);
    void connection.close();
  }

  #client(brokers: readonly string[]): Kafka {
    return new Kafka({
      ...clientOptions,
      brokers: [...brokers],
      logLevel: logLevel.WARN,
      logCreator: () => (entry) => logEntry(this.logger, entry),
    });
  }

  #assertOpen(): void {
    if (this.#closed) throw new PlaygroundError('internal', 'The Kafka gateway is closed.');
  }
}

async function createTopics(admin: Admin, topics: readonly TopicSpec[]): Promise<void> {
  await admin.createTopics({
    // The caller awaits the leaders: kafkajs gives up when a KRaft broker does not know the new topic at once.
    waitForLeaders: false,
    topics: topics.map(({ name, partitions, config }) => ({
      topic: name,
      numPartitions: partitions,
      replicationFactor: 1,
      configEntries: Object.entries(config).map(([key, value]) => ({ name: key, value })),
    })),
  });
}

async function describe(admin: Admin, { name, partitions }: ITopicMetadata): Promise<TopicInfo> {
  const offsets = new Map((await admin.fetchTopicOffsets(name)).map((entry) => [entry.partition, entry]));
  const described = partitions.map(({ partitionId, leader }) => {
    const known = offsets.get(partitionId);
    if (known === undefined) throw new StaleConnectionError(`Partition ${partitionId} of ${name} is new.`);
    const info = { id: partitionId, earliest: known.low, latest: known.high };
    return leader >= 0 ? { ...info, leader } : info;
  });
  return { name, internal: internalTopics.has(name), partitions: described.sort((a, b) => a.id - b.id) };
}

/** True for answers of a cluster in which a topic was just made, changed or deleted. */
function isOfTheMoment(error: unknown): boolean {
  return error instanceof StaleConnectionError || momentary.has(protocolErrorOf(error) ?? '');
}

/** The connection knows less than the broker: it is closed and asked anew. kafkajs never refreshes an admin's metadata. */
class StaleConnectionError extends Error {}

function timedOut(brokers: readonly string[], cause: unknown): PlaygroundError {
  return new PlaygroundError('timeout', l10n.t('Kafka at {0} did not answer in time.', brokers.join(', ')), { cause });
}
