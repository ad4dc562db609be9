import type { FlinkClient } from '../../flink/flinkClient';
import { savepointKey } from '../../savepoints/savepointPath';
import { flinkUri } from '../common/flinkUri';
import { parkJobs as parkJobsOf, type ParkDeadlines } from '../common/parkJobs';
import { newestCheckpoint } from './checkpoints';
import { recordJob } from './jobSubmission';
import { newerOf, savepointIn } from './nextJob';
import type { LocalServices } from './services';
import type { Session } from './session';

/**
 * Ends the jobs of a local environment so that they can be gone on with.
 * @returns true when a job was ended; false when there was none.
 */
export function parkJobs(
  services: LocalServices,
  session: Session,
  client: FlinkClient,
  deadlines: ParkDeadlines,
  signal: AbortSignal,
): Promise<boolean> {
  const { clock, logger, table, paths } = services;
  const { operations, savepoints, checkpoints } = paths.profile(session.profileName);
  const newerSavepoint = async (folder: string, jobId: string): Promise<string | undefined> => {
    const savepoint = await savepointIn(savepointKey(folder));
    if (savepoint === undefined) return undefined;
    const newer = await newerOf(await newestCheckpoint(checkpoints, jobId), savepoint);
    return newer === savepoint ? flinkUri(savepoint) : undefined;
  };
  const record = (jobId: string): Promise<void> => recordJob(services, session, jobId);
  const recorded = session.profile.job?.id;
  const place = {
    clock,
    logger,
    table,
    operations,
    savepoints: flinkUri(savepoints),
    recorded,
    record,
    newerSavepoint,
  };
  return parkJobsOf(place, client, deadlines, signal);
}
