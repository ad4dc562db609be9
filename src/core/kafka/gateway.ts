import type { TopicInfo, TopicSpec } from '../../shared/model/kafka';
import type { TailStart } from './kafkaPort';

/** The next offset to read of each partition, by topic. */
export type Positions = Map<string, Map<number, bigint>>;

/** A record as the client library hands it over; the bytes belong to its fetch buffer and are only lent. */
export interface LentRecord {
  /** Decimal, 64 bits. */
  readonly offset: string;
  /** Decimal milliseconds since the epoch. */
  readonly timestamp: string;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
}

export interface RecordSink {
  /** Called with the records of one fetch of a partition, in order. Bytes that are kept have to be copied before it returns. */
  records(topic: string, partition: number, records: readonly LentRecord[]): void;
  /** Records of a partition were deleted before they could be read, or the topic was made anew. */
  skipped(topic: string, partition: number): void;
}

export interface ConsumeRequest {
  readonly brokers: readonly string[];
  /** Where to begin. Moved forward as records are read; a partition that is not named begins with its earliest record. */
  readonly positions: Positions;
  readonly topics: readonly string[];
}

/** Reads from topics until it is closed or fails; it does not recover by itself. */
export interface Consumption {
  /** The failure that ended it, `undefined` when it was closed. Never rejects. */
  readonly ended: Promise<Error | undefined>;
  setPaused(paused: boolean): void;
  /** While a partition is held it is not fetched; going on loses nothing that the broker still has. */
  setHeld(topic: string, partition: number, held: boolean): void;
  /** Ends the consumer and deletes its group. Never rejects. */
  close(): Promise<void>;
}

/** What is asked of a Kafka client library. Lives where the records are: in the worker. */
export interface KafkaGateway {
  clusterId(brokers: readonly string[], signal: AbortSignal): Promise<string>;
  describeTopics(brokers: readonly string[], signal: AbortSignal): Promise<readonly TopicInfo[]>;
  ensureTopics(brokers: readonly string[], topics: readonly TopicSpec[], signal: AbortSignal): Promise<void>;
  /** @throws PlaygroundError `notFound` when there is no such topic. Never creates one. */
  positions(
    brokers: readonly string[],
    topic: string,
    from: TailStart,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<number, bigint>>;
  /** Resolves when the consumer has its partitions. */
  consume(request: ConsumeRequest, sink: RecordSink, signal: AbortSignal): Promise<Consumption>;
  /** Ends everything that is open. Never rejects. */
  close(): Promise<void>;
}
