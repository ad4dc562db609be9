import {
  taskStates,
  type JobDetail,
  type JobOverview,
  type SlotTask,
  type Subtask,
  type TaskCounts,
  type TaskManagerDetail,
  type TaskManagerInfo,
  type Vertex,
} from '../../../src/shared/model/flink';

/** 14 November 2023, 22:13:20 UTC: a moment that golden files can name. */
export const noon = 1_700_000_000_000;

/** Counts of tasks with zero for the states that are not given. */
export function tasks(counts: Partial<TaskCounts>): TaskCounts {
  return {
    ...(Object.fromEntries(taskStates.map((state) => [state, 0])) as Record<keyof TaskCounts, number>),
    ...counts,
  };
}

/** The *Click Event Count* job, running with its four tasks for a minute. */
export function jobOverview(changes: Partial<JobOverview> = {}): JobOverview {
  return {
    id: '694d7c9d4f1f4b8e9a7e0d3c5b1a2f60',
    name: 'Click Event Count',
    state: 'RUNNING',
    startTime: noon - 60_000,
    durationMs: 60_000,
    tasks: tasks({ RUNNING: 4 }),
    totalTasks: 4,
    ...changes,
  };
}

export function vertex(changes: Partial<Vertex> = {}): Vertex {
  return {
    id: 'cbc357ccb763df2852fee8c4fc7d55f2',
    name: 'Source: ClickEvent Source',
    parallelism: 1,
    maxParallelism: 128,
    status: 'RUNNING',
    tasks: tasks({ RUNNING: 1 }),
    counters: {},
    ...changes,
  };
}

export function jobDetail(changes: Partial<JobDetail> = {}): JobDetail {
  const { id, name, state, startTime, durationMs } = jobOverview();
  return { id, name, state, startTime, durationMs, vertices: [vertex()], edges: [], ...changes };
}

export function taskManager(changes: Partial<TaskManagerInfo> = {}): TaskManagerInfo {
  return {
    id: 'taskmanager-1-1700000000',
    path: 'pekko.tcp://flink@127.0.0.1:40123/user/rpc/taskmanager_0',
    slotsTotal: 2,
    slotsFree: 1,
    lastHeartbeat: noon - 500,
    cpuCores: 2,
    physicalMemory: 16 * 2 ** 30,
    ...changes,
  };
}

/** A subtask that runs on `taskManager()`. */
export function subtask(index: number, changes: Partial<Subtask> = {}): Subtask {
  return { index, state: 'RUNNING', attempt: 0, taskManagerId: taskManager().id, counters: {}, ...changes };
}

/** The first of two subtasks of the source, in a slot. */
export function slotTask(changes: Partial<SlotTask> = {}): SlotTask {
  const { id, name } = vertex();
  return {
    vertexId: id,
    vertexName: name,
    parallelism: 2,
    index: 0,
    state: 'RUNNING',
    attempt: 0,
    ...changes,
  };
}

/** A TaskManager with one of two slots taken by the *Click Event Count* job. */
export function taskManagerDetail(changes: Partial<TaskManagerDetail> = {}): TaskManagerDetail {
  const { id: jobId, name: jobName } = jobOverview();
  return {
    id: taskManager().id,
    slotsTotal: 2,
    slotsFree: 1,
    heap: { used: 85 * 2 ** 20, max: 256 * 2 ** 20 },
    taken: [{ jobId, jobName, slots: 1, tasks: [slotTask()] }],
    ...changes,
  };
}
