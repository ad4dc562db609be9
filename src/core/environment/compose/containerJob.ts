import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import * as l10n from '@vscode/l10n';
import type { JobRecipe } from '../../../shared/model/operations';
import type { FlinkClient, RunJarRequest } from '../../flink/flinkClient';
import { provideJar } from '../../savepoints/provideJar';
import { argumentsToday } from '../../savepoints/recipes';
import { savepointKey } from '../../savepoints/savepointPath';
import { messageOf } from '../../util/errors';
import { allTasksRunning, runningJob } from '../common/clickEventJob';
import { parkJobs, type ParkDeadlines } from '../common/parkJobs';
import type { ComposeRun } from './composeRecord';
import { profileOf } from './composeSession';
import { writeProject } from './composeFiles';
import { up } from './composeUp';
import { containerSavepoints } from './containerSavepoints';
import { containerSubmission, savepointsDirectory } from './containerSubmission';
import { nextContainerJob } from './nextContainerJob';
import { earlyEnd, runningOf, untilReady, type Scene } from './scene';

const readyTimeoutMs = 180_000;
const deadlines: ParkDeadlines = { savepointMs: 20_000, checkpointMs: 10_000 };

export interface SubmittedJob {
  readonly jobId: string;
  readonly restoredFrom?: string;
}

/**
 * Submits the playground's job, from its newest state where there is one, and waits until all its tasks run: as operations left
 * it, unless the person chose other flags or another parallelism for this start; by the client otherwise, as in the tutorial.
 * @throws PlaygroundError `process` when the client or the job fails, `timeout`.
 */
export async function submitJob(
  scene: Scene,
  run: ComposeRun,
  client: FlinkClient,
  signal: AbortSignal,
): Promise<SubmittedJob> {
  const { services, session } = scene;
  const { job } = session.profile;
  const { state, recipe = job?.recipe } = await nextContainerJob(scene, signal);
  const startedAs = { variant: run.options.variant, parallelism: run.options.parallelism };
  const asBefore = recipe?.jar !== undefined && isDeepStrictEqual(job?.startedAs, startedAs);
  const changed = asBefore ? await changedJob(scene, client, { ...recipe, jar: recipe.jar }, signal) : undefined;
  const checkpointing = changed?.recipe.args.includes('--checkpointing') ?? run.options.variant.checkpointing;
  // A job without checkpoints begins anew: restored from one, a failover would go back to it again and again.
  const restoredFrom = checkpointing ? state : undefined;
  const record = (jobId: string, from: string | undefined): Promise<void> =>
    session.setProfile({
      job: {
        id: jobId,
        startedAs,
        ...(changed === undefined ? {} : { recipe: changed.recipe }),
        ...(from === undefined ? {} : { restoredFrom: from }),
      },
    });
  let jobId: string;
  if (changed === undefined) {
    jobId = await submitByClient(scene, run, client, restoredFrom, signal);
    // Recorded before its tasks run: until it has made a checkpoint of its own, the one it came from is the newest.
    await record(jobId, state);
  } else {
    jobId = randomBytes(16).toString('hex');
    await record(jobId, state);
    await client.runJar(changed.jarId, { ...changed.request, jobId, savepointPath: restoredFrom }, signal);
  }
  await allTasksRunning(client, jobId, services.clock, signal);
  if (restoredFrom === undefined) await record(jobId, undefined);
  if (changed === undefined) await writeProject(services.paths, run);
  return { jobId, ...(restoredFrom === undefined ? {} : { restoredFrom }) };
}

interface ChangedJob {
  readonly recipe: JobRecipe;
  readonly jarId: string;
  readonly request: RunJarRequest;
}

async function changedJob(
  { services }: Scene,
  client: FlinkClient,
  recipe: JobRecipe,
  signal: AbortSignal,
): Promise<ChangedJob | undefined> {
  try {
    const submission = await containerSubmission(services);
    return {
      recipe,
      jarId: await provideJar(client, recipe.jar, submission, signal),
      request: {
        entryClass: recipe.entryClass,
        programArgs: argumentsToday(recipe, submission),
        parallelism: recipe.parallelism,
        allowNonRestoredState: recipe.allowNonRestoredState,
        flinkConfiguration: submission.flinkConfiguration,
      },
    };
  } catch (error) {
    signal.throwIfAborted();
    services.logger.warn(`The job cannot go on as it ran last: ${messageOf(error)}`);
    return undefined;
  }
}

/** Has the client submit the job. @returns the job's id. */
async function submitByClient(
  scene: Scene,
  run: ComposeRun,
  client: FlinkClient,
  restoredFrom: string | undefined,
  signal: AbortSignal,
): Promise<string> {
  const { services, connection } = scene;
  const project = await writeProject(services.paths, run, restoredFrom);
  await up(scene, project, ['--force-recreate', 'client'], signal);
  return untilReady(
    scene,
    { what: l10n.t('the client to submit the job'), of: [], timeoutMs: readyTimeoutMs, intervalMs: 200 },
    async () => {
      const submitted = services.registry.containers.find(({ service }) => service === 'client');
      const failed = submitted?.status === 'exited' && submitted.exitCode !== 0;
      if (failed) throw await earlyEnd(connection.cli, submitted, signal);
      return (await runningJob(client, signal))?.id;
    },
    signal,
  );
}

/**
 * Ends the jobs so that they can be gone on with.
 * @returns true when a job was ended; false when there was none.
 */
export async function parkContainerJobs(scene: Scene, client: FlinkClient, signal: AbortSignal): Promise<boolean> {
  const { services, session, connection } = scene;
  const { clock, logger, table, paths } = services;
  const [container] = runningOf(scene, 'jobmanager');
  if (session.run === undefined || container === undefined) return false;
  const newerSavepoint = async (folder: string, jobId: string): Promise<string | undefined> => {
    const stored = await containerSavepoints(connection.cli, container.id).list(signal);
    const newest = stored.find(
      ({ condition, path, jobId: owner }) =>
        condition === 'whole' && (owner === jobId || path.startsWith(`${savepointKey(folder)}/`)),
    );
    return newest?.kind === 'savepoint' ? `file://${newest.path}` : undefined;
  };
  return parkJobs(
    {
      clock,
      logger,
      table,
      operations: paths.operations(profileOf(session.run)),
      savepoints: `file://${savepointsDirectory}`,
      recorded: session.profile.job?.id,
      record: (jobId) => recordJob(scene, jobId, signal),
      newerSavepoint,
    },
    client,
    deadlines,
    signal,
  );
}

/** Records the job that runs, which may be another one than was submitted: restarted from a savepoint, or submitted by hand. */
export async function recordJob(scene: Scene, jobId: string, signal: AbortSignal): Promise<void> {
  const { session } = scene;
  const { job } = session.profile;
  if (job?.id === jobId) return;
  const { state, recipe: changed } = await nextContainerJob(scene, signal);
  const recipe = changed?.jar === undefined ? job?.recipe : { ...changed, jar: changed.jar };
  await session.setProfile({
    job: {
      id: jobId,
      ...(state === undefined ? {} : { restoredFrom: state }),
      ...(job?.startedAs === undefined ? {} : { startedAs: job.startedAs }),
      ...(recipe === undefined ? {} : { recipe }),
    },
  });
}
