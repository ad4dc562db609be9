import type { FlinkClient } from '../../flink/flinkClient';
import type { JournalEntry } from '../../savepoints/journalEntry';
import { savepointKey } from '../../savepoints/savepointPath';
import type { StoredSavepoint } from '../../../shared/model/savepoints';
import { messageOf } from '../../util/errors';
import { pruneStops, restoreOthers } from '../common/otherJobs';
import { profileOf } from './composeSession';
import { containerSavepoints } from './containerSavepoints';
import { containerSubmission } from './containerSubmission';
import { runningOf, type Scene } from './scene';

/** What follows once the playground's job runs again: the other jobs go on, and of old stops the savepoints are deleted. */
export async function afterOwnJob(scene: Scene, client: FlinkClient, signal: AbortSignal): Promise<readonly string[]> {
  const { services, session, connection } = scene;
  const { clock, logger, table, paths } = services;
  const [container] = runningOf(scene, 'jobmanager');
  if (session.run === undefined || container === undefined) return [];
  const store = containerSavepoints(connection.cli, container.id);
  let listed: Promise<readonly StoredSavepoint[]> | undefined;
  const place = {
    clock,
    logger,
    table,
    operations: paths.operations(profileOf(session.run)),
    jobSubmission: () => containerSubmission(services),
    stateOf: async (entry: JournalEntry) => stateOf(await (listed ??= store.list(signal)), entry),
  };
  try {
    const notices = await restoreOthers(place, client, signal);
    await pruneStops(place, store, [session.profile.job?.restoredFrom], signal);
    return notices;
  } catch (error) {
    signal.throwIfAborted();
    logger.warn(`Other jobs and old savepoints were left as they are: ${messageOf(error)}`);
    return [];
  }
}

/** The savepoint with which a job ended, else its newest checkpoint. */
function stateOf(stored: readonly StoredSavepoint[], { savepointPath, jobId }: JournalEntry): string | undefined {
  const whole = stored.filter(({ condition }) => condition === 'whole');
  if (savepointPath !== undefined) return whole.find(({ path }) => path === savepointKey(savepointPath))?.path;
  const checkpoints = whole.filter(({ kind, jobId: owner }) => kind === 'checkpoint' && owner === jobId);
  return checkpoints.toSorted((a, b) => (b.checkpointId ?? 0) - (a.checkpointId ?? 0))[0]?.path;
}
