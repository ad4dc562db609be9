import { describe, expect, it } from 'vitest';
import type { CellStatus, LedgerSummary } from '../../../src/shared/model/ledger';
import { recoveryReachMs, WindowLedger, type WindowLedgerOptions } from '../../../src/core/ledger/windowLedger';

const pages = ['/help', '/index', '/shop'];
const windowMs = 15_000;
const epoch = Date.UTC(2026, 10, 22, 12);

function open(options: Partial<WindowLedgerOptions> = {}): WindowLedger {
  return new WindowLedger({
    windowMs,
    expectedCount: 1000,
    pages,
    eventTime: true,
    startedMidTopic: false,
    ...options,
  });
}

const startOf = (window: number): number => epoch + window * windowMs;

function count(
  ledger: WindowLedger,
  window: number,
  page: string,
  clicks = 1000,
  arrivedAt = startOf(window + 1),
): void {
  ledger.recordWindow({ windowStart: startOf(window), windowEnd: startOf(window + 1), page, count: clicks }, arrivedAt);
}

function countAll(ledger: WindowLedger, from: number, to = from, arrivedAt?: number): void {
  for (let window = from; window <= to; window += 1) {
    for (const page of pages) count(ledger, window, page, 1000, arrivedAt);
  }
}

function statuses(ledger: WindowLedger): Record<number, readonly CellStatus[]> {
  return Object.fromEntries(
    ledger
      .summary()
      .recent.map((window) => [(window.start - epoch) / windowMs, window.cells.map((cell) => cell.status)]),
  );
}

/** All that was written has been told. */
function settle(ledger: WindowLedger): void {
  ledger.settle(ledger.newest ?? 0);
}

const codes = (summary: LedgerSummary): readonly string[] => summary.reasons.map((reason) => reason.code);

