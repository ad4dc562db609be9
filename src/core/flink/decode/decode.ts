import * as l10n from '@vscode/l10n';
import * as z from 'zod/mini';
import { PlaygroundError } from '../../util/errors';
import { taskStates, type TaskCounts, type TaskState } from '../../../shared/model/flink';

/**
 * Reads an answer of Flink's by a schema. Schemas are tolerant where Flink's versions differ and strict where a guess would
 * change what is shown.
 * @throws PlaygroundError `protocol` naming the endpoint, with the places that do not fit as detail.
 */
export function decode<T>(schema: z.ZodMiniType<T>, endpoint: string, answer: unknown): T {
  const result = z.safeParse(schema, answer);
  if (result.success) return result.data;
  const detail = result.error.issues.map((issue) => `${issue.path.map(String).join('.')}: ${issue.message}`).join('\n');
  throw new PlaygroundError('protocol', l10n.t('Flink answered {0} in a form that is not known here.', endpoint), {
    remedy: l10n.t('Check that it is Apache Flink 1.18 or newer.'),
    detail,
  });
}

/** A whole number of at least zero: counts, sizes, parallelism. */
export const count = z.int().check(z.nonnegative());

/** A point in time in milliseconds; `-1`, Java's `Long.MIN_VALUE` and a missing field all mean "not yet". */
export const optionalTime = lenient((value): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined,
);

/** A duration in milliseconds, zero where Flink does not know one (`-1`). */
export const durationMs = lenient((value): number =>
  typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : 0,
);

/** A figure that is nice to have: absent where it is missing, `"NaN"` or negative. */
export const optionalFigure = lenient((value): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined,
);

/** The same where less than zero has a meaning. */
export const signedFigure = lenient((value): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined,
);

/** A text that is nice to have. */
export const optionalText = lenient((value): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined,
);

/** A text that must be there and say something: ids. */
export const identifier = z.string().check(z.minLength(1));

/** One of the known names, or `unknown`: a newer Flink may have more states, and a guess would be wrong. */
export function stateOf<T extends string>(known: readonly T[]): z.ZodMiniType<T | 'unknown'> {
  return mapped((value): T | 'unknown' => known.find((name) => name === value) ?? 'unknown', z.string());
}

/**
 * Tasks by state, whose keys are lower-case in `/jobs/overview` (beside `total`) and upper-case in `/jobs/:id`.
 * `total` counts tasks in states that are not known here, too.
 */
export const taskCounts: z.ZodMiniType<{ readonly counts: TaskCounts; readonly total: number }> = z.transform(
  (value: unknown, context) => {
    const counts = emptyCounts();
    let sum = 0;
    let total: number | undefined;
    if (typeof value !== 'object' || value === null) context.issues.push(noCounts(value));
    for (const [name, tasks] of Object.entries(value ?? {}) as [string, unknown][]) {
      if (typeof tasks !== 'number' || !Number.isSafeInteger(tasks) || tasks < 0) context.issues.push(noCounts(value));
      else if (name === 'total') total = tasks;
      else {
        sum += tasks;
        const state = stateNames.get(name);
        if (state !== undefined) counts[state] += tasks;
      }
    }
    return { counts, total: total ?? sum };
  },
);

const noCounts = (input: unknown): z.core.$ZodRawIssue => ({
  code: 'custom',
  message: 'Counts of tasks were expected.',
  input,
});

/** States by both ways in which they are written. */
const stateNames: ReadonlyMap<string, TaskState> = new Map(
  taskStates.flatMap((state): [string, TaskState][] => [
    [state, state],
    [state.toLowerCase(), state],
  ]),
);

function emptyCounts(): Record<TaskState, number> {
  return {
    CREATED: 0,
    SCHEDULED: 0,
    DEPLOYING: 0,
    INITIALIZING: 0,
    RUNNING: 0,
    FINISHED: 0,
    CANCELING: 0,
    CANCELED: 0,
    FAILED: 0,
    RECONCILING: 0,
  };
}

/** A schema whose values are turned into something else. */
export function mapped<T, In>(map: (value: In) => T, from: z.ZodMiniType<In>): z.ZodMiniType<T> {
  return z.pipe(from, z.transform(map));
}

/** Takes anything, also a missing field, which `map` sees as `undefined`. One step alone: an answer has thousands of these. */
function lenient<T>(map: (value: unknown) => T): z.ZodMiniType<T> {
  return z.transform(map);
}
