import type { KnownRecipe } from '../../../shared/model/operations';
import type { StoredSavepoint } from '../../../shared/model/savepoints';
import { Journal } from '../../savepoints/journal';
import { lineageOf, type Lineage } from '../../savepoints/lineage';
import { savepointKey } from '../../savepoints/savepointPath';
import { messageOf } from '../../util/errors';
import type { ComposeProfile } from './composeRecord';
import { profileOf } from './composeSession';
import { containerSavepoints } from './containerSavepoints';
import { runningOf, type Scene } from './scene';

/** From where the next job goes on, and how. */
export interface NextContainerJob {
  /** A checkpoint or savepoint as the containers see it; absent when there is nothing to go on from. */
  readonly state: string | undefined;
  /** How the job ran last, where an operation changed it since the playground was started. */
  readonly recipe: KnownRecipe | undefined;
}

/** Follows the recorded job through what operations did to it since, to its newest complete state in the volumes. */
export async function nextContainerJob(scene: Scene, signal: AbortSignal): Promise<NextContainerJob> {
  const { session, connection } = scene;
  const [container] = runningOf(scene, 'jobmanager');
  const stored = container === undefined ? [] : await containerSavepoints(connection.cli, container.id).list(signal);
  return nextOf(session.profile.job, await lineage(scene), stored);
}

/** A journal that cannot be read must not keep the job from starting: what is recorded of it counts then. */
async function lineage({ services, session }: Scene): Promise<Lineage | undefined> {
  const { job } = session.profile;
  if (job === undefined || session.run === undefined) return undefined;
  try {
    const { entries } = await new Journal(services.paths.operations(profileOf(session.run))).read();
    return lineageOf(job.id, entries);
  } catch (error) {
    services.logger.warn(`What operations did to job ${job.id} is not known: ${messageOf(error)}`);
    return lineageOf(job.id, []);
  }
}

/**
 * The newest checkpoint of the job that goes on, or a savepoint of a stop whose outcome nobody wrote down, whichever is newer; else
 * the savepoint with which it stopped; else the state that it came from. Without a record, the newest checkpoint of any job.
 */
export function nextOf(
  job: ComposeProfile['job'],
  lineageNow: Lineage | undefined,
  stored: readonly StoredSavepoint[],
): NextContainerJob {
  const whole = stored.filter(({ condition }) => condition === 'whole');
  const checkpoints = whole.filter(({ kind }) => kind === 'checkpoint');
  if (job === undefined || lineageNow === undefined) return { state: newestOf(checkpoints)?.path, recipe: undefined };
  const { jobId, savepointPath, recipe, unsettledFolder } = lineageNow;
  const own = checkpoints
    .filter((checkpoint) => checkpoint.jobId === jobId)
    .toSorted((a, b) => (b.checkpointId ?? 0) - (a.checkpointId ?? 0))
    .slice(0, 1);
  const folder = unsettledFolder === undefined ? undefined : `${savepointKey(unsettledFolder)}/`;
  const unsettled = whole.filter(({ path }) => folder !== undefined && path.startsWith(folder));
  const newest = newestOf([...own, ...unsettled]);
  const earlier = [savepointPath, job.restoredFrom].flatMap((path) =>
    path === undefined ? [] : whole.filter((each) => each.path === savepointKey(path)),
  );
  return { state: (newest ?? earlier[0])?.path, recipe };
}

function newestOf(stored: readonly StoredSavepoint[]): StoredSavepoint | undefined {
  return stored.toSorted((a, b) => (b.writtenAt ?? 0) - (a.writtenAt ?? 0))[0];
}
