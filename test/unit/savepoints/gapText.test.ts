import { describe, expect, it } from 'vitest';
import { gapNote } from '../../../src/core/savepoints/gapText';
import { noTotals, type LedgerRange } from '../../../src/shared/model/ledger';

const whole: LedgerRange = {
  start: 0,
  end: 60_000,
  pages: 6,
  closed: true,
  verdict: 'PASS',
  reasons: [],
  totals: { ...noTotals, windows: 4, exactWindows: 4 },
};

describe('what is said of the windows across an operation', () => {
  it('is that none is lost', () => {
    expect(gapNote(whole, 'restart')).toEqual({
      outcome: 'whole',
      text: 'No window lost: 6 pages × 4 windows exact across the restart.',
    });
  });

  it('is that some came twice', () => {
    const totals = { ...whole.totals, duplicates: 3 };
    const reasons = [{ code: 'duplicates', records: 3 } as const];
    expect(gapNote({ ...whole, verdict: 'PASS WITH DUPLICATES', reasons, totals }, 'restore')).toEqual({
      outcome: 'duplicates',
      text: 'No window lost: 6 pages × 4 windows counted across the restore. 3 records came twice after a recovery, as an at-least-once sink may do.',
    });
  });

  it('is what was lost', () => {
    const reasons = [{ code: 'short', cells: 6 } as const];
    expect(gapNote({ ...whole, verdict: 'FAIL', reasons }, 'rescale')).toEqual({
      outcome: 'lost',
      text: 'Wrong across the rescale: 6 counts are too low: clicks were lost.',
    });
  });

  it('is that the generator skipped some, which is no loss', () => {
    const reasons = [{ code: 'notGenerated', cells: 6 } as const];
    expect(gapNote({ ...whole, reasons }, 'restart').text).toMatch(/^No window lost: .* skipped their windows\.$/);
  });

  it.each([
    ['of a job without event time', { ...whole, verdict: 'CANNOT TELL', reasons: [{ code: 'notEventTime' }] }],
    ['while a window is open', { ...whole, closed: false }],
    ['where something is not known', { ...whole, totals: { ...whole.totals, unknown: 1 } }],
    ['where nothing was counted', undefined],
  ] as const)('is that it cannot be told %s', (_when, range) => {
    expect(gapNote(range, 'restart')).toMatchObject({
      outcome: 'unclear',
      text: expect.stringMatching(/cannot be told whether/) as string,
    });
  });
});
