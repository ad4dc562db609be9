import * as z from 'zod/mini';
import type { CheckpointInfo } from '../../../shared/model/flink';
import { count, decode, identifier, mapped, optionalFigure, optionalText, optionalTime } from './decode';

/** `GET /jobs/:id/checkpoints`, as far as it is used. */
export interface CheckpointStatistics {
  /** How often the job went on from a checkpoint or savepoint, in this run of the job. */
  readonly restored: number;
  readonly inProgress: number;
  readonly completed: number;
  readonly failed: number;
  /** Those that are complete and still there, as far as Flink's history reaches (10 by default), newest first. */
  readonly available: readonly CheckpointInfo[];
  /** The checkpoint or savepoint from which the job went on last. */
  readonly restoredFrom?: string;
  /** When the oldest one that is still under way was triggered, milliseconds since the epoch. */
  readonly underWaySince?: number;
}

/** How a triggered checkpoint stands: absent while under way. */
export type TriggerOutcome = { readonly checkpointId: number | undefined } | { readonly failure: string } | undefined;

/** Flink's words for a checkpoint that lies in the JobManager's memory alone. */
const notAddressable = '<checkpoint-not-externally-addressable>';

const item = z.object({
  id: count,
  status: z.string(),
  is_savepoint: z.boolean(),
  checkpoint_type: optionalText,
  trigger_timestamp: optionalTime,
  external_path: optionalText,
  discarded: z.optional(z.boolean()),
  savepointFormat: optionalText,
  end_to_end_duration: optionalFigure,
  state_size: optionalFigure,
});

const statistics = z.object({
  counts: z.object({ restored: count, in_progress: count, completed: count, failed: count }),
  latest: z.object({
    completed: z.nullish(item),
    savepoint: z.nullish(item),
    restored: z.nullish(z.object({ external_path: optionalText })),
  }),
  history: z.array(item),
});

const accepted = z.object({ 'request-id': identifier });

const failureCause = z.object({ class: optionalText, 'stack-trace': optionalText });

const trigger = mapped(
  (raw): TriggerOutcome => {
    if (raw.status.id === 'IN_PROGRESS') return undefined;
    const cause = raw.operation?.failureCause ?? raw.operation?.['failure-cause'];
    if (cause !== undefined && cause !== null) return { failure: cause['stack-trace'] ?? cause.class ?? '' };
    return { checkpointId: raw.operation?.checkpointId ?? undefined };
  },
  z.object({
    status: z.object({ id: z.enum(['IN_PROGRESS', 'COMPLETED']) }),
    operation: z.nullish(
      z.object({
        checkpointId: z.nullish(count),
        failureCause: z.nullish(failureCause),
        'failure-cause': z.nullish(failureCause),
      }),
    ),
  }),
);

/** `GET /jobs/:id/checkpoints`. */
export function decodeCheckpoints(answer: unknown): CheckpointStatistics {
  const { counts, latest, history } = decode(statistics, '/jobs/:id/checkpoints', answer);
  const available = new Map<number, CheckpointInfo>();
  for (const entry of [...history, latest.completed, latest.savepoint]) {
    if (entry === null || entry === undefined || entry.status !== 'COMPLETED' || entry.discarded === true) continue;
    available.set(entry.id, checkpoint(entry));
  }
  const underWay = history.flatMap((entry) =>
    entry.status === 'IN_PROGRESS' && entry.trigger_timestamp !== undefined ? [entry.trigger_timestamp] : [],
  );
  const restoredFrom = addressable(latest.restored?.external_path);
  return {
    restored: counts.restored,
    inProgress: counts.in_progress,
    completed: counts.completed,
    failed: counts.failed,
    available: [...available.values()].sort((a, b) => b.id - a.id),
    ...(restoredFrom === undefined ? {} : { restoredFrom }),
    ...(underWay.length === 0 ? {} : { underWaySince: Math.min(...underWay) }),
  };
}

function checkpoint(entry: z.infer<typeof item>): CheckpointInfo {
  const externalPath = addressable(entry.external_path);
  const format = (['canonical', 'native'] as const).find((known) => known === entry.savepointFormat?.toLowerCase());
  return {
    id: entry.id,
    isSavepoint: entry.is_savepoint,
    triggeredAt: entry.trigger_timestamp ?? 0,
    ...(entry.checkpoint_type === undefined ? {} : { endsJob: entry.checkpoint_type === 'SYNC_SAVEPOINT' }),
    ...(externalPath === undefined ? {} : { externalPath }),
    ...(entry.end_to_end_duration === undefined ? {} : { durationMs: entry.end_to_end_duration }),
    ...(entry.state_size === undefined ? {} : { sizeBytes: entry.state_size }),
    ...(format === undefined ? {} : { format }),
  };
}

/** Where a checkpoint lies, unless that is the JobManager's memory. */
export function addressable(path: string | undefined): string | undefined {
  return path === notAddressable ? undefined : path;
}

/** `POST /jobs/:id/checkpoints`: the id under which the outcome can be asked for. */
export function decodeTriggerId(answer: unknown): string {
  return decode(accepted, '/jobs/:id/checkpoints', answer)['request-id'];
}

/** `GET /jobs/:id/checkpoints/:triggerid`. HTTP says 200 for a failure, too. */
export function decodeTriggerOutcome(answer: unknown): TriggerOutcome {
  return decode(trigger, '/jobs/:id/checkpoints/:triggerid', answer);
}
