import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { FlinkClient } from '../../flink/flinkClient';
import type { JobRecipe } from '../../../shared/model/operations';
import { playground } from '../../playground';
import { provideJar as provideAnyJar } from '../../savepoints/provideJar';
import { argumentsToday } from '../../savepoints/recipes';
import { messageOf, PlaygroundError } from '../../util/errors';
import { jobArguments } from './commandLines';
import { pipelineClasspaths } from './flinkConfig';
import type { OwnJar } from '../common/ownJar';
import { localJobSubmission } from './installation';
import { nextJob, type NextJob } from './nextJob';
import type { LocalServices } from './services';
import type { Session } from './session';
import type { RunRecord } from './stateFile';

/** Uploads the jar, unless Flink has one of this content from an earlier start. */
export async function provideJar(client: FlinkClient, jar: OwnJar, signal: AbortSignal): Promise<string> {
  const present = (await client.jars(signal)).find(({ name }) => name === jar.name);
  return present?.id ?? (await client.uploadJar(jar.path, jar.name, signal));
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
  const next = await nextJob(services, session);
  const chosen = (await asItRanLast(services, session, client, next, signal)) ?? asStarted(run, jarId, connector);
  const { variant, parallelism } = run.options;
  const checkpointing = chosen.programArgs.includes('--checkpointing');
  // A job without checkpoints begins anew: restored from one, a failover would go back to it again and again.
  const restoredFrom = checkpointing ? next.state : undefined;
  const jobId = randomBytes(16).toString('hex');
  const { job: previous, retiredJobs } = session.profile;
  await session.updateProfile({
    job: {
      id: jobId,
      checkpointing,
      eventTime: chosen.programArgs.includes('--event-time'),
      startedAs: { variant, parallelism },
      ...(chosen.recipe === undefined ? {} : { recipe: chosen.recipe }),
      // Recorded in any case: until this job runs, the one after it goes on from there.
      ...(next.state === undefined ? {} : { restoredFrom: next.state }),
    },
    retiredJobs: withRetired(retiredJobs, [previous?.id, next.jobId], jobId),
  });
  const request = {
    entryClass: chosen.entryClass,
    programArgs: chosen.programArgs,
    parallelism: chosen.parallelism,
    jobId,
    savepointPath: restoredFrom,
    allowNonRestoredState: chosen.recipe?.allowNonRestoredState,
    flinkConfiguration: chosen.flinkConfiguration,
  };
  await repeatedOnce(() => client.runJar(chosen.jarId, request, signal), signal);
  return { jobId, ...(restoredFrom === undefined ? {} : { restoredFrom }) };
}

interface ChosenJob {
  readonly jarId: string;
  readonly entryClass: string | undefined;
  readonly programArgs: readonly string[];
  readonly parallelism: number;
  readonly flinkConfiguration: Readonly<Record<string, string>>;
  /** How it runs, where that is not what the start was told. */
  readonly recipe?: JobRecipe;
}

function asStarted({ options, ports }: RunRecord, jarId: string, connector: readonly string[]): ChosenJob {
  return {
    jarId,
    entryClass: playground.job.entryClass,
    programArgs: jobArguments(options.variant, ports.broker),
    parallelism: options.parallelism,
    flinkConfiguration: { 'pipeline.classpaths': pipelineClasspaths(connector) },
  };
}

/** The job as an operation left it, unless the person chose other flags or another parallelism for this start. */
async function asItRanLast(
  services: LocalServices,
  session: Session,
  client: FlinkClient,
  next: NextJob,
  signal: AbortSignal,
): Promise<ChosenJob | undefined> {
  const run = session.requireRun();
  const { job } = session.profile;
  const recipe = next.recipe ?? job?.recipe;
  const startedAs = { variant: run.options.variant, parallelism: run.options.parallelism };
  if (recipe?.jar === undefined || !isDeepStrictEqual(job?.startedAs, startedAs)) return undefined;
  const { jar } = recipe;
  try {
    const submission = await localJobSubmission(services, run, signal);
    return {
      jarId: await provideAnyJar(client, jar, submission, signal),
      entryClass: recipe.entryClass,
      programArgs: argumentsToday({ ...recipe, jar }, submission),
      parallelism: recipe.parallelism,
      flinkConfiguration: submission.flinkConfiguration,
      recipe: { ...recipe, jar },
    };
  } catch (error) {
    signal.throwIfAborted();
    services.logger.warn(`The job cannot go on as it ran last: ${messageOf(error)}`);
    return undefined;
  }
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
 * Records the job that runs, which may be another one than we submitted: restarted from a savepoint, or submitted by hand.
 * Until it has made a checkpoint, the newest one of the job before is what there is.
 */
export async function recordJob(services: LocalServices, session: Session, jobId: string): Promise<void> {
  const { job, retiredJobs } = session.profile;
  if (job?.id === jobId) return;
  const { state: restoredFrom, recipe: changed, jobId: before } = await nextJob(services, session);
  const variant = session.run?.options.variant;
  const recipe = changed ?? job?.recipe;
  await session.updateProfile({
    job: {
      id: jobId,
      checkpointing: recipe?.args.includes('--checkpointing') ?? variant?.checkpointing ?? true,
      eventTime: recipe?.args.includes('--event-time') ?? variant?.eventTime ?? true,
      ...(restoredFrom === undefined ? {} : { restoredFrom }),
      ...(job?.startedAs === undefined ? {} : { startedAs: job.startedAs }),
      ...(recipe?.jar === undefined ? {} : { recipe: { ...recipe, jar: recipe.jar } }),
    },
    retiredJobs: withRetired(retiredJobs, [job?.id, before], jobId),
  });
}

/** The newest last; the job that runs is none of them. */
function withRetired(retired: readonly string[], ended: readonly (string | undefined)[], running: string): string[] {
  const all = new Set([...retired, ...ended.filter((id) => id !== undefined)]);
  all.delete(running);
  return [...all];
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
