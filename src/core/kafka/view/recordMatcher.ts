import type { TailFilter } from '../../../shared/protocol/topicPanel';
import type { RecordRing, RingRecord, RowRun } from '../recordRing';
import { bytePattern } from './bytePattern';
import { fieldText, parseFields } from './jsonFields';

/** A field may hold its text behind escapes, so a value with one is looked at, too. */
const escape = String.raw`\\`;

/**
 * Finds the rows that a filter wants. All its parts must hold. A text is searched in all bytes of a stretch of rows at once;
 * only rows where it is found are taken apart, to see whether it stands in their key, value or headers.
 */
export class RecordMatcher {
  readonly #text: RegExp | undefined;
  readonly #key: RegExp | undefined;
  readonly #field: { readonly name: string; readonly needle: string; readonly pattern: RegExp } | undefined;
  readonly #partitions: ReadonlySet<number> | undefined;

  constructor(private readonly filter: TailFilter) {
    const { text, key, field, partitions } = filter;
    if (text !== undefined && text !== '') this.#text = bytePattern(text);
    if (key !== undefined && key !== '') this.#key = bytePattern(key);
    if (field !== undefined) {
      const needle = field.text.toLowerCase();
      this.#field = { name: field.name, needle, pattern: bytePattern(field.text, escape) };
    }
    this.#partitions = partitions && new Set(partitions);
  }

  /** Tells the rows of a run that match, in their order. */
  scan(ring: RecordRing, run: RowRun, found: (seq: number) => void): void {
    const pattern = this.#text ?? this.#key ?? this.#field?.pattern;
    if (pattern === undefined) {
      for (let seq = run.from; seq < run.to; seq += 1) if (this.#isWithin(ring, seq)) found(seq);
      return;
    }
    const base = ring.startOf(run.from);
    const text = run.bytes.toString('latin1', base, ring.endOf(run.to - 1));
    let seq = run.from;
    pattern.lastIndex = 0;
    for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
      const at = base + match.index;
      while (seq < run.to && ring.endOf(seq) <= at) seq += 1;
      if (seq >= run.to) return;
      if (this.#matches(ring, seq)) found(seq);
      // The next row is searched from its beginning, so a match is never across two.
      seq += 1;
      if (seq >= run.to) return;
      pattern.lastIndex = Math.max(ring.startOf(seq) - base, match.index);
    }
  }

  #matches(ring: RecordRing, seq: number): boolean {
    if (!this.#isWithin(ring, seq)) return false;
    const record = ring.get(seq);
    if (record === undefined) return false;
    return (
      (this.#text === undefined || holdsText(record, this.#text)) &&
      (this.#key === undefined || holds(record.key, this.#key)) &&
      this.#fieldMatches(record)
    );
  }

  #isWithin(ring: RecordRing, seq: number): boolean {
    const { from, to } = this.filter;
    const timestamp = ring.timestampOf(seq);
    return (
      (this.#partitions?.has(ring.partitionOf(seq)) ?? true) &&
      (from === undefined || timestamp >= from) &&
      (to === undefined || timestamp < to)
    );
  }

  #fieldMatches({ value }: RingRecord): boolean {
    if (this.#field === undefined) return true;
    const fields = value === null ? undefined : parseFields(value);
    const text = fields && fieldText(fields, this.#field.name);
    return text !== undefined && text.toLowerCase().includes(this.#field.needle);
  }
}

function holdsText({ value, key, headers }: RingRecord, pattern: RegExp): boolean {
  if (holds(value, pattern) || holds(key, pattern)) return true;
  return headers().some((header) => holds(header.name, pattern) || holds(header.value, pattern));
}

function holds(bytes: Uint8Array | null, pattern: RegExp): boolean {
  if (bytes === null) return false;
  const { lastIndex } = pattern;
  pattern.lastIndex = 0;
  const found = pattern.test(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1'));
  pattern.lastIndex = lastIndex;
  return found;
}
