const slotMs = 250;
const slots = 12;

/** Counts events of the last three seconds in fixed memory. */
export class RateMeter {
  readonly #counts = new Float64Array(slots);
  #newest = Number.NEGATIVE_INFINITY;

  add(count: number, now: number): void {
    const slot = this.#advanceTo(now);
    this.#counts[slot] = (this.#counts[slot] ?? 0) + count;
  }

  /** Events a second over the last three seconds. */
  rate(now: number): number {
    this.#advanceTo(now);
    let sum = 0;
    for (const count of this.#counts) sum += count;
    const coveredMs = slotMs * (slots - 1) + (now % slotMs) + 1;
    return Math.round((sum * 1000) / coveredMs);
  }

  #advanceTo(now: number): number {
    const current = Math.floor(now / slotMs);
    if (Math.abs(current - this.#newest) >= slots) {
      // Long ago, or the clock was set back: what was counted says nothing of now.
      this.#counts.fill(0);
      this.#newest = current;
    }
    for (let slot = this.#newest + 1; slot <= current; slot += 1) this.#counts[slot % slots] = 0;
    this.#newest = Math.max(this.#newest, current);
    return this.#newest % slots;
  }
}
