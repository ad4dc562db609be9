import type { FlinkClient } from '../../flink/flinkClient';
import { DiskSavepointStore } from '../../savepoints/diskSavepointStore';
import type { JournalEntry } from '../../savepoints/journalEntry';
import { savepointKey } from '../../savepoints/savepointPath';
import { messageOf } from '../../util/errors';
import { pruneStops, restoreOthers, type OthersPlace } from '../common/otherJobs';
import { isCheckpoint, newestCheckpoint } from './checkpoints';
import { localJobSubmission } from './installation';
import type { LocalServices } from './services';
import type { Session } from './session';

/** What follows once the playground's job runs again: the other jobs go on, and of old stops the savepoints are deleted. */
export async function afterOwnJob(
  services: LocalServices,
  session: Session,
  client: FlinkClient,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { clock, logger, table, paths } = services;
  const { operations, checkpoints, savepoints } = paths.profile(session.profileName);
  const place: OthersPlace = {
    clock,
    logger,
    table,
    operations,
    jobSubmission: (inner) => localJobSubmission(services, session.run, inner),
    stateOf: (entry) => stateOf(checkpoints, entry),
  };
  try {
    const notices = await restoreOthers(place, client, signal);
    const store = new DiskSavepointStore({ folders: () => Promise.resolve([{ savepoints, checkpoints }]) });
    await pruneStops(place, store, [session.profile.job?.restoredFrom], signal);
    return notices;
  } catch (error) {
    signal.throwIfAborted();
    logger.warn(`Other jobs and old savepoints were left as they are: ${messageOf(error)}`);
    return [];
  }
}

/** The savepoint with which a job ended, else its newest checkpoint. */
async function stateOf(checkpoints: string, { savepointPath, jobId }: JournalEntry): Promise<string | undefined> {
  const saved = savepointPath === undefined ? undefined : savepointKey(savepointPath);
  if (saved !== undefined) return (await isCheckpoint(saved)) ? saved : undefined;
  return jobId === undefined ? undefined : newestCheckpoint(checkpoints, jobId);
}
