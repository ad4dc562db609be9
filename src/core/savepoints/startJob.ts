import * as l10n from '@vscode/l10n';
import { endedJobStates, type JobDetail } from '../../shared/model/flink';
import type { ClaimMode, JobRecipe } from '../../shared/model/operations';
import type { JobSubmission } from '../environment/environment';
import { delay } from '../util/async';
import { messageOf, PlaygroundError } from '../util/errors';
import { isAdaptive, parallelismOf } from './jobFacts';
import { answered, report, type OperationContext } from './operationContext';
import { provideJar } from './provideJar';
import { argumentsToday } from './recipes';
import { startFailure } from './startFailure';

/** Restoring state of gigabytes takes minutes; a job that is still not there after this is told of, and left to go on. */
const tasksTimeoutMs = 180_000;
const checkpointTimeoutMs = 120_000;
const pollMs = 50;
/** A job that was accepted is known at once. */
const unknownMs = 5000;
/** Tasks that have waited so long while nothing was deployed wait for slots. */
const waitingAfterMs = 3000;
/** The adaptive scheduler looks 10 s for slots by default before it makes do with fewer. */
const adaptiveWaitingAfterMs = 15_000;
/** A job that makes checkpoints less often is asked for one, to see that it can. */
const longestWaitMs = 5000;

export interface JobStart {
  readonly recipe: JobRecipe;
  readonly savepointPath: string;
  readonly successorId: string;
  readonly claimMode: ClaimMode | undefined;
  readonly submission: JobSubmission;
  /** Where the jar was provided before the job was stopped. */
  readonly jarId?: string | undefined;
}

/**
 * Has Flink run the job from the savepoint under the id that was chosen before, so that a lost answer is asked for again.
 * @throws PlaygroundError `rejected` in Flink's words when it does not take the job.
 */
export async function submitJob(context: OperationContext, start: JobStart): Promise<void> {
  const { client, signal } = context;
  const { recipe, submission } = start;
  report(context, 'submit');
  const request = {
    entryClass: recipe.entryClass,
    programArgs: argumentsToday(recipe, submission),
    parallelism: recipe.parallelism,
    jobId: start.successorId,
    savepointPath: start.savepointPath,
    claimMode: start.claimMode,
    allowNonRestoredState: recipe.allowNonRestoredState,
    flinkConfiguration: submission.flinkConfiguration,
  };
  const provide = (): Promise<string> => answered(context, () => provideJar(client, recipe.jar, submission, signal));
  const jarId = start.jarId ?? (await provide());
  try {
    await answered(
      context,
      () => client.runJar(jarId, request, signal),
      () => assertNobodyElse(context, start),
    );
  } catch (error) {
    if (!isVanishedJar(error, jarId)) throw refusal(error);
    context.logger.info(`The jar ${jarId} is not on the cluster any more; it is uploaded again`);
    const again = await provide();
    await answered(context, () => client.runJar(again, request, signal)).catch((failure: unknown) => {
      throw refusal(failure);
    });
  }
}

/**
 * Before a submission is repeated: a JobManager that was started anew has forgotten the job that was stopped, and whoever started
 * it starts that job again, too. Two of them would count everything twice.
 */
async function assertNobodyElse(context: OperationContext, { successorId }: JobStart): Promise<void> {
  const { client, log, signal } = context;
  const { jobId, jobName, startedAt } = log.entry;
  const jobs = await answered(context, () => client.jobs(signal));
  if (jobs.some(({ id }) => id === successorId)) return;
  const rival = jobs.some(
    ({ name, state, startTime }) => name === jobName && !endedJobStates.has(state) && startTime > startedAt,
  );
  if (!rival && (jobId === undefined || jobs.some(({ id }) => id === jobId))) return;
  throw startedAnew();
}

function startedAnew(): PlaygroundError {
  return new PlaygroundError('state', l10n.t('The JobManager was started anew in the middle of the operation.'), {
    remedy: l10n.t('See which jobs run; what is left to do is shown with them.'),
  });
}

/** What Flink says of a job that it does not take, in words; any other failure as it is. */
function refusal(error: unknown): unknown {
  if (!PlaygroundError.is(error, 'rejected')) return error;
  return startFailure(error.detail ?? error.message);
}

function isVanishedJar(error: unknown, jarId: string): boolean {
  return PlaygroundError.is(error) && error.message.includes(jarId) && /does not exist|not found/i.test(error.message);
}

interface TasksSeen {
  readonly state: 'running' | 'waiting';
  /** With which they run, which is less than was asked for where the adaptive scheduler found fewer slots. */
  readonly parallelism: number;
}

/**
 * Waits until all tasks of the job run, or, where that is accepted, until they wait for slots.
 * @throws PlaygroundError `rejected` with the job's own exception when it failed, `timeout`.
 */
