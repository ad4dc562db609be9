import * as l10n from '@vscode/l10n';
import { endedJobStates, type JobDetail } from '../../shared/model/flink';
import type { JobRecipe, Restarted } from '../../shared/model/operations';
import type { JobSubmission } from '../environment/environment';
import type { FlinkClient } from '../flink/flinkClient';
import { delay } from '../util/async';
import { PlaygroundError } from '../util/errors';
import { parallelismOf } from './jobFacts';
import { answered, report, type OperationContext } from './operationContext';
import { downtimeBetween, firstCheckpoint, submitJob, tasksRun } from './startJob';
import { takeSavepoint } from './takeSavepoint';
import { newId } from './usableSavepoint';

/** What is asked for before anything is changed, so that what can fail early does. */
export interface Preparation {
  readonly recipe: JobRecipe;
  readonly submission: JobSubmission;
  readonly jarId: string;
  readonly acceptWaiting: boolean;
}

/** Stop with a savepoint, then start from it: the whole of a restart, an upgrade, and a rescale by savepoint. */
export async function restartJob(
  context: OperationContext,
  jobId: string,
  preparation: Preparation,
): Promise<Restarted> {
  await takeSavepoint(context, { jobId, stop: true });
  return startFromSavepoint(context, preparation, 'asBegan');
}

/**
 * Starts the job from the savepoint that the entry knows. `asBegan` uses the id that stands in the entry's first line, so that
 * nothing has to be written between the end of one job and the start of the next.
 */
export async function startFromSavepoint(
  context: OperationContext,
  { recipe, submission, jarId, acceptWaiting }: Preparation,
  id: 'asBegan' | 'same' | 'new',
): Promise<Restarted> {
  const { log } = context;
  const { savepointPath, claimMode } = log.entry;
  if (savepointPath === undefined) throw new PlaygroundError('internal', 'There is no savepoint to start from.');
  const known = log.entry.successorId;
  const successorId = id === 'new' || known === undefined ? newId() : known;
  const line = {
    type: 'submitting',
    successorId,
    recipe,
    ...(claimMode === undefined ? {} : { claimMode }),
  } as const;
  const written = id === 'asBegan' ? log.note(line) : log.intend(line);
  if (id !== 'asBegan') await written;
  const submitted = submitJob(context, { recipe, savepointPath, successorId, claimMode, submission, jarId });
  await Promise.all([written, submitted]);
  return watchStart(context, acceptWaiting);
}

/** From the submission until the job does its work; what a successor that was submitted by somebody who is gone still needs. */
export async function watchStart(context: OperationContext, acceptWaiting: boolean): Promise<Restarted> {
  const { log } = context;
  const { id: operationId, jobId: previousJobId, successorId: jobId, savepointPath, wanted } = log.entry;
  if (jobId === undefined) throw new PlaygroundError('internal', 'There is no job to watch.');
  const { state, parallelism } = await tasksRun(context, jobId, acceptWaiting);
  const downtimeMs =
    state === 'running' && previousJobId !== undefined
      ? await downtimeBetween(context, previousJobId, jobId)
      : undefined;
  if (state === 'running') {
    await log.note({ type: 'running', ...(downtimeMs === undefined ? {} : { downtimeMs }) });
    await firstCheckpoint(context, jobId);
  }
  await log.note({ type: 'closed', outcome: 'done' });
  return {
    operationId,
    jobId,
    parallelism,
    state,
    ...(wanted !== undefined && parallelism < wanted.parallelism ? { wantedParallelism: wanted.parallelism } : {}),
    ...(previousJobId === undefined ? {} : { previousJobId }),
    ...(savepointPath === undefined ? {} : { savepointPath }),
    ...(downtimeMs === undefined ? {} : { downtimeMs }),
  };
}

const inPlaceTimeoutMs = 120_000;
const inPlacePollMs = 100;
/** Jobs and slots are told from caches of some age: fewer subtasks than were asked for are believed when they stay. */
const settledMs = 1000;

/**
 * Has the adaptive scheduler change the parallelism of the running job. Where slots are missing it runs with what there is, and
 * takes more as soon as they are there.
 * @throws PlaygroundError `timeout` when it does nothing.
 */
export async function rescaleInPlace(
  context: OperationContext,
  job: JobDetail,
  parallelism: number,
): Promise<Restarted> {
  const { client, clock, log, signal } = context;
  const bounds = Object.fromEntries(job.vertices.map(({ id }) => [id, { lowerBound: 1, upperBound: parallelism }]));
  report(context, 'submit');
  await answered(context, () => client.actions.requireParallelism(job.id, bounds, signal));
  report(context, 'tasks');
  const began = clock.now();
  let fewerSince: number | undefined;
  for (;;) {
    const { slotsAvailable } = await answered(context, () => client.overview(signal));
    const now = await answered(context, () => client.job(job.id, signal));
    if (endedJobStates.has(now.state)) {
      throw new PlaygroundError('rejected', l10n.t('The job ended as {0} while it was rescaled.', now.state));
    }
    const actual = parallelismOf(now);
    const runs = now.vertices.every(({ tasks, parallelism: wanted }) => tasks.RUNNING === wanted);
    const isFewer = runs && actual < parallelism && slotsAvailable === 0;
    fewerSince = isFewer ? (fewerSince ?? clock.now()) : undefined;
    const asFarAsPossible = fewerSince !== undefined && clock.now() - fewerSince >= settledMs;
    if (asFarAsPossible || (runs && actual === parallelism)) {
      await log.note({ type: 'running' }, { type: 'closed', outcome: 'done' });
      return {
        operationId: log.entry.id,
        jobId: job.id,
        parallelism: actual,
        state: 'running',
        ...(actual < parallelism ? { wantedParallelism: parallelism } : {}),
      };
    }
    if (clock.now() - began > inPlaceTimeoutMs) {
      throw new PlaygroundError('timeout', l10n.t('The job was not rescaled within {0} s.', 120), {
        remedy: l10n.t('See whether there are slots enough.'),
      });
    }
    await delay(inPlacePollMs, signal, clock);
  }
}

/**
 * Sees whether there are slots enough, counting those that the stop frees.
 * @throws PlaygroundError `input`.
 */
export async function assertSlots(
  client: FlinkClient,
  needed: number,
  stopping: JobDetail | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { slotsAvailable } = await client.overview(signal);
  const held = (stopping?.vertices ?? []).map(({ tasks }) => tasks.RUNNING + tasks.INITIALIZING + tasks.DEPLOYING);
  const there = slotsAvailable + Math.max(0, ...held);
  if (there >= needed) return;
  throw new PlaygroundError('input', l10n.t('The job needs {0} slots and there are {1}.', needed, there), {
    remedy: l10n.t('Add TaskManagers first, or let the job wait for slots.'),
  });
}
