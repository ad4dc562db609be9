import type { TailRow } from '../../../src/shared/protocol/topicPanel';

/** The most rows that one request may ask for, by the protocol. */
const rowsPerRequest = 500;
/** Rows that are kept beside those on the screen, so that scrolling back and forth asks for nothing. */
const keptRows = 2000;

/** A row with its number in the list: its sequence number, or that of a match. */
export type NumberedRow = readonly [number: number, row: TailRow];

/**
 * The rows that the page has, by their numbers in the list. Asks the host for what is missing, one request at a time, and always for
 * what is wanted *now*: what was wanted while a request was under way and no longer is, is never asked for.
 */
export class RowStore {
  readonly #rows = new Map<number, TailRow>();
  #wanted: readonly [number, number] | undefined;
  /** What the host could not give; it is not asked for again before the tail has changed. */
  #refused: readonly [number, number] | undefined;
  #busy = false;

  /**
   * @param fetch the rows `from` to `to` (exclusive) that the host still has.
   * @param changed is called when rows came or a request failed.
   */
  constructor(
    private readonly fetch: (from: number, to: number) => Promise<readonly NumberedRow[]>,
    private readonly changed: () => void,
  ) {}

  get(seq: number): TailRow | undefined {
    return this.#rows.get(seq);
  }

  has(from: number, to: number): boolean {
    for (let seq = from; seq < to; seq += 1) if (!this.#rows.has(seq)) return false;
    return true;
  }

  /** Says which rows are wanted now, and asks for those that are missing. */
  want(from: number, to: number): void {
    this.#wanted = [from, to];
    this.#ask();
  }

  /** The tail has changed: lets go of rows that the host no longer keeps. */
  forgetBefore(first: number): void {
    this.#refused = undefined;
    for (const seq of this.#rows.keys()) if (seq < first) this.#rows.delete(seq);
  }

  #ask(): void {
    if (this.#busy || this.#wanted === undefined) return;
    let [from, to] = this.#wanted;
    while (from < to && this.#rows.has(from)) from += 1;
    while (to > from && this.#rows.has(to - 1)) to -= 1;
    this.#wanted = undefined;
    if (from >= to || (this.#refused?.[0] === from && this.#refused[1] === to)) return;
    this.#busy = true;
    void this.#load(from, Math.min(to, from + rowsPerRequest));
  }

  async #load(from: number, to: number): Promise<void> {
    try {
      for (const [number, row] of await this.fetch(from, to)) this.#rows.set(number, row);
      this.#bound((from + to) / 2);
    } catch {
      // The caller of `fetch` has reported it; the next state asks again.
    } finally {
      this.#busy = false;
      this.#refused = this.has(from, to) ? undefined : [from, to];
      this.changed();
      this.#ask();
    }
  }

  #bound(around: number): void {
    if (this.#rows.size <= keptRows) return;
    for (const seq of this.#rows.keys()) if (Math.abs(seq - around) > keptRows / 2) this.#rows.delete(seq);
  }
}
