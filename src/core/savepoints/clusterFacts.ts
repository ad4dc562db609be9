import { endedJobStates, type JobOverview } from '../../shared/model/flink';
import type { StoredSavepoint } from '../../shared/model/savepoints';
import type { SavepointOutcome } from '../flink/decode/savepoints';
import type { FlinkClient } from '../flink/flinkClient';
import * as l10n from '@vscode/l10n';
import { delay } from '../util/async';
import type { Clock } from '../util/clock';
import { PlaygroundError } from '../util/errors';
import { statesOnDisk, type ClusterFacts, type KnownState } from './assess';
import type { JournalEntry } from './journalEntry';
import { savepointKey } from './savepointPath';

/** A request that was written to a socket longer ago has arrived. */
const inFlightMs = 60_000;
const fenceMs = 15_000;
/** Longer than Flink keeps an answer that it gave before, `web.refresh-interval`, 3 s by default. */
const staleMs = 3500;
/** Tasks of a job that was told to stop end within this time on any machine that still does something. */
const endMs = 60_000;
const pollMs = 100;

/**
 * Asks Flink and the folders all that there is to know about an entry.
 * @throws what the client throws while Flink does not answer: nothing may be concluded from silence.
 */
export async function clusterFacts(
  entry: JournalEntry,
  client: FlinkClient,
  stored: () => Promise<readonly StoredSavepoint[]>,
  clock: Clock,
  signal: AbortSignal,
): Promise<ClusterFacts> {
  const jobs = await client.jobs(signal);
  const { jobId, successorId, stopped, savepointPath } = entry;
  const settled = (stopped && savepointPath !== undefined) || jobs.some(({ id }) => id === successorId);
  if (settled) return { jobs, request: 'none', states: [] };
  const request = await requestOf(entry, runs(jobs, jobId), client, clock, signal);
  // After the outcome: a job that ended with it has ended by now.
  const after = await jobsAfter(request, jobId, client, clock, signal);
  const told =
    jobId !== undefined && after.some(({ id }) => id === jobId) ? await statesTold(client, jobId, signal) : [];
  return { jobs: after, request, states: [...told, ...statesOnDisk(entry, await stored())] };
}

async function requestOf(
  entry: JournalEntry,
  jobRuns: boolean,
  client: FlinkClient,
  clock: Clock,
  signal: AbortSignal,
): Promise<ClusterFacts['request']> {
  const { jobId, triggerId, targetDirectory, format, requestedAt } = entry;
  if (jobId === undefined || triggerId === undefined) return 'none';
  const ask = (): Promise<SavepointOutcome | 'forgotten'> =>
    orForgotten(client.actions.savepointOutcome(jobId, triggerId, signal));
  const request = await ask();
  if (request !== 'forgotten' || !jobRuns || clock.now() - requestedAt > inFlightMs) return request;
  // The request of a window that died may still be on its way, and would stop the job after it was thought to run on. Flink keeps
  // one outcome for an id: with a mere savepoint under it, a stop that arrives later does nothing.
  await client.actions.requestSavepoint(jobId, { triggerId, targetDirectory, format }, signal);
  const deadline = clock.now() + fenceMs;
  for (;;) {
    const outcome = await ask();
    if (outcome !== undefined || clock.now() > deadline) return outcome;
    await delay(pollMs, signal, clock);
  }
}

/**
 * The jobs once it is settled whether this one runs on. Its end comes after the savepoint of a stop is complete, on a busy machine
 * long after; a mere savepoint, which fences off a stop that never arrived, ends nothing.
 * @throws PlaygroundError `timeout` when the job does not end though it should.
 */
async function jobsAfter(
  request: ClusterFacts['request'],
  jobId: string | undefined,
  client: FlinkClient,
  clock: Clock,
  signal: AbortSignal,
): Promise<readonly JobOverview[]> {
  const location = typeof request === 'object' && 'location' in request ? request.location : undefined;
  const began = clock.now();
  for (;;) {
    const jobs = await client.jobs(signal);
    if (location === undefined || jobId === undefined || !runs(jobs, jobId)) return jobs;
    const ends = await endsJob(location, client, jobId, signal);
    const waited = clock.now() - began;
    if (ends === false || (ends === undefined && waited > staleMs)) return jobs;
    if (waited > endMs) {
      throw new PlaygroundError('timeout', l10n.t('The savepoint of the stop is complete, and the job does not end.'), {
        remedy: l10n.t('Look at its tasks in the Flink Web UI; cancel the job when they hang.'),
      });
    }
    await delay(pollMs, signal, clock);
  }
}

/** Whether the job comes to its end with this savepoint; absent where Flink's statistics do not have it. */
async function endsJob(
  location: string,
  client: FlinkClient,
  jobId: string,
  signal: AbortSignal,
): Promise<boolean | undefined> {
  const statistics = await orForgotten(client.checkpoints(jobId, signal));
  if (statistics === 'forgotten') return undefined;
  const key = savepointKey(location);
  return statistics?.available.find(({ externalPath = '' }) => savepointKey(externalPath) === key)?.endsJob;
}

function runs(jobs: readonly JobOverview[], jobId: string | undefined): boolean {
  return jobs.some(({ id, state }) => id === jobId && !endedJobStates.has(state));
}

async function orForgotten<T>(asked: Promise<T>): Promise<T | 'forgotten'> {
  try {
    return await asked;
  } catch (error) {
    if (PlaygroundError.is(error, 'notFound') || PlaygroundError.is(error, 'rejected')) return 'forgotten';
    throw error;
  }
}

async function statesTold(client: FlinkClient, jobId: string, signal: AbortSignal): Promise<readonly KnownState[]> {
  const statistics = await client.checkpoints(jobId, signal);
  return (statistics?.available ?? []).flatMap(({ externalPath, isSavepoint, triggeredAt }) =>
    externalPath === undefined ? [] : [{ path: externalPath, isSavepoint, at: triggeredAt }],
  );
}
