import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CellStatus, LedgerSummary, Verdict } from '../../../src/shared/model/ledger';
import { recoveryReachMs, WindowLedger } from '../../../src/core/ledger/windowLedger';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const pages = ['/a', '/b', '/c'];
const windowMs = 1000;
const expectedCount = 10;
const windows = 14;

interface Told {
  readonly window: number;
  readonly page: number;
  readonly count: number;
  readonly at: number;
}

interface Story {
  readonly records: readonly Told[];
  /** First skipped window and the one after the last. */
  readonly gaps: readonly (readonly [number, number])[];
  readonly recoveries: readonly number[];
}

/** Mostly what a healthy job writes, then dropped, repeated and changed records, all in any order. */
const stories: fc.Arbitrary<Story> = fc.record({
  records: fc
    .array(
      fc.record({
        fate: fc.constantFrom(
          'kept',
          'kept',
          'kept',
          'kept',
          'kept',
          'kept',
          'dropped',
          'repeated',
          'changed',
          'split',
        ),
        at: fc.integer({ min: 0, max: 4 * recoveryReachMs }),
        later: fc.integer({ min: 0, max: 4 * recoveryReachMs }),
      }),
      { minLength: windows * pages.length, maxLength: windows * pages.length },
    )
    .chain((fates) => {
      const records = fates.flatMap(({ fate, at, later }, cell): Told[] => {
        const base = { window: Math.floor(cell / pages.length), page: cell % pages.length, count: expectedCount, at };
        if (fate === 'dropped') return [];
        if (fate === 'repeated') return [base, { ...base, at: later }];
        if (fate === 'changed') return [base, { ...base, count: expectedCount - 1, at: later }];
        if (fate === 'split')
          return [
            { ...base, count: 7 },
            { ...base, count: 3 },
          ];
        return [base];
      });
      return fc.shuffledSubarray(records, { minLength: records.length, maxLength: records.length });
    }),
  gaps: fc.array(fc.tuple(fc.nat(windows), fc.nat(windows)), { maxLength: 3 }),
  recoveries: fc.array(fc.integer({ min: 0, max: 4 * recoveryReachMs }), { maxLength: 3 }),
});

interface Judged {
  readonly verdict: Verdict;
  readonly totals: Readonly<Record<string, number>>;
  readonly cells: ReadonlyMap<string, CellStatus>;
}

/** The rules once more, without any cleverness: all records are kept, and everything is looked up in them. */
function bruteForce({ records, gaps, recoveries }: Story): Judged {
  const seen = records.map((record) => record.window);
  const oldest = Math.min(...seen);
  const newest = Math.max(...seen);
  const near = (at: number): boolean => recoveries.some((recovery) => Math.abs(recovery - at) <= recoveryReachMs);
  const cells = new Map<string, CellStatus>();
  const totals: Record<string, number> = {
    windows: 0, exactWindows: 0, consecutiveExactWindows: 0, exact: 0, short: 0, over: 0, missing: 0, notGenerated: 0,
    duplicates: 0, unexplainedDuplicates: 0, conflicting: 0, unknown: 0, undecodable: 0,
  }; // prettier-ignore
  const add = (name: string, by = 1): void => void (totals[name] = (totals[name] ?? 0) + by);
  let splits = 0;
  let judged = 0;
  let repeatedRun = 0;
  let twoJobs = false;

  for (let window = oldest; window <= newest; window += 1) {
    const ofWindow = records.filter((record) => record.window === window);
    const whole = pages.every((_page, page) => ofWindow.some((record) => record.page === page));
    const closed = whole || window <= newest - 2;
    const skipped = gaps.some(([from, to]) => from <= window && window < to);
    let repeatedPages = 0;
    const statuses = pages.map((_name, page): CellStatus => {
      const ofCell = ofWindow.filter((record) => record.page === page);
      const [first, ...repeats] = ofCell;
      if (first === undefined) return closed ? (skipped ? 'notGenerated' : 'missing') : 'open';
      const counts = ofCell.map((record) => record.count);
      const isSplit = counts.length > 1 && counts.reduce((sum, count) => sum + count) === expectedCount;
      if (isSplit || new Set(counts).size > 1) {
        if (isSplit && closed) splits += 1;
        return 'conflicting';
      }
      const explained = near(first.at) ? repeats.filter((record) => near(record.at)).length : 0;
      if (closed) add('duplicates', explained);
      if (closed) add('unexplainedDuplicates', repeats.length - explained);
      if (repeats.length > explained) repeatedPages += 1;
      if (first.count !== expectedCount) return first.count < expectedCount ? 'short' : 'over';
      return repeats.length > 0 ? 'duplicated' : 'exact';
    });
    statuses.forEach((status, page) => cells.set(`${window} ${page}`, status));
    const exact = closed && statuses.every((status) => status === 'exact');
    if (closed) for (const status of statuses) if (status !== 'duplicated') add(status);
    if (closed && (ofWindow.length > 0 || !skipped)) {
      add('windows');
      judged += 1;
    }
    if (exact) add('exactWindows');
    totals['consecutiveExactWindows'] = exact ? (totals['consecutiveExactWindows'] ?? 0) + 1 : 0;
    repeatedRun = closed && repeatedPages === pages.length ? repeatedRun + 1 : 0;
    twoJobs ||= repeatedRun >= 3;
  }
  const wrong =
    (totals['short'] ?? 0) + (totals['over'] ?? 0) + (totals['missing'] ?? 0) + (totals['conflicting'] ?? 0) - splits;
  const unexplained = totals['unexplainedDuplicates'] ?? 0;
  let verdict: Verdict = (totals['duplicates'] ?? 0) > 0 ? 'PASS WITH DUPLICATES' : 'PASS';
  if (judged === 0 || splits > 0 || unexplained > 0) verdict = 'CANNOT TELL';
  if (wrong > 0 || (unexplained > 0 && !twoJobs)) verdict = 'FAIL';
  return { verdict, totals, cells };
}

