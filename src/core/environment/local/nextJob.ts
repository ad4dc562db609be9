import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { KnownRecipe } from '../../../shared/model/operations';
import { Journal } from '../../savepoints/journal';
import { lineageOf, type Lineage } from '../../savepoints/lineage';
import { savepointKey } from '../../savepoints/savepointPath';
import { messageOf } from '../../util/errors';
import { isCheckpoint, newestCheckpoint, newestCheckpointOfAny } from './checkpoints';
import type { LocalServices } from './services';
import type { Session } from './session';

/** From where the next job goes on, and how. */
export interface NextJob {
  /** A checkpoint or savepoint as a path of this machine; absent when there is nothing to go on from. */
  readonly state: string | undefined;
  /** How the job ran last, where an operation changed it since the playground was started. */
  readonly recipe: KnownRecipe | undefined;
  /** The job whose state it is. */
  readonly jobId: string | undefined;
}

/**
 * Follows the recorded job through what operations did to it since, to its newest complete state: the newest checkpoint of the job
 * that goes on, the savepoint with which it stopped, else the state that it came from itself.
 */
export async function nextJob(services: LocalServices, session: Session): Promise<NextJob> {
  const { checkpoints, operations } = services.paths.profile(session.profileName);
  const { job } = session.profile;
  if (job === undefined)
    return { state: await newestCheckpointOfAny(checkpoints), recipe: undefined, jobId: undefined };
  const { jobId, savepointPath, recipe, unsettledFolder } = await lineage(services, operations, job.id);
  const checkpoint = jobId === undefined ? undefined : await newestCheckpoint(checkpoints, jobId);
  const unsettled = unsettledFolder === undefined ? undefined : await savepointIn(savepointKey(unsettledFolder));
  const newest = await newerOf(checkpoint, unsettled);
  const known = { recipe, jobId: jobId ?? job.id };
  if (newest !== undefined) return { state: newest, ...known };
  const earlier = [savepointPath === undefined ? undefined : savepointKey(savepointPath), job.restoredFrom];
  for (const path of earlier) {
    if (path !== undefined && (await isCheckpoint(path))) return { state: path, ...known };
  }
  return { state: undefined, ...known };
}

/** A journal that cannot be read must not keep the playground from starting: what is recorded of the job counts then. */
async function lineage(services: LocalServices, operations: string, jobId: string): Promise<Lineage> {
  try {
    return lineageOf(jobId, (await new Journal(operations).read()).entries);
  } catch (error) {
    services.logger.warn(`What operations did to job ${jobId} is not known: ${messageOf(error)}`);
    return lineageOf(jobId, []);
  }
}

/** The complete savepoint in the folder of one operation. */
export async function savepointIn(folder: string): Promise<string | undefined> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const path = join(folder, name);
    if (await isCheckpoint(path)) return path;
  }
  return undefined;
}

/** Of two states on disk the one that was completed later. */
export async function newerOf(one: string | undefined, other: string | undefined): Promise<string | undefined> {
  if (one === undefined || other === undefined) return one ?? other;
  const [a, b] = await Promise.all([one, other].map(async (path) => (await stat(join(path, '_metadata'))).mtimeMs));
  return (a ?? 0) > (b ?? 0) ? one : other;
}