export async function tasksRun(context: OperationContext, jobId: string, acceptWaiting: boolean): Promise<TasksSeen> {
  const { client, clock, signal } = context;
  const began = clock.now();
  report(context, 'tasks');
  const adaptive = acceptWaiting && (await answered(context, () => isAdaptive(client, signal)));
  const waitsAfterMs = adaptive ? adaptiveWaitingAfterMs : waitingAfterMs;
  let told = '';
  let knownAt = began;
  for (;;) {
    const job = await jobIfThere(context, jobId);
    if (job !== undefined && endedJobStates.has(job.state)) throw await endedEarly(context, job);
    const tasks = job === undefined ? { running: 0, all: 0, deployed: 0 } : countTasks(job);
    const parallelism = job === undefined ? 1 : parallelismOf(job);
    if (tasks.all > 0 && tasks.running === tasks.all) return { state: 'running', parallelism };
    const message = l10n.t('{0} of {1} tasks run', tasks.running, tasks.all);
    if (message !== told && tasks.all > 0) {
      told = message;
      report(context, 'tasks', message, tasks.running / tasks.all);
    }
    const waited = clock.now() - began;
    if (job !== undefined) knownAt = clock.now();
    else if (clock.now() - knownAt > unknownMs) throw startedAnew();
    if (acceptWaiting && job !== undefined && tasks.deployed === 0 && waited > waitsAfterMs) {
      return { state: 'waiting', parallelism };
    }
    if (waited > tasksTimeoutMs) {
      throw new PlaygroundError('timeout', l10n.t('Not all tasks of the job run after {0} minutes.', 3), {
        remedy: l10n.t('See whether there are slots enough, and look at the exceptions of the job.'),
      });
    }
    await delay(pollMs, signal, clock);
  }
}

function countTasks(job: JobDetail): { readonly running: number; readonly all: number; readonly deployed: number } {
  let running = 0;
  let all = 0;
  let deployed = 0;
  for (const { tasks, parallelism } of job.vertices) {
    running += tasks.RUNNING;
    all += parallelism;
    deployed += tasks.RUNNING + tasks.INITIALIZING + tasks.DEPLOYING;
  }
  return { running, all, deployed };
}

/** The job; `undefined` while Flink does not know it yet. */
async function jobIfThere(
  { client, signal, ...rest }: OperationContext,
  jobId: string,
): Promise<JobDetail | undefined> {
  try {
    return await answered({ signal, ...rest }, () => client.job(jobId, signal));
  } catch (error) {
    if (!PlaygroundError.is(error, 'notFound')) throw error;
    return undefined;
  }
}

async function endedEarly({ client, signal }: OperationContext, job: JobDetail): Promise<PlaygroundError> {
  const trace = await client.actions.newestException(job.id, signal).catch(() => {
    signal.throwIfAborted();
    return undefined;
  });
  if (trace === undefined) {
    return new PlaygroundError('rejected', l10n.t('The job ended as {0} before all its tasks ran.', job.state));
  }
  return startFailure(trace);
}

/**
 * Waits until the job has made a checkpoint, which proves that it does its work; a job that makes them seldom is asked for one,
 * and one that makes none is believed.
 */
export async function firstCheckpoint(context: OperationContext, jobId: string): Promise<void> {
  const { client, clock, signal, logger } = context;
  const { intervalMs } = await answered(context, () => client.actions.checkpointConfig(jobId, signal));
  if (intervalMs === undefined) return;
  report(context, 'checkpoint');
  if (intervalMs > longestWaitMs) {
    await client.triggerCheckpoint(jobId, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      logger.info(`The checkpoint that was asked for came to nothing: ${messageOf(error)}`);
    });
  }
  const began = clock.now();
  for (;;) {
    const statistics = await answered(context, () => client.checkpoints(jobId, signal));
    if (statistics === undefined || statistics.completed > 0) return;
    if (clock.now() - began > checkpointTimeoutMs + intervalMs) {
      throw new PlaygroundError('timeout', l10n.t('All tasks run, but no checkpoint was completed in {0} s.', 120), {
        remedy: l10n.t('Look at the checkpoints of the job.'),
      });
    }
    await delay(pollMs, signal, clock);
  }
}

/**
 * Milliseconds from the end of the last task of one job until all tasks of the next ran, by the JobManager's clock; `undefined`
 * when Flink does not say.
 */
export async function downtimeBetween(
  { client, signal, logger }: OperationContext,
  previousId: string,
  nextId: string,
): Promise<number | undefined> {
  try {
    const times = async (jobId: string): ReturnType<typeof client.actions.taskTimes> => {
      const { vertices } = await client.job(jobId, signal);
      return (await Promise.all(vertices.map(({ id }) => client.actions.taskTimes(jobId, id, signal)))).flat();
    };
    const [before, after] = await Promise.all([times(previousId), times(nextId)]);
    const ended = Math.max(...before.map(({ endedAt }) => endedAt ?? Number.NaN));
    const running = Math.max(...after.map(({ runningAt }) => runningAt ?? Number.NaN));
    return Number.isNaN(running - ended) ? undefined : Math.max(0, running - ended);
  } catch (error) {
    signal.throwIfAborted();
    logger.debug(`The downtime is not known: ${messageOf(error)}`);
    return undefined;
  }
}
