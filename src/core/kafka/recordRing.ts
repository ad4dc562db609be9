import type { LentRecord } from './gateway';

export interface RecordRingOptions {
  /** Most records that are kept. */
  readonly capacity: number;
  /** Most bytes of keys and values together that are kept. */
  readonly byteCapacity: number;
  /** The sequence number of the first record, 0 unless given. */
  readonly firstSeq?: number;
}

/** A record that is kept. Its bytes are views into the ring: they are good until the next record is added. */
export interface RingRecord {
  readonly partition: number;
  readonly offset: string;
  readonly timestamp: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
}

const absent = -1;
const initialBytes = 64 * 1024;
/** Offsets have up to 19 digits and a double holds 15 of them: they are kept as two halves, without an object for each. */
const lowDigits = 15;

/**
 * The newest records of a tail, copied out of the client's fetch buffers. Fields are in typed arrays and all bytes in one ring,
 * so that a record costs no object, and memory depends on the capacities only. Sequence numbers count on and are never reused.
 *
 * A record's bytes are never split: what does not fit before the end of the buffer goes to its beginning. Places are counted
 * on without end; the place in the buffer is the remainder by its size. A record with more bytes than the ring has loses its end.
 */
export class RecordRing {
  readonly #capacity: number;
  readonly #byteCapacity: number;
  readonly #partitions: Int32Array;
  readonly #offsetsHigh: Float64Array;
  readonly #offsetsLow: Float64Array;
  readonly #timestamps: Float64Array;
  readonly #keyLengths: Int32Array;
  readonly #valueLengths: Int32Array;
  readonly #places: Float64Array;
  #bytes: Uint8Array;
  #nextPlace = 0;
  #first: number;
  #end: number;

  constructor({ capacity, byteCapacity, firstSeq = 0 }: RecordRingOptions) {
    this.#capacity = capacity;
    this.#byteCapacity = byteCapacity;
    this.#partitions = new Int32Array(capacity);
    this.#offsetsHigh = new Float64Array(capacity);
    this.#offsetsLow = new Float64Array(capacity);
    this.#timestamps = new Float64Array(capacity);
    this.#keyLengths = new Int32Array(capacity);
    this.#valueLengths = new Int32Array(capacity);
    this.#places = new Float64Array(capacity);
    this.#bytes = new Uint8Array(Math.min(initialBytes, byteCapacity));
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

  push(partition: number, record: LentRecord): void {
    const keyLength = Math.min(record.key?.length ?? 0, this.#byteCapacity);
    const valueLength = Math.min(record.value?.length ?? 0, this.#byteCapacity - keyLength);
    if (this.#end - this.#first === this.#capacity) this.#first += 1;
    const place = this.#reserve(keyLength + valueLength);
    const slot = this.#end % this.#capacity;
    const split = record.offset.length - lowDigits;
    this.#partitions[slot] = partition;
    this.#offsetsHigh[slot] = split > 0 ? Number(record.offset.slice(0, split)) : 0;
    this.#offsetsLow[slot] = split > 0 ? Number(record.offset.slice(split)) : Number(record.offset);
    this.#timestamps[slot] = Number(record.timestamp);
    this.#keyLengths[slot] = record.key === null ? absent : keyLength;
    this.#valueLengths[slot] = record.value === null ? absent : valueLength;
    this.#places[slot] = place;
    const at = place % this.#bytes.length;
    if (record.key !== null) copy(record.key, keyLength, this.#bytes, at);
    if (record.value !== null) copy(record.value, valueLength, this.#bytes, at + keyLength);
    this.#end += 1;
  }

  /** The record with this sequence number, `undefined` when it is not kept. */
  get(seq: number): RingRecord | undefined {
    if (!Number.isInteger(seq) || seq < this.#first || seq >= this.#end) return undefined;
    const slot = seq % this.#capacity;
    const keyLength = this.#keyLengths[slot] ?? absent;
    const valueLength = this.#valueLengths[slot] ?? absent;
    const at = (this.#places[slot] ?? 0) % this.#bytes.length;
    const valueAt = at + Math.max(keyLength, 0);
    const high = this.#offsetsHigh[slot] ?? 0;
    const low = String(this.#offsetsLow[slot] ?? 0);
    return {
      partition: this.#partitions[slot] ?? 0,
      offset: high === 0 ? low : `${high}${low.padStart(lowDigits, '0')}`,
      timestamp: this.#timestamps[slot] ?? 0,
      key: keyLength === absent ? null : this.#bytes.subarray(at, at + keyLength),
      value: valueLength === absent ? null : this.#bytes.subarray(valueAt, valueAt + valueLength),
    };
  }

  /** Forgets all records; sequence numbers go on. */
  clear(): void {
    this.#first = this.#end;
  }

  /** Finds room for so many bytes, at the cost of the oldest records when the ring cannot grow, and answers its place. */
  #reserve(length: number): number {
    for (;;) {
      const size = this.#bytes.length;
      if (length <= size) {
        const left = size - (this.#nextPlace % size);
        const place = length <= left ? this.#nextPlace : this.#nextPlace + left;
        while (size === this.#byteCapacity && this.#first < this.#end && place + length - this.#oldestPlace > size) {
          this.#first += 1;
        }
        if (this.#first === this.#end || place + length - this.#oldestPlace <= size) {
          this.#nextPlace = place + length;
          return place;
        }
      }
      this.#grow(length);
    }
  }

  get #oldestPlace(): number {
    return this.#places[this.#first % this.#capacity] ?? 0;
  }

  #grow(needed: number): void {
    const size = this.#bytes.length;
    const grown = new Uint8Array(Math.min(this.#byteCapacity, Math.max(size * 2, needed)));
    let place = 0;
    for (let seq = this.#first; seq < this.#end; seq += 1) {
      const slot = seq % this.#capacity;
      const length = Math.max(this.#keyLengths[slot] ?? 0, 0) + Math.max(this.#valueLengths[slot] ?? 0, 0);
      const at = (this.#places[slot] ?? 0) % size;
      grown.set(this.#bytes.subarray(at, at + length), place);
      this.#places[slot] = place;
      place += length;
    }
    this.#bytes = grown;
    this.#nextPlace = place;
  }
}

function copy(source: Uint8Array, length: number, target: Uint8Array, at: number): void {
  target.set(length === source.length ? source : source.subarray(0, length), at);
}
