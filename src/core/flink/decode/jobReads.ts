import * as z from 'zod/mini';
import { taskStates, type Subtask } from '../../../shared/model/flink';
import type {
  CheckpointConfiguration,
  CheckpointEntry,
  CheckpointHistory,
  ExceptionHistory,
  JobException,
  MetricValue,
  RestoredCheckpoint,
  SubtaskWatermark,
  TaskCounters,
} from '../../../shared/model/jobReads';
import {
  count,
  decode,
  durationMs,
  identifier,
  mapped,
  optionalFigure,
  optionalText,
  optionalTime,
  stateOf,
} from './decode';
import { optional } from '../../util/optional';
import { addressable } from './checkpoints';

/** `Long.MAX_VALUE`: an interval that never ends, a watermark behind which nothing comes. JSON cannot hold it exactly. */
const longMax = 9_223_372_036_854_775_000;

/**
 * The counters of a vertex or subtask; none where the answer has none. `-complete` is false until every subtask has reported: what
 * is there then is less than the truth, but not wrong. Without a schema, because an answer may have thousands of them.
 */
export const optionalCounters = z.transform((raw: unknown): TaskCounters => {
  const counters: { -readonly [K in keyof TaskCounters]: TaskCounters[K] } = {};
  if (typeof raw !== 'object' || raw === null) return counters;
  for (const [counter, name] of counterNames) {
    const value: unknown = Reflect.get(raw, name);
    if (typeof value === 'number' && Number.isFinite(value) && value >= 0) counters[counter] = value;
  }
  return counters;
});

const counterNames: readonly (readonly [keyof TaskCounters, string])[] = [
  ['recordsIn', 'read-records'],
  ['recordsOut', 'write-records'],
  ['bytesIn', 'read-bytes'],
  ['bytesOut', 'write-bytes'],
  ['busyMs', 'accumulated-busy-time'],
  ['backPressuredMs', 'accumulated-backpressured-time'],
  ['idleMs', 'accumulated-idle-time'],
];

const subtask = mapped(
  (raw): Subtask => ({
    index: raw.subtask,
    attempt: raw.attempt ?? 0,
    state: raw.status,
    ...optional('endpoint', assigned(raw.endpoint ?? raw.host)),
    ...optional('taskManagerId', assigned(raw['taskmanager-id'])),
    ...optional('startTime', raw['start-time']),
    counters: raw.metrics,
  }),
  z.object({
    subtask: count,
    attempt: optionalFigure,
    status: stateOf(taskStates),
    endpoint: optionalText,
    host: optionalText,
    'taskmanager-id': optionalText,
    'start-time': optionalTime,
    metrics: optionalCounters,
  }),
);

const vertex = z.object({ subtasks: z.array(subtask) });

const checkpoint = mapped(
  (raw): CheckpointEntry => ({
    id: raw.id,
    status: raw.status,
    isSavepoint: raw.is_savepoint,
    ...optional('type', raw.checkpoint_type),
    triggeredAt: raw.trigger_timestamp ?? 0,
    durationMs: raw.end_to_end_duration,
    ...optional('stateSize', raw.state_size),
    ...optional('checkpointedSize', raw.checkpointed_size),
    subtasks: raw.num_subtasks ?? 0,
    acknowledged: raw.num_acknowledged_subtasks ?? 0,
    ...optional('externalPath', addressable(raw.external_path)),
    discarded: raw.discarded === true,
    ...optional('failureMessage', raw.failure_message),
  }),
  z.object({
    id: count,
    status: stateOf(['IN_PROGRESS', 'COMPLETED', 'FAILED']),
    is_savepoint: z.boolean(),
    checkpoint_type: optionalText,
    trigger_timestamp: optionalTime,
    end_to_end_duration: durationMs,
    state_size: optionalFigure,
    checkpointed_size: optionalFigure,
    num_subtasks: optionalFigure,
    num_acknowledged_subtasks: optionalFigure,
    external_path: optionalText,
    discarded: z.nullish(z.boolean()),
    failure_message: optionalText,
  }),
);

const restored = mapped(
  (raw): RestoredCheckpoint => ({
    id: raw.id,
    restoredAt: raw.restore_timestamp ?? 0,
    isSavepoint: raw.is_savepoint,
    ...optional('externalPath', addressable(raw.external_path)),
  }),
  z.object({ id: count, restore_timestamp: optionalTime, is_savepoint: z.boolean(), external_path: optionalText }),
);

const checkpoints = mapped(
  (raw): CheckpointHistory => ({
    counts: {
      restored: raw.counts.restored,
      total: raw.counts.total,
      inProgress: raw.counts.in_progress,
      completed: raw.counts.completed,
      failed: raw.counts.failed,
    },
    ...optional('restored', raw.latest.restored ?? undefined),
    ...optional('latestFailed', raw.latest.failed ?? undefined),
    ...optional('latestSavepoint', raw.latest.savepoint ?? undefined),
    ...optional('latestCompleted', raw.latest.completed ?? undefined),
    entries: raw.history.toSorted((a, b) => b.id - a.id),
  }),
  z.object({
    counts: z.object({ restored: count, total: count, in_progress: count, completed: count, failed: count }),
    latest: z.object({
      completed: z.nullish(checkpoint),
      savepoint: z.nullish(checkpoint),
      failed: z.nullish(checkpoint),
      restored: z.nullish(restored),
    }),
    history: z.array(checkpoint),
  }),
);

