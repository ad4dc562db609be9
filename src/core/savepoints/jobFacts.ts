import type { ClusterOverview, JobDetail, TaskManagerInfo } from '../../shared/model/flink';
import type { CheckpointStatistics } from '../flink/decode/checkpoints';
import type { FlinkClient } from '../flink/flinkClient';

/** What has to be known of a cluster before a job is started on it. */
export interface SlotFacts {
  readonly overview: ClusterOverview;
  readonly taskManagers: readonly TaskManagerInfo[];
  /** The adaptive scheduler runs: jobs start with the slots that there are, and are rescaled in place. */
  readonly adaptive?: true;
}

/** What has to be known of a job and its cluster before something is done to it, all read at the same time. */
export interface JobFacts extends SlotFacts {
  readonly job: JobDetail;
  /** Absent where Flink keeps no account of the job's checkpoints. */
  readonly statistics?: CheckpointStatistics;
}

/** @throws PlaygroundError `notFound` when Flink does not know the job; what the REST transport throws. */
export async function readJobFacts(
  client: Pick<FlinkClient, 'job' | 'checkpoints'> & SlotClient,
  jobId: string,
  signal: AbortSignal,
): Promise<JobFacts> {
  const [job, slots, statistics] = await Promise.all([
    client.job(jobId, signal),
    readSlotFacts(client, signal),
    client.checkpoints(jobId, signal),
  ]);
  return { job, ...slots, ...(statistics === undefined ? {} : { statistics }) };
}

type SlotClient = Pick<FlinkClient, 'overview' | 'taskManagers' | 'jobManagerConfig'>;

/** Throws what the REST transport does. */
export async function readSlotFacts(client: SlotClient, signal: AbortSignal): Promise<SlotFacts> {
  const [overview, taskManagers, adaptive] = await Promise.all([
    client.overview(signal),
    client.taskManagers(signal),
    isAdaptive(client, signal),
  ]);
  return { overview, taskManagers, ...(adaptive ? { adaptive } : {}) };
}

/** Whether jobs are scheduled by the adaptive scheduler, as the JobManager's configuration says. */
export async function isAdaptive(client: Pick<FlinkClient, 'jobManagerConfig'>, signal: AbortSignal): Promise<boolean> {
  const config = await client.jobManagerConfig(signal);
  return config.some(({ key, value }) => key === 'jobmanager.scheduler' && value.toLowerCase() === 'adaptive');
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
