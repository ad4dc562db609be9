import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpanSet } from '../../../src/core/ledger/spanSet';

describe('a set of spans', () => {
  it('holds what a set of single integers holds', () => {
    const edge = fc.integer({ min: 0, max: 40 });
    fc.assert(
      fc.property(fc.array(fc.tuple(edge, edge)), edge, edge, (spans, from, to) => {
        const set = new SpanSet();
        const integers = new Set<number>();
        for (const [begin, end] of spans) {
          set.add(begin, end);
          for (let value = begin; value < end; value += 1) integers.add(value);
        }
        const within = Array.from(integers).filter((value) => value >= from && value < to).length;
        expect([set.countWithin(from, to), set.has(from)]).toEqual([within, integers.has(from)]);
      }),
    );
  });

  it('forgets the lowest spans when there are too many', () => {
    const set = new SpanSet();
    for (let at = 0; at < 5000; at += 1) set.add(at * 2, at * 2 + 1);
    expect(set.countWithin(0, 10_000)).toBe(1024);
    expect(set.has(9998)).toBe(true);
  });
});
