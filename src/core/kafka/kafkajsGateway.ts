import * as l10n from '@vscode/l10n';
import {
  CompressionCodecs,
  CompressionTypes,
  Kafka,
  logLevel,
  type Admin,
  type Consumer,
  type EachBatchPayload,
  type ITopicMetadata,
  type LogEntry,
} from 'kafkajs';
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';
import { randomUUID } from 'node:crypto';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { TopicInfo, TopicSpec } from '../../shared/model/kafka';
import { delay, waitFor } from '../util/async';
import { systemClock } from '../util/clock';
import type { Disposable } from '../util/disposable';
import { messageOf, PlaygroundError } from '../util/errors';
import type { Logger } from '../util/logger';
import type { ConsumeRequest, Consumption, KafkaGateway, LentRecord, RecordSink } from './gateway';
import { IdleConnection } from './idleConnection';
import { protocolErrorOf, toKafkaError } from './kafkaErrors';
import type { TailStart } from './kafkaPort';
import { abortable } from './abortable';
import { untilControllerAnswers } from './controllerRetry';
import { patchRequestQueue } from './requestQueuePatch';

/** False when this is not the kafkajs that the patch was made for: it then works, but uses more of the processor at rest. */
export const requestQueueIsPatched = patchRequestQueue(RequestQueue.prototype);

/** A batch that grows beyond this when it is decompressed is meant to do harm. */
const largestBatchBytes = 256 * 1024 * 1024;

CompressionCodecs[CompressionTypes.ZSTD] = () => ({
  compress: ({ buffer }: { readonly buffer: Buffer }) => Promise.resolve(zstdCompressSync(buffer)),
  decompress: (buffer: Buffer) => Promise.resolve(zstdDecompressSync(buffer, { maxOutputLength: largestBatchBytes })),
});

const callTimeoutMs = 20_000;
const leadersTimeoutMs = 15_000;
const fetchWaitMs = 250;
const fetchBytesPerPartition = 256 * 1024;
/** How soon new partitions are seen; kafkajs' own five minutes hide them. */
const metadataMaxAgeMs = 30_000;
/** How long a broker keeps a member that went away without leaving; with it our group cannot be deleted. */
const sessionTimeoutMs = 10_000;
/** A broker that answers does so every quarter of a second; one that is silent for so long is given up. */
const silenceMs = 8000;
const watchIntervalMs = 1000;
const closeTimeoutMs = 5000;
const retryPolicy = {
  initialRetryTime: 100,
  maxRetryTime: 1000,
  retries: 2,
  restartOnFailure: () => Promise.resolve(false),
};
const attempts = 4;
const momentary = new Set(['NOT_LEADER_FOR_PARTITION', 'LEADER_NOT_AVAILABLE', 'UNKNOWN_TOPIC_OR_PARTITION']);
const groupPrefix = 'flink-playground-';
const internalTopics = new Set(['__consumer_offsets', '__transaction_state', '__share_group_state']);

/** Kafka by kafkajs. It lives where the records are copied, so that is in the worker thread. */
export function createKafkajsGateway({ logger }: { readonly logger: Logger }): KafkaGateway {
  if (!requestQueueIsPatched) logger.warn('kafkajs is not the version that its timer patch was made for.');
  return new KafkajsGateway(logger);
}

