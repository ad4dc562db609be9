import { describe, expect, it } from 'vitest';
import { choiceOf, formOf } from '../../media/webviews/topicPanel/choiceForm';
import { isSameFilter, noFilter, parseFilterChoice, toFilter } from '../../media/webviews/topicPanel/filterChoice';
import { makeFormats } from '../../media/webviews/formats';
import { isTailRows, isTailState } from '../../media/webviews/topicPanel/guards';
import { splitAt } from '../../media/webviews/topicPanel/marks';
import { recordFields } from '../../media/webviews/topicPanel/recordFields';
import { rowHeightFor, visibleRows } from '../../media/webviews/topicPanel/rowGeometry';
import { RowStore, type NumberedRow } from '../../media/webviews/topicPanel/rowStore';
import { defaultSettings, parseSettings } from '../../media/webviews/topicPanel/savedPage';
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
  #answer: (rows: readonly NumberedRow[]) => void = () => undefined;

  readonly rows = (from: number, to: number): Promise<readonly NumberedRow[]> => {
    this.asked.push(`${from}-${to}`);
    return new Promise((resolve) => {
      this.#answer = resolve;
    });
  };

  async answer(from: number, to: number): Promise<void> {
    this.#answer(Array.from({ length: to - from }, (_unused, index) => [from + index, row(from + index)]));
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

describe('a filter', () => {
  it('is put together of what was chosen in the page and elsewhere', () => {
    const spotlight = { label: 'a window', filter: { key: '/shop', partitions: [1] } };
    expect(toFilter(noFilter, undefined)).toBeNull();
    expect(toFilter({ ...noFilter, text: 'x', partition: 0, from: 1, to: 2 }, spotlight)).toEqual({
      key: '/shop',
      text: 'x',
      partitions: [0],
      from: 1,
      to: 2,
    });
    expect(toFilter({ text: 'x', scope: 'field', field: 'page' }, undefined)).toEqual({
      field: { name: 'page', text: 'x' },
    });
  });

  it('is the same whatever the order of its parts', () => {
    expect(isSameFilter({ text: 'a', from: 1, to: 2 }, { to: 2, from: 1, text: 'a' })).toBe(true);
    expect(isSameFilter({ text: 'a' }, null)).toBe(false);
    expect(isSameFilter({ text: 'a' }, { key: 'a' })).toBe(false);
  });

  it.each([[null], ['text'], [{ text: 5, scope: 'constructor', field: {}, partition: '1', from: 5, to: 4 }]])(
    'is none that was kept as %j',
    (kept) => {
      expect(parseFilterChoice(kept)).toEqual(noFilter);
    },
  );

  it('marks what it finds, letters small or capital, and nothing as a pattern', () => {
    const found = (text: string, needle: string): string =>
      splitAt(text, [needle])
        .map((part) => (part.found ? `[${part.text}]` : part.text))
        .join('');
    expect(found('/Shop and /shop', '/SHOP')).toBe('[/Shop] and [/shop]');
    expect(found('a.c abc', 'a.c')).toBe('[a.c] abc');
    expect(found('(((', '(')).toBe('[(][(][(]');
    expect(found('Ünï', 'üN')).toBe('[Ün]ï');
    expect(found('text', '')).toBe('text');
  });

  it('marks no more than can be seen', () => {
    expect(splitAt('a'.repeat(10_000), ['a']).length).toBeLessThan(100);
  });
});

describe('what is to be read', () => {
  const form = { begin: 'auto', value: '', partitions: '', isolation: 'committed' } as const;

  it.each([
    [{}, { isolation: 'committed' }],
    [{ begin: 'latest' }, { begin: 'latest', isolation: 'committed' }],
    [
      { begin: 'last', value: ' 500 ', partitions: '2, 0,2' },
      { begin: { last: 500 }, partitions: [0, 2], isolation: 'committed' },
    ],
    [
      { begin: 'offset', value: '12345678901234567' },
      { begin: { offset: '12345678901234567' }, isolation: 'committed' },
    ],
    [
      { begin: 'time', value: '1970-01-01T00:00:05' },
      { begin: { time: 5000 }, isolation: 'committed' },
    ],
    [{ begin: 'last', value: '0' }, 'badCount'],
    [{ begin: 'last', value: '1e9' }, 'badCount'],
    [{ begin: 'offset', value: '-1' }, 'badOffset'],
    [{ begin: 'time', value: '5' }, 'badTime'],
    [{ partitions: '1;2' }, 'badPartitions'],
  ] as const)('is told by the fields %j', (change, expected) => {
    expect(choiceOf({ ...form, ...change }, true)).toEqual(expected);
  });

  it('stands in the fields as it was chosen', () => {
    for (const choice of [
      { isolation: 'uncommitted' },
      { begin: { time: 1_700_000_000_000 }, partitions: [3], isolation: 'committed' },
      { begin: { last: 7 }, isolation: 'committed' },
    ] as const) {
      for (const isUtc of [true, false]) expect(choiceOf(formOf(choice, isUtc), isUtc)).toEqual(choice);
    }
  });
});

describe('what was kept of a page', () => {
  it.each([[null], ['kept'], [{ settings: 5 }], [{ settings: { hidden: 'all', widths: [], isUtc: 1, filter: null } }]])(
    'is nothing when it is %j',
    (saved) => {
      expect(parseSettings(saved)).toEqual(defaultSettings);
    },
  );
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

  it('within a record carry the day and the year that the record does not have', () => {
    const within = (change: number): string => formats.timeWithin(noon + change, noon);
    expect([within(0), within(1250), within(-86_400_000), within(-326 * 86_400_000)]).toEqual([
      '12:00:00',
      '12:00:01.250',
      '21/11, 12:00:00',
      '31/12/2025, 12:00:00',
    ]);
  });

  it('within a record that has no time carry the day', () => {
    expect(formats.timeWithin(noon, -1)).toBe('22/11/2026, 12:00:00');
  });

  it('are a dash when Kafka has none', () => {
    expect([formats.time(-1), formats.time(Number.NaN), formats.fullTime(1e300)]).toEqual(['–', '–', '–']);
  });

  it('do not depend on a locale that is known', () => {
    expect(makeFormats('not a locale', 'utc', () => noon).number(5)).toBe('5');
  });
});

describe('the fields of a value', () => {
  const text = (value: string): string | undefined =>
    recordFields(value)
      ?.map(({ name, text, instant }) => `${name}=${text}${instant === undefined ? '' : ` at ${instant}`}`)
      .join(' ');

  it('are those of a JSON object, in its order', () => {
    expect(text('{"page": "/shop", "count": 1000, "late": false, "user": null, "note": ""}')).toBe(
      'page=/shop count=1000 late=false user=null note=""',
    );
  });

  it('that hold others are short JSON', () => {
    expect(text('{"a": {"b": [1, 2.50]}, "c": []}')).toBe('a={"b":[1,2.50]} c=[]');
    expect(recordFields(JSON.stringify({ a: 'x'.repeat(500).split('') }))?.[0]?.text).toHaveLength(121);
  });

  it('have their numbers as they were written, beyond what a number here can hold', () => {
    expect(text('{"id": 9007199254740993, "price": 1.10, "huge": 1e999}')).toBe(
      'id=9007199254740993 price=1.10 huge=1e999',
    );
  });

  it.each([
    ['2026-11-23T05:00:00Z', Date.UTC(2026, 10, 23, 5)],
    ['2026-11-23T05:00:00.120Z', Date.UTC(2026, 10, 23, 5, 0, 0, 120)],
    ['2026-11-23T05:00:00.120000000Z', Date.UTC(2026, 10, 23, 5, 0, 0, 120)],
    ['2026-11-23T05:00:00.120001Z', undefined],
    ['2026-11-23T05:00:00', undefined],
    ['2026-11-23', undefined],
    ['2026-02-30T05:00:00Z', undefined],
    ['2026-11-23T24:00:00Z', undefined],
    ['at 2026-11-23T05:00:00Z', undefined],
  ])('know the time in %s', (value, instant) => {
    expect(recordFields(JSON.stringify({ value }))?.[0]?.instant).toBe(instant);
  });

  it('may have the names of what every object has', () => {
    expect(text('{"__proto__": 1, "constructor": "a", "toString": null, "rawJSON": "2"}')).toBe(
      '__proto__=1 constructor=a toString=null rawJSON=2',
    );
    expect(text('{"__proto__": {"page": "/shop"}}')).toBe('__proto__={"page":"/shop"}');
  });

  it.each([
    ['', ''],
    ['text', 'hello {'],
    ['a number', '5'],
    ['a list', '[{"a": 1}]'],
    ['an empty object', '{}'],
    ['half an object', '{"count": 10'],
    ['a deep one', `{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`],
    [
      'a wide one',
      JSON.stringify(Object.fromEntries(Array.from({ length: 101 }, (_unused, index) => [`f${index}`, 1]))),
    ],
  ])('are none for %s', (_what, value) => {
    expect(recordFields(value)).toBeUndefined();
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
