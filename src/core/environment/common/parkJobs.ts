import * as l10n from '@vscode/l10n';
import { endedJobStates, type JobOverview } from '../../../shared/model/flink';
import type { FlinkClient } from '../../flink/flinkClient';
import { Journal } from '../../savepoints/journal';
import { beginning, journalVersion, type BeganLine, type JournalEntry } from '../../savepoints/journalEntry';
import { lineageOf } from '../../savepoints/lineage';
import { OperationLog } from '../../savepoints/operationLog';
import { Owners } from '../../savepoints/owners';
import { knownRecipe, RememberedRecipes } from '../../savepoints/recipes';
import { takeSavepoint } from '../../savepoints/takeSavepoint';
import { newId } from '../../savepoints/usableSavepoint';
import { waitFor } from '../../util/async';
import type { Clock } from '../../util/clock';
import { messageOf } from '../../util/errors';
import type { Logger } from '../../util/logger';
import { jobOrAbsent, newestRunning } from './clickEventJob';
import type { ProcessTable } from './processTable';

const endTimeoutMs = 15_000;
const pollMs = 100;

/** How long what is nice to have may take before the job is ended without it. */
export interface ParkDeadlines {
  readonly savepointMs: number;
  readonly checkpointMs: number;
}

/** Whose jobs are ended, and where what is kept of them lies. */
export interface ParkPlace {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly table: ProcessTable;
  /** The folder of this machine with the journal of operations. */
  readonly operations: string;
  /** The folder for savepoints as Flink sees it, a URI without a slash at its end. */
  readonly savepoints: string;
  /** The playground's job as it is recorded: jobs of its name may run beside it. */
  readonly recorded: string | undefined;
  /** Records the playground's job, which is the one to go on with. */
  readonly record: (jobId: string) => Promise<void>;
  /** The savepoint in the folder of a stop, where it is newer than every checkpoint of the job; a URI. */
  readonly newerSavepoint: (folder: string, jobId: string) => Promise<string | undefined>;
}

/**
 * Ends the playground's job so that it can be gone on with: with a savepoint that is written down before, or, where there is none
 * in time, with its newest complete checkpoint. Other jobs end with a savepoint, too, where they can. The signal counts until a job is asked to end: from then on there is none, whatever is wanted.
 * @returns true when a job was ended; false when there was none.
 */
export async function parkJobs(
  place: ParkPlace,
  client: FlinkClient,
  deadlines: ParkDeadlines,
  signal: AbortSignal,
): Promise<boolean> {
  const jobs = await client.jobs(signal);
  const job = await ownJob(place, jobs);
  const others = jobs.filter(({ id, state }) => id !== job?.id && !endedJobStates.has(state));
  const stop = newId();
  const ended = await Promise.all([
    ...(job === undefined ? [] : [parkJob(place, client, job, stop, deadlines, signal)]),
    ...others.map((other) => keepOther(place, client, other, stop, deadlines.savepointMs, signal)),
  ]);
  return ended.includes(true);
}

/** The job that goes on from the one that is recorded, else the newest of its name. */
async function ownJob(
  { operations, recorded, logger }: ParkPlace,
  jobs: readonly JobOverview[],
): Promise<JobOverview | undefined> {
  const newest = newestRunning(jobs);
  if (recorded === undefined || jobs.filter(({ name }) => name === newest?.name).length < 2) return newest;
  try {
    const { jobId } = lineageOf(recorded, (await new Journal(operations).read()).entries);
    return jobs.find(({ id, state }) => id === jobId && !endedJobStates.has(state)) ?? newest;
  } catch (error) {
    logger.warn(`What operations did to job ${recorded} is not known: ${messageOf(error)}`);
    return newest;
  }
}

/** A job that is not the playground's: its savepoint is what can be kept of it. */
async function keepOther(
  place: ParkPlace,
  client: FlinkClient,
  job: JobOverview,
  stop: string,
  savepointMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  const log = await beginStop(place, client, job, { stop, own: false }, signal);
  await unlessGivenUp(log, signal);
  if (log === undefined) return false;
  const problem = await stopWithSavepoint(place, client, log, job.id, AbortSignal.timeout(savepointMs));
  if (problem === undefined) return true;
  await log.note({ type: 'closed', outcome: 'failed', failure: { message: problem } });
  return false;
}

async function parkJob(
  place: ParkPlace,
  client: FlinkClient,
  job: JobOverview,
  stop: string,
  deadlines: ParkDeadlines,
  signal: AbortSignal,
): Promise<boolean> {
  await place.record(job.id);
  const log = await beginStop(place, client, job, { stop, own: true }, signal);
  await unlessGivenUp(log, signal);
  const deadline = AbortSignal.timeout(deadlines.savepointMs);
  const problem = log === undefined ? '' : await stopWithSavepoint(place, client, log, job.id, deadline);
  if (problem === undefined) return true;
  // Where a savepoint was not complete in time a checkpoint would not be, either, and the job may end with it at any moment.
  if (!deadline.aborted) {
    const either = AbortSignal.any([signal, AbortSignal.timeout(deadlines.checkpointMs)]);
    await lastCheckpoint(place, client, job.id, either);
    await unlessGivenUp(log, signal);
  }
  await cancel(place, client, job.id);
  if (log !== undefined) await settle(place, log, job.id, problem);
  return true;
}

