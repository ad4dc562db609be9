import type { TailStart } from './kafkaPort';

/** Where a partition begins and ends: its first offset that is kept, and the one after its last record. */
export interface PartitionEnds {
  readonly partition: number;
  readonly low: bigint;
  readonly high: bigint;
}

/** Where to begin in each partition; `byTime` are the offsets of the first records of the time, where that is asked for. */
export function startPositions(
  ends: readonly PartitionEnds[],
  from: TailStart,
  byTime: ReadonlyMap<number, bigint> = new Map(),
): Map<number, bigint> {
  if (typeof from === 'object' && 'last' in from) return shareLast(ends, from.last);
  return new Map(
    ends.map(({ partition, low, high }) => {
      if (from === 'earliest') return [partition, low];
      if (from === 'latest') return [partition, high];
      const wanted = 'offset' in from ? from.offset : (byTime.get(partition) ?? high);
      return [partition, clamp(wanted, low, high)];
    }),
  );
}

/**
 * Takes so many records from the ends of the partitions together, as evenly as they have them: what a short partition lacks the
 * others give. Counted by offsets, so markers of transactions take the place of records.
 */
function shareLast(ends: readonly PartitionEnds[], last: number): Map<number, bigint> {
  const positions = new Map<number, bigint>();
  const shortestFirst = ends.toSorted((a, b) => (a.high - a.low < b.high - b.low ? -1 : 1));
  let left = BigInt(last);
  shortestFirst.forEach(({ partition, low, high }, index) => {
    const others = BigInt(shortestFirst.length - index);
    const share = (left + others - 1n) / others;
    const taken = clamp(share, 0n, high - low);
    positions.set(partition, high - taken);
    left -= taken;
  });
  return positions;
}

function clamp(value: bigint, low: bigint, high: bigint): bigint {
  if (value < low) return low;
  return value > high ? high : value;
}
