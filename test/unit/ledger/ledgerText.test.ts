import { describe, expect, it, onTestFinished } from 'vitest';
import * as l10n from '@vscode/l10n';
import { reasonTexts, verdictText } from '../../../src/core/ledger/ledgerText';
import { noTotals, type LedgerReason, type LedgerSummary, type Verdict } from '../../../src/shared/model/ledger';

function summary(
  verdict: Verdict,
  windows: number,
  exactWindows: number,
  reasons: readonly LedgerReason[] = [],
): LedgerSummary {
  return { verdict, reasons, totals: { ...noTotals, windows, exactWindows }, recent: [] };
}

describe('the text of a verdict', () => {
  it.each([
    [summary('PASS', 1, 1), 'PASS: 1 window counted exactly.'],
    [summary('PASS', 42, 42), 'PASS: 42 windows counted exactly.'],
    [summary('PASS WITH DUPLICATES', 42, 40), 'PASS WITH DUPLICATES: 40 of 42 windows exact.'],
    [summary('FAIL', 42, 41), 'FAIL: 41 of 42 windows exact.'],
    [summary('CANNOT TELL', 42, 41), 'CANNOT TELL: 41 of 42 windows exact.'],
    [summary('CANNOT TELL', 0, 0), 'CANNOT TELL yet.'],
  ])('gives its figures', (told, text) => {
    expect(verdictText(told)).toBe(text);
  });

  const reasons: readonly LedgerReason[] = [
    { code: 'noWindowYet' },
    { code: 'short', cells: 2 },
    { code: 'over', cells: 2 },
    { code: 'missing', cells: 2 },
    { code: 'conflicting', cells: 2 },
    { code: 'unexplainedDuplicates', records: 2 },
    { code: 'duplicates', records: 2 },
    { code: 'notGenerated', cells: 2 },
    { code: 'joinedMidWindow' },
    { code: 'topicTruncated' },
    { code: 'notEventTime' },
    { code: 'twoJobs' },
    { code: 'drainedAndResumed', cells: 2 },
    { code: 'tooOld', records: 2 },
    { code: 'undecodable', records: 2 },
    { code: 'notConnected' },
    { code: 'catchingUp' },
    { code: 'noNewWindows' },
  ];

  it('gives every reason a sentence of its own', () => {
    const texts = reasonTexts(summary('FAIL', 1, 0, reasons));
    expect(new Set(texts).size).toBe(reasons.length);
    for (const text of texts) expect(text).toMatch(/^[0-9A-Z].*[.?]$/);
  });

  it('counts one and many in different messages', () => {
    const texts = (cells: number): readonly string[] =>
      reasonTexts(summary('FAIL', 1, 0, [{ code: 'missing', cells }]));
    expect(texts(1)[0]).toContain('1 count is missing');
    expect(texts(7)[0]).toContain('7 counts are missing');
  });

  it('is translated', () => {
    l10n.config({ contents: { 'The topic is not being read.': 'Das Topic wird nicht gelesen.' } });
    onTestFinished(() => l10n.config({ contents: {} }));
    expect(reasonTexts(summary('CANNOT TELL', 0, 0, [{ code: 'notConnected' }]))).toEqual([
      'Das Topic wird nicht gelesen.',
    ]);
  });
});
