import { logLevel, type LogEntry } from 'kafkajs';
import Cluster, { type Broker, type FetchTopic } from 'kafkajs/src/cluster/index.js';
import { createLogger } from 'kafkajs/src/loggers/index.js';
import createSocketFactory from 'kafkajs/src/network/socketFactory.js';
import { createErrorFromCode } from 'kafkajs/src/protocol/error.js';
import { requests } from 'kafkajs/src/protocol/requests/index.js';
import type { Logger } from '../util/logger';
import { clientOptions, logEntry } from './kafkajsOptions';
import type { Isolation } from './kafkaPort';
import { decodeFetchResponse, type FetchResponse } from './records/fetchResponse';

const fetchApiKey = 1;
/** Long, because it is refreshed by whoever holds the link. */
const metadataMaxAgeMs = 3_600_000;
/** Together with it a request is answered even when no partition has anything. */
const leastBytes = 1;

/** A connected broker, for {@link KafkajsLink.fetch}. */
export type BrokerLink = Broker;

export interface FetchOptions {
  readonly waitMs: number;
  readonly maxBytes: number;
  readonly topics: readonly FetchTopic[];
}

/**
 * Connections to a cluster to read from it without a consumer group, by what stands behind the classes of kafkajs: its own
 * consumer cannot read without a group (issue 373 of tulios/kafkajs), cannot say what a fetch said beside its records, jumps
 * to the newest record when those it asks for were deleted, and makes several objects of each record. So kafkajs connects,
 * knows leaders and versions and encodes requests; answers to fetches are decoded by us.
 */
export class KafkajsLink {
  readonly #cluster: Cluster;
  readonly #isolationLevel: number;

  constructor(
    brokers: readonly string[],
    isolation: Isolation,
    private readonly topics: readonly string[],
    logger: Logger,
  ) {
    this.#isolationLevel = isolation === 'committed' ? 1 : 0;
    this.#cluster = new Cluster({
      ...clientOptions,
      brokers,
      logger: createLogger({ level: logLevel.WARN, logCreator: () => (entry: LogEntry) => logEntry(logger, entry) }),
      socketFactory: createSocketFactory(),
      enforceRequestTimeout: true,
      metadataMaxAge: metadataMaxAgeMs,
      allowAutoTopicCreation: false,
      isolationLevel: this.#isolationLevel,
    });
  }

  async connect(): Promise<void> {
    await this.#cluster.connect();
    await this.#cluster.addMultipleTargetTopics(this.topics);
  }

  /** Asks anew which partitions there are and who leads them. */
  refresh(): Promise<void> {
    return this.#cluster.refreshMetadata();
  }

  /** The brokers that lead the partitions of a topic, as it was known last; those without a leader are left out. */
  leaders(topic: string): ReadonlyMap<number, string> {
    const led = this.#cluster.findTopicPartitionMetadata(topic).filter(({ leader }) => leader >= 0);
    return new Map(led.map(({ partitionId, leader }) => [partitionId, String(leader)]));
  }

  broker(node: string): Promise<BrokerLink> {
    return this.#cluster.findBroker({ nodeId: node });
  }

  async fetch(broker: BrokerLink, { waitMs, maxBytes, topics }: FetchOptions): Promise<FetchResponse> {
    const protocol = broker.lookupRequest(
      fetchApiKey,
      requests.Fetch,
    )({ isolationLevel: this.#isolationLevel, maxWaitTime: waitMs, minBytes: leastBytes, maxBytes, topics });
    const version = protocol.request.apiVersion;
    return broker.connectionPool.send({
      ...protocol,
      response: {
        decode: (payload) => {
          const response = decodeFetchResponse(version, payload);
          // kafkajs keeps the pause that a broker asks for by this field.
          return Promise.resolve({ response, clientSideThrottleTime: response.throttleMs });
        },
        parse: ({ response }) => Promise.resolve(response),
      },
    });
  }

  /** The first offset that is there, or that would be written next, of each of the partitions. */
  async ends(topic: string, partitions: readonly number[], end: 'earliest' | 'latest'): Promise<Map<number, bigint>> {
    const asked = partitions.map((partition) => ({ partition }));
    const answer = await this.#cluster.fetchTopicsOffset([
      { topic, partitions: asked, fromBeginning: end === 'earliest' },
    ]);
    const found = answer.flatMap((offsets) => offsets.partitions);
    return new Map(found.map(({ partition, offset }) => [partition, BigInt(offset)]));
  }

  close(): Promise<void> {
    return this.#cluster.disconnect();
  }
}

/** The error that belongs to a number that a broker answered with. */
export function errorOfCode(code: number): Error {
  return createErrorFromCode(code);
}
