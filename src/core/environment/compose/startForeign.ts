import * as l10n from '@vscode/l10n';
import type { StartResult } from '../environment';
import { allTasksRunning, runningJob } from '../common/clickEventJob';
import { foreignProject, readComposeFile } from './connection';
import { stopContainers } from './ending';
import { composeProgress } from './engineProgress';
import { runs, untilReady, withFlink, type Scene } from './scene';
import type { StartContext } from './startCompose';

const upTimeoutMs = 60 * 60_000;
const readyTimeoutMs = 180_000;
const cleanTimeoutMs = 120_000;

/**
 * Brings up a project that is not ours: its containers that ended are started, services without one are made by its own
 * compose file, and what runs is left as it is. The flags of the job, its version and the number of TaskManagers are the file's.
 */
export async function startForeign({ scene, board }: StartContext, signal: AbortSignal): Promise<StartResult> {
  const { services } = scene;
  const { registry, clock } = services;
  const began = clock.now();
  const elapsed = (): number => clock.now() - began;
  const alive = new Set(registry.containers.filter(runs).map(({ id }) => id));
  try {
    await board.run('flink', async (report) => bringUp(scene, report, signal));
    const flinkReadyMs = elapsed();
    const started = registry.containers.some(({ id, status }) => status === 'running' && !alive.has(id));
    const jobId = await board.run('job', () => untilJobRuns(scene, signal));
    return {
      jobId,
      adopted: !started,
      timings: {
        downloadMs: 0,
        kafkaReadyMs: flinkReadyMs,
        flinkReadyMs,
        jobRunningMs: elapsed(),
      },
    };
  } catch (error) {
    const cleaning = AbortSignal.timeout(cleanTimeoutMs);
    await scene.list(cleaning).catch(() => undefined);
    const begun = registry.containers.filter(({ id }) => !alive.has(id));
    await stopContainers(scene, begun, cleaning).catch(() => undefined);
    throw error;
  }
}

async function bringUp(scene: Scene, report: (words: string) => void, signal: AbortSignal): Promise<void> {
  const { services, connection, list } = scene;
  const { registry } = services;
  const project = foreignProject(connection, registry.containers);
  const { file } = connection.settings;
  const known = file === '' ? undefined : await readComposeFile(connection.cli, file, signal);
  const missing = (known?.services ?? []).filter(
    (name) => !registry.containers.some(({ service }) => service === name),
  );
  // The client is done, and run again it would submit a second job: it comes last, and only where no job runs.
  const ended = registry.containers.filter((container) => !runs(container) && container.service !== 'client');
  await connection.cli.start(
    ended.map(({ id }) => id),
    signal,
  );
  if (missing.length > 0) {
    await connection.cli.compose(
      project,
      ['up', '-d', '--no-recreate', '--no-deps', ...missing],
      l10n.t('Starting the containers'),
      {
        signal,
        timeoutMs: upTimeoutMs,
        onLine: composeProgress(report),
        images: await absentImages(scene, known?.images, signal),
      },
    );
  }
  await list(signal);
}

/** Those that have to be pulled: the engine's own words do not always name the one that cannot be. */
async function absentImages(
  { connection }: Scene,
  images: readonly string[] = [],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const absent: string[] = [];
  for (const image of images) if (!(await connection.cli.hasImage(image, signal))) absent.push(image);
  return absent;
}

async function untilJobRuns(scene: Scene, signal: AbortSignal): Promise<string> {
  const { services, connection, list } = scene;
  return withFlink(scene, async (client) => {
    const { job: present } = await untilReady(
      scene,
      {
        what: l10n.t('the JobManager to answer'),
        of: ['jobmanager'],
        timeoutMs: readyTimeoutMs,
      },
      async () => ({ job: await runningJob(client, signal) }),
      signal,
    );
    const submitter = services.registry.containers.find(({ service }) => service === 'client');
    if (present === undefined && submitter !== undefined && !runs(submitter)) {
      await connection.cli.start([submitter.id], signal);
      await list(signal);
    }
    const jobId = await untilReady(
      scene,
      {
        what: l10n.t('the job to be submitted'),
        of: ['jobmanager'],
        timeoutMs: readyTimeoutMs,
      },
      async () => (await runningJob(client, signal))?.id,
      signal,
    );
    await allTasksRunning(client, jobId, services.clock, signal);
    return jobId;
  });
}