describe('a window ledger', () => {
  it('cannot tell before a window was seen whole', () => {
    const ledger = open();
    expect(ledger.summary()).toMatchObject({ verdict: 'CANNOT TELL', reasons: [{ code: 'noWindowYet' }], recent: [] });
    count(ledger, 0, '/help');
    expect(ledger.summary()).toMatchObject({ verdict: 'CANNOT TELL', reasons: [{ code: 'noWindowYet' }] });
  });

  it('passes when every page of every window has its count', () => {
    const ledger = open();
    countAll(ledger, 0, 4);
    expect(ledger.summary()).toMatchObject({
      verdict: 'PASS',
      reasons: [],
      totals: { windows: 5, exactWindows: 5, consecutiveExactWindows: 5, exact: 15 },
    });
  });

  it('closes a window as soon as all its pages are there', () => {
    const ledger = open();
    countAll(ledger, 0);
    expect(ledger.summary().recent).toMatchObject([{ start: startOf(0), end: startOf(1), closed: true }]);
  });

  it('holds a page open until a window two later is settled, then misses it', () => {
    const ledger = open();
    countAll(ledger, 0);
    count(ledger, 1, '/help');
    countAll(ledger, 2);
    settle(ledger);
    expect(statuses(ledger)[1]).toEqual(['exact', 'open', 'open']);
    expect(ledger.summary().verdict).toBe('PASS');
    count(ledger, 3, '/shop');
    expect(statuses(ledger)[1]).toEqual(['exact', 'open', 'open']);
    settle(ledger);
    expect(statuses(ledger)[1]).toEqual(['exact', 'missing', 'missing']);
    expect(ledger.summary()).toMatchObject({ verdict: 'FAIL', reasons: [{ code: 'missing', cells: 2 }] });
  });

  it('never opens again what was settled', () => {
    const ledger = open();
    count(ledger, 0, '/help');
    countAll(ledger, 1, 5);
    settle(ledger);
    ledger.settle(0);
    expect(statuses(ledger)[0]).toEqual(['exact', 'missing', 'missing']);
  });

  it('misses windows of which nothing came between two that were seen', () => {
    const ledger = open();
    countAll(ledger, 0);
    countAll(ledger, 3, 4);
    settle(ledger);
    expect(statuses(ledger)[1]).toEqual(['missing', 'missing', 'missing']);
    expect(ledger.summary().totals).toMatchObject({
      windows: 5,
      missing: 6,
      exactWindows: 3,
      consecutiveExactWindows: 2,
    });
  });

  it('takes back that a count is missing when it comes late', () => {
    const ledger = open();
    countAll(ledger, 0);
    countAll(ledger, 2, 9);
    settle(ledger);
    expect(ledger.summary().verdict).toBe('FAIL');
    countAll(ledger, 1);
    expect(ledger.summary()).toMatchObject({ verdict: 'PASS', totals: { missing: 0, consecutiveExactWindows: 10 } });
  });

  it.each([
    [999, 'short'],
    [1001, 'over'],
    [0, 'short'],
  ] as const)('fails for a count of %i, which is %s', (clicks, status) => {
    const ledger = open();
    countAll(ledger, 0);
    for (const page of pages) count(ledger, 1, page, page === '/index' ? clicks : 1000);
    expect(statuses(ledger)[1]).toEqual(['exact', status, 'exact']);
    expect(ledger.summary()).toMatchObject({
      verdict: 'FAIL',
      reasons: [{ code: status, cells: 1 }],
      totals: { consecutiveExactWindows: 0 },
    });
  });

  it('shows the windows in order of event time, the newest dozen', () => {
    const ledger = open();
    for (const window of [7, 3, 12, 0, 15, 14, 13, 11, 10, 9, 8, 6, 5, 4, 2, 1]) countAll(ledger, window);
    const starts = ledger.summary().recent.map((window) => (window.start - epoch) / windowMs);
    expect(starts).toEqual([4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
  });

  it('gives the same summary until something new is told', () => {
    const ledger = open();
    countAll(ledger, 0);
    const before = ledger.summary();
    expect(ledger.summary()).toBe(before);
    countAll(ledger, 1);
    expect(ledger.summary()).not.toBe(before);
  });
});

describe('windows that the generator skipped', () => {
  it.each(['before', 'after'])('are not missing, told %s the windows around them', (when) => {
    const ledger = open();
    const gap = { from: startOf(1), to: startOf(241) };
    if (when === 'before') ledger.recordGap(gap);
    countAll(ledger, 0);
    countAll(ledger, 241, 242);
    if (when === 'after') ledger.recordGap(gap);
    expect(ledger.summary()).toMatchObject({
      verdict: 'PASS',
      reasons: [{ code: 'notGenerated', cells: 720 }],
      totals: { windows: 3, notGenerated: 720, missing: 0, consecutiveExactWindows: 2 },
    });
  });

  it('excuse only whole windows', () => {
    const ledger = open();
    countAll(ledger, 0);
    countAll(ledger, 3, 4);
    settle(ledger);
    ledger.recordGap({ from: startOf(1) + 1, to: startOf(3) });
    expect(ledger.summary()).toMatchObject({ verdict: 'FAIL', totals: { missing: 3, notGenerated: 3 } });
  });

  it('are told apart even when the windows around them are no longer kept', () => {
    const ledger = open({ keptWindows: 3 });
    countAll(ledger, 0);
    countAll(ledger, 10, 20);
    expect(ledger.summary().totals.missing).toBe(27);
    ledger.recordGap({ from: startOf(1), to: startOf(10) });
    expect(ledger.summary()).toMatchObject({ verdict: 'PASS', totals: { missing: 0, notGenerated: 27 } });
  });
});

describe('equal counts that come again', () => {
  it('are allowed near a recovery that is known', () => {
    const ledger = open();
    countAll(ledger, 0, 2);
    ledger.noteRecovery(startOf(3) + 5000);
    count(ledger, 2, '/shop', 1000, startOf(3) + 9000);
    expect(statuses(ledger)[2]).toEqual(['exact', 'exact', 'duplicated']);
    expect(ledger.summary()).toMatchObject({
      verdict: 'PASS WITH DUPLICATES',
      reasons: [{ code: 'duplicates', records: 1 }],
      totals: { duplicates: 1, unexplainedDuplicates: 0 },
    });
  });

  it('are explained by a recovery that is heard of later', () => {
    const ledger = open();
    countAll(ledger, 0, 2);
    count(ledger, 2, '/shop', 1000, startOf(3) + 9000);
    expect(ledger.summary().verdict).toBe('FAIL');
    ledger.noteRecovery(startOf(3) + 5000);
    expect(ledger.summary().verdict).toBe('PASS WITH DUPLICATES');
  });

  it('are explained over a long outage by its two ends', () => {
    const ledger = open();
    countAll(ledger, 0, 2);
    const restored = startOf(3) + 3_600_000;
    ledger.noteRecovery(startOf(3) + 1000);
    ledger.noteRecovery(restored);
    countAll(ledger, 2, 2, restored + 2000);
    expect(ledger.summary().verdict).toBe('PASS WITH DUPLICATES');
  });

  it('are unexplained without one', () => {
    const ledger = open();
    countAll(ledger, 0, 2);
    count(ledger, 2, '/shop');
    expect(ledger.summary()).toMatchObject({
      verdict: 'FAIL',
      reasons: [{ code: 'unexplainedDuplicates', records: 1 }],
    });
  });

  it('are unexplained when the repeat is too far from the recovery', () => {
    const ledger = open();
    countAll(ledger, 0, 2);
    ledger.noteRecovery(startOf(3));
    count(ledger, 2, '/shop', 1000, startOf(3) + recoveryReachMs + 1);
    expect(ledger.summary().totals).toMatchObject({ duplicates: 0, unexplainedDuplicates: 1 });
  });

  it('are unexplained when a window from long before the recovery comes again', () => {
    const ledger = open();
    countAll(ledger, 0, 20);
    ledger.noteRecovery(startOf(21));
    count(ledger, 0, '/shop', 1000, startOf(21) + 1000);
    expect(ledger.summary().totals).toMatchObject({ duplicates: 0, unexplainedDuplicates: 1 });
  });

  it('point to two jobs when every page of several windows repeats', () => {
    const ledger = open();
    for (let window = 0; window < 3; window += 1) {
      countAll(ledger, window);
      countAll(ledger, window);
    }
    expect(ledger.summary().verdict).toBe('CANNOT TELL');
    expect(codes(ledger.summary())).toEqual(['twoJobs', 'unexplainedDuplicates']);
  });
});

describe('different counts that come for one window and page', () => {
  it('are wrong, also near a recovery', () => {
    const ledger = open();
    countAll(ledger, 0, 2);
    ledger.noteRecovery(startOf(3));
    count(ledger, 2, '/shop', 998);
    expect(statuses(ledger)[2]).toEqual(['exact', 'exact', 'conflicting']);
    expect(ledger.summary()).toMatchObject({ verdict: 'FAIL', reasons: [{ code: 'conflicting', cells: 1 }] });
  });

  it('cannot be told from a drained and resumed job when they add up', () => {
    const ledger = open();
    countAll(ledger, 0);
    for (const page of pages) count(ledger, 1, page, 983);
    for (const page of pages) count(ledger, 1, page, 17);
    countAll(ledger, 2);
    expect(statuses(ledger)[1]).toEqual(['conflicting', 'conflicting', 'conflicting']);
    expect(ledger.summary()).toMatchObject({
      verdict: 'CANNOT TELL',
      reasons: [{ code: 'drainedAndResumed', cells: 3 }],
      totals: { conflicting: 3, exactWindows: 2 },
    });
  });
});

describe('a reading that begins somewhere in the topic', () => {
  it('does not judge what is absent of the first window', () => {
    const ledger = open({ startedMidTopic: true });
    count(ledger, 5, '/shop');
    countAll(ledger, 6, 9);
    settle(ledger);
    expect(statuses(ledger)[5]).toEqual(['unknown', 'unknown', 'exact']);
    expect(ledger.summary()).toMatchObject({
      verdict: 'PASS',
      reasons: [{ code: 'joinedMidWindow' }],
      totals: { unknown: 2, missing: 0, exactWindows: 4 },
    });
  });

  it('judges a wrong count even there', () => {
    const ledger = open({ startedMidTopic: true });
    count(ledger, 5, '/shop', 900);
    countAll(ledger, 6, 9);
    settle(ledger);
    expect(ledger.summary().verdict).toBe('FAIL');
  });

  it('does not excuse for ever a page that never comes', () => {
    const ledger = open({ startedMidTopic: true });
    for (let window = 5; window < 12; window += 1) count(ledger, window, '/shop');
    settle(ledger);
    expect(statuses(ledger)[6]).toEqual(['unknown', 'unknown', 'exact']);
    expect(statuses(ledger)[7]).toEqual(['missing', 'missing', 'exact']);
    expect(ledger.summary().verdict).toBe('FAIL');
  });

  it('excuses windows of before that a recovery writes again in part', () => {
    const ledger = open({ startedMidTopic: true });
    countAll(ledger, 5, 7);
    count(ledger, 3, '/help');
    settle(ledger);
    expect(ledger.summary()).toMatchObject({ verdict: 'PASS', totals: { missing: 0, unknown: 5 } });
  });

  it('misses windows as usual when it began with the topic', () => {
    const ledger = open();
    count(ledger, 5, '/shop');
    countAll(ledger, 6, 9);
    settle(ledger);
    expect(ledger.summary().verdict).toBe('FAIL');
  });
});

describe('a topic that Kafka truncated', () => {
  it('before the reading began is judged from its first whole window on', () => {
    const ledger = open();
    ledger.noteTruncated();
    count(ledger, 5, '/shop');
    countAll(ledger, 6, 9);
    settle(ledger);
    expect(ledger.summary()).toMatchObject({ verdict: 'PASS', reasons: [{ code: 'topicTruncated' }] });
  });

  it('in the middle of the reading can no longer be told about', () => {
    const ledger = open();
    countAll(ledger, 0, 4);
    ledger.noteTruncated();
    count(ledger, 20, '/shop');
    countAll(ledger, 21, 30);
    settle(ledger);
    expect(ledger.summary()).toMatchObject({
      verdict: 'CANNOT TELL',
      reasons: [{ code: 'topicTruncated' }],
      totals: { missing: 0, unknown: 47 },
    });
  });
});

describe('what the ledger cannot use', () => {
  it.each([
    ['a page that is not the job’s', { page: '/stranger' }],
    ['a window of another length', { windowEnd: startOf(1) + 1 }],
    ['a window that begins elsewhere', { windowStart: startOf(0) + 1, windowEnd: startOf(1) + 1 }],
  ])('%s is counted as undecodable', (_what, change) => {
    const ledger = open();
    countAll(ledger, 0, 2);
    const record = { windowStart: startOf(0), windowEnd: startOf(1), page: '/help', count: 1000 };
    ledger.recordWindow({ ...record, ...change }, startOf(1));
    expect(ledger.summary()).toMatchObject({ verdict: 'CANNOT TELL', reasons: [{ code: 'undecodable', records: 1 }] });
  });

  it('a record that could not be decoded keeps it from passing', () => {
    const ledger = open();
    countAll(ledger, 0, 2);
    ledger.recordUndecodable();
    expect(ledger.summary()).toMatchObject({ verdict: 'CANNOT TELL', totals: { undecodable: 1 } });
  });

  it('a record of a window no longer kept could not be compared', () => {
    const ledger = open({ keptWindows: 3 });
    countAll(ledger, 0, 10);
    count(ledger, 2, '/help');
    expect(ledger.summary()).toMatchObject({ verdict: 'CANNOT TELL', reasons: [{ code: 'tooOld', records: 1 }] });
  });

  it('without event time counts are shown and not judged', () => {
    const ledger = open({ eventTime: false });
    for (let window = 0; window < 5; window += 1) {
      for (const page of pages) count(ledger, window, page, 990 + window);
    }
    expect(ledger.summary()).toMatchObject({ verdict: 'CANNOT TELL', reasons: [{ code: 'notEventTime' }] });
    expect(ledger.summary().recent[4]?.cells[0]).toEqual({ page: '/help', status: 'short', count: 994, records: 1 });
  });
});
