import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as l10n from '@vscode/l10n';
import type { JobDetail, JobOverview, JobState } from '../../../shared/model/flink';
import type { FlinkClient } from '../../flink/flinkClient';
import { playground } from '../../playground';
import { waitFor } from '../../util/async';
import type { Clock } from '../../util/clock';
import { messageOf, PlaygroundError } from '../../util/errors';
import { isCheckpoint, newestCheckpoint, newestCheckpointOfAny } from './checkpoints';
import { jobArguments } from './commandLines';
import { pipelineClasspaths } from './flinkConfig';
import type { OwnJar } from '../common/ownJar';
import type { LocalServices } from './services';
import type { Session } from './session';

const endedStates: ReadonlySet<JobState> = new Set(['FAILED', 'CANCELED', 'FINISHED']);
const runningTimeoutMs = 180_000;
const endTimeoutMs = 15_000;
const pollMs = 100;

/** The *Click Event Count* job that Flink runs, whoever submitted it; the newest when there are several. */
export async function runningJob(client: FlinkClient, signal: AbortSignal): Promise<JobOverview | undefined> {
  const jobs = await client.jobs(signal);
  return jobs
    .filter((job) => job.name === playground.job.name && !endedStates.has(job.state))
    .sort((a, b) => b.startTime - a.startTime)
    .at(0);
}

/** Uploads the jar, unless Flink has one of this content from an earlier start. */
export async function provideJar(client: FlinkClient, jar: OwnJar, signal: AbortSignal): Promise<string> {
  const present = (await client.jars(signal)).find(({ name }) => name === jar.name);
  return present?.id ?? (await client.uploadJar(jar.path, jar.name, signal));
}

/** Where the next job goes on: the newest complete checkpoint of the recorded job, else the one it came from itself. */
async function newestState(services: LocalServices, session: Session): Promise<string | undefined> {
  const { checkpoints } = services.paths.profile(session.profileName);
  const { job } = session.profile;
  if (job === undefined) return newestCheckpointOfAny(checkpoints);
  const newest = await newestCheckpoint(checkpoints, job.id);
  if (newest !== undefined) return newest;
  return job.restoredFrom !== undefined && (await isCheckpoint(job.restoredFrom)) ? job.restoredFrom : undefined;
}

export interface Submission {
  readonly jobId: string;
  readonly restoredFrom?: string;
}

/**
 * Runs the job, from the newest checkpoint where there is one. The id is ours and recorded before, so that the job is known
 * whatever happens to Flink's answer.
 */
export async function submitJob(
  services: LocalServices,
  session: Session,
  client: FlinkClient,
  jarId: string,
  connector: readonly string[],
  signal: AbortSignal,
): Promise<Submission> {
  const run = session.requireRun();
  const { variant, parallelism } = run.options;
  const newest = await newestState(services, session);
  // A job without checkpoints begins anew: restored from one, a failover would go back to it again and again.
  const restoredFrom = variant.checkpointing ? newest : undefined;
  const jobId = randomBytes(16).toString('hex');
  const { job: previous, retiredJobs } = session.profile;
  await session.updateProfile({
    job: {
      id: jobId,
      checkpointing: variant.checkpointing,
      eventTime: variant.eventTime,
      // Recorded in any case: until this job runs, the one after it goes on from there.
      ...(newest === undefined ? {} : { restoredFrom: newest }),
    },
    retiredJobs: previous === undefined ? retiredJobs : [...retiredJobs, previous.id],
  });
  const request = {
    entryClass: playground.job.entryClass,
    programArgs: jobArguments(variant, run.ports.broker),
    parallelism,
    jobId,
    savepointPath: restoredFrom,
    flinkConfiguration: { 'pipeline.classpaths': pipelineClasspaths(connector) },
  };
  await repeatedOnce(() => client.runJar(jarId, request, signal), signal);
  return { jobId, ...(restoredFrom === undefined ? {} : { restoredFrom }) };
}

/**
 * Says that the job really runs. One without checkpoints has begun anew, and the state of the job before it belongs to the past
 * from now on.
 */
export async function jobRuns(session: Session, jobId: string): Promise<void> {
  const { job } = session.profile;
  if (job?.id !== jobId || job.checkpointing || job.restoredFrom === undefined) return;
  const { restoredFrom: _past, ...rest } = job;
  await session.updateProfile({ job: rest });
}

