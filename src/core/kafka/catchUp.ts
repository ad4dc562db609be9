import type { Positions } from './gateway';

export interface CatchUpOptions {
  /** The topic of window counts. */
  readonly topic: string;
  /** The offsets after the last record of every partition of every topic that is read, when reading began. */
  readonly ends: Positions;
  /** Keeps a partition of the topic from being fetched, or lets it go on. */
  readonly hold: (partition: number, held: boolean) => void;
}

/** How many windows a partition may be ahead of one that is still being read; a batch of records may carry it further. */
const largestLead = 512;

/**
 * Reading of topics up to where they ended when it began. Partitions are fetched side by side and by bytes, but hold counts
 * of different numbers of pages, so the one with fewer pages runs through the windows faster: it is held back, so that what
 * the ledger keeps of half seen windows stays bounded however long the topic is. The last one is never held.
 */
export class CatchUp {
  readonly #newest = new Map<number, number>();
  readonly #held = new Set<number>();
  #oldest: number | undefined;

  constructor(private readonly options: CatchUpOptions) {}

  /** True for a record that was written before reading began. */
  isBefore(partition: number, offset: bigint): boolean {
    return offset < (this.options.ends.get(this.options.topic)?.get(partition) ?? 0n);
  }

  /** A count was read of the window with this number. */
  note(partition: number, window: number): void {
    this.#oldest = Math.min(this.#oldest ?? window, window);
    this.#newest.set(partition, Math.max(this.#newest.get(partition) ?? window, window));
  }

  isDone(positions: Positions): boolean {
    for (const [topic, ends] of this.options.ends) {
      for (const [partition, end] of ends) if (isBehind(positions, topic, partition, end)) return false;
    }
    return true;
  }

  /** Holds what is too far ahead of the partition that is last, and lets go on what no longer is. */
  balance(positions: Positions): void {
    const { topic, ends } = this.options;
    let last = Number.POSITIVE_INFINITY;
    for (const [partition, end] of ends.get(topic) ?? []) {
      if (!isBehind(positions, topic, partition, end)) continue;
      last = Math.min(last, this.#newest.get(partition) ?? this.#oldest ?? last);
    }
    for (const [partition, newest] of this.#newest) this.#hold(partition, newest > last + largestLead);
  }

  /** Lets everything go on. */
  end(): void {
    for (const partition of Array.from(this.#held)) this.#hold(partition, false);
  }

  #hold(partition: number, held: boolean): void {
    if (held === this.#held.has(partition)) return;
    if (held) this.#held.add(partition);
    else this.#held.delete(partition);
    this.options.hold(partition, held);
  }
}

function isBehind(positions: Positions, topic: string, partition: number, end: bigint): boolean {
  return (positions.get(topic)?.get(partition) ?? 0n) < end;
}