class KafkajsGateway implements KafkaGateway {
  readonly #connections = new Map<string, IdleConnection<Admin>>();
  readonly #consumptions = new Set<KafkajsConsumption>();
  readonly #leftGroups = new Map<string, Set<string>>();
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
      if (missing.length === 0) return;
      await untilControllerAnswers(() => createTopics(admin, missing), signal);
      await waitFor(() => this.#haveLeaders(admin, missing), {
        what: l10n.t('Kafka to make the topics {0}', missing.map(({ name }) => name).join(', ')),
        timeoutMs: leadersTimeoutMs,
        intervalMs: 25,
        signal,
      });
    });
  }

  positions(
    brokers: readonly string[],
    topic: string,
    from: TailStart,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<number, bigint>> {
    return this.#withAdmin(brokers, signal, async (admin) => {
      const { topics } = await admin.fetchTopicMetadata();
      const found = topics.find(({ name }) => name === topic);
      if (found === undefined) throw new PlaygroundError('notFound', l10n.t('There is no topic {0}.', topic));
      const offsets = await admin.fetchTopicOffsets(topic);
      if (offsets.length !== found.partitions.length) throw new StaleConnectionError(`${topic} has new partitions.`);
      return new Map(offsets.map(({ partition, low, high }) => [partition, BigInt(from === 'earliest' ? low : high)]));
    });
  }

  async consume(request: ConsumeRequest, sink: RecordSink, signal: AbortSignal): Promise<Consumption> {
    this.#assertOpen();
    const { brokers } = request;
    const groupId = `${groupPrefix}${randomUUID()}`;
    const consumption: KafkajsConsumption = new KafkajsConsumption(
      this.#client(brokers),
      groupId,
      request,
      sink,
      async () => {
        this.#consumptions.delete(consumption);
        await this.#deleteGroup(brokers, groupId);
      },
    );
    this.#consumptions.add(consumption);
    try {
      await abortable(consumption.start(), signal);
      return consumption;
    } catch (error) {
      void consumption.close();
      throw toKafkaError(error, brokers);
    }
  }

  async close(): Promise<void> {
    await Promise.all(Array.from(this.#consumptions, (consumption) => consumption.close()));
    this.#closed = true;
    await Promise.all(Array.from(this.#connections.values(), (connection) => connection.close()));
    this.#connections.clear();
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

  /** A group that cannot be deleted yet (its broker is gone, or waits for a member that crashed) is tried with the next one. */
  async #deleteGroup(brokers: readonly string[], groupId: string): Promise<void> {
    const key = brokers.join(',');
    const groups = this.#leftGroups.get(key) ?? new Set();
    this.#leftGroups.set(key, groups.add(groupId));
    for (const group of Array.from(groups)) {
      try {
        await this.#withAdmin(brokers, AbortSignal.timeout(5000), (admin) => admin.deleteGroups([group]));
        groups.delete(group);
      } catch (error) {
        this.logger.debug(`Group ${group} was not deleted: ${messageOf(error)}`);
        if (PlaygroundError.is(error, 'unreachable')) return;
      }
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
      clientId: 'flink-playground',
      brokers: [...brokers],
      connectionTimeout: 2000,
      requestTimeout: 10_000,
      retry: retryPolicy,
      logLevel: logLevel.WARN,
      logCreator: () => (entry) => {
        log(this.logger, entry);
      },
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

/** kafkajs reports as errors what its caller handles, again and again while a broker is away. */
function log(logger: Logger, { namespace, log: { message, error, broker } }: LogEntry): void {
  logger.trace(
    [namespace, message, error, broker].filter((part) => typeof part === 'string' && part !== '').join(': '),
  );
}

/** One consumer in a group of its own, which is deleted when it closes. It never restarts: whoever opened it decides that. */
class KafkajsConsumption implements Consumption {
  readonly ended: Promise<Error | undefined>;
  readonly #end: (failure: Error | undefined) => void;
  readonly #joined: Promise<undefined>;
  readonly #consumer: Consumer;
  #started: Promise<void> = Promise.resolve();
  #closing: Promise<void> | undefined;
  #watch: Disposable | undefined;
  #lastFetch = 0;
  #paused = false;
  /** By topic. */
  readonly #held = new Map<string, Set<number>>();

  constructor(
    kafka: Kafka,
    groupId: string,
    private readonly request: ConsumeRequest,
    private readonly sink: RecordSink,
    private readonly deleteGroup: () => Promise<void>,
  ) {
    const ended = Promise.withResolvers<Error | undefined>();
    this.ended = ended.promise;
    this.#end = ended.resolve;
    this.#consumer = kafka.consumer({
      groupId,
      allowAutoTopicCreation: false,
      maxWaitTimeInMs: fetchWaitMs,
      maxBytesPerPartition: fetchBytesPerPartition,
      metadataMaxAge: metadataMaxAgeMs,
      sessionTimeout: sessionTimeoutMs,
      retry: retryPolicy,
    });
    const joined = Promise.withResolvers<undefined>();
    this.#joined = joined.promise;
    const { GROUP_JOIN, CRASH, FETCH, END_BATCH_PROCESS } = this.#consumer.events;
    this.#consumer.on(GROUP_JOIN, ({ payload }) => {
      this.#seek(payload.memberAssignment);
      joined.resolve(undefined);
    });
    this.#consumer.on(FETCH, () => {
      this.#lastFetch = systemClock.now();
    });
    this.#consumer.on(END_BATCH_PROCESS, ({ payload }) => {
      // Transaction markers and aborted records take offsets but never reach eachBatch.
      if (payload.batchSize === 0) this.#advance(payload.topic, payload.partition, BigInt(payload.lastOffset) + 1n);
    });
    this.#consumer.on(CRASH, ({ payload }) => {
      this.#end(toKafkaError(payload.error, request.brokers));
    });
  }

  async start(): Promise<void> {
    this.#started = this.#run();
    await this.#started;
    const failure = await Promise.race([this.#joined, this.ended]);
    if (failure !== undefined) throw failure;
    this.#lastFetch = systemClock.now();
    this.#watchFetches();
  }

  setPaused(paused: boolean): void {
    this.#paused = paused;
    this.#whileRunning(() => {
      const topics = this.request.topics.map((topic) => ({ topic }));
      if (paused) this.#consumer.pause(topics);
      else this.#consumer.resume(topics);
      for (const topic of this.#held.keys()) this.#pauseHeld(topic);
    });
  }

  setHeld(topic: string, partition: number, held: boolean): void {
    const partitions = this.#held.get(topic) ?? new Set();
    this.#held.set(topic, partitions);
    if (held) partitions.add(partition);
    else partitions.delete(partition);
    this.#whileRunning(() => {
      if (held) this.#pauseHeld(topic);
      else if (!this.#paused) this.#consumer.resume([{ topic, partitions: [partition] }]);
    });
  }

  #whileRunning(change: () => void): void {
    if (this.#closing !== undefined) return;
    try {
      change();
    } catch {
      // kafkajs knows the topics, so this is a consumer that has crashed; of that `ended` tells a moment later.
    }
  }

  #pauseHeld(topic: string): void {
    const partitions = Array.from(this.#held.get(topic) ?? []);
    if (partitions.length > 0) this.#consumer.pause([{ topic, partitions }]);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #run(): Promise<void> {
    await this.#consumer.connect();
    await this.#consumer.subscribe({ topics: [...this.request.topics], fromBeginning: true });
    await this.#consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 2,
      eachBatch: (payload) => {
        this.#consume(payload);
        return Promise.resolve();
      },
    });
  }

  async #close(): Promise<void> {
    this.#watch?.dispose();
    // A consumer that is disconnected while it joins would connect again, so its start is awaited.
    const disconnected = this.#started.catch(() => undefined).then(() => this.#consumer.disconnect());
    await abortable(disconnected, AbortSignal.timeout(closeTimeoutMs)).catch(() => undefined);
    this.#end(undefined);
    await this.deleteGroup();
  }

  /** Called whenever the group was joined, also anew: kafkajs forgets where it was when nothing is committed. */
  #seek(assignment: Readonly<Record<string, readonly number[]>>): void {
    for (const [topic, partitions] of Object.entries(assignment)) {
      for (const partition of partitions) {
        const offset = this.request.positions.get(topic)?.get(partition);
        if (offset !== undefined) this.#consumer.seek({ topic, partition, offset: offset.toString() });
      }
      if (this.#paused) this.#consumer.pause([{ topic }]);
      else this.#pauseHeld(topic);
    }
  }

  #consume(payload: EachBatchPayload): void {
    const { batch } = payload;
    const { topic, partition, messages } = batch;
    // Not resolving what was fetched before the pause makes kafkajs fetch it again after it.
    if (this.#paused || this.#held.get(topic)?.has(partition) === true || this.#closing !== undefined) return;
    const position = this.request.positions.get(topic)?.get(partition);
    const first = BigInt(batch.firstOffset() ?? batch.lastOffset());
    const last = batch.lastOffset();
    let fresh: readonly LentRecord[] = messages;
    if (position !== undefined && first < position) {
      // The log ends before our position: another topic of this name. Otherwise records that were read before.
      if (BigInt(batch.highWatermark) < position) this.sink.skipped(topic, partition);
      else fresh = messages.filter(({ offset }) => BigInt(offset) >= position);
    } else if (position !== undefined && first > position) {
      this.sink.skipped(topic, partition);
    }
    if (fresh.length > 0) this.sink.records(topic, partition, fresh);
    payload.resolveOffset(last);
    this.#advance(topic, partition, BigInt(last) + 1n);
  }

  #advance(topic: string, partition: number, next: bigint): void {
    const partitions = this.request.positions.get(topic);
    if (partitions === undefined) this.request.positions.set(topic, new Map([[partition, next]]));
    else partitions.set(partition, next);
  }

  /**
   * kafkajs waits long for a broker that hangs, and says nothing more at all when it fails while it reports a failure of its own.
   */
  #watchFetches(): void {
    this.#watch = systemClock.schedule(watchIntervalMs, () => {
      if (systemClock.now() - this.#lastFetch > silenceMs) {
        const asked = this.request.brokers.join(', ');
        this.#end(new PlaygroundError('timeout', l10n.t('Kafka at {0} did not answer in time.', asked)));
      } else {
        this.#watchFetches();
      }
    });
  }
}
