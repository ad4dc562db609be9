import * as z from 'zod/mini';
import type { VertexFigures } from '../../../shared/model/jobReads';
import { optional } from '../../util/optional';
import { decode, identifier, optionalFigure, signedFigure } from './decode';

/** Beyond what dates reach: `Long.MIN_VALUE` before the first watermark, `Long.MAX_VALUE` after the last. */
const latestTime = 8.64e15;

/** The metrics of which the figures are made; task metrics of all versions since 1.13. */
export const figureMetrics = [
  'currentInputWatermark',
  'numRecordsIn',
  'numRecordsOut',
  'busyTimeMsPerSecond',
  'backPressuredTimeMsPerSecond',
] as const;

const aggregated = z.array(
  z.object({ id: identifier, min: signedFigure, max: optionalFigure, sum: optionalFigure, skew: optionalFigure }),
);

/** `GET /jobs/:id/vertices/:vid/subtasks/metrics?get=` without `agg`, which answers every aggregation that the version has. */
export function decodeVertexFigures(answer: unknown): VertexFigures {
  const metrics = decode(aggregated, '/jobs/:id/vertices/:vid/subtasks/metrics', answer);
  const of = (name: (typeof figureMetrics)[number]): (typeof metrics)[number] | undefined =>
    metrics.find(({ id }) => id === name);
  const watermark = of('currentInputWatermark')?.min;
  const known = watermark !== undefined && Math.abs(watermark) <= latestTime;
  // Sources have no input of Flink's: there it is their output that may be uneven.
  const counted = [of('numRecordsIn'), of('numRecordsOut')].find((metric) => (metric?.sum ?? 0) > 0);
  return {
    ...(known ? { lowWatermark: watermark } : {}),
    ...optional('skew', share(counted?.skew, 100)),
    ...optional('mostBusy', share(of('busyTimeMsPerSecond')?.max, 1000)),
    ...optional('mostBackPressured', share(of('backPressuredTimeMsPerSecond')?.max, 1000)),
  };
}

function share(value: number | undefined, whole: number): number | undefined {
  return value === undefined ? undefined : Math.min(1, value / whole);
}
