interface Span {
  from: number;
  to: number;
}

/** The most spans that are kept; the lowest are forgotten first. Spans that touch count as one. */
const capacity = 1024;

/** A set of integers held as half-open spans, sorted and merged. */
export class SpanSet {
  readonly #spans: Span[] = [];

  add(from: number, to: number): void {
    if (to <= from) return;
    let at = this.#spans.length;
    while (at > 0 && (this.#spans[at - 1]?.to ?? from) >= from) at -= 1;
    const merged: Span = { from, to };
    let end = at;
    for (; end < this.#spans.length; end += 1) {
      const span = this.#spans[end];
      if (span === undefined || span.from > to) break;
      merged.from = Math.min(merged.from, span.from);
      merged.to = Math.max(merged.to, span.to);
    }
    this.#spans.splice(at, end - at, merged);
    if (this.#spans.length > capacity) this.#spans.shift();
  }

  has(value: number): boolean {
    return this.countWithin(value, value + 1) === 1;
  }

  /** How many integers of `from` to `to` (exclusive) are in the set. */
  countWithin(from: number, to: number): number {
    let count = 0;
    for (const span of this.#spans) {
      if (span.from >= to) break;
      count += Math.max(0, Math.min(span.to, to) - Math.max(span.from, from));
    }
    return count;
  }
}
