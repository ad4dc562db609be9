import * as z from 'zod/mini';
import { count, decode, identifier, mapped, optionalText } from './decode';

/** How a savepoint that was asked for stands: absent while it is under way. `failure` is a Java stack trace. */
export type SavepointOutcome = { readonly location: string } | { readonly failure: string } | undefined;

/** `GET /jobs/:id/config`, as far as it is used. */
export interface JobConfig {
  readonly name: string;
  /** The default of the job; -1 where Flink's own default holds. */
  readonly parallelism: number;
  /** The global job parameters, as the program gave them. */
  readonly userConfig: Readonly<Record<string, string>>;
}

/** `GET /jobs/:id/checkpoints/config`, as far as it is used. */
export interface CheckpointConfig {
  /** Milliseconds between checkpoints; `undefined` when the job makes none by itself. */
  readonly intervalMs: number | undefined;
}

/** Flink says `Long.MAX_VALUE` for "never"; a year is beyond every interval that is meant. */
const longestIntervalMs = 31_536_000_000;

/** When a subtask began to run and when it ended, as far as it did. */
export interface TaskTimes {
  readonly runningAt?: number;
  readonly endedAt?: number;
}

/** How far a savepoint or checkpoint under way is. */
export interface Acknowledged {
  readonly subtasks: number;
  readonly of: number;
}

const accepted = z.object({ 'request-id': identifier });

const failureCause = z.object({ class: optionalText, 'stack-trace': optionalText });

const outcome = mapped(
  (raw): SavepointOutcome => {
    if (raw.status.id === 'IN_PROGRESS') return undefined;
    const cause = raw.operation?.['failure-cause'];
    if (cause !== undefined && cause !== null) return { failure: cause['stack-trace'] ?? cause.class ?? '' };
    const location = raw.operation?.location;
    return location === undefined ? { failure: '' } : { location };
  },
  z.object({
    status: z.object({ id: z.enum(['IN_PROGRESS', 'COMPLETED']) }),
    operation: z.nullish(z.object({ location: optionalText, 'failure-cause': z.nullish(failureCause) })),
  }),
);

const jobConfig = mapped(
  (raw): JobConfig => ({
    name: raw.name,
    parallelism: raw['execution-config']?.['job-parallelism'] ?? -1,
    userConfig: raw['execution-config']?.['user-config'] ?? {},
  }),
  z.object({
    name: z.string(),
    'execution-config': z.nullish(
      z.object({
        'job-parallelism': z.nullish(z.int()),
        'user-config': z.nullish(z.record(z.string(), z.string())),
      }),
    ),
  }),
);

const checkpointConfig = mapped(
  (raw): CheckpointConfig => ({ intervalMs: raw.interval > longestIntervalMs ? undefined : raw.interval }),
  z.object({ interval: z.number() }),
);

const underWay = z.object({
  history: z.array(
    z.object({
      status: z.string(),
      is_savepoint: z.boolean(),
      num_subtasks: count,
      num_acknowledged_subtasks: count,
    }),
  ),
});

const taskTimes = z.object({
  subtasks: z.array(z.object({ timestamps: z.record(z.string(), z.number()) })),
});

const exceptions = z.object({
  exceptionHistory: z.nullish(z.object({ entries: z.array(z.object({ stacktrace: optionalText })) })),
  'root-exception': optionalText,
});

/** `POST /jobs/:id/savepoints` and `/jobs/:id/stop`: the id under which the outcome can be asked for. */
export function decodeSavepointTrigger(answer: unknown): string {
  return decode(accepted, '/jobs/:id/savepoints', answer)['request-id'];
}

/** `GET /jobs/:id/savepoints/:triggerid`, for savepoints and stops. HTTP says 200 for a failure, too. */
export function decodeSavepointOutcome(answer: unknown): SavepointOutcome {
  return decode(outcome, '/jobs/:id/savepoints/:triggerid', answer);
}

/** `GET /jobs/:id/config`. */
export function decodeJobConfig(answer: unknown): JobConfig {
  return decode(jobConfig, '/jobs/:id/config', answer);
}

/** `GET /jobs/:id/checkpoints/config`. */
export function decodeCheckpointConfig(answer: unknown): CheckpointConfig {
  return decode(checkpointConfig, '/jobs/:id/checkpoints/config', answer);
}

/** `GET /jobs/:id/checkpoints`: the savepoint that is being taken, if one is. Flink caches the answer. */
export function decodeSavepointUnderWay(answer: unknown): Acknowledged | undefined {
  const { history } = decode(underWay, '/jobs/:id/checkpoints', answer);
  const found = history.find((item) => item.is_savepoint && item.status === 'IN_PROGRESS');
  return found === undefined ? undefined : { subtasks: found.num_acknowledged_subtasks, of: found.num_subtasks };
}

/**
 * `GET /jobs/:id/vertices/:vid/subtasktimes`: when each subtask came into each state of its last attempt, milliseconds since the
 * epoch by the JobManager's clock.
 */
export function decodeTaskTimes(answer: unknown): readonly TaskTimes[] {
  const { subtasks } = decode(taskTimes, '/jobs/:id/vertices/:vid/subtasktimes', answer);
  return subtasks.map(({ timestamps }) => {
    const ended = ['FINISHED', 'CANCELED', 'FAILED'].map((state) => timestamps[state] ?? 0);
    const endedAt = Math.max(...ended);
    const runningAt = timestamps['RUNNING'] ?? 0;
    return { ...(runningAt > 0 ? { runningAt } : {}), ...(endedAt > 0 ? { endedAt } : {}) };
  });
}

/** `GET /jobs/:id/exceptions`: the stack trace of the newest one, of a server that may be anybody's. */
export function decodeNewestException(answer: unknown): string | undefined {
  const raw = decode(exceptions, '/jobs/:id/exceptions', answer);
  return raw.exceptionHistory?.entries[0]?.stacktrace ?? raw['root-exception'];
}
