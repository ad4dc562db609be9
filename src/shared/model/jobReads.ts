/** Counters of a task or vertex since it started; times are summed over its subtasks. Absent: not measured (yet). */
export interface TaskCounters {
  readonly recordsIn?: number;
  readonly recordsOut?: number;
  readonly bytesIn?: number;
  readonly bytesOut?: number;
  /** Milliseconds. */
  readonly busyMs?: number;
  readonly backPressuredMs?: number;
  readonly idleMs?: number;
}

/** What tasks do now, averaged over the last seconds. Shares are 0 to 1 of the time, averaged over the subtasks. */
export interface TaskRates {
  readonly recordsInPerSecond?: number;
  readonly recordsOutPerSecond?: number;
  readonly bytesInPerSecond?: number;
  readonly bytesOutPerSecond?: number;
  readonly busy?: number;
  readonly backPressured?: number;
  readonly idle?: number;
}

/** One checkpoint of `GET /jobs/:id/checkpoints`. Sizes are bytes, times milliseconds since the epoch. */
export interface CheckpointEntry {
  readonly id: number;
  readonly status: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED' | 'unknown';
  readonly isSavepoint: boolean;
  /** `CHECKPOINT`, `SAVEPOINT`, `SYNC_SAVEPOINT`, `UNALIGNED_CHECKPOINT`; absent where the version does not say. */
  readonly type?: string;
  readonly triggeredAt: number;
  readonly durationMs: number;
  readonly stateSize?: number;
  readonly checkpointedSize?: number;
  readonly subtasks: number;
  readonly acknowledged: number;
  readonly externalPath?: string;
  /** Its files are gone: a newer one took its place. */
  readonly discarded: boolean;
  readonly failureMessage?: string;
}

/** The checkpoint or savepoint from which a job went on. */
export interface RestoredCheckpoint {
  readonly id: number;
  readonly restoredAt: number;
  readonly isSavepoint: boolean;
  readonly externalPath?: string;
}

/** `GET /jobs/:id/checkpoints` as a whole. */
export interface CheckpointHistory {
  readonly counts: {
    readonly restored: number;
    readonly total: number;
    readonly inProgress: number;
    readonly completed: number;
    readonly failed: number;
  };
  readonly restored?: RestoredCheckpoint;
  readonly latestFailed?: CheckpointEntry;
  readonly latestSavepoint?: CheckpointEntry;
  readonly latestCompleted?: CheckpointEntry;
  /** Newest first, as many as Flink keeps (10 unless configured). */
  readonly entries: readonly CheckpointEntry[];
}

/** `GET /jobs/:id/checkpoints/config`. */
export interface CheckpointConfiguration {
  readonly mode: string;
  /** Absent: no periodic checkpoints (Flink answers `Long.MAX_VALUE`). */
  readonly intervalMs?: number;
  readonly timeoutMs: number;
  readonly minPauseMs: number;
  readonly maxConcurrent: number;
  /** Kept when the job is cancelled. */
  readonly retained: boolean;
  readonly unaligned?: boolean;
  readonly stateBackend?: string;
  readonly storage?: string;
}

/** An entry of `GET /jobs/:id/exceptions`. */
export interface JobException {
  /** `org.apache.flink.runtime.JobException`; the class alone. */
  readonly name: string;
  /** The stack trace, with every cause. */
  readonly stackTrace: string;
  readonly at: number;
  /** Absent: the exception belongs to no single task. */
  readonly taskName?: string;
  readonly endpoint?: string;
  readonly taskManagerId?: string;
  /** Failures of other tasks that came with this one. */
  readonly concurrent: readonly JobException[];
}

export interface ExceptionHistory {
  /** Newest first. */
  readonly entries: readonly JobException[];
  /** There were more than Flink keeps or was asked for. */
  readonly truncated: boolean;
}

/** Event time that a subtask has reached: milliseconds since the epoch; absent before the first and after the last watermark. */
export interface SubtaskWatermark {
  readonly index: number;
  readonly watermark?: number;
}

/** What the subtasks of a vertex tell together, beyond its counters. Absent: not measured (yet). */
export interface VertexFigures {
  /** The event time that all subtasks have reached, milliseconds since the epoch; sources have none. */
  readonly lowWatermark?: number;
  /** How unevenly records came to the subtasks so far: 0 is even, 1 is all to one of very many (Flink's FLIP-418). */
  readonly skew?: number;
  /** Shares of 0 to 1 of the subtask that has the most of it. */
  readonly mostBusy?: number;
  readonly mostBackPressured?: number;
}

/** A metric and its value as Flink writes it: numbers as text, `NaN` and paths among them. */
export interface MetricValue {
  readonly id: string;
  readonly value: string;
}

/** What keeps a job from running, as far as it can be said. */
export interface JobTrouble {
  /** Absent while the job's vertices are not known; `there`: slots that it could have, absent where other jobs take some. */
  readonly slots?: { readonly needed: number; readonly there?: number };
  readonly restarts?: RestartLoop;
}

/** A job that fails, is restarted and fails again. */
export interface RestartLoop {
  readonly times: number;
  readonly withinMs: number;
  readonly cause: { readonly label: string; readonly message: string };
}
