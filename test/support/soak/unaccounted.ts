import { isDeepStrictEqual } from 'node:util';
import type { SoakReport } from './soak';

/** What of a soak is not as it must be however long it ran, a sentence each. */
export function unaccounted({ partitions, gaps, unread, filter, windows }: SoakReport): readonly string[] {
  const { totals, written, verdicts } = windows;
  const facts: readonly (readonly [isSo: boolean, otherwise: string])[] = [
    [unread === 0, `${unread} rows left the ring before they were looked at`],
    [gaps === 0, `${gaps} rows stand for records that are gone`],
    ...partitions.flatMap(({ partition, end, committed, aborted, markers, seen }) => [
      [
        isDeepStrictEqual(seen, committed),
        `of partition ${partition} other offsets were read than written: ${seen.count} of ${committed.count}`,
      ] as const,
      [
        committed.count + aborted + markers === end,
        `partition ${partition} ends at ${end}, with ${committed.count} records, ${aborted} aborted and ${markers} markers`,
      ] as const,
      [aborted > 0 && markers > 0, `partition ${partition} had no transactions`] as const,
    ]),
    [filter.found === filter.wanted, `the filter found ${filter.found} of ${filter.wanted}`],
    [
      totals.windows === written && totals.exactWindows === written,
      `${totals.exactWindows} of ${written} windows exact`,
    ],
    [totals.undecodable === 0, `${totals.undecodable} records could not be read`],
    [verdicts.includes('PASS') && !verdicts.includes('FAIL'), `the verdicts were ${verdicts.join(', ')}`],
  ];
  return facts.filter(([isSo]) => !isSo).map(([, otherwise]) => otherwise);
}
