import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LentRecord } from '../../../src/core/kafka/gateway';
import { RecordRing, type RingRecord } from '../../../src/core/kafka/recordRing';
import { record } from '../../support/kafkaFakeGateway';

/** The ring as one would write it without a care for memory. */
class NaiveRing {
  readonly kept: { readonly seq: number; readonly partition: number; readonly record: LentRecord }[] = [];
  end = 0;

  constructor(private readonly capacity: number) {}

  push(partition: number, added: LentRecord): void {
    this.kept.push({ seq: this.end, partition, record: added });
    this.end += 1;
    if (this.kept.length > this.capacity) this.kept.shift();
  }
}

const bytes = fc.option(fc.uint8Array({ maxLength: 40 }), { nil: null });
const lent = fc.record({
  offset: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }).map(String),
  timestamp: fc.nat().map(String),
  key: bytes,
  value: bytes,
});
const pushes = fc.array(fc.tuple(fc.nat({ max: 5 }), lent), { maxLength: 300 });

function contents(ring: RecordRing): readonly (RingRecord | undefined)[] {
  return Array.from({ length: ring.end - ring.first }, (_, index) => copyOf(ring.get(ring.first + index)));
}

function copyOf(kept: RingRecord | undefined): RingRecord | undefined {
  return (
    kept && { ...kept, key: kept.key && Uint8Array.from(kept.key), value: kept.value && Uint8Array.from(kept.value) }
  );
}

function sizeOf({ key, value }: RingRecord | LentRecord): number {
  return (key?.length ?? 0) + (value?.length ?? 0);
}

describe('RecordRing', () => {
  it('has the newest records exactly as they came, however the two capacities are', () => {
    fc.assert(
      fc.property(
        pushes,
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 80, max: 2000 }),
        (all, capacity, byteCapacity) => {
          const ring = new RecordRing({ capacity, byteCapacity });
          const naive = new NaiveRing(capacity);
          for (const [partition, added] of all) {
            ring.push(partition, added);
            naive.push(partition, added);
            const kept = contents(ring);
            const newest = naive.kept.slice(naive.kept.length - kept.length);
            expect(ring.end).toBe(naive.end);
            expect(kept).toEqual(
              newest.map(({ partition: of, record: { offset, timestamp, key, value } }) => ({
                partition: of,
                offset,
                timestamp: Number(timestamp),
                key,
                value,
              })),
            );
            expect(kept.length).toBeGreaterThan(0);
          }
        },
      ),
    );
  });

  it('gives up no record that there is room for', () => {
    fc.assert(
      fc.property(pushes, fc.integer({ min: 160, max: 2000 }), (all, byteCapacity) => {
        const ring = new RecordRing({ capacity: 1000, byteCapacity });
        for (const [partition, added] of all) {
          ring.push(partition, added);
          const dropped = all[ring.first - 1]?.[1];
          if (dropped === undefined) continue;
          const kept = contents(ring).reduce((sum, each) => sum + (each === undefined ? 0 : sizeOf(each)), 0);
          // A record may leave a stretch as long as itself unused at the end of the buffer.
          expect(kept + sizeOf(dropped) + 80).toBeGreaterThan(byteCapacity);
        }
      }),
    );
  });

  it('copies what it keeps out of the buffer that was lent', () => {
    const ring = new RecordRing({ capacity: 2, byteCapacity: 100 });
    const buffer = Buffer.from('value');
    ring.push(0, { ...record({}), value: buffer });
    buffer.fill(0);
    expect(Buffer.from(ring.get(0)?.value ?? []).toString()).toBe('value');
  });

  it('cuts a record that is larger than itself, and keeps it alone', () => {
    const ring = new RecordRing({ capacity: 10, byteCapacity: 8 });
    ring.push(0, record({ value: 'before' }));
    ring.push(0, record({ key: 'key', value: 'far too long' }));
    expect(ring.first).toBe(1);
    expect(Buffer.from(ring.get(1)?.value ?? []).toString()).toBe('far t');
  });

  it('goes on counting after it was cleared, and from where it is told to', () => {
    const ring = new RecordRing({ capacity: 3, byteCapacity: 100, firstSeq: 7 });
    ring.push(0, record({ value: 'a' }));
    ring.clear();
    expect([ring.first, ring.end, ring.get(7)]).toEqual([8, 8, undefined]);
    ring.push(0, record({ value: 'b' }));
    expect(Buffer.from(ring.get(8)?.value ?? []).toString()).toBe('b');
  });

  it.each([-1, 0.5, 1, Number.NaN])('has no record %s when only the first was added', (seq) => {
    const ring = new RecordRing({ capacity: 3, byteCapacity: 100 });
    ring.push(0, record({ value: 'a' }));
    expect(ring.get(seq)).toBeUndefined();
  });
});
