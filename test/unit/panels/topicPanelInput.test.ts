import { describe, expect, it } from 'vitest';
import { fieldNames, isBucketCount, parseChoice, parseFilter } from '../../../src/panels/topicPanelInput';

describe('what a page sends', () => {
  it('is a filter with all its parts', () => {
    const filter = { text: 'a', key: 'b', field: { name: 'c', text: '' }, partitions: [0, 3], from: 1, to: 2.5 };
    expect(parseFilter(filter)).toEqual(filter);
  });

  it.each([
    ['nothing', null],
    ['a text', 'text'],
    ['an empty text', { text: '' }],
    ['parts of the wrong kind', { text: 7, key: {}, field: 'f', partitions: 'all', from: '1', to: Number.NaN }],
    ['half a field', { field: { name: 'f' } }],
    ['what it inherits', Object.create({ text: 'inherited' })],
  ])('is no filter when it is %s', (_what, sent) => {
    expect(parseFilter(sent)).toBeUndefined();
  });

  it('keeps of a list what belongs there, and no more than is reasonable', () => {
    expect(parseFilter({ partitions: [1, -1, '2', 0.5] })).toEqual({ partitions: [1] });
    expect(parseFilter({ text: 'x'.repeat(5000) })?.text).toHaveLength(1000);
    expect(fieldNames(['a', 1, null, 'b'])).toEqual(['a', 'b']);
    expect(fieldNames('a')).toBeUndefined();
  });

  it.each([0, -1, 1.5, 1001, '10', undefined])('is no number of buckets when it is %s', (count) => {
    expect(isBucketCount(count)).toBe(false);
  });

  it.each([
    [{ begin: 'latest', isolation: 'uncommitted' }],
    [{ begin: { last: 10 }, partitions: [0, 5], isolation: 'committed' }],
    [{ begin: { time: 5 }, isolation: 'committed' }],
    [{ begin: { offset: '12' }, isolation: 'committed' }],
  ])('is a choice of what to read: %j', (choice) => {
    expect(parseChoice(choice)).toEqual(choice);
  });

  it.each([
    [null],
    ['earliest'],
    [{ begin: 'newest', isolation: 'all' }],
    [{ begin: { last: 0 } }],
    [{ begin: { time: -1 } }],
    [{ begin: { offset: 'x' }, partitions: [] }],
    [{ begin: { offset: '99999999999999999999' } }],
  ])('is no choice of what to read: %j', (choice) => {
    expect(parseChoice(choice)).toEqual({ isolation: 'committed' });
  });
});
