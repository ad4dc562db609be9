import * as l10n from '@vscode/l10n';
import type { InstanceSnapshot, ServiceName } from '../../../shared/model/environment';
import { messageOf, PlaygroundError } from '../../util/errors';
import { validateTaskManagers } from '../common/startOptions';
import { runningJob } from '../common/clickEventJob';
import { parkContainerJobs, submitJob } from './containerJob';
import type { ContainerFacts } from './containerRecords';
import { instanceIdOf } from './containerRegistry';
import { stopContainers } from './ending';
import { reachOf } from './endpoints';
import { afterOwnJob } from './otherContainerJobs';
import {
  isOther,
  projectOf,
  requireContainer,
  runningOf,
  runs,
  untilReady,
  untilShown,
  withFlink,
  type Scene,
} from './scene';
import { notRunning } from '../notRunning';

/** A JVM in a container on a busy machine of two cores. */
const readyTimeoutMs = 120_000;
const scaleTimeoutMs = 180_000;

/** @throws PlaygroundError `input` when no container of the project runs. */
function requireRunning({ services }: Scene): void {
  if (!services.registry.containers.some((container) => runs(container))) throw notRunning();
}

/** SIGKILL to one container. One that does not run any more is left as it is. */
export async function killContainer(scene: Scene, instanceId: string, signal: AbortSignal): Promise<void> {
  const { services, connection, list } = scene;
  const container = requireContainer(scene, instanceId);
  if (!runs(container)) return;
  services.registry.expect([container.id], 'killed');
  await connection.cli.kill(container.id, signal);
  await list(signal);
  await untilShown(scene, l10n.t('{0} to end', instanceId), (instances) => !isUp(instances, instanceId), signal);
}

/** Starts a container that ended. A JobManager forgot its jobs: ours goes on from its newest checkpoint. */
export async function startContainer(scene: Scene, instanceId: string, signal: AbortSignal): Promise<void> {
  const container = requireContainer(scene, instanceId);
  if (runs(container)) return;
  requireRunning(scene);
  switch (container.service) {
    case 'jobmanager':
      return renewFlink(scene, [container], signal);
    case 'client':
      return submitAgain(scene, container, signal);
    case 'taskmanager':
      return startTaskManagers(scene, [container], signal);
    case 'kafka':
    case 'zookeeper':
    case 'clickevent-generator':
      await startAndWait(scene, [container], signal);
      await reviveGenerator(scene, signal);
  }
}

/** Ends the containers of a service in an orderly way and starts them again. */
export async function restartContainers(scene: Scene, service: ServiceName, signal: AbortSignal): Promise<void> {
  const { services } = scene;
  requireRunning(scene);
  const chosen = services.registry.containers.filter((container) => container.service === service);
  const [first] = chosen;
  if (first === undefined) {
    throw new PlaygroundError('notFound', l10n.t('The playground has no service "{0}".', service));
  }
  switch (service) {
    case 'jobmanager':
      await park(scene, signal);
      await stopContainers(scene, chosen, signal);
      return renewFlink(scene, chosen, signal);
    case 'client':
      return submitAgain(scene, first, signal);
    case 'taskmanager':
      await stopContainers(scene, chosen, signal);
      return startTaskManagers(scene, chosen, signal);
    case 'kafka':
    case 'zookeeper':
    case 'clickevent-generator':
      await stopContainers(scene, chosen, signal);
      await startAndWait(scene, chosen, signal);
      await reviveGenerator(scene, signal);
  }
}

/** The job is gone with its JobManager; where it is ours it is kept first, as far as that can be done. */
async function park(scene: Scene, signal: AbortSignal): Promise<void> {
  const { services } = scene;
  if (isOther(scene)) return;
  try {
    await withFlink(scene, (client) => parkContainerJobs(scene, client, signal));
  } catch (error) {
    signal.throwIfAborted();
    services.logger.warn(`The job was not ended in an orderly way: ${messageOf(error)}`);
  }
}

/**
 * Starts the JobManager and, with it, its TaskManagers anew: left alone, they would look for the old one until their heartbeat
 * times out.
 */
async function renewFlink(scene: Scene, jobManager: readonly ContainerFacts[], signal: AbortSignal): Promise<void> {
  const taskManagers = runningOf(scene, 'taskmanager');
  await stopContainers(scene, taskManagers, signal);
  await startAndWait(scene, jobManager, signal);
  await startTaskManagers(scene, taskManagers, signal);
  const { run } = scene.session;
  if (isOther(scene)) {
    // Its own way to submit the job is its client.
    const client = scene.services.registry.containers.find(({ service }) => service === 'client');
    if (client !== undefined) await submitAgain(scene, client, signal);
    return;
  }
  if (run !== undefined) await submitUnlessRunning(scene, signal);
}

async function submitUnlessRunning(scene: Scene, signal: AbortSignal): Promise<void> {
  const { run } = scene.session;
  if (run === undefined) throw notRunning();
  await withFlink(scene, async (client) => {
    const present = await untilReady(
      scene,
      { what: l10n.t('the JobManager to answer'), of: ['jobmanager'], timeoutMs: readyTimeoutMs },
      async () => ({ job: await runningJob(client, signal) }),
      signal,
    );
    if (present.job !== undefined) return;
    await submitJob(scene, run, client, signal);
    for (const notice of await afterOwnJob(scene, client, signal)) scene.services.logger.warn(notice);
  });
}

