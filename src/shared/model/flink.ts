import type { TaskCounters, TaskRates } from './jobReads';

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

/** States that a job does not leave: globally terminal in Flink's `JobStatus`. */
export const endedJobStates: ReadonlySet<JobState> = new Set(['FAILED', 'CANCELED', 'FINISHED']);

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
  /** When one of its tasks changed its state for the last time. */
  readonly changedAt?: number;
}

export interface Vertex {
  readonly id: string;
  readonly name: string;
  readonly parallelism: number;
  readonly maxParallelism?: number;
  readonly status: TaskState | 'unknown';
  readonly tasks: TaskCounts;
  /** Subtasks of vertices in one group share slots; absent before Flink 1.20, where there is one group unless a job says otherwise. */
  readonly slotSharingGroup?: string;
  readonly counters: TaskCounters;
  /** Known from the second read on, while its tasks run. */
  readonly rates?: TaskRates;
}

/** A stream of records from one vertex to another. */
export interface JobEdge {
  readonly from: string;
  readonly to: string;
  /** How records are distributed, by Flink's name: `FORWARD`, `HASH`, `REBALANCE`, `BROADCAST` …; absent where it does not say. */
  readonly shipStrategy?: string;
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
  /** Of the plan; none while Flink has not made one. */
  readonly edges: readonly JobEdge[];
  /** When it entered each state for the last time; those that it was never in are absent. */
  readonly stateTimes?: Readonly<Partial<Record<JobState, number>>>;
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
  /** It is the savepoint of a stop, with which the job ends: `SYNC_SAVEPOINT` of Flink's `RestAPICheckpointType`. */
  readonly endsJob?: boolean;
  readonly externalPath?: string;
  /** Milliseconds from the trigger until the last task had acknowledged it. */
  readonly durationMs?: number;
  /** Bytes of the whole state. */
  readonly sizeBytes?: number;
  /** Of a savepoint, where Flink says so. */
  readonly format?: 'canonical' | 'native';
}

/** The heap of a JVM, in bytes. */
export interface HeapUse {
  readonly used: number;
  readonly max: number;
}

/** One row of `GET /jobs/:id/vertices/:vid`: the newest attempt of a subtask. */
export interface Subtask {
  /** From 0; persons see it from 1. */
  readonly index: number;
  readonly state: TaskState | 'unknown';
  /** From 0: how often it was started anew. */
  readonly attempt: number;
  /** Absent while it has no slot. */
  readonly taskManagerId?: string;
  /** `host:port` or the host alone, as the version tells it; absent while it has no slot. */
  readonly endpoint?: string;
  readonly startTime?: number;
  readonly counters: TaskCounters;
  /** Known from the second read on, while it runs. */
  readonly rates?: TaskRates;
}

/** A subtask that holds a place in a slot, with what is to be known of its vertex. */
export interface SlotTask extends Pick<Subtask, 'index' | 'state' | 'attempt'> {
  readonly vertexId: string;
  readonly vertexName: string;
  readonly parallelism: number;
}

/** What is in one taken slot. Flink does not number slots, so their order says nothing. */
export interface SlotContent {
  readonly jobId: string;
  /** Absent when the job could not be read. */
  readonly jobName?: string;
  readonly tasks: readonly SlotTask[];
  /** How many slots these tasks share: 1, or more where Flink does not tell which of them is in which. */
  readonly slots: number;
}

/** One TaskManager with what its slots hold. */
export interface TaskManagerDetail {
  readonly id: string;
  readonly slotsTotal: number;
  readonly slotsFree: number;
  readonly heap?: HeapUse;
  /** The taken slots. */
  readonly taken: readonly SlotContent[];
}

export interface JobManagerDetail {
  readonly heap?: HeapUse;
  readonly javaVersion?: string;
}
