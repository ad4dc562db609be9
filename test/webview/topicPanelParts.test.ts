import { describe, expect, it } from 'vitest';
import { makeFormats } from '../../media/webviews/topicPanel/formats';
import { isTailRows, isTailState } from '../../media/webviews/topicPanel/guards';
import { rowHeightFor, visibleRows } from '../../media/webviews/topicPanel/rowGeometry';
import { RowStore } from '../../media/webviews/topicPanel/rowStore';
import type { TailRow } from '../../src/shared/protocol/topicPanel';

const row = (seq: number): TailRow => ({
  seq,
  partition: 0,
  offset: String(seq),
  timestamp: 0,
  key: null,
  value: 'v',
  keyCut: false,
  valueCut: false,
});

/** A host that answers when it is told to. */
class SlowHost {
  readonly asked: string[] = [];
  #answer: (rows: readonly TailRow[]) => void = () => undefined;

  readonly rows = (from: number, to: number): Promise<readonly TailRow[]> => {
    this.asked.push(`${from}-${to}`);
    return new Promise((resolve) => {
      this.#answer = resolve;
    });
  };

  async answer(from: number, to: number): Promise<void> {
    this.#answer(Array.from({ length: to - from }, (_unused, index) => row(from + index)));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('the store of rows', () => {
  it('asks for what is missing only', async () => {
    const host = new SlowHost();
    const store = new RowStore(host.rows, () => undefined);
    store.want(10, 20);
    await host.answer(10, 20);
    store.want(15, 30);
    expect(host.asked).toEqual(['10-20', '20-30']);
  });

  it('skips what was wanted in the meantime and no longer is', async () => {
    const host = new SlowHost();
    const store = new RowStore(host.rows, () => undefined);
    store.want(0, 10);
    for (let from = 100; from <= 5000; from += 100) store.want(from, from + 10);
    await host.answer(0, 10);
    expect(host.asked).toEqual(['0-10', '5000-5010']);
  });

  it('asks for no more than 500 rows at a time', () => {
    const host = new SlowHost();
    new RowStore(host.rows, () => undefined).want(0, 5000);
    expect(host.asked).toEqual(['0-500']);
  });

  it('asks again for what it did not get only when the tail has changed', async () => {
    const host = new SlowHost();
    const store = new RowStore(host.rows, () => store.want(0, 10));
    store.want(0, 10);
    await host.answer(0, 0);
    expect(host.asked).toEqual(['0-10']);
    store.forgetBefore(5);
    store.want(0, 10);
    expect(host.asked).toEqual(['0-10', '0-10']);
  });

  it('keeps a bounded number of rows', async () => {
    const host = new SlowHost();
    const store = new RowStore(host.rows, () => undefined);
    for (let from = 0; from < 20_000; from += 500) {
      store.want(from, from + 500);
      await host.answer(from, from + 500);
    }
    const kept = Array.from({ length: 20_000 }, (_unused, seq) => seq).filter((seq) => store.get(seq) !== undefined);
    expect(kept.length).toBeLessThanOrEqual(2500);
    expect(store.has(19_500, 20_000)).toBe(true);
  });
});

describe('the geometry of the list', () => {
  it('draws what is on the screen, and some rows around it', () => {
    const kept = { first: 500, end: 1500 };
    const view = { height: 200, rowHeight: 20, overscan: 5 };
    expect(visibleRows(kept, { ...view, top: 2000 })).toEqual({ from: 95, to: 115 });
    expect(visibleRows(kept, { ...view, top: 0 })).toEqual({ from: 0, to: 15 });
    expect(visibleRows(kept, { ...view, top: 999_999 })).toEqual({ from: 1000, to: 1000 });
  });

  it('grows rows with the font, as far as a browser can lay them all out', () => {
    expect([rowHeightFor(13, 100_000), rowHeightFor(26, 100_000), rowHeightFor(26, 1_000_000)]).toEqual([22, 44, 33]);
  });
});

describe('times', () => {
  const noon = Date.UTC(2026, 10, 22, 12);
  const formats = makeFormats('en-GB', 'utc', () => noon);

  it('are short when they are near, and carry the day when they are not', () => {
    expect(formats.time(noon - 1500)).toBe('11:59:58.500');
    expect(formats.time(noon - 3 * 86_400_000)).toBe('19/11, 12:00:00');
  });

  it('are a dash when Kafka has none', () => {
    expect([formats.time(-1), formats.time(Number.NaN), formats.fullTime(1e300)]).toEqual(['–', '–', '–']);
  });

  it('do not depend on a locale that is known', () => {
    expect(makeFormats('not a locale', 'utc', () => noon).number(5)).toBe('5');
  });
});

describe('what arrives in the page', () => {
  const state = { topic: 't', status: 'live', first: 0, end: 5, total: 5, capacity: 10, rate: 1 };

  it('is a state when it has all its fields', () => {
    expect(isTailState(state)).toBe(true);
  });

  it.each([
    [{ status: 'constructor' }],
    [{ first: 6 }],
    [{ end: -1 }],
    [{ end: 1.5 }],
    [{ rate: Number.POSITIVE_INFINITY }],
    [{ message: { toString: 'x' } }],
    [{ topic: null }],
  ])('is no state with %j', (change) => {
    expect(isTailState({ ...state, ...change })).toBe(false);
  });

  it.each([[null], [{}], [[{ ...row(1), value: 5 }]], [[{ ...row(1), seq: '1' }]], [[null]]])(
    'is no rows: %j',
    (rows) => {
      expect(isTailRows(rows)).toBe(false);
    },
  );
});
