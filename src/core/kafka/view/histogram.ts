import type { TailHistogram } from '../../../shared/protocol/topicPanel';
import type { RecordRing } from '../recordRing';

export interface HistogramOptions {
  readonly buckets: number;
  /** Milliseconds since the epoch; the time of the oldest and the newest record that are kept, unless given. */
  readonly from?: number;
  readonly to?: number;
  /** The rows that a filter wants; counted apart. */
  readonly matches?: Iterable<number>;
}

/** Counts the records that are kept by their time. Nothing is remembered: a pass over 100 000 rows takes less than a millisecond. */
export function histogram(ring: RecordRing, { buckets, from, to, matches }: HistogramOptions): TailHistogram {
  const [oldest, newest] = timesOf(ring);
  const begin = from ?? oldest;
  const end = Math.max(begin + 1, to ?? newest + 1);
  const width = (end - begin) / buckets;
  const count = (seqs: Iterable<number>): number[] => {
    const counts = Array.from({ length: buckets }, () => 0);
    for (const seq of seqs) {
      const timestamp = ring.timestampOf(seq);
      if (timestamp < begin || timestamp >= end || !ring.isRecord(seq)) continue;
      const bucket = Math.min(buckets - 1, Math.floor((timestamp - begin) / width));
      counts[bucket] = (counts[bucket] ?? 0) + 1;
    }
    return counts;
  };
  const counts = count(rowsOf(ring));
  return { from: begin, to: end, counts, ...(matches === undefined ? {} : { matched: count(matches) }) };
}

function timesOf(ring: RecordRing): readonly [oldest: number, newest: number] {
  let oldest = Number.POSITIVE_INFINITY;
  let newest = Number.NEGATIVE_INFINITY;
  for (const seq of rowsOf(ring)) {
    if (!ring.isRecord(seq)) continue;
    const timestamp = ring.timestampOf(seq);
    if (timestamp < oldest) oldest = timestamp;
    if (timestamp > newest) newest = timestamp;
  }
  return oldest <= newest ? [oldest, newest] : [0, 0];
}

function* rowsOf(ring: RecordRing): Generator<number> {
  for (let seq = ring.first; seq < ring.end; seq += 1) yield seq;
}