async function unlessGivenUp(log: OperationLog | undefined, signal: AbortSignal): Promise<void> {
  if (!signal.aborted) return;
  await log?.note({ type: 'closed', outcome: 'cancelled' });
  signal.throwIfAborted();
}

/** Writes the intent down. Nothing where that cannot be done: the newest checkpoint is there without it. */
async function beginStop(
  place: ParkPlace,
  client: FlinkClient,
  job: JobOverview,
  parked: NonNullable<BeganLine['parked']>,
  signal: AbortSignal,
): Promise<OperationLog | undefined> {
  const { clock, logger, table, operations, savepoints } = place;
  const journal = new Journal(operations);
  const id = newId();
  try {
    const previous = await recipeOf(place, journal, client, job.id, signal);
    const line: BeganLine = {
      type: 'began',
      version: journalVersion,
      at: clock.now(),
      id,
      kind: 'stop',
      owner: await new Owners(table).self(),
      jobId: job.id,
      jobName: job.name,
      targetDirectory: `${savepoints}/stop-${id.slice(0, 12)}`,
      ...(previous === undefined ? {} : { previous }),
      parked,
    };
    await journal.begin(line);
    return new OperationLog(journal, beginning(line), clock, logger, () => undefined);
  } catch (error) {
    signal.throwIfAborted();
    logger.warn(`Job ${job.id} is stopped without a savepoint: ${messageOf(error)}`);
    return undefined;
  }
}

/** How the job runs, for whoever restores the savepoint by hand; to know it is no condition of the stop. */
async function recipeOf(
  { logger }: ParkPlace,
  journal: Journal,
  client: FlinkClient,
  jobId: string,
  signal: AbortSignal,
): Promise<JournalEntry['previous']> {
  try {
    const [job, config, { entries }, remembered] = await Promise.all([
      client.job(jobId, signal),
      client.actions.jobConfig(jobId, signal),
      journal.read(),
      new RememberedRecipes(journal.directory).read(),
    ]);
    return knownRecipe(job, config, entries, remembered);
  } catch (error) {
    signal.throwIfAborted();
    logger.warn(`How job ${jobId} runs is not known: ${messageOf(error)}`);
    return undefined;
  }
}

/** @returns what went wrong; `undefined` when the job has ended with its savepoint. */
async function stopWithSavepoint(
  { clock, logger }: ParkPlace,
  client: FlinkClient,
  log: OperationLog,
  jobId: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const context = { client, log, clock, logger, progress: () => undefined, signal };
  try {
    await takeSavepoint(context, { jobId, stop: true, tasksTimeoutMs: 0 });
    await log.note({ type: 'closed', outcome: 'done' });
    return undefined;
  } catch (error) {
    const problem = signal.aborted ? l10n.t('The savepoint was not complete in time.') : messageOf(error);
    logger.warn(`Job ${jobId} did not stop with a savepoint: ${problem}`);
    return problem;
  }
}

async function lastCheckpoint(
  { logger }: ParkPlace,
  client: FlinkClient,
  jobId: string,
  signal: AbortSignal,
): Promise<void> {
  try {
    if ((await client.checkpoints(jobId, signal)) !== undefined) await client.triggerCheckpoint(jobId, signal);
  } catch (error) {
    logger.warn(`No last checkpoint of job ${jobId}: ${messageOf(error)}`);
  }
}

async function cancel({ clock, logger }: ParkPlace, client: FlinkClient, jobId: string): Promise<void> {
  const signal = AbortSignal.timeout(endTimeoutMs);
  try {
    await client.cancel(jobId, signal);
    await waitFor(
      async () => {
        const found = await jobOrAbsent(client, jobId, signal);
        return found === undefined || endedJobStates.has(found.state) ? true : undefined;
      },
      { what: l10n.t('the job to end'), timeoutMs: endTimeoutMs, intervalMs: pollMs, signal, clock },
    );
  } catch (error) {
    logger.warn(`The end of job ${jobId} was not seen: ${messageOf(error)}`);
  }
}

/** Closes the entry: the savepoint may have been completed after nobody waited for it any more. */
async function settle(place: ParkPlace, log: OperationLog, jobId: string, problem: string): Promise<void> {
  const path = await newerSavepoint(place, log.entry, jobId);
  if (path !== undefined) {
    await log.note({ type: 'saved', path }, { type: 'stopped' }, { type: 'closed', outcome: 'done' });
    return;
  }
  const failure = { message: problem, remedy: l10n.t('The job goes on from its newest checkpoint at the next start.') };
  await log.note({ type: 'closed', outcome: 'failed', failure });
}

async function newerSavepoint(
  place: ParkPlace,
  { targetDirectory }: JournalEntry,
  jobId: string,
): Promise<string | undefined> {
  if (targetDirectory === undefined) return undefined;
  try {
    return await place.newerSavepoint(targetDirectory, jobId);
  } catch (error) {
    place.logger.warn(`What job ${jobId} left cannot be looked at: ${messageOf(error)}`);
    return undefined;
  }
}
