import type { OffsetTotals } from './offsetSum';

/** What the process that writes is told, as its one argument. */
export interface SoakOrder {
  readonly brokers: readonly string[];
  /** A topic of two partitions. */
  readonly topic: string;
  /** Records a second, without those of transactions that are taken back. */
  readonly rate: number;
  readonly seconds: number;
}

/** What it wrote to one partition, by the word of the broker. */
export interface WrittenPartition {
  readonly partition: number;
  readonly committed: OffsetTotals;
  /** Records of transactions that were taken back. */
  readonly aborted: number;
  /** Transactions that ended: each left one marker. */
  readonly markers: number;
}

/** What it says when it is done, as one line of JSON. */
export interface SoakWritten {
  readonly partitions: readonly WrittenPartition[];
  readonly windows: number;
  readonly seconds: number;
}

/** What is counted in every window, and how often. */
export const soakKeys: readonly string[] = Array.from({ length: 50 }, (_, index) => `/page-${index}`);
export const soakCount = 1000;
export const soakWindowMs = 1000;
