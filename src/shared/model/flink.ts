/** States of a job, Flink's `org.apache.flink.api.common.JobStatus`; `unknown` for a name that is not ours to know. */
export const jobStates = [
  'INITIALIZING',
  'CREATED',
  'RUNNING',
  'FAILING',
  'FAILED',
  'CANCELLING',
  'CANCELED',
  'FINISHED',
  'RESTARTING',
  'SUSPENDED',
  'RECONCILING',
] as const;
export type JobState = (typeof jobStates)[number] | 'unknown';

/** States of a task, Flink's `org.apache.flink.runtime.execution.ExecutionState`. */
export const taskStates = [
  'CREATED',
  'SCHEDULED',
  'DEPLOYING',
  'INITIALIZING',
  'RUNNING',
  'FINISHED',
  'CANCELING',
  'CANCELED',
  'FAILED',
  'RECONCILING',
] as const;
export type TaskState = (typeof taskStates)[number];
export type TaskCounts = Readonly<Record<TaskState, number>>;

/** `GET /overview`. */
export interface ClusterOverview {
  readonly flinkVersion: string;
  readonly taskManagers: number;
  readonly slotsTotal: number;
  readonly slotsAvailable: number;
}

/** One row of `GET /jobs/overview`. Times are milliseconds since the epoch. */
export interface JobOverview {
  readonly id: string;
  readonly name: string;
  readonly state: JobState;
  readonly startTime: number;
  /** Absent while the job has not ended. */
  readonly endTime?: number;
  readonly durationMs: number;
  readonly tasks: TaskCounts;
  readonly totalTasks: number;
}

export interface Vertex {
  readonly id: string;
  readonly name: string;
  readonly parallelism: number;
  readonly maxParallelism?: number;
  readonly status: TaskState | 'unknown';
  readonly tasks: TaskCounts;
}

/** `GET /jobs/:id`. */
export interface JobDetail {
  readonly id: string;
  readonly name: string;
  readonly state: JobState;
  readonly startTime: number;
  readonly endTime?: number;
  readonly durationMs: number;
  readonly vertices: readonly Vertex[];
}

/** One row of `GET /taskmanagers`. Sizes are bytes. */
export interface TaskManagerInfo {
  readonly id: string;
  readonly path: string;
  readonly slotsTotal: number;
  readonly slotsFree: number;
  /** Milliseconds since the epoch; the REST field's name says "time since" but it is a point in time. */
  readonly lastHeartbeat: number;
  readonly cpuCores?: number;
  readonly physicalMemory?: number;
}

/** A completed checkpoint or savepoint from `GET /jobs/:id/checkpoints`. */
export interface CheckpointInfo {
  readonly id: number;
  readonly isSavepoint: boolean;
  readonly triggeredAt: number;
  readonly externalPath?: string;
}
