import { describe, expect, it } from 'vitest';
import { isMetricsState, isSeriesSamples } from '../../media/webviews/metricsPanel/guards';
import { drawnSamples, SeriesStore } from '../../media/webviews/metricsPanel/seriesStore';

describe('the samples of a metric', () => {
  it('are asked for once at a time, and only what is new', async () => {
    const asked: number[] = [];
    const store = new SeriesStore((after) => {
      asked.push(after);
      return Promise.resolve({ times: [1000, 3000], values: [1, 3] });
    });
    expect(await Promise.all([store.follow(3000), store.follow(3000)])).toEqual([true, false]);
    expect(await store.follow(3000)).toBe(false);
    expect(await store.follow(5000)).toBe(false);
    expect(asked).toEqual([Number.MIN_SAFE_INTEGER, 3000]);
    expect(store.times).toEqual([1000, 3000]);
  });

  it('are bounded', async () => {
    const times = Array.from({ length: 5000 }, (_unused, index) => index);
    const store = new SeriesStore(() => Promise.resolve({ times, values: times }));
    await store.follow(5000);
    expect([store.times.length, store.times.at(-1)]).toEqual([1800, 4999]);
  });

  it('can be asked for again after a failure', async () => {
    let works = false;
    const store = new SeriesStore(() =>
      works ? Promise.resolve({ times: [1], values: [1] }) : Promise.reject(new Error('no')),
    );
    await expect(store.follow(1)).rejects.toThrow('no');
    works = true;
    expect(await store.follow(1)).toBe(true);
  });
});

describe('what is drawn', () => {
  const times = [0, 2000, 4000, 6000, 60_000, 62_000];
  const values = [0, 1, 2, 3, 4, 5];

  it('begins before the edge, ends at the other, and has no line across a gap', () => {
    expect(drawnSamples({ times, values }, 3000, 61_000)).toEqual({
      seconds: [2, 4, 6, 6.001, 60],
      values: [1, 2, 3, null, 4],
    });
  });

  it('is nothing of nothing', () => {
    expect(drawnSamples({ times: [], values: [] }, 0, 1)).toEqual({ seconds: [], values: [] });
    expect(drawnSamples({ times, values }, 100_000, 160_000)).toEqual({ seconds: [], values: [] });
  });
});

describe('what arrives in the page', () => {
  const series = { key: 'k', name: 'n', of: '', text: '', fresh: true, newest: 0 };

  it('is a state when it has all its fields', () => {
    expect(isMetricsState({ series: [series] })).toBe(true);
  });

  it.each([[null], [{}], [{ series: [series, series] }], [{ series: [{ ...series, newest: '0' }] }]])(
    'is no state: %j',
    (value) => {
      expect(isMetricsState(value)).toBe(false);
    },
  );

  it.each([
    [{ times: [1], values: [] }],
    [{ times: [2, 1], values: [1, 2] }],
    [{ times: [1], values: [Number.NaN] }],
    [{ times: ['1'], values: [1] }],
    [undefined],
  ])('is no samples: %j', (value) => {
    expect(isSeriesSamples(value)).toBe(false);
  });
});
