import { rm } from 'node:fs/promises';
import * as l10n from '@vscode/l10n';
import { messageOf, PlaygroundError } from '../../util/errors';
import { diskError } from '../common/diskError';
import type { StepBoard } from '../common/stepBoard';
import type { StopOptions } from '../environment';
import { runningJob } from '../common/clickEventJob';
import { parkContainerJobs, recordJob } from './containerJob';
import { removeProject, stopContainers } from './ending';
import { isOther, runningOf, withFlink, type Scene } from './scene';

/** Once containers are being ended there is no way back: it is carried through, within this time. */
const endTimeoutMs = 180_000;
const quickLookMs = 400;

/**
 * Ends the playground, the job first and so that the next start goes on from it. Ours is removed but for its volumes; somebody
 * else's project is stopped, and nothing of it is removed.
 */
export async function stopCompose(
  scene: Scene,
  { deleteData, quick = false }: StopOptions,
  board: StepBoard,
  signal: AbortSignal,
): Promise<void> {
  const { services, session, connection } = scene;
  const { registry } = services;
  const { project } = connection;
  if (isOther(scene)) {
    if (deleteData) throw notOurs(project);
    await board.run('flink', () => stopContainers(scene, registry.containers, signal));
    return;
  }
  await session.updateRun({ phase: 'stopping' });
  let parked = false;
  if (runningOf(scene, 'jobmanager').length > 0 && !deleteData) {
    await board.run('job', async (report) => {
      if (!quick) report(l10n.t('taking a last checkpoint'));
      parked = await keepJob(scene, quick, signal);
    });
  }
  // A job that was cancelled is gone: there is nothing to stay for.
  if (!parked) signal.throwIfAborted();
  const carriedThrough = AbortSignal.timeout(endTimeoutMs);
  if (!quick) {
    const flink = registry.containers.filter(({ service }) => service !== 'kafka' && service !== 'zookeeper');
    await board.run('flink', () => stopContainers(scene, flink, carriedThrough));
    await board.run('kafka', () => stopContainers(scene, registry.containers, carriedThrough));
  }
  await removeProject(scene, carriedThrough);
  if (deleteData) await deleteOwnData(scene, carriedThrough);
  else await session.setRun(undefined);
}

function notOurs(project: string): PlaygroundError {
  return new PlaygroundError(
    'input',
    l10n.t('The Compose project "{0}" was not started by this extension, so its data is not deleted.', project),
    { remedy: l10n.t('Stop the playground without deleting data, and remove its volumes by yourself.') },
  );
}

/** @returns true when a job was ended. */
async function keepJob(scene: Scene, quick: boolean, signal: AbortSignal): Promise<boolean> {
  try {
    return await withFlink(scene, async (client) => {
      if (!quick) return parkContainerJobs(scene, client, signal);
      const job = await runningJob(client, AbortSignal.any([signal, AbortSignal.timeout(quickLookMs)]));
      if (job !== undefined) await recordJob(scene, job.id, signal);
      return false;
    });
  } catch (error) {
    signal.throwIfAborted();
    scene.services.logger.warn(`The job was not ended in an orderly way: ${messageOf(error)}`);
    return false;
  }
}

/** Volumes that carry our label, and our files. */
async function deleteOwnData({ services, session, connection }: Scene, signal: AbortSignal): Promise<void> {
  const { paths } = services;
  await connection.cli.removeVolumes(await connection.cli.ownVolumes(paths.owner, signal), signal);
  for (const path of paths.deletable) {
    try {
      await rm(path, { recursive: true, force: true, maxRetries: 3 });
    } catch (error) {
      throw diskError(path, error);
    }
  }
  session.forget();
}
