import * as l10n from '@vscode/l10n';
import { endedJobStates, type JobDetail, type JobOverview } from '../../../shared/model/flink';
import type { FlinkClient } from '../../flink/flinkClient';
import { playground } from '../../playground';
import { waitFor } from '../../util/async';
import type { Clock } from '../../util/clock';
import { PlaygroundError } from '../../util/errors';

const runningTimeoutMs = 180_000;
const pollMs = 100;

/**
 * The *Click Event Count* job that Flink runs, whoever submitted it; when there are several the one that is known to be the
 * playground's, else the newest.
 */
export async function runningJob(
  client: Pick<FlinkClient, 'jobs'>,
  signal: AbortSignal,
  ownId?: string,
): Promise<JobOverview | undefined> {
  const jobs = await client.jobs(signal);
  const own = ownId === undefined ? undefined : newestRunning(jobs.filter(({ id }) => id === ownId));
  return own ?? newestRunning(jobs);
}

/** The newest *Click Event Count* job among them that has not ended. */
export function newestRunning(jobs: readonly JobOverview[]): JobOverview | undefined {
  return jobs
    .filter((job) => job.name === playground.job.name && !endedJobStates.has(job.state))
    .sort((a, b) => b.startTime - a.startTime)
    .at(0);
}

/**
 * Waits until every task of the job runs; `RUNNING` of the job alone says nothing, it holds while tasks wait for slots.
 * @throws PlaygroundError `process` when the job failed, `timeout`.
 */
export async function allTasksRunning(
  client: FlinkClient,
  jobId: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  await waitFor(
    async () => {
      const job = await jobOrAbsent(client, jobId, signal);
      if (job === undefined) return undefined;
      if (endedJobStates.has(job.state)) {
        throw new PlaygroundError('process', l10n.t('The job ended as {0} while it started.', job.state), {
          remedy: l10n.t('Look at the log of the JobManager, then start the playground again.'),
        });
      }
      return tasksRun(job) ? true : undefined;
    },
    { what: l10n.t('all tasks of the job to run'), timeoutMs: runningTimeoutMs, intervalMs: pollMs, signal, clock },
  );
}

/** A job as it is now; `undefined` also while Flink cannot be asked. */
export async function jobOrAbsent(
  client: FlinkClient,
  jobId: string,
  signal: AbortSignal,
): Promise<JobDetail | undefined> {
  try {
    return await client.job(jobId, signal);
  } catch (error) {
    const passing = (['notFound', 'unreachable', 'timeout'] as const).some((kind) => PlaygroundError.is(error, kind));
    if (!passing) throw error;
    signal.throwIfAborted();
    return undefined;
  }
}

function tasksRun(job: JobDetail): boolean {
  return job.vertices.length > 0 && job.vertices.every((vertex) => vertex.tasks.RUNNING === vertex.parallelism);
}
