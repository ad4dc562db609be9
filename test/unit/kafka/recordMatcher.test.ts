import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecordRing } from '../../../src/core/kafka/recordRing';
import { RecordMatcher } from '../../../src/core/kafka/view/recordMatcher';
import type { TailFilter } from '../../../src/shared/protocol/topicPanel';
import { lent, type BatchRecord } from '../../support/recordBatches';

function matching(records: readonly BatchRecord[], filter: TailFilter, byteCapacity = 1_000_000): readonly number[] {
  const ring = new RecordRing({ capacity: 1000, byteCapacity });
  for (const [index, record] of records.entries()) ring.append(index % 2, lent(BigInt(index), [record]));
  return scanned(ring, filter);
}

function scanned(ring: RecordRing, filter: TailFilter): readonly number[] {
  const matcher = new RecordMatcher(filter);
  const found: number[] = [];
  for (let seq = ring.first; seq < ring.end;) {
    const run = ring.runFrom(seq);
    matcher.scan(ring, run, (match) => found.push(match));
    seq = run.to;
  }
  return found;
}

describe('a filter', () => {
  const records: readonly BatchRecord[] = [
    { key: '/shop', value: '{"page":"/shop","count":1000}', timestamp: 10 },
    { key: null, value: '{"page":"/Help","count":999}', timestamp: 20 },
    { key: 'ÄRGER', value: 'straße', timestamp: 30 },
    { key: 'k', value: null, headers: [['trace', 'Shop-7']], timestamp: 40 },
    { key: '', value: String.raw`{"page":"\/news","note":"a.c"}`, timestamp: 50 },
  ];

  it.each<[string, TailFilter, readonly number[]]>([
    ['everything without a part', {}, [0, 1, 2, 3, 4]],
    ['a text in key, value and headers, small or capital', { text: 'SHOP' }, [0, 3]],
    ['a text with letters beyond ASCII', { text: 'ärger' }, [2]],
    ['a text that is no pattern', { text: 'a.c' }, [4]],
    ['nothing where a pattern would match', { text: 'p.ge' }, []],
    ['a text in the key only', { key: 'shop' }, [0]],
    ['a field by its text', { field: { name: 'page', text: 'help' } }, [1]],
    ['a field that is written with escapes', { field: { name: 'page', text: '/news' } }, [4]],
    ['a field that is a number', { field: { name: 'count', text: '99' } }, [1]],
    ['every value that has the field', { field: { name: 'page', text: '' } }, [0, 1, 4]],
    ['no field that an object inherits', { field: { name: 'constructor', text: '' } }, []],
    ['a partition', { partitions: [1] }, [1, 3]],
    ['a time, without its end', { from: 20, to: 40 }, [1, 2]],
    ['what all parts want', { text: 'page', partitions: [0], to: 50 }, [0]],
  ])('finds %s', (_name, filter, expected) => {
    expect(matching(records, filter)).toEqual(expected);
  });

  it('never finds a text across two records, or in what stands between a key and its value', () => {
    expect(matching([{ value: 'one' }, { value: 'two' }], { text: 'onetwo' })).toEqual([]);
    // The length of the value is written between both, as the character `A`.
    expect(matching([{ key: 'k', value: 'x'.repeat('A'.charCodeAt(0) >> 1) }], { text: 'kA' })).toEqual([]);
    expect(matching([{ key: 'k', value: 'x'.repeat('B'.charCodeAt(0) >> 1) }], { text: 'kB' })).toEqual([]);
    expect(matching([{ key: 'a', value: 'kB'.padEnd(33, 'x') }], { text: 'kB' })).toEqual([0]);
  });

  it('leaves gaps out when a text is asked for', () => {
    const ring = new RecordRing({ capacity: 10, byteCapacity: 1000 });
    ring.appendGap(0, { from: 0n, to: 0x6161n, missing: 0x6161n, cause: 'deleted' });
    expect(scanned(ring, { text: 'aa' })).toEqual([]);
    expect(scanned(ring, { partitions: [0] })).toEqual([0]);
  });

  it('finds what looking at each record finds, over any number of buffers', () => {
    const word = fc.stringMatching(/^[abAB]{0,6}$/);
    const record = fc.record({ key: fc.option(word), value: fc.option(word) });
    fc.assert(
      fc.property(
        fc.array(record, { maxLength: 60 }),
        fc.stringMatching(/^[abAB]{1,3}$/),
        fc.integer({ min: 160, max: 2000 }),
        (all, text, byteCapacity) => {
          const first = (() => {
            const ring = new RecordRing({ capacity: 1000, byteCapacity });
            for (const [index, each] of all.entries()) ring.append(0, lent(BigInt(index), [each]));
            return ring.first;
          })();
          const holds = (part: string | null): boolean => part?.toLowerCase().includes(text.toLowerCase()) ?? false;
          const expected = all.flatMap(({ key, value }, seq) =>
            seq >= first && (holds(key) || holds(value)) ? [seq] : [],
          );
          expect(matching(all, { text }, byteCapacity)).toEqual(expected);
        },
      ),
    );
  });
});
