import type { TailFilter } from '../../../shared/protocol/topicPanel';
import type { RecordRing, RingRecord, RowRun } from '../recordRing';
import { bytePattern } from './bytePattern';
import { fieldText, parseFields } from './jsonFields';

/** So much is searched at once: text of this size is made without a large allocation. */
const textBytes = 64 * 1024;
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
    for (let from = run.from; from < run.to;) {
      const base = ring.startOf(from);
      let to = from + 1;
      while (to < run.to && ring.endOf(to) - base <= textBytes) to += 1;
      this.#search(ring, { bytes: run.bytes, from, to }, pattern, found);
      from = to;
    }
  }

  #search(ring: RecordRing, { bytes, from, to }: RowRun, pattern: RegExp, found: (seq: number) => void): void {
    const base = ring.startOf(from);
    const text = bytes.toString('latin1', base, ring.endOf(to - 1));
    let seq = from;
    pattern.lastIndex = 0;
    for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
      const at = base + match.index;
      while (seq < to && ring.endOf(seq) <= at) seq += 1;
      if (seq >= to) return;
      if (this.#matches(ring, seq, bytes, at, base + pattern.lastIndex)) found(seq);
      // The next row is searched from its beginning, so a match is never across two.
      seq += 1;
      if (seq >= to) return;
      pattern.lastIndex = Math.max(ring.startOf(seq) - base, match.index);
    }
  }

  /** Whether a row matches in which the pattern was found from `at` to `end`. */
  #matches(ring: RecordRing, seq: number, bytes: Buffer, at: number, end: number): boolean {
    if (!this.#isWithin(ring, seq)) return false;
    const onlyText = this.#key === undefined && this.#field === undefined;
    if (onlyText && ring.isRecord(seq) && standsInKeyOrValue(bytes, ring.startOf(seq), at, end)) return true;
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

/**
 * True when a stretch of bytes lies in the key or the value of the body that begins at `start`; false also where lengths have
 * more than two bytes, which is for others to find out.
 */
function standsInKeyOrValue(bytes: Buffer, start: number, from: number, to: number): boolean {
  let at = start;
  for (let part = 0; part < 2; part += 1) {
    const first = bytes[at] ?? 0;
    const second = bytes[at + 1] ?? 0;
    const isShort = first < 0x80;
    if (!isShort && second >= 0x80) return false;
    const length = isShort ? first : (first & 0x7f) | (second << 7);
    at += isShort ? 1 : 2;
    // Zigzag: an odd number is negative, and stands for null.
    const end = (length & 1) === 1 ? at : at + (length >> 1);
    if (from >= at && to <= end) return true;
    at = end;
  }
  return false;
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
