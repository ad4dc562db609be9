import type { CellStatus } from '../../shared/model/ledger';

/** Repeats whose time is remembered; further ones of the same window and page stay unexplained. */
const rememberedRepeats = 32;

/** The records of one page in one window. Constant work and, but for repeats, no allocation per record. */
export class WindowCell {
  records = 0;
  /** The count of the last record. */
  count = 0;
  #firstArrival = 0;
  #sum = 0;
  #least = 0;
  #differs = false;
  #repeats: number[] | undefined;

  /** When the first record came, milliseconds since the epoch; only for a cell with records. */
  get firstArrival(): number {
    return this.#firstArrival;
  }

  record(count: number, arrivedAt: number): void {
    if (this.records === 0) {
      this.#firstArrival = arrivedAt;
      this.#least = count;
    } else {
      this.#differs ||= count !== this.count;
      this.#least = Math.min(this.#least, count);
      this.#repeats ??= [];
      if (this.#repeats.length < rememberedRepeats) this.#repeats.push(arrivedAt);
    }
    this.records += 1;
    this.count = count;
    this.#sum += count;
  }

  /** Partial counts that add up to the expected one: what a job leaves that was drained and then resumed. */
  isSplit(expected: number): boolean {
    return this.records > 1 && this.#sum === expected && this.#least > 0;
  }

  /** The status by what was seen alone; only for a cell with records. */
  judge(expected: number): CellStatus {
    if (this.#differs || this.isSplit(expected)) return 'conflicting';
    if (this.count < expected) return 'short';
    if (this.count > expected) return 'over';
    return this.records > 1 ? 'duplicated' : 'exact';
  }

  /**
   * Repeats that come from no known recovery. A recovery explains a repeat only when both it and the first record came near
   * one: a job that is restored writes the newest windows again, not those of an hour ago.
   */
  unexplainedRepeats(isNearRecovery: (at: number) => boolean): number {
    if (this.records < 2) return 0;
    if (!isNearRecovery(this.#firstArrival)) return this.records - 1;
    let explained = 0;
    for (const at of this.#repeats ?? []) if (isNearRecovery(at)) explained += 1;
    return this.records - 1 - explained;
  }
}