function tell(story: Story, keptWindows?: number): LedgerSummary {
  const ledger = new WindowLedger({
    windowMs,
    expectedCount,
    pages,
    eventTime: true,
    startedMidTopic: false,
    ...(keptWindows === undefined ? {} : { keptWindows }),
  });
  const half = Math.floor(story.records.length / 2);
  const [firstGap, ...otherGaps] = story.gaps;
  const [firstRecovery, ...otherRecoveries] = story.recoveries;
  if (firstGap !== undefined) ledger.recordGap({ from: firstGap[0] * windowMs, to: firstGap[1] * windowMs });
  if (firstRecovery !== undefined) ledger.noteRecovery(firstRecovery);
  story.records.forEach(({ window, page, count, at }, index) => {
    if (index === half) ledger.summary();
    const windowStart = window * windowMs;
    ledger.recordWindow({ windowStart, windowEnd: windowStart + windowMs, page: pages[page] ?? '', count }, at);
  });
  for (const [from, to] of otherGaps) ledger.recordGap({ from: from * windowMs, to: to * windowMs });
  for (const recovery of otherRecoveries) ledger.noteRecovery(recovery);
  if (ledger.newest !== undefined) ledger.settle(ledger.newest);
  return ledger.summary();
}

describe('the window ledger, told any story', () => {
  it('judges as brute force does', () => {
    fc.assert(
      fc.property(stories, (story) => {
        fc.pre(story.records.length > 0);
        const summary = tell(story);
        const { verdict, totals, cells } = bruteForce(story);
        expect({ verdict: summary.verdict, totals: summary.totals }).toEqual({ verdict, totals });
        for (const window of summary.recent) {
          window.cells.forEach((cell, page) =>
            expect(`${cell.page} ${cell.status}`).toBe(
              `${pages[page]} ${cells.get(`${window.start / windowMs} ${page}`)}`,
            ),
          );
        }
      }),
      { numRuns: 1500 },
    );
  });

  it('never misses what is still to be read, however far one page is ahead of another', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(Array.from({ length: windows * pages.length }, (_, cell) => cell)), (cells) => {
        const records = cells.map((cell) => ({
          window: Math.floor(cell / pages.length),
          page: cell % pages.length,
          count: expectedCount,
          at: 0,
        }));
        const ledger = new WindowLedger({ windowMs, expectedCount, pages, eventTime: true, startedMidTopic: false });
        for (const { window, page, at } of records) {
          const windowStart = window * windowMs;
          const record = {
            windowStart,
            windowEnd: windowStart + windowMs,
            page: pages[page] ?? '',
            count: expectedCount,
          };
          ledger.recordWindow(record, at);
          expect(ledger.summary().verdict).not.toBe('FAIL');
        }
      }),
      { numRuns: 200 },
    );
  });

  it('passes only when every generated window that is closed is exact', () => {
    const neverPraisesFaults = fc.property(stories, (story) => {
      fc.pre(story.records.length > 0);
      const { verdict, totals } = tell(story);
      const faults = totals.short + totals.over + totals.missing + totals.conflicting + totals.unexplainedDuplicates;
      if (verdict === 'PASS') return faults + totals.duplicates === 0;
      return verdict !== 'PASS WITH DUPLICATES' || faults === 0;
    });
    expect(() => fc.assert(neverPraisesFaults)).not.toThrow();
  });

  it('adds up the same when old windows are kept as totals only', () => {
    fc.assert(
      fc.property(stories, fc.integer({ min: 3, max: windows }), (story, keptWindows) => {
        fc.pre(story.records.length > 0);
        const records = Array.from(story.records).sort((a, b) => a.window - b.window);
        const inOrder = { records, gaps: story.gaps.slice(0, 1), recoveries: story.recoveries.slice(0, 1) };
        const { recent: _some, ...kept } = tell(inOrder, keptWindows);
        const { recent: _all, ...whole } = tell(inOrder);
        expect(kept).toEqual(whole);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the window ledger over 100 000 windows', () => {
  const everyPage = ['/help', '/index', '/shop', '/jobs', '/about', '/news'];

  it('stays right, and keeps no more than it must', () => {
    const ledger = new WindowLedger({
      windowMs: 15_000,
      expectedCount: 1000,
      pages: everyPage,
      eventTime: true,
      startedMidTopic: false,
    });
    const feed = (from: number, to: number): void => {
      for (let window = from; window < to; window += 1) {
        const windowStart = window * 15_000;
        for (const page of everyPage) {
          ledger.recordWindow({ windowStart, windowEnd: windowStart + 15_000, page, count: 1000 }, windowStart);
        }
      }
    };
    const heap = (): number => {
      collectGarbage();
      return process.memoryUsage().heapUsed;
    };
    feed(0, 10_000);
    const before = heap();
    const began = performance.now();
    feed(10_000, 100_000);
    const seconds = (performance.now() - began) / 1000;
    const grown = (heap() - before) / 1e6;
    console.log(
      `${Math.round(540_000 / seconds / 1000)} thousand records a second; heap grew by ${grown.toFixed(1)} MB`,
    );
    expect(ledger.summary()).toMatchObject({
      verdict: 'PASS',
      totals: { windows: 100_000, exactWindows: 100_000, consecutiveExactWindows: 100_000, exact: 600_000 },
    });
    expect(grown).toBeLessThan(2);
  });
});
