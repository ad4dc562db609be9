import * as l10n from '@vscode/l10n';
import { PlaygroundError } from '../../util/errors';
import { decompress } from './compression';

/** Of the header of a batch of format 2 (Kafka 0.11 and later): `DefaultRecordBatch` has the same numbers. */
const at = {
  length: 8,
  magic: 16,
  attributes: 21,
  lastOffsetDelta: 23,
  baseTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  recordCount: 57,
  records: 61,
} as const;
const lengthOverhead = 12;
const magicOfFormat = 2;
const logAppendTime = 0b1000;
const transactional = 0b1_0000;
const control = 0b10_0000;
/** A varint has at most ten bytes of seven bits. */
const largestScale = 2 ** 70;

/** Batches that stand one after another in the answer to a fetch. The last one may be cut by the broker, and is left out then. */
export function readBatches(bytes: Buffer): readonly RecordBatch[] {
  const batches: RecordBatch[] = [];
  for (let start = 0; start + at.magic < bytes.length;) {
    const end = start + lengthOverhead + bytes.readInt32BE(start + at.length);
    if (bytes[start + at.magic] !== magicOfFormat) {
      throw new PlaygroundError('protocol', l10n.t('These records are in a format from before Kafka 0.11.'), {
        remedy: l10n.t('Only topics that were written by Kafka 0.11 or later can be read here.'),
      });
    }
    if (end < start + at.records) throw damaged();
    if (end > bytes.length) break;
    batches.push(new RecordBatch(bytes.subarray(start, end)));
    start = end;
  }
  return batches;
}

/** One batch of records as the broker keeps it. Its bytes belong to the answer to a fetch, and are only lent. */
export class RecordBatch {
  readonly baseOffset: bigint;
  readonly lastOffset: bigint;
  /** How many records it holds; fewer than its offsets after compaction. */
  readonly count: number;
  readonly producerId: bigint;
  readonly attributes: number;
  #records: Buffer | undefined;

  constructor(private readonly bytes: Buffer) {
    this.baseOffset = bytes.readBigInt64BE(0);
    this.attributes = bytes.readInt16BE(at.attributes);
    this.lastOffset = this.baseOffset + BigInt(bytes.readInt32BE(at.lastOffsetDelta));
    this.producerId = bytes.readBigInt64BE(at.producerId);
    this.count = bytes.readInt32BE(at.recordCount);
  }

  /** True for markers of transactions, which no reader is shown. */
  get isControl(): boolean {
    return (this.attributes & control) !== 0;
  }

  get isTransactional(): boolean {
    return (this.attributes & transactional) !== 0;
  }

  /** True for a control batch that takes its transaction back (type 0 in `ControlRecordType`). */
  isAbort(): boolean {
    const cursor = this.cursor();
    if (!this.isControl || !cursor.next()) return false;
    const { key } = readBody(cursor.bytes, cursor.start, cursor.end);
    return key !== null && key.length >= 4 && key[2] === 0 && key[3] === 0;
  }

  /** Begins to read its records, which are decompressed first. */
  cursor(): RecordCursor {
    this.#records ??= decompress(this.attributes, this.bytes.subarray(at.records));
    const base = Number(this.bytes.readBigInt64BE(at.baseTimestamp));
    const appended = (this.attributes & logAppendTime) !== 0;
    const all = appended ? Number(this.bytes.readBigInt64BE(at.maxTimestamp)) : undefined;
    return new RecordCursor(this.#records, this.count, base, all);
  }
}

/**
 * Walks through the records of a batch without making an object of any. A record's body, from `start` to `end` in `bytes`, is
 * what {@link readBody} and {@link readHeaders} read.
 */
export class RecordCursor {
  start = 0;
  end = 0;
  /** Added to the batch's first offset. */
  offsetDelta = 0;
  /** Milliseconds since the epoch. */
  timestamp = 0;
  #at = 0;
  #left: number;

  constructor(
    readonly bytes: Uint8Array,
    count: number,
    private readonly baseTimestamp: number,
    private readonly appendTime: number | undefined,
  ) {
    this.#left = count;
  }

  /**
   * Goes to the next record; false when there is none.
   * @throws PlaygroundError `protocol` when the record does not lie within the batch.
   */
  next(): boolean {
    if (this.#left <= 0) return false;
    this.#left -= 1;
    const length = this.#varint();
    const from = this.#at;
    this.end = from + length;
    if (length < 0 || this.end > this.bytes.length) throw damaged();
    this.#at = from + 1;
    const delta = this.#varint();
    this.timestamp = this.appendTime ?? this.baseTimestamp + delta;
    this.offsetDelta = this.#varint();
    this.start = this.#at;
    if (this.start > this.end) throw damaged();
    this.#at = this.end;
    return true;
  }

  #varint(): number {
    const { bytes } = this;
    const first = bytes[this.#at++] ?? -1;
    if (first >= 0 && first < 0x80) return (first >>> 1) ^ -(first & 1);
    const second = bytes[this.#at++] ?? -1;
    if (first >= 0 && second >= 0 && second < 0x80) {
      const value = (first & 0x7f) | (second << 7);
      return (value >>> 1) ^ -(value & 1);
    }
    this.#at -= 2;
    let value = 0;
    for (let scale = 1; scale < largestScale; scale *= 128) {
      const byte = bytes[this.#at++];
      if (byte === undefined) break;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return unzigzag(value);
    }
    throw damaged();
  }
}

export interface RecordBody {
  /** Views into the bytes that were read. */
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  /** Where the headers begin. */
  readonly headersAt: number;
}

/** Key and value of a record's body. */
export function readBody(bytes: Uint8Array, start: number, end: number): RecordBody {
  const key = readVarint(bytes, start);
  const keyEnd = key.next + Math.max(0, key.value);
  const value = readVarint(bytes, keyEnd);
  const valueEnd = value.next + Math.max(0, value.value);
  if (keyEnd > end || valueEnd > end) throw damaged();
  return {
    key: key.value < 0 ? null : bytes.subarray(key.next, keyEnd),
    value: value.value < 0 ? null : bytes.subarray(value.next, valueEnd),
    headersAt: valueEnd,
  };
}

export interface RecordHeader {
  readonly name: Uint8Array;
  readonly value: Uint8Array | null;
}

/** The headers of a record's body, in their order; a name may come more than once. */
export function readHeaders(bytes: Uint8Array, headersAt: number, end: number): readonly RecordHeader[] {
  const headers: RecordHeader[] = [];
  const count = readVarint(bytes, headersAt);
  let next = count.next;
  for (let index = 0; index < count.value; index += 1) {
    const name = readVarint(bytes, next);
    const nameEnd = name.next + Math.max(0, name.value);
    const value = readVarint(bytes, nameEnd);
    next = value.next + Math.max(0, value.value);
    if (nameEnd > end || next > end) throw damaged();
    headers.push({
      name: bytes.subarray(name.next, nameEnd),
      value: value.value < 0 ? null : bytes.subarray(value.next, next),
    });
  }
  return headers;
}

/** A zigzag varint of up to 64 bits, as a double. */
function readVarint(bytes: Uint8Array, from: number): { readonly value: number; readonly next: number } {
  let value = 0;
  for (let next = from, scale = 1; scale < largestScale; next += 1, scale *= 128) {
    const byte = bytes[next];
    if (byte === undefined) break;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return { value: unzigzag(value), next: next + 1 };
  }
  throw damaged();
}

function unzigzag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

function damaged(): PlaygroundError {
  return new PlaygroundError('protocol', l10n.t('Kafka answered with records that are damaged.'));
}
