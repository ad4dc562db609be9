import * as l10n from '@vscode/l10n';
import { PlaygroundError } from '../../util/errors';

/** A transaction that was taken back, by its producer and its first record. */
export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: bigint;
}

/** What a broker answered of one partition. */
export interface FetchedPartition {
  readonly topic: string;
  readonly partition: number;
  /** Kafka's own number, 0 when all is well. */
  readonly errorCode: number;
  /** The offset after the last record. */
  readonly highWatermark: bigint;
  /** The offset of the first record of a transaction that is still open; the high watermark when none is. */
  readonly lastStableOffset: bigint;
  readonly aborted: readonly AbortedTransaction[];
  /** Batches of records, of which the last may be cut. */
  readonly records: Buffer;
}

export interface FetchResponse {
  readonly throttleMs: number;
  readonly partitions: readonly FetchedPartition[];
}

/** The versions of the answer that {@link decodeFetchResponse} reads; 4 came with Kafka 0.11. */
const oldestFetchVersion = 4;

/**
 * Reads the answer to a fetch of version 4 to 11 (`FetchResponse.json` of Kafka), and leaves the records as they are.
 * @throws PlaygroundError `protocol` when the answer is cut or of an older version.
 */
export function decodeFetchResponse(version: number, payload: Buffer): FetchResponse {
  if (version < oldestFetchVersion) {
    throw new PlaygroundError('protocol', l10n.t('This Kafka is too old: it must be 0.11 or later.'));
  }
  try {
    return new Reader(payload).response(version);
  } catch (error) {
    throw new PlaygroundError('protocol', l10n.t('Kafka answered in a way that is not understood.'), { cause: error });
  }
}

class Reader {
  #at = 0;

  constructor(private readonly bytes: Buffer) {}

  response(version: number): FetchResponse {
    const throttleMs = this.#int32();
    if (version >= 7) this.#at += 2 + 4;
    const partitions: FetchedPartition[] = [];
    for (let topics = this.#int32(); topics > 0; topics -= 1) {
      const topic = this.#text();
      for (let count = this.#int32(); count > 0; count -= 1) partitions.push(this.#partition(topic, version));
    }
    return { throttleMs, partitions };
  }

  #partition(topic: string, version: number): FetchedPartition {
    const partition = this.#int32();
    const errorCode = this.#int16();
    const highWatermark = this.#int64();
    const lastStableOffset = this.#int64();
    if (version >= 5) this.#at += 8;
    const aborted: AbortedTransaction[] = [];
    for (let count = this.#int32(); count > 0; count -= 1) {
      aborted.push({ producerId: this.#int64(), firstOffset: this.#int64() });
    }
    if (version >= 11) this.#at += 4;
    const length = Math.max(0, this.#int32());
    const end = this.#at + length;
    if (end > this.bytes.length) throw new RangeError('The answer is cut.');
    const records = this.bytes.subarray(this.#at, end);
    this.#at = end;
    return { topic, partition, errorCode, highWatermark, lastStableOffset, aborted, records };
  }

  #text(): string {
    const length = this.#int16();
    const text = this.bytes.toString('utf8', this.#at, this.#at + length);
    this.#at += length;
    return text;
  }

  #int16(): number {
    const value = this.bytes.readInt16BE(this.#at);
    this.#at += 2;
    return value;
  }

  #int32(): number {
    const value = this.bytes.readInt32BE(this.#at);
    this.#at += 4;
    return value;
  }

  #int64(): bigint {
    const value = this.bytes.readBigInt64BE(this.#at);
    this.#at += 8;
    return value;
  }
}
