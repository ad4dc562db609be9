import type { LedgerRange, LedgerSummary, LedgerWindow, WindowContract } from '../../shared/model/ledger';
import type { ConsumerGroupInfo, TopicInfo, TopicSetting, TopicSpec } from '../../shared/model/kafka';
import type {
  TailExportChunk,
  TailExportFormat,
  TailFilter,
  TailHistogram,
  TailRecord,
  TailRow,
  TailState,
} from '../../shared/protocol/topicPanel';
import type { ReadableStore } from '../state/store';
import type { Disposable } from '../util/disposable';

/**
 * Where reading begins: with what comes, with the oldest record, with the last so many records of the topic, with the first
 * record of a time (milliseconds since the epoch) or at an offset of every partition. What lies outside of the topic is moved
 * to its nearest end.
 */
export type TailStart =
  'latest' | 'earliest' | { readonly last: number } | { readonly time: number } | { readonly offset: bigint };

/** Whether records of transactions that are open or were taken back are read, too. */
export type Isolation = 'committed' | 'uncommitted';

export interface TailRequest {
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly from: TailStart;
  /** All partitions, also those that are added later, unless given. */
  readonly partitions?: readonly number[];
  /** `committed` unless given. */
  readonly isolation?: Isolation;
  /** How many rows are kept. */
  readonly capacity: number;
  /** Bytes of a key or a value that a row shows; the whole value is kept. */
  readonly maxValueLength: number;
}

export interface HistogramRange {
  readonly buckets: number;
  /** Milliseconds since the epoch, the second exclusive; those of the oldest and the newest record, unless given. */
  readonly from?: number;
  readonly to?: number;
}

/** A running tail of one topic. Disposing it ends its connections and leaves nothing at the broker. */
export interface TailSession extends Disposable {
  /** Changes at most four times a second. */
  readonly state: ReadableStore<TailState>;
  /** Rows `from` to `to` (exclusive) that are still kept, with the texts of these JSON fields. */
  rows(from: number, to: number, fields?: readonly string[]): Promise<readonly TailRow[]>;
  /** The same of the rows that the filter wants, by the numbers of the matches. */
  matches(from: number, to: number, fields?: readonly string[]): Promise<readonly TailRow[]>;
  /** Begins to look through all that is kept, and then at what comes; `undefined` ends it. */
  setFilter(filter: TailFilter | undefined): Promise<void>;
  /** Everything of a kept record, `undefined` when it is no longer kept. */
  record(seq: number): Promise<TailRecord | undefined>;
  /** Names of the JSON fields in the newest values; none unless most of them are JSON objects. */
  fields(): Promise<readonly string[]>;
  histogram(range: HistogramRange): Promise<TailHistogram>;
  /** Writes what the filter wants, or all that is kept, as text; ends with the iteration. */
  export(format: TailExportFormat): AsyncIterable<TailExportChunk>;
  /** The whole value of a kept record as text, `undefined` when it is no longer kept. */
  value(seq: number): Promise<string | undefined>;
  /** While paused nothing is fetched; going on loses nothing that the broker still has. */
  setPaused(paused: boolean): Promise<void>;
  clear(): Promise<void>;
  /** Reads no more, for good: the state is `ended`, and what is kept stays to be looked at until the session is disposed. */
  end(): Promise<void>;
}

export interface LedgerRequest {
  readonly brokers: readonly string[];
  /** The topic of window counts: `output`. */
  readonly topic: string;
  /** The generator's record of windows that it skipped; absent where there is none. */
  readonly gapsTopic?: string;
  readonly windowMs: number;
  readonly expectedCount: number;
  readonly pages: readonly string[];
  /** Where the fields are in a topic that neither our job nor upstream's writes. */
  readonly contract?: WindowContract;
  readonly from: 'latest' | 'earliest';
  /** False when the job counts by the clock: counts are then shown, not judged. */
  readonly eventTime: boolean;
  /** Failures, restores and restarts of before, milliseconds since the epoch: known before the first record is judged. */
  readonly recoveries: readonly number[];
}

/** A running account of a topic of window counts. */
export interface LedgerSession extends Disposable {
  readonly summary: ReadableStore<LedgerSummary>;
  /** Tells of a failure, restore or restart that was seen, so that equal duplicates near it are explained. */
  noteRecovery(atMs: number): void;
  /**
   * The account of the windows that a stretch of time by the clock touched; `undefined` while that is not known, or when no
   * window was written in it.
   */
  across(fromMs: number, toMs: number): Promise<LedgerRange | undefined>;
  /** The newest windows, oldest first, at most so many. */
  windows(count: number): Promise<readonly LedgerWindow[]>;
}

/**
 * All that the extension asks of Kafka. Everything that touches records runs in a worker thread behind this port, so that a
 * fast topic cannot freeze the extension host.
 */
export interface KafkaPort extends Disposable {
  /** @throws PlaygroundError `unreachable`, `timeout`. */
  clusterId(brokers: readonly string[], signal: AbortSignal): Promise<string>;
  describeTopics(brokers: readonly string[], signal: AbortSignal): Promise<readonly TopicInfo[]>;
  /** Creates the topics that are not there yet and waits until they have leaders. Others are left as they are. */
  ensureTopics(brokers: readonly string[], topics: readonly TopicSpec[], signal: AbortSignal): Promise<void>;
  /** @throws PlaygroundError `input` when the topic is there already, `rejected` when Kafka refuses its name or settings. */
  createTopic(brokers: readonly string[], topic: TopicSpec, signal: AbortSignal): Promise<void>;
  /** @throws PlaygroundError `notFound` when there is no such topic. */
  deleteTopic(brokers: readonly string[], topic: string, signal: AbortSignal): Promise<void>;
  /** How a topic is set up, in the order of the names. */
  topicSettings(brokers: readonly string[], topic: string, signal: AbortSignal): Promise<readonly TopicSetting[]>;
  /** All consumer groups with what they committed, also those that have no members. */
  groups(brokers: readonly string[], signal: AbortSignal): Promise<readonly ConsumerGroupInfo[]>;
  openTail(request: TailRequest): Promise<TailSession>;
  openLedger(request: LedgerRequest): Promise<LedgerSession>;
}
