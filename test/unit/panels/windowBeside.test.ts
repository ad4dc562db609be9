import { describe, expect, it } from 'vitest';
import { pictureBytes } from '../../../src/panels/pictureBytes';
import { caughtUpText, shownMarks } from '../../../src/panels/windowMarks';
import { shownRates } from '../../../src/panels/windowRates';
import type { LedgerMark, LedgerWindow } from '../../../src/shared/model/ledger';
import type { RateStretch, ShownRates } from '../../../src/shared/protocol/windowPanel';

function written(start: number, writtenAt?: number): LedgerWindow {
  const at = writtenAt === undefined ? {} : { writtenAt };
  return { start, end: start + 15_000, closed: true, cells: [], ...at };
}

describe('marks of the window check', () => {
  const windows = [written(0, 1000), written(15_000), written(30_000, 3000)];

  it('stand at the first window that was written after them', () => {
    const marks: readonly LedgerMark[] = [
      { at: 500, kind: 'killed', of: 'long ago' },
      { at: 1500, kind: 'killed', of: 'taskmanager-1' },
      { at: 3000, kind: 'savepoint' },
      { at: 3001, kind: 'started', of: 'taskmanager-1' },
    ];
    expect(shownMarks(marks, windows)).toEqual([
      { at: 1500, kind: 'killed', text: 'taskmanager-1 was killed', window: 30_000 },
      { at: 3000, kind: 'savepoint', text: 'a savepoint was taken', window: 30_000 },
      { at: 3001, kind: 'started', text: 'taskmanager-1 was started' },
    ]);
  });

  it('are none without a window', () => {
    expect(shownMarks([{ at: 1, kind: 'newJob' }], [])).toEqual([]);
  });

  it('say that the job caught up, until something happens again', () => {
    const caughtUp: LedgerMark = { at: 2, kind: 'caughtUp', tookMs: 24_300 };
    expect(caughtUpText([{ at: 1, kind: 'restarting' }, caughtUp])).toBe(
      'Caught up 24 s after the failure or restart.',
    );
    expect(caughtUpText([caughtUp, { at: 3, kind: 'died', of: 'taskmanager-1' }])).toBeUndefined();
    expect(caughtUpText([])).toBeUndefined();
  });
});

function only({ stretches }: ShownRates): RateStretch {
  expect(stretches).toHaveLength(1);
  return stretches[0] ?? { times: [], rates: [] };
}

describe('rates of the window check', () => {
  const course = (count: number, end: (second: number) => number) =>
    Array.from({ length: count }, (_, index) => ({ at: index * 2000, end: end(index * 2) }));

  it('are taken over a window, so that a job that writes once in one has a steady rate', () => {
    const { times, rates } = only(
      shownRates(
        'output',
        course(61, (second) => 6 * Math.floor(second / 15)),
        30_000,
      ),
    );
    expect(times[0]).toBe(30_000);
    expect(rates.every((rate) => rate > 0.19 && rate <= 0.6)).toBe(true);
  });

  it('rise when a job catches up', () => {
    // Nothing for 30 s, then what was missed at once.
    const ends = (second: number): number => 6 * Math.floor((second > 60 && second < 90 ? 60 : second) / 15);
    const { times, rates } = only(shownRates('output', course(61, ends), 15_000));
    const at = (second: number): number => rates[times.indexOf(second * 1000)] ?? Number.NaN;
    expect(at(86)).toBe(0);
    expect(at(92)).toBe(2 * at(50));
  });

  it('are of the last five minutes', () => {
    const { times } = only(
      shownRates(
        'input',
        course(300, (second) => second * 400),
        15_000,
      ),
    );
    expect([times[0], times.at(-1)]).toEqual([298_000, 598_000]);
  });

  it('are none of a topic of which nothing is known', () => {
    expect(shownRates('input', [], 15_000)).toEqual({ topic: 'input', stretches: [] });
  });

  it('are not told of time in which nobody watched, nor of what is counted from it', () => {
    const watched = course(61, (second) => second * 400);
    const away = watched.filter(({ at }) => at <= 40_000 || at >= 80_000);
    const { stretches } = shownRates('input', away, 15_000);
    expect(stretches.map(({ times }) => [times[0], times.at(-1)])).toEqual([
      [16_000, 40_000],
      [96_000, 120_000],
    ]);
    expect(new Set(stretches.flatMap(({ rates }) => rates))).toEqual(new Set([400]));
  });

  it('are told of a topic that is looked at seldom', () => {
    const seldom = Array.from({ length: 4 }, (_, index) => ({ at: index * 60_000, end: index * 24_000 }));
    expect(only(shownRates('input', seldom, 15_000)).rates).toEqual([400, 400, 400]);
  });
});

describe('a picture that a page sent', () => {
  it('is the bytes of an SVG or of a PNG', () => {
    expect(Buffer.from(pictureBytes('svg', '<svg xmlns="x"/>') ?? []).toString()).toBe('<svg xmlns="x"/>');
    expect(Array.from(pictureBytes('png', 'iVBORw0KGgoAAA==') ?? []).slice(0, 4)).toEqual([0x89, 0x50, 0x4e, 0x47]);
  });

  it.each([
    ['svg', '<script>'],
    ['png', '<svg />'],
    ['exe', 'iVBORw0KGgo='],
    ['svg', 5],
    [undefined, undefined],
  ])('is nothing when it is none: %s', (format, data) => {
    expect(pictureBytes(format, data)).toBeUndefined();
  });
});
