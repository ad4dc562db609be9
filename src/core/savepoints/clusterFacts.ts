import { endedJobStates, type JobOverview } from '../../shared/model/flink';
import type { StoredSavepoint } from '../../shared/model/savepoints';
import type { SavepointOutcome } from '../flink/decode/savepoints';
import type { FlinkClient } from '../flink/flinkClient';
import { delay } from '../util/async';
import type { Clock } from '../util/clock';
import { PlaygroundError } from '../util/errors';
import { statesOnDisk, type ClusterFacts, type KnownState } from './assess';
import type { JournalEntry } from './journalEntry';

/** A request that was written to a socket longer ago has arrived. */
const inFlightMs = 60_000;
const fenceMs = 15_000;
/** Longer than Flink keeps an answer that it gave before, `web.refresh-interval`, 3 s by default. */
const endMs = 3500;
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
  const { jobId } = entry;
  if (jobs.some(({ id }) => id === entry.successorId)) return { jobs, request: 'none', states: [] };
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

/** Flink's list of jobs is a moment old: one that ended with its savepoint is waited for. */
async function jobsAfter(
  request: ClusterFacts['request'],
  jobId: string | undefined,
  client: FlinkClient,
  clock: Clock,
  signal: AbortSignal,
): Promise<readonly JobOverview[]> {
  const saved = typeof request === 'object' && 'location' in request;
  const deadline = clock.now() + endMs;
  for (;;) {
    const jobs = await client.jobs(signal);
    if (!saved || !runs(jobs, jobId) || clock.now() > deadline) return jobs;
    await delay(pollMs, signal, clock);
  }
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
