import { describe, expect, it } from 'vitest';
import { GapWatch, type JudgedGap } from '../../../src/core/savepoints/gapWatch';
import type { GapNote, SavepointNotes } from '../../../src/core/savepoints/savepointNotes';
import { Store } from '../../../src/core/state/store';
import { silentLogger } from '../../../src/core/util/logger';
import { noTotals, type LedgerRange } from '../../../src/shared/model/ledger';
import type { OperationRecord } from '../../../src/shared/model/operations';
import { FakeClock } from '../../support/builders/fakeClock';
import { noon } from '../../support/builders/flink';
import { operationRecord } from '../../support/builders/operations';

const whole: LedgerRange = {
  start: noon - 15_000,
  end: noon + 45_000,
  pages: 6,
  closed: true,
  verdict: 'PASS',
  reasons: [],
  totals: { ...noTotals, windows: 4, exactWindows: 4, exact: 24 },
};

function setup(known: readonly (readonly [string, GapNote])[] = []): {
  readonly clock: FakeClock;
  readonly watch: GapWatch;
  readonly history: Store<readonly OperationRecord[]>;
  readonly judged: JudgedGap[];
  readonly noted: string[];
  readonly asked: (readonly [from: number, to: number])[];
  range: LedgerRange | undefined;
} {
  const clock = new FakeClock(noon + 2000);
  const history = new Store<readonly OperationRecord[]>([]);
  const judged: JudgedGap[] = [];
  const noted: string[] = [];
  const asked: (readonly [number, number])[] = [];
  const notes: Pick<SavepointNotes, 'read' | 'noteGap'> = {
    read: () => Promise.resolve({ gaps: new Map(known), deleted: new Set() }),
    noteGap: (id) => {
      noted.push(id);
      return Promise.resolve();
    },
  };
  const state = { range: undefined as LedgerRange | undefined };
  const watch = new GapWatch({
    operations: { history },
    across: (from, to) => {
      asked.push([from, to]);
      return Promise.resolve(state.range);
    },
    notes: () => notes,
    windowMs: 15_000,
    clock,
    logger: silentLogger,
  });
  watch.onJudged((gap) => judged.push(gap));
  return Object.assign(state, { clock, watch, history, judged, noted, asked });
}

describe('the windows across an operation', () => {
  it('are judged when the last one that it touched is closed, and the judgement is kept', async () => {
    const test = setup();
    test.range = whole;
    test.history.set([operationRecord()]);
    await test.clock.advance(14_000);
    expect(test.judged).toEqual([]);
    await test.clock.advance(6000);
    const text = 'No window lost: 6 pages × 4 windows exact across the restart.';
    expect(test.judged.map(({ note }) => note)).toEqual([{ outcome: 'whole', text }]);
    expect(test.noted).toEqual(['a'.repeat(32)]);
    expect(test.watch.gaps.value.get('a'.repeat(32))).toEqual({ outcome: 'whole', text });
    expect(test.asked[0]).toEqual([noon, noon + 2000 + 15_000 + 3000]);
  });

  it('are awaited while one of them is open', async () => {
    const test = setup();
    test.range = { ...whole, closed: false };
    test.history.set([operationRecord()]);
    await test.clock.advance(60_000);
    expect(test.judged).toEqual([]);
    test.range = whole;
    await test.clock.advance(2000);
    expect(test.judged).toHaveLength(1);
  });

  it('are given up when nothing was counted for long', async () => {
    const test = setup();
    test.history.set([operationRecord({ kind: 'rescale' })]);
    await test.clock.advance(11 * 60_000);
    expect(test.judged.map(({ note }) => note)).toEqual([
      {
        outcome: 'unclear',
        text: 'No window was counted since the rescale, so it cannot be told whether one is lost.',
      },
    ]);
  });

  it.each([
    ['a savepoint, which stops nothing', operationRecord({ kind: 'savepoint' })],
    ['a stop, after which nothing is counted', operationRecord({ kind: 'stop' })],
    ['what failed', operationRecord({ outcome: 'failed' })],
    ['what was long ago', operationRecord({ endedAt: noon - 3_600_000 })],
  ])('are not asked about after %s', async (_what, record) => {
    const test = setup();
    test.history.set([record]);
    await test.clock.advance(60_000);
    expect(test.asked).toEqual([]);
  });

  it('are not judged twice, in another window or after a reload', async () => {
    const test = setup([['a'.repeat(32), { outcome: 'whole', text: 'Fine.' }]]);
    test.history.set([operationRecord()]);
    await test.clock.advance(60_000);
    expect([test.asked, test.judged]).toEqual([[], []]);
    expect(test.watch.gaps.value.get('a'.repeat(32))?.text).toBe('Fine.');
  });

  it('ask nothing any more after the end of the engine', async () => {
    const test = setup();
    test.history.set([operationRecord()]);
    await test.clock.advance(2000);
    test.watch.dispose();
    await test.clock.advance(60_000);
    expect(test.asked).toEqual([]);
  });
});
