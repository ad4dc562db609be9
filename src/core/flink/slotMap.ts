import type { JobDetail, SlotContent, SlotTask, Subtask, TaskManagerDetail, TaskState } from '../../shared/model/flink';
import { PlaygroundError } from '../util/errors';
import type { TaskManagerStatus } from './decode/taskManagers';
import type { FlinkClient } from './flinkClient';

/** Each vertex costs a call; a job with more of them is shown in part. */
const mostVertices = 40;

/** States in which a subtask holds its place in a slot. */
const holding: ReadonlySet<TaskState | 'unknown'> = new Set(['DEPLOYING', 'INITIALIZING', 'RUNNING', 'CANCELING']);

/** A job with its subtasks by the id of their vertex. */
export interface PlacedJob {
  readonly job: JobDetail;
  readonly subtasks: ReadonlyMap<string, readonly Subtask[]>;
}

/** What reading a TaskManager's slots needs of Flink. */
export type SlotClient = Pick<FlinkClient, 'job'> & {
  readonly machines: Pick<FlinkClient['machines'], 'taskManager' | 'subtasks'>;
};

/** Reads a TaskManager and, for each job that has a slot on it, where the job's subtasks are. */
export async function readTaskManager(client: SlotClient, id: string, signal: AbortSignal): Promise<TaskManagerDetail> {
  const status = await client.machines.taskManager(id, signal);
  const jobIds = [...new Set(status.allocatedTo)];
  const placed = await Promise.all(jobIds.map((jobId) => readPlaces(client, jobId, signal)));
  const { slotsTotal, slotsFree, heap } = status;
  return {
    id,
    slotsTotal,
    slotsFree,
    ...(heap === undefined ? {} : { heap }),
    taken: takenSlots(status, new Map(placed.flatMap((job) => (job === undefined ? [] : [[job.job.id, job]])))),
  };
}

/** `undefined` for a job that Flink does not know any more: it has just ended. */
async function readPlaces(client: SlotClient, jobId: string, signal: AbortSignal): Promise<PlacedJob | undefined> {
  try {
    const job = await client.job(jobId, signal);
    const vertices = job.vertices.slice(0, mostVertices);
    const subtasks = await Promise.all(vertices.map(({ id }) => client.machines.subtasks(jobId, id, signal)));
    return { job, subtasks: new Map(vertices.map(({ id }, index) => [id, subtasks[index] ?? []])) };
  } catch (error) {
    if (PlaygroundError.is(error, 'notFound')) return undefined;
    throw error;
  }
}

/**
 * Which subtasks sit together in which slot. Flink tells the TaskManager of a subtask and the job of a slot, but not the slot
 * of a subtask: a slot holds at most one subtask of each vertex of a slot sharing group, those with the same number where
 * vertices have the same parallelism. When that adds up to the slots that the job has here it is how they sit; when it does
 * not, the tasks are given together, with how many slots they share.
 */
export function takenSlots(
  { id, allocatedTo }: Pick<TaskManagerStatus, 'id' | 'allocatedTo'>,
  jobs: ReadonlyMap<string, PlacedJob>,
): readonly SlotContent[] {
  const slotsOf = new Map<string, number>();
  for (const jobId of allocatedTo) slotsOf.set(jobId, (slotsOf.get(jobId) ?? 0) + 1);
  const inOrder = [...slotsOf].sort(([a], [b]) => a.localeCompare(b));
  return inOrder.flatMap(([jobId, slots]) => {
    const placed = jobs.get(jobId);
    if (placed === undefined) return empty({ jobId }, slots);
    const named = { jobId, jobName: placed.job.name };
    const groups = together(placed, id);
    if (groups.length > slots) return [{ ...named, slots, tasks: groups.flat() }];
    return [...groups.map((tasks) => ({ ...named, slots: 1, tasks })), ...empty(named, slots - groups.length)];
  });
}

/** Subtasks on one TaskManager by slot sharing group and number. */
function together({ job, subtasks }: PlacedJob, taskManagerId: string): readonly (readonly SlotTask[])[] {
  const groups = new Map<string, { readonly index: number; readonly tasks: SlotTask[] }>();
  for (const { id, name, parallelism, slotSharingGroup = '' } of job.vertices) {
    for (const { index, state, attempt, taskManagerId: at } of subtasks.get(id) ?? []) {
      if (at !== taskManagerId || !holding.has(state)) continue;
      const key = `${slotSharingGroup}/${index}`;
      const group = groups.get(key) ?? { index, tasks: [] };
      group.tasks.push({ index, state, attempt, vertexId: id, vertexName: name, parallelism });
      groups.set(key, group);
    }
  }
  return [...groups.values()].sort((a, b) => a.index - b.index).map(({ tasks }) => tasks);
}

/** Slots that a job has and does not use, or not yet. */
function empty(job: Pick<SlotContent, 'jobId' | 'jobName'>, count: number): readonly SlotContent[] {
  return Array.from({ length: count }, () => ({ ...job, slots: 1, tasks: [] }));
}
