import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecordRing } from '../../../src/core/kafka/recordRing';
import { lent, type BatchRecord } from '../../support/recordBatches';

const bytes = fc.option(fc.uint8Array({ maxLength: 40 }), { nil: null });
const record: fc.Arbitrary<BatchRecord> = fc.record({
  timestamp: fc.nat(),
  key: bytes,
  value: bytes,
  headers: fc.array(fc.tuple(fc.string({ maxLength: 5 }), bytes), { maxLength: 2 }),
});
const batch = fc.record({
  partition: fc.nat({ max: 5 }),
  baseOffset: fc.bigInt({ min: 0n, max: 2n ** 63n - 100n }),
  firstDelta: fc.nat({ max: 3 }),
  records: fc.array(record, { minLength: 1, maxLength: 20 }),
});

/** The records that a batch adds, as one would write them down without a care for memory. */
function added({ partition, baseOffset, firstDelta, records }: typeof batch extends fc.Arbitrary<infer T> ? T : never) {
  return records
    .map(({ timestamp = 0, key = null, value = null, headers = [] }, delta) => ({
      partition,
      offset: baseOffset + BigInt(delta),
      timestamp,
      key,
      value,
      headers,
    }))
    .slice(firstDelta);
}

function contents(ring: RecordRing) {
  return Array.from({ length: ring.end - ring.first }, (_, index) => {
    const kept = ring.get(ring.first + index);
    if (kept === undefined) throw new Error('A row is not there.');
    const { key, value, headers } = kept;
    return {
      ...kept,
      key: key && Uint8Array.from(key),
      value: value && Uint8Array.from(value),
      headers: headers().map(({ name, value }) => [Buffer.from(name).toString(), value && Uint8Array.from(value)]),
    };
  });
}

const text = (part: Uint8Array | null | undefined): string => Buffer.from(part ?? []).toString();

describe('RecordRing', () => {
  it('has the newest records exactly as they came, however the two capacities are', () => {
    fc.assert(
      fc.property(
        fc.array(batch, { maxLength: 20 }),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 80, max: 4000 }),
        (batches, capacity, byteCapacity) => {
          const ring = new RecordRing({ capacity, byteCapacity });
          const all: ReturnType<typeof added>[number][] = [];
          for (const each of batches) {
            const count = ring.append(each.partition, lent(each.baseOffset, each.records, each.firstDelta));
            const expected = added(each);
            expect(count).toBe(expected.length);
            all.push(...expected);
            expect(ring.end).toBe(all.length);
            expect(ring.end - ring.first).toBeLessThanOrEqual(capacity);
            expect(contents(ring)).toEqual(all.slice(ring.first));
            expect(expected.length === 0 || ring.end > ring.first).toBe(true);
          }
        },
      ),
    );
  });

  it('holds no more bytes than it may, but for one record that is larger', () => {
    fc.assert(
      fc.property(fc.array(batch, { maxLength: 30 }), fc.integer({ min: 160, max: 4000 }), (batches, byteCapacity) => {
        const ring = new RecordRing({ capacity: 10_000, byteCapacity });
        for (const { partition, baseOffset, records } of batches) {
          ring.append(partition, lent(baseOffset, records));
          expect(ring.bytes).toBeLessThanOrEqual(Math.max(byteCapacity, 200));
        }
      }),
    );
  });

  it('gives up no more than a sixteenth of its bytes at a time', () => {
    const ring = new RecordRing({ capacity: 10_000, byteCapacity: 16_000 });
    for (let offset = 0n; offset < 1000n; offset += 1n) ring.append(0, lent(offset, [{ value: 'x'.repeat(90) }]));
    expect((ring.end - ring.first) * 100).toBeGreaterThan(14_000);
  });

  it('copies what it keeps out of the buffer that was lent', () => {
    const ring = new RecordRing({ capacity: 2, byteCapacity: 1000 });
    const records = lent(0n, [{ value: 'value' }]);
    ring.append(0, records);
    records.cursor().bytes.fill(0);
    expect(text(ring.get(0)?.value)).toBe('value');
  });

  it('keeps a record that is larger than itself, alone and whole', () => {
    const ring = new RecordRing({ capacity: 10, byteCapacity: 64 });
    ring.append(0, lent(0n, [{ value: 'before' }]));
    ring.append(0, lent(1n, [{ key: 'key', value: 'long'.repeat(100) }]));
    expect(ring.first).toBe(1);
    expect(text(ring.get(1)?.value)).toBe('long'.repeat(100));
    ring.append(0, lent(2n, [{ value: 'after' }]));
    expect([ring.first, text(ring.get(2)?.value)]).toEqual([2, 'after']);
  });

  it('goes on counting after it was cleared, and from where it is told to', () => {
    const ring = new RecordRing({ capacity: 3, byteCapacity: 1000, firstSeq: 7 });
    ring.append(0, lent(0n, [{ value: 'a' }]));
    ring.clear();
    expect([ring.first, ring.end, ring.bytes, ring.get(7)]).toEqual([8, 8, 0, undefined]);
    ring.append(0, lent(1n, [{ value: 'b' }]));
    expect(text(ring.get(8)?.value)).toBe('b');
  });

  it('keeps a gap as a row of its own', () => {
    const ring = new RecordRing({ capacity: 3, byteCapacity: 1000 });
    const gap = { from: 2n ** 40n, to: 2n ** 41n, missing: 5n, cause: 'compacted' } as const;
    ring.append(1, lent(0n, [{ value: 'a', timestamp: 7 }]));
    ring.appendGap(1, gap);
    expect(ring.gap(0)).toBeUndefined();
    expect(ring.get(1)).toBeUndefined();
    expect(ring.gap(1)).toEqual(gap);
    expect([ring.partitionOf(1), ring.timestampOf(1)]).toEqual([1, 7]);
  });

  it('keeps what was whole of a batch that is damaged', () => {
    const ring = new RecordRing({ capacity: 10, byteCapacity: 1000 });
    const records = lent(0n, [{ value: 'whole' }, { value: 'damaged' }]);
    const cursor = records.cursor();
    cursor.next();
    cursor.bytes[cursor.end] = 0xff;
    expect(() => ring.append(0, records)).toThrow('damaged');
    expect(text(ring.get(0)?.value)).toBe('whole');
  });

  it.each([-1, 0.5, 1, Number.NaN])('has no record %s when only the first was added', (seq) => {
    const ring = new RecordRing({ capacity: 3, byteCapacity: 1000 });
    ring.append(0, lent(0n, [{ value: 'a' }]));
    expect(ring.get(seq)).toBeUndefined();
    expect(ring.gap(seq)).toBeUndefined();
  });

  it('names the rows that stand in one buffer, and where', () => {
    const ring = new RecordRing({ capacity: 1000, byteCapacity: 1600 });
    for (let offset = 0n; offset < 5n; offset += 1n) ring.append(0, lent(offset, [{ value: `value ${offset}` }]));
    let seq = ring.first;
    while (seq < ring.end) {
      const run = ring.runFrom(seq);
      expect(run.to).toBeGreaterThan(seq);
      for (; seq < run.to; seq += 1) {
        expect(run.bytes.toString('latin1', ring.startOf(seq), ring.endOf(seq))).toContain(`value ${seq}`);
      }
    }
    expect(seq).toBe(5);
  });
});
