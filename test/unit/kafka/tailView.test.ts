import { describe, expect, it } from 'vitest';
import { RecordRing } from '../../../src/core/kafka/recordRing';
import { TailView } from '../../../src/core/kafka/view/tailView';
import { FakeClock } from '../../support/builders/fakeClock';
import { lent, type BatchRecord } from '../../support/recordBatches';

function open({ capacity = 100, byteCapacity = 1_000_000 } = {}) {
  const clock = new FakeClock();
  const ring = new RecordRing({ capacity, byteCapacity });
  let changes = 0;
  const view = new TailView({ ring, capacity, maxLength: 20, clock, changed: () => (changes += 1) });
  let offset = 0n;
  const add = (records: readonly BatchRecord[]): void => {
    ring.append(0, lent(offset, records));
    offset += BigInt(records.length);
    view.poke();
  };
  return { clock, ring, view, add, changes: () => changes };
}

const numbered = (count: number): readonly BatchRecord[] =>
  Array.from({ length: count }, (_, index) => ({
    value: index % 10 === 0 ? `ten ${index}` : `v${index}`,
    timestamp: index,
  }));

describe('the view of a tail', () => {
  it('has the rows that a filter wants, of before and of later', async () => {
    const { view, add, clock } = open();
    add(numbered(30));
    view.setFilter({ text: 'TEN' });
    await clock.advance(1);
    expect(view.describe()).toEqual({ matches: { first: 0, end: 3, left: 0 } });
    add([{ value: 'often' }]);
    await clock.advance(1);
    expect(view.matches(0, 10).map(({ seq }) => seq)).toEqual([0, 10, 20, 30]);
  });

  it('gives up matches with their rows, and never uses their numbers again', async () => {
    const { view, add, clock } = open({ capacity: 25 });
    view.setFilter({ text: 'ten' });
    add(numbered(60));
    await clock.advance(1);
    expect(view.describe()).toEqual({ matches: { first: 0, end: 2, left: 0 } });
    add(numbered(20));
    await clock.advance(1);
    expect(view.describe()).toEqual({ matches: { first: 2, end: 4, left: 0 } });
    expect(view.matches(0, 10).map(({ seq }) => seq)).toEqual([60, 70]);
  });

  it('says how much is still to be looked at, and goes on when it is due', async () => {
    const { view, add, clock } = open({ capacity: 20_000 });
    add(numbered(10_000));
    const now = clock.now.bind(clock);
    let asked = 0;
    clock.now = () => now() + 20 * asked++;
    view.setFilter({ text: 'ten' });
    expect(view.describe().matches?.left).toBeGreaterThan(0);
    clock.now = now;
    await clock.advance(10);
    expect(view.describe().matches).toEqual({ first: 0, end: 1000, left: 0 });
  });

  it('ends a filter, and forgets its matches', async () => {
    const { view, add, clock } = open();
    add(numbered(5));
    view.setFilter({ text: 'v' });
    await clock.advance(1);
    view.setFilter(undefined);
    expect(view.describe()).toEqual({});
    expect(view.matches(0, 10)).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('counts records by time, and apart those that a filter wants', async () => {
    const { view, ring, add, clock } = open();
    add(numbered(40));
    ring.appendGap(0, { from: 40n, to: 50n, missing: 10n, cause: 'deleted' });
    expect(view.histogram({ buckets: 4 })).toEqual({ from: 0, to: 40, counts: [10, 10, 10, 10] });
    view.setFilter({ text: 'ten' });
    await clock.advance(1);
    expect(view.histogram({ buckets: 2, from: 10, to: 30 })).toEqual({
      from: 10,
      to: 30,
      counts: [10, 10],
      matched: [1, 1],
    });
  });

  it('counts nothing where there is nothing', () => {
    expect(open().view.histogram({ buckets: 2 })).toEqual({ from: 0, to: 1, counts: [0, 0] });
  });

  it('has JSON fields as texts, whole values or not', () => {
    const { view, add } = open();
    const page = 'a page with a long name';
    add([{ value: JSON.stringify({ filler: 'x'.repeat(100), page, count: 7, nested: { a: 1 } }) }, { value: 'text' }]);
    const [row, text] = view.rows(0, 2, ['count', 'page', 'nested', 'absent']);
    expect(row?.fields).toEqual(['7', page.slice(0, 20), '{"a":1}', null]);
    expect(text?.fields).toEqual([null, null, null, null]);
  });

  it('names the fields when most values are JSON objects', () => {
    const { view, add } = open();
    add([{ value: '{"b":1,"a":2}' }, { value: null }, { value: ' {"c":3}' }]);
    expect(view.fields()).toEqual(['b', 'a', 'c']);
    add([{ value: '[1]' }, { value: 'x' }]);
    expect(view.fields()).toEqual([]);
  });
});
