import { endedJobStates, type JobDetail, type JobState } from '../../shared/model/flink';
import { PlaygroundError } from '../util/errors';
import type { FlinkClient } from './flinkClient';

/** How many slots a job takes when all of it runs. */
export interface SlotNeed {
  readonly jobId: string;
  readonly jobName: string;
  readonly slots: number;
}

/** What the jobs of a cluster need, and what one more TaskManager brings. */
export interface SlotNeeds {
  /** Of jobs that have not ended. */
  readonly jobs: readonly SlotNeed[];
  /** 0 while no TaskManager is registered, so that nobody can tell. */
  readonly slotsPerTaskManager: number;
}

const over: ReadonlySet<JobState> = new Set([...endedJobStates, 'CANCELLING']);

/** Asks Flink what its jobs need now. Throws what the client does. */
export async function readSlotNeeds(
  client: Pick<FlinkClient, 'jobs' | 'job' | 'taskManagers'>,
  signal: AbortSignal,
): Promise<SlotNeeds> {
  const [jobs, taskManagers] = await Promise.all([client.jobs(signal), client.taskManagers(signal)]);
  const active = jobs.filter(({ state }) => !over.has(state));
  const details = await Promise.all(active.map(({ id }) => jobOrUndefined(client, id, signal)));
  return {
    jobs: details.flatMap((job) =>
      job === undefined || over.has(job.state) ? [] : [{ jobId: job.id, jobName: job.name, slots: slotsOf(job) }],
    ),
    slotsPerTaskManager: Math.max(0, ...taskManagers.map(({ slotsTotal }) => slotsTotal)),
  };
}

/**
 * The slots that a job takes: as many as the widest vertex of a slot sharing group has subtasks, for each group.
 * One group unless the job says otherwise (`org.apache.flink.runtime.jobmanager.scheduler.SlotSharingGroup`).
 */
export function slotsOf({ vertices }: Pick<JobDetail, 'vertices'>): number {
  const widest = new Map<string, number>();
  for (const { slotSharingGroup = '', parallelism } of vertices) {
    widest.set(slotSharingGroup, Math.max(widest.get(slotSharingGroup) ?? 0, parallelism));
  }
  return [...widest.values()].reduce((sum, slots) => sum + slots, 0);
}

/** `undefined` for a job that ended between two answers and is forgotten. */
async function jobOrUndefined(
  client: Pick<FlinkClient, 'job'>,
  id: string,
  signal: AbortSignal,
): Promise<JobDetail | undefined> {
  try {
    return await client.job(id, signal);
  } catch (error) {
    if (PlaygroundError.is(error, 'notFound')) return undefined;
    throw error;
  }
}
