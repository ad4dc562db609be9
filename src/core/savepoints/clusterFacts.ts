import type { StoredSavepoint } from '../../shared/model/savepoints';
import type { FlinkClient } from '../flink/flinkClient';
import { PlaygroundError } from '../util/errors';
import { statesOnDisk, type ClusterFacts, type KnownState } from './assess';
import type { JournalEntry } from './journalEntry';

/**
 * Asks Flink and the folders all that there is to know about an entry.
 * @throws what the client throws while Flink does not answer: nothing may be concluded from silence.
 */
export async function clusterFacts(
  entry: JournalEntry,
  client: FlinkClient,
  stored: () => Promise<readonly StoredSavepoint[]>,
  signal: AbortSignal,
): Promise<ClusterFacts> {
  const jobs = await client.jobs(signal);
  const { jobId, triggerId } = entry;
  if (jobs.some(({ id }) => id === entry.successorId)) return { jobs, request: 'none', states: [] };
  const request =
    jobId === undefined || triggerId === undefined
      ? 'none'
      : await orForgotten(client.actions.savepointOutcome(jobId, triggerId, signal));
  const told =
    jobId !== undefined && jobs.some(({ id }) => id === jobId) ? await statesTold(client, jobId, signal) : [];
  return { jobs, request, states: [...told, ...statesOnDisk(entry, await stored())] };
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
