import type { TopicPanelStrings } from './topicPanelTexts';

/**
 * The protocol between the extension host and the page of a topic panel. Both sides are typed with these two interfaces by
 * birpc; every argument is validated where it arrives, because records and messages are hostile input.
 * The host sends small events ("the range changed"); the page asks for the rows that are on the screen.
 */

/** A row as the page shows it. Texts are cut to the host's limit; `keyCut`/`valueCut` say so. */
export interface TailRow {
  /** Position in the ring, counted from 0 since the tail was opened; never used twice. */
  readonly seq: number;
  readonly partition: number;
  readonly offset: string;
  /** Milliseconds since the epoch, of the record's Kafka timestamp. */
  readonly timestamp: number;
  /** `null` for a record without a key, or a tombstone. */
  readonly key: string | null;
  readonly value: string | null;
  readonly keyCut: boolean;
  readonly valueCut: boolean;
  /** Headers as one text, `name: value` each, cut like a value; absent where a record has none. */
  readonly headers?: string;
  /** Texts of the JSON fields that were asked for, in that order, cut like a value; `null` where a record has none. */
  readonly fields?: readonly (string | null)[];
  /** There when the row stands for records that are gone; `offset` is then the first of them, and `value` says it in words. */
  readonly gap?: TailGap;
}

/** Offsets of a partition that have no record any more. Numbers are decimal integers of up to 64 bits. */
export interface TailGap {
  /** The offset after the stretch; of a topic that was made anew, where reading goes on. */
  readonly to: string;
  /** How many of them have no record. */
  readonly missing: string;
  /** By retention or by somebody; because a later record has the same key; because the topic was made anew. */
  readonly cause: 'deleted' | 'compacted' | 'recreated';
}

/** A partition whose reader is held back, because a transaction in it is open since a while. */
export interface OpenTransaction {
  readonly partition: number;
  /** The first offset that is not shown. */
  readonly offset: string;
  /** Offsets from there to the end of the partition. */
  readonly waiting: string;
  /** When it was first seen, milliseconds since the epoch. */
  readonly since: number;
}

/** What of the rows is shown. All parts that are there must hold; gaps are shown while no text is asked for. */
export interface TailFilter {
  /** In the key, the value or a header, whether its letters are small or capital. */
  readonly text?: string;
  /** In the key. */
  readonly key?: string;
  /** In one field of a value that is a JSON object; an empty text wants the field only. */
  readonly field?: { readonly name: string; readonly text: string };
  readonly partitions?: readonly number[];
  /** Milliseconds since the epoch, the second exclusive. */
  readonly from?: number;
  readonly to?: number;
}

/** How far a filter is. */
export interface TailMatches {
  /** First and one past the last number of the matches that are kept, counted from 0 since the filter was set. */
  readonly first: number;
  readonly end: number;
  /** Rows that are still to be looked at; 0 when all that is kept was. */
  readonly left: number;
}

/** Bytes as a person reads them. */
export interface TailPart {
  readonly kind: 'null' | 'json' | 'text' | 'hex';
  readonly text: string;
  /** The size of the whole. */
  readonly bytes: number;
  readonly cut: boolean;
}

/** One record with everything that is to be known of it. */
export interface TailRecord {
  readonly seq: number;
  readonly partition: number;
  readonly offset: string;
  readonly timestamp: number;
  readonly key: TailPart;
  readonly value: TailPart;
  readonly headers: readonly { readonly name: string; readonly value: TailPart }[];
}

/** Records that are kept, counted by time in buckets of one width. */
export interface TailHistogram {
  /** Milliseconds since the epoch, the second exclusive. */
  readonly from: number;
  readonly to: number;
  readonly counts: readonly number[];
  /** Of those, the ones that the filter wants; absent without a filter. */
  readonly matched?: readonly number[];
}

export type TailExportFormat = 'jsonLines' | 'csv';

/** A piece of an export. The last one has `done` equal to `total`. */
export interface TailExportChunk {
  readonly text: string;
  /** Rows that were gone through, of how many. */
  readonly done: number;
  readonly total: number;
  /** Rows that were not kept any more when it was their turn. */
  readonly lost: number;
}

export type TailStatus = 'connecting' | 'live' | 'paused' | 'reconnecting' | 'failed' | 'ended';

