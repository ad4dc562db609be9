import type { OpenTransaction } from '../../shared/protocol/topicPanel';
import type { Watermarks } from './gateway';

/** Transactions of our own generator are open for some tenths of a second; longer ones are worth a word. */
const openAfterMs = 3000;

interface PartitionProgress {
  next: bigint;
  high: bigint;
  stable: bigint;
  /** Since when the reader stands before the same open transaction; absent while it does not. */
  heldSince: number | undefined;
}

/** How far a tail is behind its topic, and which open transactions hold it back. */
export class TailProgress {
  readonly #partitions = new Map<number, PartitionProgress>();

  /** Told after every fetch of a partition; true when it changed what is described. */
  note(partition: number, next: bigint, { high, stable }: Watermarks, now: number): boolean {
    const before = this.#partitions.get(partition);
    const isHeld = high > stable && next >= stable;
    const since = before?.stable === stable ? (before.heldSince ?? now) : now;
    // The clock may have been set back.
    const heldSince = isHeld ? Math.min(since, now) : undefined;
    this.#partitions.set(partition, { next, high, stable, heldSince });
    return (
      before === undefined || before.high - before.next !== high - next || isHeld || before.heldSince !== undefined
    );
  }

  /** What of a tail's state it knows. */
  describe(now: number): { readonly behind?: number; readonly openTransactions?: readonly OpenTransaction[] } {
    if (this.#partitions.size === 0) return {};
    let behind = 0n;
    const open: OpenTransaction[] = [];
    for (const [partition, { next, high, stable, heldSince }] of this.#partitions) {
      if (high > next) behind += high - next;
      if (heldSince === undefined || now - heldSince < openAfterMs) continue;
      open.push({ partition, offset: stable.toString(), waiting: (high - stable).toString(), since: heldSince });
    }
    return { behind: Number(behind), ...(open.length === 0 ? {} : { openTransactions: open }) };
  }
}
