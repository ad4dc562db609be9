import { CompressionTypes } from 'kafkajs';
import encodeRecord from 'kafkajs/src/protocol/recordBatch/record/v0/index.js';
import encode from 'kafkajs/src/protocol/recordBatch/v0/index.js';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBatches, readBody, readHeaders, type RecordBatch } from '../../../src/core/kafka/records/recordBatch';
import { PlaygroundError } from '../../../src/core/util/errors';
import { attributeBits, batchBytes, recordBytes } from '../../support/recordBatches';

const text = (bytes: Uint8Array | null): string | null => bytes && Buffer.from(bytes).toString();

function recordsOf(batch: RecordBatch | undefined) {
  const records: unknown[] = [];
  const cursor = batch?.cursor();
  while (cursor?.next() === true) {
    const { key, value, headersAt } = readBody(cursor.bytes, cursor.start, cursor.end);
    const headers = readHeaders(cursor.bytes, headersAt, cursor.end).map(({ name, value }) => [
      text(name),
      text(value),
    ]);
    const { offsetDelta, timestamp } = cursor;
    records.push({ offsetDelta, timestamp, key: text(key), value: text(value), headers });
  }
  return records;
}

function outcome(read: () => unknown): string {
  try {
    read();
    return 'read';
  } catch (error) {
    return PlaygroundError.is(error) ? error.kind : String(error);
  }
}

describe('a batch of records', () => {
  it('is read as another library writes it', async () => {
    const { buffer } = await encode.RecordBatch({
      compression: CompressionTypes.None,
      firstTimestamp: 1_700_000_000_000,
      maxTimestamp: 1_700_000_100_000,
      lastOffsetDelta: 1,
      records: [
        encodeRecord({
          offsetDelta: 0,
          timestampDelta: 0,
          key: 'k',
          value: 'v',
          headers: { h: 'x', twice: ['a', 'b'] },
        }),
        encodeRecord({ offsetDelta: 1, timestampDelta: 100_000, key: null, value: null, headers: {} }),
      ],
    });
    const [batch, ...others] = readBatches(buffer);
    expect(others).toEqual([]);
    expect([batch?.baseOffset, batch?.lastOffset, batch?.count]).toEqual([0n, 1n, 2]);
    const headers = [
      ['h', 'x'],
      ['twice', 'a'],
      ['twice', 'b'],
    ];
    expect(recordsOf(batch)).toEqual([
      { offsetDelta: 0, timestamp: 1_700_000_000_000, key: 'k', value: 'v', headers },
      { offsetDelta: 1, timestamp: 1_700_000_100_000, key: null, value: null, headers: [] },
    ]);
  });

  it.each([0, 63, 64, 8191, 8192, 2 ** 31, 2 ** 45])('has a record %d ms after its first, or before', (delta) => {
    const bytes = batchBytes([{ timestamp: 5 + delta }, { timestamp: 5 - delta }], { baseTimestamp: 5n });
    expect(recordsOf(readBatches(bytes)[0])).toMatchObject([{ timestamp: 5 + delta }, { timestamp: 5 - delta }]);
  });

  it('has the time of the broker where the topic says so', () => {
    const attributes = attributeBits.logAppendTime;
    const bytes = batchBytes([{ timestamp: 1 }, { timestamp: 2 }], { attributes, maxTimestamp: 99n });
    expect(recordsOf(readBatches(bytes)[0])).toMatchObject([{ timestamp: 99 }, { timestamp: 99 }]);
  });

  it('is left out when the broker cut it', () => {
    const whole = batchBytes([{ value: 'a' }]);
    const answer = Buffer.concat([whole, batchBytes([{ value: 'b' }], { baseOffset: 1n })]);
    for (let length = whole.length; length < answer.length; length += 1) {
      expect(readBatches(answer.subarray(0, length))).toHaveLength(1);
    }
    expect(readBatches(answer)).toHaveLength(2);
  });

  it('is refused in words when it is older than Kafka 0.11', () => {
    expect(() => readBatches(batchBytes([{}], { magic: 1 }))).toThrow('from before Kafka 0.11');
  });

  it('is refused, not read beyond its end, however it is damaged', () => {
    const records = recordBytes([{ key: 'key', value: 'value', headers: [['h', 'x']] }, { value: 'other' }]);
    fc.assert(
      fc.property(fc.nat({ max: records.length - 1 }), fc.nat({ max: 255 }), (at, byte) => {
        const body = Uint8Array.from(records);
        body[at] = byte;
        const bytes = batchBytes([{}, {}], { body });
        expect(['read', 'protocol']).toContain(outcome(() => recordsOf(readBatches(bytes)[0])));
      }),
    );
  });
});
