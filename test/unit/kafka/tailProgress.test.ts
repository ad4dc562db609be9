import { describe, expect, it } from 'vitest';
import { TailProgress } from '../../../src/core/kafka/tailProgress';

describe('the progress of a tail', () => {
  it('is not known before a broker was heard of', () => {
    expect(new TailProgress().describe(0)).toEqual({});
  });

  it('counts what is still to be read of all partitions', () => {
    const progress = new TailProgress();
    progress.note(0, 10n, { high: 15n, stable: 15n }, 0);
    progress.note(1, 3n, { high: 3n, stable: 3n }, 0);
    expect(progress.describe(0)).toEqual({ behind: 5 });
    progress.note(0, 15n, { high: 15n, stable: 15n }, 0);
    expect(progress.describe(0)).toEqual({ behind: 0 });
  });

  it('names one though the clock was set back', () => {
    const progress = new TailProgress();
    const marks = { high: 20n, stable: 12n };
    progress.note(0, 12n, marks, 3_600_000);
    progress.note(0, 12n, marks, 1000);
    expect(progress.describe(4000)).toMatchObject({ openTransactions: [{ since: 1000 }] });
  });

  it('names a transaction that is open for long, and only while a reader stands before it', () => {
    const progress = new TailProgress();
    const marks = { high: 20n, stable: 12n };
    progress.note(0, 10n, marks, 0);
    expect(progress.describe(10_000)).toEqual({ behind: 10 });
    progress.note(0, 12n, marks, 10_000);
    progress.note(0, 12n, { high: 25n, stable: 12n }, 12_000);
    expect(progress.describe(12_000)).toEqual({ behind: 13 });
    expect(progress.describe(13_000)).toEqual({
      behind: 13,
      openTransactions: [{ partition: 0, offset: '12', waiting: '13', since: 10_000 }],
    });
    progress.note(0, 25n, { high: 25n, stable: 25n }, 14_000);
    expect(progress.describe(20_000)).toEqual({ behind: 0 });
  });

  it('takes transactions that follow each other for what they are', () => {
    const progress = new TailProgress();
    for (let offset = 0n; offset < 10n; offset += 1n) {
      progress.note(0, offset, { high: offset + 1n, stable: offset }, Number(offset) * 1000);
    }
    expect(progress.describe(10_000)).toEqual({ behind: 1 });
  });
});
