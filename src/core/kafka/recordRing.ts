import type { Gap, GapCause, LentRecords } from './gateway';
import { readBody, readHeaders, type RecordHeader } from './records/recordBatch';

export interface RecordRingOptions {
  /** Most rows that are kept. */
  readonly capacity: number;
  /** Most bytes of records that are kept, but for the newest record, which is kept whatever its size. */
  readonly byteCapacity: number;
  /** The sequence number of the first row, 0 unless given. */
  readonly firstSeq?: number;
}

/** A record that is kept. Its bytes are views into the ring: they are good until the next record is added. */
export interface RingRecord {
  readonly partition: number;
  readonly offset: bigint;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: () => readonly RecordHeader[];
}

/** Rows whose bytes stand one after another in one buffer, for who looks through all of them. */
export interface RowRun {
  readonly bytes: Buffer;
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

const largestChunk = 256 * 1024;
/** Rows leave a chunk at a time when bytes are short. */
const fewestChunks = 16;
const causes: readonly GapCause[] = ['deleted', 'compacted', 'recreated'];
/** Above these in a row's kind is the cause of a gap. */
const recordKind = 0;
const gapBytes = 16;
const two32 = 2 ** 32;

interface Chunk {
  readonly bytes: Buffer;
  used: number;
  /** The first row in it. */
  readonly from: number;
}

/**
 * The newest rows of a tail: records copied out of the client's fetch buffers, and gaps. What is told of a row are numbers in
 * typed arrays; bodies of records stand as they came in chunks of bytes, many copied at once, and are decoded when somebody
 * looks. So a record costs no object, and memory depends on the capacities only. Sequence numbers count on, never reused.
 */
export class RecordRing {
  readonly #capacity: number;
  readonly #byteCapacity: number;
  readonly #chunkBytes: number;
  readonly #partitions: Int32Array;
  readonly #offsetsHigh: Int32Array;
  readonly #offsetsLow: Uint32Array;
  readonly #timestamps: Float64Array;
  /** Counted from the first chunk ever, so that it stays when chunks leave. */
  readonly #chunkOf: Uint32Array;
  readonly #starts: Uint32Array;
  readonly #ends: Uint32Array;
  readonly #kinds: Uint8Array;
  #chunks: Chunk[] = [];
  /** The number of the first of the chunks. */
  #firstChunk = 0;
  #bytes = 0;
  /** A chunk that left, to be used again. */
  #spare: Buffer | undefined;
  #first: number;
  #end: number;

  constructor({ capacity, byteCapacity, firstSeq = 0 }: RecordRingOptions) {
    this.#capacity = capacity;
    this.#byteCapacity = byteCapacity;
    this.#chunkBytes = Math.min(largestChunk, Math.ceil(byteCapacity / fewestChunks));
    this.#partitions = new Int32Array(capacity);
    this.#offsetsHigh = new Int32Array(capacity);
    this.#offsetsLow = new Uint32Array(capacity);
    this.#timestamps = new Float64Array(capacity);
    this.#chunkOf = new Uint32Array(capacity);
    this.#starts = new Uint32Array(capacity);
    this.#ends = new Uint32Array(capacity);
    this.#kinds = new Uint8Array(capacity);
    this.#first = firstSeq;
    this.#end = firstSeq;
  }

  /** The oldest sequence number that is kept; equal to `end` when nothing is. */
  get first(): number {
    return this.#first;
  }

  /** One past the newest sequence number. */
  get end(): number {
    return this.#end;
  }

  /** Bytes that are held for bodies of records. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds the records of a batch; the answer is how many. */
  append(partition: number, records: LentRecords): number {
    const cursor = records.cursor();
    const { bytes } = cursor;
    const { firstDelta } = records;
    const high = Number(records.baseOffset >> 32n);
    const low = Number(records.baseOffset & 0xffff_ffffn);
    let chunk = this.#newestChunk();
    let runStart = 0;
    let runEnd = 0;
    const before = this.#end;
    try {
      while (cursor.next()) {
        if (cursor.offsetDelta < firstDelta) continue;
        const { start, end } = cursor;
        if (runEnd <= runStart) {
          runStart = start;
          runEnd = start;
        }
        if (chunk.used + end - runStart > chunk.bytes.length) {
          chunk.used = copy(bytes, runStart, runEnd, chunk);
          runStart = start;
          runEnd = start;
          if (chunk.used + end - start > chunk.bytes.length) chunk = this.#addChunk(end - start);
        }
        runEnd = end;
        const offset = low + cursor.offsetDelta;
        const at = chunk.used - runStart;
        this.#addRow(partition, offset < two32 ? high : high + 1, offset, cursor.timestamp, at + start, at + end, 0);
      }
    } finally {
      chunk.used = copy(bytes, runStart, runEnd, chunk);
    }
    return this.#end - before;
  }

  /** Adds a row that says what is not there. Its time is that of the row before. */
  appendGap(partition: number, { from, to, missing, cause }: Gap): void {
    let chunk = this.#newestChunk();
    if (chunk.used + gapBytes > chunk.bytes.length) chunk = this.#addChunk(gapBytes);
    const at = chunk.used;
    chunk.bytes.writeBigInt64BE(to, at);
    chunk.bytes.writeBigInt64BE(missing, at + 8);
    chunk.used = at + gapBytes;
    const timestamp = this.#end > this.#first ? this.timestampOf(this.#end - 1) : 0;
    const low = Number(from & 0xffff_ffffn);
    this.#addRow(partition, Number(from >> 32n), low, timestamp, at, at + gapBytes, 1 + causes.indexOf(cause));
  }

