import type { LentRecords } from '../../src/core/kafka/gateway';
import { RecordBatch } from '../../src/core/kafka/records/recordBatch';

/** A record as a test writes it. */
export interface BatchRecord {
  readonly key?: string | Uint8Array | null;
  readonly value?: string | Uint8Array | null;
  readonly headers?: readonly (readonly [name: string, value: string | Uint8Array | null])[];
  /** Milliseconds since the epoch, 0 unless given. */
  readonly timestamp?: number;
  /** Counted up from 0 unless given: a compacted batch has holes. */
  readonly offsetDelta?: number;
}

export interface BatchShape {
  readonly baseOffset?: bigint;
  readonly lastOffsetDelta?: number;
  readonly attributes?: number;
  readonly producerId?: bigint;
  readonly baseTimestamp?: bigint;
  readonly maxTimestamp?: bigint;
  readonly magic?: number;
  /** What stands instead of the encoded records, where they are compressed or damaged. */
  readonly body?: Uint8Array;
}

/** Bits of a batch's attributes. */
export const attributeBits = { logAppendTime: 0b1000, transactional: 0b1_0000, control: 0b10_0000 } as const;

/** The bytes of a batch of format 2, written after Kafka's description of it and by nothing that reads it. */
export function batchBytes(records: readonly BatchRecord[], shape: BatchShape = {}): Buffer {
  const { baseOffset = 0n, attributes = 0, producerId = -1n, baseTimestamp = 0n, maxTimestamp = 0n, magic = 2 } = shape;
  const body = shape.body ?? recordBytes(records, Number(baseTimestamp));
  const header = Buffer.alloc(61);
  header.writeBigInt64BE(baseOffset, 0);
  header.writeInt32BE(49 + body.length, 8);
  header.writeInt8(magic, 16);
  header.writeInt16BE(attributes, 21);
  header.writeInt32BE(shape.lastOffsetDelta ?? Math.max(0, records.at(-1)?.offsetDelta ?? records.length - 1), 23);
  header.writeBigInt64BE(baseTimestamp, 27);
  header.writeBigInt64BE(maxTimestamp, 35);
  header.writeBigInt64BE(producerId, 43);
  header.writeInt32BE(records.length, 57);
  return Buffer.concat([header, body]);
}

/** The records of a batch as they stand in it before compression. */
export function recordBytes(records: readonly BatchRecord[], baseTimestamp = 0): Buffer {
  return Buffer.concat(
    records.map(({ key = null, value = null, headers = [], timestamp = 0, offsetDelta }, index) => {
      const fields = Buffer.concat([
        Buffer.from([0]),
        varint(BigInt(timestamp - baseTimestamp)),
        varint(BigInt(offsetDelta ?? index)),
        sized(key),
        sized(value),
        varint(BigInt(headers.length)),
        ...headers.flatMap(([name, of]) => [sized(name), sized(of)]),
      ]);
      return Buffer.concat([varint(BigInt(fields.length)), fields]);
    }),
  );
}

/** Records as a reader lends them, from an offset on. */
export function lent(baseOffset: bigint, records: readonly BatchRecord[], firstDelta = 0): LentRecords {
  const batch = new RecordBatch(batchBytes(records, { baseOffset }));
  return { baseOffset, firstDelta, cursor: () => batch.cursor() };
}

function sized(content: string | Uint8Array | null): Buffer {
  if (content === null) return varint(-1n);
  const bytes = Buffer.from(content);
  return Buffer.concat([varint(BigInt(bytes.length)), bytes]);
}

function varint(value: bigint): Buffer {
  let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
  const bytes: number[] = [];
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}
