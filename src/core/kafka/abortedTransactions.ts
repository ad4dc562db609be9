import type { AbortedTransaction } from './records/fetchResponse';
import type { RecordBatch } from './records/recordBatch';

/**
 * Tells which batches of a fetch belong to transactions that were taken back, as the Java consumer does (`CompletedFetch`):
 * a producer's batches do from the first offset that the broker named to the marker that ends the transaction.
 */
export class AbortedTransactions {
  readonly #waiting: AbortedTransaction[];
  readonly #producers = new Set<bigint>();

  constructor(aborted: readonly AbortedTransaction[]) {
    this.#waiting = aborted.toSorted((a, b) => (a.firstOffset < b.firstOffset ? -1 : 1));
  }

  /** Asked of every batch, in order. */
  isAborted(batch: RecordBatch): boolean {
    for (let next = this.#waiting[0]; next !== undefined && next.firstOffset <= batch.lastOffset;) {
      this.#producers.add(next.producerId);
      this.#waiting.shift();
      next = this.#waiting[0];
    }
    if (batch.isControl) {
      if (this.#producers.size > 0 && batch.isAbort()) this.#producers.delete(batch.producerId);
      return false;
    }
    return batch.isTransactional && this.#producers.has(batch.producerId);
  }
}
