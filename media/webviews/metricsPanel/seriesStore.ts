import type { SeriesSamples } from '../../../src/shared/protocol/metricsPanel';

/** As many as the host keeps: an hour at the usual interval. */
const mostSamples = 1800;
/** Without samples for so long nobody looked, or Flink did not answer: no line is drawn across. */
const shortestGapMs = 10_000;

/** Asks for the samples of one metric after a time. */
export type SampleSource = (after: number) => Promise<SeriesSamples>;

/** The samples of one metric as far as the page has them. */
export class SeriesStore {
  times: readonly number[] = [];
  values: readonly number[] = [];
  #asking = false;

  constructor(private readonly source: SampleSource) {}

  /** Gets what is missing up to the newest sample; true when something came. One question at a time. */
  async follow(newest: number): Promise<boolean> {
    const last = this.times.at(-1) ?? Number.MIN_SAFE_INTEGER;
    if (this.#asking || newest <= last) return false;
    this.#asking = true;
    try {
      const { times, values } = await this.source(last);
      const fresh = times.findIndex((time) => time > last);
      if (fresh < 0) return false;
      this.times = [...this.times, ...times.slice(fresh)].slice(-mostSamples);
      this.values = [...this.values, ...values.slice(fresh)].slice(-mostSamples);
      return true;
    } finally {
      this.#asking = false;
    }
  }
}

/** Samples of a stretch of time, with one before it so that the line begins at its edge, and a break where none were taken. */
export function drawnSamples(
  { times, values }: SeriesSamples,
  from: number,
  to: number,
): { readonly seconds: readonly number[]; readonly values: readonly (number | null)[] } {
  const seconds: number[] = [];
  const drawn: (number | null)[] = [];
  let before: number | undefined;
  const inside = times.findIndex((time) => time >= from);
  const first = inside < 0 ? times.length : Math.max(0, inside - 1);
  const distances = times.slice(1).map((time, index) => time - (times[index] ?? time));
  const usual = distances.toSorted((a, b) => a - b)[Math.floor(distances.length / 2)] ?? 0;
  const gap = Math.max(shortestGapMs, usual * 4);
  for (let index = first; index < times.length; index++) {
    const time = times[index] ?? 0;
    if (time > to) break;
    if (before !== undefined && time - before > gap) {
      seconds.push((before + 1) / 1000);
      drawn.push(null);
    }
    seconds.push(time / 1000);
    drawn.push(values[index] ?? 0);
    before = time;
  }
  return { seconds, values: drawn };
}