const checkpointConfiguration = mapped(
  (raw): CheckpointConfiguration => ({
    mode: raw.mode.toLowerCase(),
    ...optional('intervalMs', raw.interval >= longMax ? undefined : raw.interval),
    timeoutMs: raw.timeout,
    minPauseMs: raw.min_pause,
    maxConcurrent: raw.max_concurrent,
    retained: raw.externalization.enabled && !raw.externalization.delete_on_cancellation,
    ...optional('unaligned', raw.unaligned_checkpoints ?? undefined),
    ...optional('stateBackend', raw.state_backend),
    ...optional('storage', raw.checkpoint_storage),
  }),
  z.object({
    mode: z.string(),
    interval: z.number(),
    timeout: z.number(),
    min_pause: z.number(),
    max_concurrent: z.number(),
    externalization: z.object({ enabled: z.boolean(), delete_on_cancellation: z.boolean() }),
    unaligned_checkpoints: z.nullish(z.boolean()),
    state_backend: optionalText,
    checkpoint_storage: optionalText,
  }),
);

const exceptionFields = {
  exceptionName: z.string(),
  stacktrace: z.string(),
  timestamp: optionalTime,
  taskName: optionalText,
  endpoint: optionalText,
  location: optionalText,
  taskManagerId: optionalText,
};

const plainException = z.object(exceptionFields);

const exceptions = mapped(
  (raw): ExceptionHistory => ({
    entries: raw.exceptionHistory.entries.map((entry) =>
      exceptionOf(
        entry,
        entry.concurrentExceptions?.map((concurrent) => exceptionOf(concurrent, [])),
      ),
    ),
    truncated: raw.exceptionHistory.truncated,
  }),
  z.object({
    exceptionHistory: z.object({
      entries: z.array(z.object({ ...exceptionFields, concurrentExceptions: z.nullish(z.array(plainException)) })),
      truncated: z.boolean(),
    }),
  }),
);

const watermarks = z.array(
  mapped(
    (raw): SubtaskWatermark => {
      const index = Number.parseInt(raw.id, 10);
      const value = Number(raw.value);
      // Before the first watermark Flink says `Long.MIN_VALUE`, after the last one `Long.MAX_VALUE`.
      const known = Number.isFinite(value) && Math.abs(value) < longMax;
      return { index: Number.isNaN(index) ? 0 : index, ...(known ? { watermark: value } : {}) };
    },
    z.object({ id: identifier, value: z.string() }),
  ),
);

const metricIds = z.array(z.object({ id: identifier }));
const metricValues = z.array(z.object({ id: identifier, value: z.string() }));

/** `GET /jobs/:id/vertices/:vid`, in the order of the subtasks. */
export function decodeSubtasks(answer: unknown): readonly Subtask[] {
  return decode(vertex, '/jobs/:id/vertices/:vid', answer).subtasks.toSorted((a, b) => a.index - b.index);
}

/** `GET /jobs/:id/checkpoints`. */
export function decodeCheckpointHistory(answer: unknown): CheckpointHistory {
  return decode(checkpoints, '/jobs/:id/checkpoints', answer);
}

/** `GET /jobs/:id/checkpoints/config`. */
export function decodeCheckpointConfiguration(answer: unknown): CheckpointConfiguration {
  return decode(checkpointConfiguration, '/jobs/:id/checkpoints/config', answer);
}

/** `GET /jobs/:id/exceptions`. */
export function decodeExceptions(answer: unknown): ExceptionHistory {
  return decode(exceptions, '/jobs/:id/exceptions', answer);
}

/** `GET /jobs/:id/vertices/:vid/watermarks`: an empty list for a source, which has no input. */
export function decodeWatermarks(answer: unknown): readonly SubtaskWatermark[] {
  return decode(watermarks, '/jobs/:id/vertices/:vid/watermarks', answer).toSorted((a, b) => a.index - b.index);
}

/** A metrics endpoint without `get`: the names, sorted. */
export function decodeMetricNames(answer: unknown): readonly string[] {
  return decode(metricIds, '/metrics', answer)
    .map(({ id }) => id)
    .toSorted((a, b) => a.localeCompare(b));
}

/** A metrics endpoint with `get`: those of the metrics that are there. */
export function decodeMetricValues(answer: unknown): readonly MetricValue[] {
  return decode(metricValues, '/metrics?get=', answer);
}

function exceptionOf(raw: z.infer<typeof plainException>, concurrent: readonly JobException[] = []): JobException {
  return {
    name: raw.exceptionName,
    stackTrace: raw.stacktrace,
    at: raw.timestamp ?? 0,
    ...optional('taskName', raw.taskName),
    // 2.x says `endpoint`, 1.x `location`; both write "(unassigned)" where no slot was.
    ...optional('endpoint', assigned(raw.endpoint ?? raw.location)),
    ...optional('taskManagerId', assigned(raw.taskManagerId)),
    concurrent,
  };
}

function assigned(place: string | undefined): string | undefined {
  return place === '(unassigned)' ? undefined : place;
}