  /** The record with this sequence number, `undefined` when it is not kept, or is a gap. */
  get(seq: number): RingRecord | undefined {
    if (!this.#holds(seq) || !this.isRecord(seq)) return undefined;
    const slot = seq % this.#capacity;
    const bytes = this.#chunkAt(slot);
    const end = this.#ends[slot] ?? 0;
    const { key, value, headersAt } = readBody(bytes, this.#starts[slot] ?? 0, end);
    return {
      partition: this.partitionOf(seq),
      offset: this.offsetOf(seq),
      timestamp: this.timestampOf(seq),
      key,
      value,
      headers: () => readHeaders(bytes, headersAt, end),
    };
  }

  /** The gap with this sequence number, `undefined` when it is not kept, or is a record. */
  gap(seq: number): Gap | undefined {
    if (!this.#holds(seq)) return undefined;
    const slot = seq % this.#capacity;
    const cause = causes[(this.#kinds[slot] ?? recordKind) - 1];
    if (cause === undefined) return undefined;
    const bytes = this.#chunkAt(slot);
    const at = this.#starts[slot] ?? 0;
    return { from: this.offsetOf(seq), to: bytes.readBigInt64BE(at), missing: bytes.readBigInt64BE(at + 8), cause };
  }

  /** The four below are for rows that are kept. */
  isRecord(seq: number): boolean {
    return this.#kinds[seq % this.#capacity] === recordKind;
  }

  partitionOf(seq: number): number {
    return this.#partitions[seq % this.#capacity] ?? 0;
  }

  timestampOf(seq: number): number {
    return this.#timestamps[seq % this.#capacity] ?? 0;
  }

  offsetOf(seq: number): bigint {
    const slot = seq % this.#capacity;
    return (BigInt(this.#offsetsHigh[slot] ?? 0) << 32n) | BigInt(this.#offsetsLow[slot] ?? 0);
  }

  /** Where the body of a row that is kept begins and ends in its run's bytes. */
  startOf(seq: number): number {
    return this.#starts[seq % this.#capacity] ?? 0;
  }

  endOf(seq: number): number {
    return this.#ends[seq % this.#capacity] ?? 0;
  }

  /** The rows from one that is kept on whose bodies are in one buffer. */
  runFrom(seq: number): RowRun {
    const number = this.#chunkOf[seq % this.#capacity] ?? 0;
    const chunk = this.#chunks[number - this.#firstChunk];
    if (chunk === undefined) throw new RangeError('The row is not kept.');
    return { bytes: chunk.bytes, from: seq, to: this.#chunks[number - this.#firstChunk + 1]?.from ?? this.#end };
  }

  /** Forgets all rows; sequence numbers go on. */
  clear(): void {
    this.#first = this.#end;
    this.#firstChunk += this.#chunks.length;
    this.#chunks = [];
    this.#spare = undefined;
    this.#bytes = 0;
  }

  #holds(seq: number): boolean {
    return Number.isInteger(seq) && seq >= this.#first && seq < this.#end;
  }

  #chunkAt(slot: number): Buffer {
    const chunk = this.#chunks[(this.#chunkOf[slot] ?? 0) - this.#firstChunk];
    if (chunk === undefined) throw new RangeError('The row is not kept.');
    return chunk.bytes;
  }

  #addRow(
    partition: number,
    offsetHigh: number,
    offsetLow: number,
    timestamp: number,
    start: number,
    end: number,
    kind: number,
  ): void {
    if (this.#end - this.#first === this.#capacity) this.#dropFirst();
    const slot = this.#end % this.#capacity;
    this.#partitions[slot] = partition;
    this.#offsetsHigh[slot] = offsetHigh;
    this.#offsetsLow[slot] = offsetLow;
    this.#timestamps[slot] = timestamp;
    this.#chunkOf[slot] = this.#firstChunk + this.#chunks.length - 1;
    this.#starts[slot] = start;
    this.#ends[slot] = end;
    this.#kinds[slot] = kind;
    this.#end += 1;
  }

  #dropFirst(): void {
    this.#first += 1;
    const second = this.#chunks[1];
    if (second !== undefined && this.#first >= second.from) this.#dropChunk();
  }

  #newestChunk(): Chunk {
    return this.#chunks.at(-1) ?? this.#addChunk(0);
  }

  #addChunk(needed: number): Chunk {
    const size = Math.max(needed, this.#chunkBytes);
    while (this.#chunks.length > 0 && this.#bytes + size > this.#byteCapacity) {
      this.#first = this.#chunks[1]?.from ?? this.#end;
      this.#dropChunk();
    }
    const bytes = this.#spare?.length === size ? this.#spare : Buffer.allocUnsafeSlow(size);
    this.#spare = undefined;
    const chunk = { bytes, used: 0, from: this.#end };
    this.#chunks.push(chunk);
    this.#bytes += size;
    return chunk;
  }

  #dropChunk(): void {
    const chunk = this.#chunks.shift();
    if (chunk === undefined) return;
    this.#firstChunk += 1;
    this.#bytes -= chunk.bytes.length;
    if (chunk.bytes.length === this.#chunkBytes) this.#spare = chunk.bytes;
  }
}

/** Copies a stretch behind what a chunk holds, and answers what it holds then. */
function copy(source: Uint8Array, from: number, to: number, { bytes, used }: Chunk): number {
  if (to > from) bytes.set(source.subarray(from, to), used);
  return used + to - from;
}