/** Lets the client submit the job once more, unless it runs: two of them would write everything twice. */
async function submitAgain(scene: Scene, container: ContainerFacts, signal: AbortSignal): Promise<void> {
  if (!isOther(scene)) return submitUnlessRunning(scene, signal);
  const present = await withFlink(scene, (client) =>
    untilReady(
      scene,
      { what: l10n.t('the JobManager to answer'), of: ['jobmanager'], timeoutMs: readyTimeoutMs },
      async () => ({ job: await runningJob(client, signal) }),
      signal,
    ),
  );
  if (present.job !== undefined) return;
  await scene.connection.cli.start([container.id], signal);
  await scene.list(signal);
}

async function startAndWait(scene: Scene, containers: readonly ContainerFacts[], signal: AbortSignal): Promise<void> {
  const { connection, list } = scene;
  await connection.cli.start(
    containers.map(({ id }) => id),
    signal,
  );
  await list(signal);
  const ids = new Set(containers.map((container) => instanceIdOf(container)));
  const services = [...new Set(containers.map(({ service }) => service))];
  await untilReady(
    scene,
    { what: l10n.t('{0} to be ready', [...ids].join(', ')), of: services, timeoutMs: readyTimeoutMs },
    async () => {
      const shown = scene.services.registry.snapshots.filter(({ id }) => ids.has(id));
      if (shown.every(({ state }) => state === 'healthy')) return true;
      // Its health check is slower to say so than the broker itself.
      return services.includes('kafka') && (await kafkaAnswers(scene, signal)) ? true : undefined;
    },
    signal,
  );
}

/** @throws PlaygroundError while it does not. */
async function kafkaAnswers({ services, connection }: Scene, signal: AbortSignal): Promise<boolean> {
  const brokers = reachOf(services.registry.containers, connection.remoteHost).endpoints?.brokers ?? [];
  if (brokers.length === 0) return false;
  await services.kafka.clusterId(brokers, signal);
  return true;
}

/** A TaskManager is ready when the JobManager knows it, which it can only beside one that runs. */
async function startTaskManagers(
  scene: Scene,
  containers: readonly ContainerFacts[],
  signal: AbortSignal,
): Promise<void> {
  if (containers.length === 0) return;
  requireJobManager(scene);
  await startAndWait(scene, containers, signal);
}

/** The generator ends when its records cannot be sent, rather than skip any: with Kafka it comes back. */
async function reviveGenerator(scene: Scene, signal: AbortSignal): Promise<void> {
  if (runningOf(scene, 'kafka').length === 0) return;
  const dead = scene.services.registry.containers.filter(
    (container) => container.service === 'clickevent-generator' && !runs(container),
  );
  if (dead.length > 0) await startAndWait(scene, dead, signal);
}

function requireJobManager(scene: Scene): void {
  if (runningOf(scene, 'jobmanager').length > 0) return;
  throw new PlaygroundError('input', l10n.t('The JobManager does not run.'), {
    remedy: l10n.t('Start the JobManager first.'),
  });
}

/** Removes the TaskManagers with the highest numbers, or has Compose add some; ends when those that remain are ready. */
export async function scaleContainers(scene: Scene, count: number, signal: AbortSignal): Promise<void> {
  validateTaskManagers(count);
  requireRunning(scene);
  const { services, session, connection, list } = scene;
  const all = services.registry.containers
    .filter(({ service }) => service === 'taskmanager')
    .sort((a, b) => a.number - b.number);
  const surplus = all.slice(count);
  if (surplus.length > 0) {
    await stopContainers(scene, surplus, signal);
    await connection.cli.remove(
      surplus.map(({ id }) => id),
      signal,
    );
    await list(signal);
  }
  const { run } = session;
  if (run !== undefined) await session.updateRun({ options: { ...run.options, taskManagers: count } });
  if (runningOf(scene, 'taskmanager').length >= count) return;
  requireJobManager(scene);
  // A plain `up` would run the client that is done a second time, hence a second job.
  const args = ['up', '-d', '--no-deps', '--no-recreate', '--scale', `taskmanager=${count}`, 'taskmanager'];
  await connection.cli.compose(projectOf(scene), args, l10n.t('Scaling the TaskManagers'), {
    signal,
    timeoutMs: scaleTimeoutMs,
  });
  await list(signal);
  await untilReady(
    scene,
    { what: l10n.t('{0} TaskManagers to be ready', count), of: ['taskmanager'], timeoutMs: readyTimeoutMs },
    () => {
      const ready = services.registry.snapshots.filter(
        ({ service, state }) => service === 'taskmanager' && state === 'healthy',
      );
      return Promise.resolve(ready.length >= count ? true : undefined);
    },
    signal,
  );
}

function isUp(instances: readonly InstanceSnapshot[], id: string): boolean {
  const state = instances.find((instance) => instance.id === id)?.state;
  return state === 'healthy' || state === 'starting' || state === 'unhealthy';
}
