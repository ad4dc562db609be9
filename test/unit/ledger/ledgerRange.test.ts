import { describe, expect, it } from 'vitest';
import { WindowLedger } from '../../../src/core/ledger/windowLedger';

const pages = ['/help', '/index', '/shop'];
const windowMs = 15_000;
const epoch = Date.UTC(2026, 10, 22, 12);
const startOf = (window: number): number => epoch + window * windowMs;

/** A ledger in which the windows of each stretch were written as soon as they were over. */
function ledgerWith(...stretches: readonly (readonly [from: number, to: number])[]): WindowLedger {
  const ledger = new WindowLedger({ windowMs, expectedCount: 1000, pages, eventTime: true, startedMidTopic: false });
  for (const [from, to] of stretches) {
    for (let window = from; window <= to; window += 1) count(ledger, window);
  }
  return ledger;
}

function count(ledger: WindowLedger, window: number, clicks = 1000, at = startOf(window + 1)): void {
  for (const page of pages) {
    ledger.recordWindow({ windowStart: startOf(window), windowEnd: startOf(window + 1), page, count: clicks }, at);
  }
}

describe('the newest windows', () => {
  it('are as many as are asked for, oldest first, with those of which nothing was seen', () => {
    const windows = ledgerWith([0, 3], [6, 9]).windows(6);
    expect(windows.map(({ start }) => (start - epoch) / windowMs)).toEqual([4, 5, 6, 7, 8, 9]);
    expect(windows.map(({ cells }) => cells.map(({ records }) => records).join(''))).toEqual([
      '000',
      '000',
      '111',
      '111',
      '111',
      '111',
    ]);
    expect(ledgerWith().windows(6)).toEqual([]);
  });

  it('say behind which of them a recovery is known', () => {
    const ledger = ledgerWith([0, 3], [6, 9]);
    for (const at of [startOf(5), startOf(9) + 1]) ledger.noteRecovery(at);
    const marked = ledger.windows(100).filter(({ recovery }) => recovery === true);
    expect(marked.map(({ start }) => (start - epoch) / windowMs)).toEqual([6, 9]);
  });
});

describe('the account of the windows that a stretch of time touched', () => {
  it('begins with the last window that was written before and ends with the last that was written in it', () => {
    const range = ledgerWith([0, 9]).across(startOf(4) + 1, startOf(7) + 1);
    expect(range).toMatchObject({ start: startOf(3), end: startOf(7), closed: true, verdict: 'PASS', pages: 3 });
    expect(range?.totals).toMatchObject({ windows: 4, exactWindows: 4, exact: 12 });
  });

  it('is not known while nothing was written in it', () => {
    expect(ledgerWith([0, 3]).across(startOf(4) + 1, startOf(6))).toBeUndefined();
    expect(ledgerWith().across(startOf(0), startOf(6))).toBeUndefined();
  });

  it('follows the time of writing, not that of the records, which may run faster', () => {
    const ledger = ledgerWith();
    for (let window = 0; window < 10; window += 1) count(ledger, window, 1000, epoch + window * 1500);
    expect(ledger.across(epoch + 3100, epoch + 6000)).toMatchObject({ start: startOf(2), end: startOf(5) });
  });

  it('names windows that are missing between those before and those after', () => {
    const ledger = ledgerWith([0, 3], [6, 9]);
    ledger.settle(ledger.newest ?? 0);
    const range = ledger.across(startOf(4) + 1, startOf(8) + 1);
    expect(range).toMatchObject({ verdict: 'FAIL', closed: true, reasons: [{ code: 'missing', cells: 6 }] });
  });

  it('stays open while a window that is absent may still come', () => {
    expect(ledgerWith([0, 3], [6, 9]).across(startOf(4) + 1, startOf(8) + 1)).toMatchObject({ closed: false });
  });

  it('does not await windows that the generator skipped', () => {
    const ledger = ledgerWith([0, 3], [6, 9]);
    ledger.recordGap({ from: startOf(4), to: startOf(6) });
    const range = ledger.across(startOf(4) + 1, startOf(8) + 1);
    expect(range).toMatchObject({ verdict: 'PASS', closed: true, reasons: [{ code: 'notGenerated', cells: 6 }] });
  });

  it('is open while a page of its last window has not come', () => {
    const ledger = ledgerWith([0, 5]);
    ledger.recordWindow({ windowStart: startOf(6), windowEnd: startOf(7), page: '/shop', count: 1000 }, startOf(7));
    expect(ledger.across(startOf(4), startOf(7))).toMatchObject({ closed: false });
  });

  it('tells of what went wrong in it, and of nothing else', () => {
    const ledger = ledgerWith([0, 9]);
    count(ledger, 10, 548);
    expect(ledger.across(startOf(9), startOf(12))).toMatchObject({ verdict: 'FAIL' });
    expect(ledger.across(startOf(4), startOf(7))).toMatchObject({ verdict: 'PASS' });
    expect(ledger.summary().verdict).toBe('FAIL');
  });

  it('counts what a restored job wrote again', () => {
    const ledger = ledgerWith([0, 5]);
    ledger.noteRecovery(startOf(6) + 100);
    count(ledger, 5, 1000, startOf(6) + 500);
    count(ledger, 6);
    expect(ledger.across(startOf(6) + 50, startOf(7) + 1)).toMatchObject({
      verdict: 'PASS WITH DUPLICATES',
      totals: { duplicates: 3, exactWindows: 1 },
    });
  });
});