/** A lost answer is asked for once more; with our own id that is safe. */
async function repeatedOnce(submit: () => Promise<unknown>, signal: AbortSignal): Promise<void> {
  try {
    await submit();
  } catch (error) {
    signal.throwIfAborted();
    if (!PlaygroundError.is(error, 'timeout') && !PlaygroundError.is(error, 'unreachable')) throw error;
    await submit();
  }
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
      if (endedStates.has(job.state)) {
        throw new PlaygroundError('process', l10n.t('The job ended as {0} while it started.', job.state), {
          remedy: l10n.t('Look at the log of the JobManager, then start the playground again.'),
        });
      }
      return tasksRun(job) ? true : undefined;
    },
    { what: l10n.t('all tasks of the job to run'), timeoutMs: runningTimeoutMs, intervalMs: pollMs, signal, clock },
  );
}

async function jobOrAbsent(client: FlinkClient, jobId: string, signal: AbortSignal): Promise<JobDetail | undefined> {
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

/**
 * Ends the job so that it can be gone on with: one more checkpoint where it makes any, then cancel, which keeps it.
 * A checkpoint that cannot be made is no reason to stay: the newest complete one is on disk.
 * The signal counts until the cancel is sent: from then on there is no job, whatever is wanted.
 * @returns true when a job was cancelled; false when there was none.
 */
export async function parkJob(
  services: LocalServices,
  session: Session,
  client: FlinkClient,
  checkpointDeadlineMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  const job = await runningJob(client, signal);
  if (job === undefined) return false;
  await recordJob(services, session, job.id);
  if ((await client.checkpoints(job.id, signal)) !== undefined) {
    try {
      await client.triggerCheckpoint(job.id, AbortSignal.any([signal, AbortSignal.timeout(checkpointDeadlineMs)]));
    } catch (error) {
      signal.throwIfAborted();
      services.logger.warn(`No last checkpoint of job ${job.id}: ${messageOf(error)}`);
    }
  }
  signal.throwIfAborted();
  const sent = AbortSignal.timeout(endTimeoutMs);
  try {
    await client.cancel(job.id, sent);
    await waitFor(
      async () => {
        const found = await jobOrAbsent(client, job.id, sent);
        return found === undefined || endedStates.has(found.state) ? true : undefined;
      },
      {
        what: l10n.t('the job to end'),
        timeoutMs: endTimeoutMs,
        intervalMs: pollMs,
        signal: sent,
        clock: services.clock,
      },
    );
  } catch (error) {
    services.logger.warn(`The end of job ${job.id} was not seen: ${messageOf(error)}`);
  }
  return true;
}

/**
 * Records the job that runs, which may be another one than we submitted: restarted from a savepoint, or submitted by hand.
 * Until it has made a checkpoint, the newest one of the job before is what there is.
 */
export async function recordJob(services: LocalServices, session: Session, jobId: string): Promise<void> {
  const { job, retiredJobs } = session.profile;
  if (job?.id === jobId) return;
  const restoredFrom = await newestState(services, session);
  const variant = session.run?.options.variant;
  await session.updateProfile({
    job: {
      id: jobId,
      checkpointing: variant?.checkpointing ?? true,
      eventTime: variant?.eventTime ?? true,
      ...(restoredFrom === undefined ? {} : { restoredFrom }),
    },
    retiredJobs: job === undefined ? retiredJobs : [...retiredJobs, job.id],
  });
}

/** Removes what jobs before the last one left. The last one's stays: the new job has made no checkpoint of its own yet. */
export async function pruneCheckpoints(services: LocalServices, session: Session): Promise<void> {
  const { checkpoints } = services.paths.profile(session.profileName);
  const { job, retiredJobs } = session.profile;
  const previous = retiredJobs.at(-1);
  const old = retiredJobs.filter(
    (id) => id !== previous && job?.restoredFrom?.startsWith(join(checkpoints, id)) !== true,
  );
  if (old.length === 0) return;
  await Promise.all(old.map((id) => rm(join(checkpoints, id), { recursive: true, force: true })));
  await session.updateProfile({ retiredJobs: retiredJobs.filter((id) => !old.includes(id)) });
}
