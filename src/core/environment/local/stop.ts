import { rm } from 'node:fs/promises';
import * as l10n from '@vscode/l10n';
import type { FlinkClient } from '../../flink/flinkClient';
import { messageOf } from '../../util/errors';
import type { StopOptions } from '../environment';
import { diskError } from '../common/diskError';
import { runningJob } from '../common/clickEventJob';
import { recordJob } from './jobSubmission';
import { endLeftovers } from './leftovers';
import { nextJob } from './nextJob';
import { park, endInstances } from './operations';
import { loopback } from '../common/ports';
import type { LocalServices } from './services';
import type { Session } from './session';
import type { StepBoard } from '../common/stepBoard';

/** Each group of processes is waited for so long before it is killed, so that the whole stop takes less than 4 s. */
const quickGraceMs = 1500;
const quickLookMs = 400;

/**
 * Ends everything that runs, the job first and so that the next start goes on from it. It can be cancelled until the job is
 * gone or processes are being ended; from then on it is carried through.
 */
export async function stopPlayground(
  services: LocalServices,
  session: Session,
  { deleteData, quick = false }: StopOptions,
  board: StepBoard,
  signal: AbortSignal,
): Promise<void> {
  const { registry } = services;
  const { run } = session;
  const longestGraceMs = quick ? quickGraceMs : undefined;
  if (run !== undefined && registry.runningIds.length > 0) {
    await session.updateRun({ phase: 'stopping' });
    let parked = false;
    if (registry.running('jobmanager') !== undefined && !deleteData) {
      const client = services.flinkClient(`http://${loopback}:${run.ports.rest}`);
      try {
        await board.run('job', async (report) => {
          if (quick) {
            await recordRunningJob(services, session, client, signal);
            return;
          }
          report(l10n.t('stopping the job with a savepoint'));
          parked = await park(services, session, client, signal);
        });
      } finally {
        client.dispose();
      }
    }
    // A job that was ended is gone: there is nothing to stay for.
    if (!parked) signal.throwIfAborted();
    await board.run('flink', () =>
      endInstances(
        services,
        registry.runningIds.filter((id) => !isKafka(id)),
        longestGraceMs,
      ),
    );
    await board.run('kafka', () => endInstances(services, registry.runningIds, longestGraceMs));
  }
  await endLeftovers(services, longestGraceMs);
  registry.clear();
  if (deleteData) {
    await removeData(services);
    session.forget();
  } else {
    await session.setRun(undefined);
  }
}

/** For a stop that has no time: the newest complete checkpoint is kept, and it has to be known whose it is. */
async function recordRunningJob(
  services: LocalServices,
  session: Session,
  client: FlinkClient,
  signal: AbortSignal,
): Promise<void> {
  try {
    const { jobId } = await nextJob(services, session);
    const job = await runningJob(client, AbortSignal.any([signal, AbortSignal.timeout(quickLookMs)]), jobId);
    if (job !== undefined) await recordJob(services, session, job.id);
  } catch (error) {
    signal.throwIfAborted();
    services.logger.warn(`The job that runs was not looked at: ${messageOf(error)}`);
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
