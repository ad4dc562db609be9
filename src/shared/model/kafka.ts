export interface PartitionInfo {
  readonly id: number;
  /** First offset that is kept, a decimal integer of up to 64 bits. */
  readonly earliest: string;
  /** The offset after the last record, likewise. */
  readonly latest: string;
  /** Broker id; absent when the partition has no leader. */
  readonly leader?: number;
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