/** Everything the page needs to know between rows. Always a full snapshot, so that one may be left out. */
export interface TailState {
  readonly topic: string;
  readonly status: TailStatus;
  /** A sentence for the person, where the status needs one. */
  readonly message?: string;
  /** First and one past the last sequence number kept; equal when nothing is kept. */
  readonly first: number;
  readonly end: number;
  /** Records seen since the tail was opened, also those that are no longer kept. */
  readonly total: number;
  readonly capacity: number;
  /** Records a second over the last seconds. */
  readonly rate: number;
  /** Records of the topic that were not read yet, by the last word of the brokers; absent before that. */
  readonly behind?: number;
  /** Absent without a filter. */
  readonly matches?: TailMatches;
  /** Absent where nothing is held back. */
  readonly openTransactions?: readonly OpenTransaction[];
}

/** How times are shown. */
export type TimeZoneChoice = 'local' | 'utc';

/**
 * Where reading begins: with what comes, with the oldest record, with the last so many records of the topic, with the first
 * record of a time (milliseconds since the epoch), or at an offset of every partition, a decimal integer of up to 64 bits.
 */
export type TailBegin =
  'latest' | 'earliest' | { readonly last: number } | { readonly time: number } | { readonly offset: string };

/** What of a topic is read. */
export interface TailChoice {
  /** From the beginning where everything fits, else with what comes, unless given. */
  readonly begin?: TailBegin;
  /** All, also those that are added later, unless given. */
  readonly partitions?: readonly number[];
  /** Whether records of transactions that are open or were taken back are read, too. */
  readonly isolation: 'committed' | 'uncommitted';
}

/** A filter that was set from outside of the page, with its words for the person. */
export interface TailSpotlight {
  readonly label: string;
  readonly filter: TailFilter;
}

/** What the page can ask of the host. */
export interface TopicPanelHost {
  /** The page is there; the answer is its first state. */
  ready(): Promise<TopicPanelInit>;
  /**
   * Rows `from` to `to` (exclusive), at most 500, with the texts of these JSON fields; rows that are no longer kept are left
   * out.
   */
  rows(from: number, to: number, fields?: readonly string[]): Promise<readonly TailRow[]>;
  /** The same of the rows that the filter wants, by the numbers of the matches. */
  matches(from: number, to: number, fields?: readonly string[]): Promise<readonly TailRow[]>;
  /** Shows only what a filter wants, also of records that come later and after the broker came back; `null` ends it. */
  setFilter(filter: TailFilter | null): Promise<void>;
  /** Everything of one record; `null` when it is no longer kept. */
  record(seq: number): Promise<TailRecord | null>;
  /** The partitions that the topic has now; none while there is no broker. */
  partitions(): Promise<readonly number[]>;
  /** Names of the JSON fields in the newest values, for columns; none unless most values are JSON objects. */
  fields(): Promise<readonly string[]>;
  /** Records by time in 1 to 1000 buckets, of all that is kept or of a stretch of time; `null` while there is no tail. */
  histogram(buckets: number, from?: number, to?: number): Promise<TailHistogram | null>;
  pause(paused: boolean): Promise<void>;
  clear(): Promise<void>;
  /** Reads anew what was chosen; the rows of before are gone. */
  read(choice: TailChoice): Promise<void>;
  /** Puts the record's value, whole, on the clipboard; false when it is no longer kept. */
  copyValue(seq: number): Promise<boolean>;
  /** Shows the record's value, whole, as a document; false when it is no longer kept. */
  openValue(seq: number): Promise<boolean>;
  /**
   * Begins to write what the filter wants, or all that is kept, into a file that the person chooses. The editor shows how far it
   * is and what came of it; the answer does not wait for that.
   */
  export(format: TailExportFormat): Promise<void>;
  /** What the person chose to see elsewhere, told once; `null` when there is nothing new. */
  takeSpotlight(): Promise<TailSpotlight | null>;
  /** The page failed; the text goes to the extension's log. */
  reportError(message: string): Promise<void>;
}

export interface TopicPanelInit {
  readonly state: TailState;
  readonly timeZone: TimeZoneChoice;
  readonly choice: TailChoice;
  /** The filter that counts at the moment; the page asks for another only when it wants one. */
  readonly filter: TailFilter | null;
  /** The person's locale, for numbers and times. */
  readonly locale: string;
  readonly strings: TopicPanelStrings;
}

/** What the host tells the page. */
export interface TopicPanelPage {
  stateChanged(state: TailState): void;
  /** The person chose something elsewhere that this page is to show: it can be taken. */
  spotlightSet(): void;
}
