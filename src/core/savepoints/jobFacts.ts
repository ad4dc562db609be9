import type { ClusterOverview, JobDetail, TaskManagerInfo } from '../../shared/model/flink';
import type { CheckpointStatistics } from '../flink/decode/checkpoints';
import type { FlinkClient } from '../flink/flinkClient';

/** What has to be known of a cluster before a job is started on it. */
export interface SlotFacts {
  readonly overview: ClusterOverview;
  readonly taskManagers: readonly TaskManagerInfo[];
}

/** What has to be known of a job and its cluster before something is done to it, all read at the same time. */
export interface JobFacts extends SlotFacts {
  readonly job: JobDetail;
  /** Absent where Flink keeps no account of the job's checkpoints. */
  readonly statistics?: CheckpointStatistics;
}

/** @throws PlaygroundError `notFound` when Flink does not know the job; what the REST transport throws. */
export async function readJobFacts(
  client: Pick<FlinkClient, 'job' | 'overview' | 'taskManagers' | 'checkpoints'>,
  jobId: string,
  signal: AbortSignal,
): Promise<JobFacts> {
  const [job, overview, taskManagers, statistics] = await Promise.all([
    client.job(jobId, signal),
    client.overview(signal),
    client.taskManagers(signal),
    client.checkpoints(jobId, signal),
  ]);
  return { job, overview, taskManagers, ...(statistics === undefined ? {} : { statistics }) };
}

/** Throws what the REST transport does. */
export async function readSlotFacts(
  client: Pick<FlinkClient, 'overview' | 'taskManagers'>,
  signal: AbortSignal,
): Promise<SlotFacts> {
  const [overview, taskManagers] = await Promise.all([client.overview(signal), client.taskManagers(signal)]);
  return { overview, taskManagers };
}

/** The widest operator: with slots shared by all of them, as many slots as the job holds while it runs. */
export function parallelismOf({ vertices }: Pick<JobDetail, 'vertices'>): number {
  return Math.max(1, ...vertices.map(({ parallelism }) => parallelism));
}

/** The most parts into which the state of every operator can be split; absent where Flink does not say. */
export function maxParallelismOf({ vertices }: Pick<JobDetail, 'vertices'>): number | undefined {
  const known = vertices.flatMap(({ maxParallelism }) =>
    maxParallelism === undefined || maxParallelism < 1 ? [] : [maxParallelism],
  );
  return known.length === 0 ? undefined : Math.min(...known);
}

/** Slots that the job holds now and gives back when it stops: none while its tasks wait for them. */
export function heldSlots({ job }: Pick<JobFacts, 'job'>): number {
  const widest = job.vertices.map(({ tasks }) => tasks.RUNNING + tasks.INITIALIZING + tasks.DEPLOYING + tasks.FINISHED);
  return Math.max(0, ...widest);
}
