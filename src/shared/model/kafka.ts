export interface PartitionInfo {
  readonly id: number;
  /** First offset that is kept, a decimal integer of up to 64 bits. */
  readonly earliest: string;
  /** The offset after the last record, likewise. */
  readonly latest: string;
  /** Broker id; absent when the partition has no leader. */
  readonly leader?: number;
  /** Offsets a second over the last polls; absent until it is known. */
  readonly rate?: number;
}

/** Where a topic was at a time, milliseconds since the epoch. */
export interface CoursePoint {
  readonly at: number;
  /** The offsets after the last records of all partitions together: what was ever written, with the markers of transactions. */
  readonly end: number;
}

export interface TopicInfo {
  readonly name: string;
  /** Kafka's own topics (`__consumer_offsets`, …). */
  readonly internal: boolean;
  readonly partitions: readonly PartitionInfo[];
}

/** How a topic of the playground is created; `config` has Kafka's own keys. */
export interface TopicSpec {
  readonly name: string;
  readonly partitions: number;
  readonly config: Readonly<Record<string, string>>;
}

/** One setting of a topic, by Kafka's own name. */
export interface TopicSetting {
  readonly name: string;
  /** Absent when Kafka keeps it secret. */
  readonly value?: string;
  /** Set on the topic itself; otherwise it is the broker's, or Kafka's default. */
  readonly own: boolean;
}

/** How far a group is in one partition. Offsets are decimal integers of up to 64 bits. */
export interface ConsumerGroupOffset {
  readonly topic: string;
  readonly partition: number;
  /** The next offset that it would read. */
  readonly committed: string;
  /** Offsets from there to the end; absent when the partition is gone. */
  readonly lag?: string;
}

export interface ConsumerGroupMember {
  readonly id: string;
  readonly clientId: string;
  readonly host: string;
  readonly partitions: readonly { readonly topic: string; readonly partitions: readonly number[] }[];
}

export interface ConsumerGroupInfo {
  readonly id: string;
  /** Kafka's own word: `Stable`, `Empty`, `PreparingRebalance`, `Dead`, …; empty when the broker did not say. */
  readonly state: string;
  /** None for groups whose members take partitions by themselves, as Flink's do. */
  readonly members: readonly ConsumerGroupMember[];
  readonly offsets: readonly ConsumerGroupOffset[];
}
