import type { ConsumerGroupInfo, TopicInfo, TopicSetting, TopicSpec } from '../../shared/model/kafka';
import type { Isolation, TailStart } from './kafkaPort';
import type { RecordCursor } from './records/recordBatch';

/** The next offset to read of each partition, by topic. */
export type Positions = Map<string, Map<number, bigint>>;

/** Records of one partition, one after another. Their bytes belong to a fetch buffer and are only lent. */
export interface LentRecords {
  /** To this the offset deltas of the records are added. */
  readonly baseOffset: bigint;
  /** Records with a smaller delta were asked for before, and are not meant. */
  readonly firstDelta: number;
  /** Reads them from their beginning. */
  cursor(): RecordCursor;
}

/**
 * Why offsets have no record: `deleted` by retention or by somebody, `compacted` because a later record has the same key,
 * `recreated` when the topic was made anew under its name.
 */
export type GapCause = 'deleted' | 'compacted' | 'recreated';

/** A stretch of offsets in which records are not there any more. */
export interface Gap {
  readonly from: bigint;
  /** Exclusive. Of a topic that was made anew it is where reading goes on, which may be less than `from`. */
  readonly to: bigint;
  /** How many offsets of the stretch have no record; not known when the topic was made anew. */
  readonly missing: bigint;
  readonly cause: GapCause;
}

/** How far a partition goes, as its broker said with the last fetch. */
export interface Watermarks {
  /** The offset after the last record. */
  readonly high: bigint;
  /** Where the oldest transaction that is still open begins; `high` when there is none. */
  readonly stable: bigint;
}

export interface RecordSink {
  /** Called with the records of a batch, in order. Bytes that are kept have to be copied before it returns. */
  records(topic: string, partition: number, records: LentRecords): void;
  /** Offsets are passed over because what they held is gone. */
  gap(topic: string, partition: number, gap: Gap): void;
  /** Called once for each partition of a fetch, after its records. */
  watermarks?(topic: string, partition: number, watermarks: Watermarks): void;
}

export interface ConsumeRequest {
  readonly brokers: readonly string[];
  /** Where to begin. Moved forward as records are read; a partition that is not named begins with its earliest record. */
  readonly positions: Positions;
  readonly topics: readonly string[];
  /** The partitions of the topics that are read; all of them, also those that are added later, unless given. */
  readonly partitions?: readonly number[];
  /** `committed` unless given. */
  readonly isolation?: Isolation;
}

export interface StartRequest {
  readonly topic: string;
  readonly from: TailStart;
  /** All partitions unless given. */
  readonly partitions?: readonly number[];
}

/** Reads from topics until it is closed or fails; it does not recover by itself. */
export interface Consumption {
  /** The failure that ended it, `undefined` when it was closed. Never rejects. */
  readonly ended: Promise<Error | undefined>;
  setPaused(paused: boolean): void;
  /** While a partition is held it is not fetched; going on loses nothing that the broker still has. */
  setHeld(topic: string, partition: number, held: boolean): void;
  /** Ends the connections; nothing is left at the broker. Never rejects. */
  close(): Promise<void>;
}

/** What is asked of a Kafka client library. Lives where the records are: in the worker. */
export interface KafkaGateway {
  clusterId(brokers: readonly string[], signal: AbortSignal): Promise<string>;
  describeTopics(brokers: readonly string[], signal: AbortSignal): Promise<readonly TopicInfo[]>;
  ensureTopics(brokers: readonly string[], topics: readonly TopicSpec[], signal: AbortSignal): Promise<void>;
  createTopic(brokers: readonly string[], topic: TopicSpec, signal: AbortSignal): Promise<void>;
  deleteTopic(brokers: readonly string[], topic: string, signal: AbortSignal): Promise<void>;
  topicSettings(brokers: readonly string[], topic: string, signal: AbortSignal): Promise<readonly TopicSetting[]>;
  groups(brokers: readonly string[], signal: AbortSignal): Promise<readonly ConsumerGroupInfo[]>;
  /** @throws PlaygroundError `notFound` when there is no such topic. Never creates one. */
  positions(brokers: readonly string[], start: StartRequest, signal: AbortSignal): Promise<ReadonlyMap<number, bigint>>;
  /** Resolves when the brokers that lead the partitions are connected. */
  consume(request: ConsumeRequest, sink: RecordSink, signal: AbortSignal): Promise<Consumption>;
  /** Ends everything that is open. Never rejects. */
  close(): Promise<void>;
}
