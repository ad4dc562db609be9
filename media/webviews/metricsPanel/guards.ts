import type {
  MetricSeries,
  MetricsInit,
  MetricsState,
  MetricsStrings,
  SeriesSamples,
} from '../../../src/shared/protocol/metricsPanel';

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function isSeries(value: unknown): value is MetricSeries {
  if (!isFields(value)) return false;
  const { fresh, newest } = value;
  return (
    ['key', 'name', 'of', 'text'].every((name) => typeof value[name] === 'string') &&
    typeof fresh === 'boolean' &&
    typeof newest === 'number'
  );
}

export function isMetricsState(value: unknown): value is MetricsState {
  if (!isFields(value) || !Array.isArray(value['series'])) return false;
  const { series } = value;
  return series.every(isSeries) && new Set(series.map(({ key }) => key)).size === series.length;
}

const areNumbers = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'number' && Number.isFinite(each));

/** True for samples that are in the order of time. */
export function isSeriesSamples(value: unknown): value is SeriesSamples {
  if (!isFields(value)) return false;
  const { times, values } = value;
  if (!areNumbers(times) || !areNumbers(values) || times.length !== values.length) return false;
  return times.every((time, index) => index === 0 || time > (times[index - 1] ?? 0));
}

/** True for a first answer of the host; its strings are looked at by name, so that none can be missing. */
export function isMetricsInit(value: unknown): value is MetricsInit {
  if (!isFields(value)) return false;
  const { state, locale, timeZone, strings } = value;
  if (!isMetricsState(state) || typeof locale !== 'string' || !isFields(strings)) return false;
  return (timeZone === 'local' || timeZone === 'utc') && stringNames.every((name) => typeof strings[name] === 'string');
}

const stringNames = Object.keys({
  pin: true,
  unpin: true,
  pause: true,
  resume: true,
  paused: true,
  exportCsv: true,
  window: true,
  minutes: true,
  empty: true,
  noSamples: true,
  range: true,
} satisfies Readonly<Record<keyof MetricsStrings, true>>);
