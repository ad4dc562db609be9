import { rm } from 'node:fs/promises';
import * as l10n from '@vscode/l10n';
import type { StopOptions } from '../environment';
import { diskError } from './diskError';
import { endLeftovers } from './leftovers';
import { park, endInstances } from './operations';
import { loopback } from './ports';
import type { LocalServices } from './services';
import type { Session } from './session';
import type { StepBoard } from './stepBoard';

/**
 * Ends everything that runs, the job first and so that the next start goes on from it. It can be cancelled until processes
 * are being ended; from then on it is carried through.
 */
export async function stopPlayground(
  services: LocalServices,
  session: Session,
  { deleteData }: StopOptions,
  board: StepBoard,
  signal: AbortSignal,
): Promise<void> {
  const { registry } = services;
  const { run } = session;
  if (run !== undefined && registry.runningIds.length > 0) {
    await session.updateRun({ phase: 'stopping' });
    if (registry.running('jobmanager') !== undefined && !deleteData) {
      const client = services.flinkClient(`http://${loopback}:${run.ports.rest}`);
      try {
        await board.run('job', async (report) => {
          report(l10n.t('taking a last checkpoint'));
          await park(services, session, client, signal);
        });
      } finally {
        client.dispose();
      }
    }
    signal.throwIfAborted();
    await board.run('flink', () =>
      endInstances(
        services,
        registry.runningIds.filter((id) => !isKafka(id)),
      ),
    );
    await board.run('kafka', () => endInstances(services, registry.runningIds));
  }
  await endLeftovers(services);
  registry.clear();
  if (deleteData) {
    await removeData(services);
    session.forget();
  } else {
    await session.setRun(undefined);
  }
}

function isKafka(id: string): boolean {
  return id === 'kafka' || id === 'zookeeper';
}

/** The paths are fixed names below the data root; a link that leads elsewhere is removed itself, not what it points to. */
async function removeData({ paths }: LocalServices): Promise<void> {
  for (const path of paths.deletable) {
    try {
      await rm(path, { recursive: true, force: true, maxRetries: 3 });
    } catch (error) {
      throw diskError(path, error);
    }
  }
}
