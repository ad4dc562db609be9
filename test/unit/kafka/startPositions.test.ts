import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { startPositions, type PartitionEnds } from '../../../src/core/kafka/startPositions';

const ends = (...each: (readonly [low: bigint, high: bigint])[]): readonly PartitionEnds[] =>
  each.map(([low, high], partition) => ({ partition, low, high }));
const offsets = (positions: ReadonlyMap<number, bigint>): readonly bigint[] =>
  Array.from(positions)
    .toSorted(([a], [b]) => a - b)
    .map(([, offset]) => offset);

describe('where reading begins', () => {
  const two = ends([5n, 20n], [0n, 3n]);

  it.each([
    ['earliest', [5n, 0n]],
    ['latest', [20n, 3n]],
  ] as const)('is the %s offset', (from, expected) => {
    expect(offsets(startPositions(two, from))).toEqual(expected);
  });

  it('is an offset of each partition, or the end that is nearest to it', () => {
    expect(offsets(startPositions(two, { offset: 10n }))).toEqual([10n, 3n]);
    expect(offsets(startPositions(two, { offset: 1n }))).toEqual([5n, 1n]);
  });

  it('is the first record of a time, or the end where there is none', () => {
    expect(offsets(startPositions(two, { time: 7 }, new Map([[0, 9n]])))).toEqual([9n, 3n]);
    expect(offsets(startPositions(two, { time: 7 }, new Map([[1, -1n]])))).toEqual([20n, 0n]);
  });

  it('takes from long partitions what short ones lack', () => {
    expect(offsets(startPositions(two, { last: 10 }))).toEqual([13n, 0n]);
  });

  it('takes exactly as many records as were asked for, when there are so many', () => {
    const partition = fc.tuple(fc.nat({ max: 50 }), fc.nat({ max: 50 }));
    fc.assert(
      fc.property(
        fc.array(partition, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 200 }),
        (sizes, last) => {
          const all = ends(...sizes.map(([low, size]) => [BigInt(low), BigInt(low + size)] as const));
          const positions = startPositions(all, { last });
          const taken = all.reduce((sum, { partition: id, high }) => sum + Number(high - (positions.get(id) ?? 0n)), 0);
          const there = sizes.reduce((sum, [, size]) => sum + size, 0);
          expect(taken).toBe(Math.min(last, there));
          for (const { partition: id, low } of all) expect(positions.get(id) ?? -1n).toBeGreaterThanOrEqual(low);
        },
      ),
    );
  });
});
