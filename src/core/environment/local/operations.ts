import * as l10n from '@vscode/l10n';
import type { ServiceName } from '../../../shared/model/environment';
import type { FlinkClient } from '../../flink/flinkClient';
import { messageOf, PlaygroundError } from '../../util/errors';
import { allOrNone } from '../common/allOrNone';
import { validateTaskManagers } from '../common/startOptions';
import { prepareInstallation } from './installation';
import { allTasksRunning, runningJob } from '../common/clickEventJob';
import { jobRuns, provideJar, submitJob } from './jobSubmission';
import { Launcher } from './launcher';
import { loopback } from '../common/ports';
import type { ParkDeadlines } from '../common/parkJobs';
import { afterOwnJob } from './otherJobs';
import { parkJobs } from './parkJobs';
import { assertOurFlink } from './readiness';
import type { LocalServices } from './services';
import type { Session } from './session';
import type { InstanceRecord, LocalServiceName } from './stateFile';

const generatorId = 'clickevent-generator';
const parkDeadlines: ParkDeadlines = { savepointMs: 20_000, checkpointMs: 10_000 };
const never = new AbortController().signal;
/** How long each service may take to end in an orderly way. Kafka writes its logs to disk. */
const graceMs: Readonly<Record<LocalServiceName, number>> = {
  'clickevent-generator': 5000,
  taskmanager: 5000,
  jobmanager: 5000,
  kafka: 20_000,
  zookeeper: 5000,
};

/** What is ended together; each group needs the next. */
const endingOrder: readonly (readonly LocalServiceName[])[] = [
  ['clickevent-generator', 'taskmanager', 'jobmanager'],
  ['kafka'],
  ['zookeeper'],
];

/**
 * Ends instances, those first that use the others. Not to be interrupted: half-ended is the one state nobody wants.
 * None is given more time than `longestGraceMs` before it is killed.
 */
export async function endInstances(
  services: Pick<LocalServices, 'registry'>,
  ids: readonly string[],
  longestGraceMs = Number.POSITIVE_INFINITY,
): Promise<void> {
  const { registry } = services;
  for (const group of endingOrder) {
    const chosen = ids.flatMap((id) => registry.record(id) ?? []).filter(({ service }) => group.includes(service));
    await Promise.all(chosen.map(({ id, service }) => registry.end(id, Math.min(graceMs[service], longestGraceMs))));
  }
}

/** @throws PlaygroundError `notFound` for an instance that the run does not have. */
function requireInstance(services: LocalServices, id: string): InstanceRecord {
  const record = services.registry.record(id);
  if (record !== undefined) return record;
  const names = services.registry.records.map((instance) => instance.id).join(', ');
  throw new PlaygroundError('notFound', l10n.t('The playground has no instance "{0}".', id), {
    remedy: l10n.t('It has: {0}.', names),
  });
}

/** SIGKILL to one instance. One that does not run any more is left as it is. */
export async function killInstance(services: LocalServices, session: Session, id: string): Promise<void> {
  session.requireRun();
  requireInstance(services, id);
  await services.registry.kill(id);
  await session.updateRun();
}

/** Submits the job, unless it runs, and waits until all its tasks run. */
type Submit = (signal: AbortSignal) => Promise<void>;

/** What launching single instances of the run needs, made for one operation. */
async function withLauncher<T>(
  services: LocalServices,
  session: Session,
  signal: AbortSignal,
  act: (launcher: Launcher, client: FlinkClient, submit: Submit) => Promise<T>,
): Promise<T> {
  const run = session.requireRun();
  const installation = await prepareInstallation(services, run.options, undefined, signal);
  const client = services.flinkClient(`http://${loopback}:${run.ports.rest}`);
  const launcher = new Launcher(services, session, installation, client);
  const submit: Submit = async (until) => {
    if ((await runningJob(client, until)) !== undefined) return;
    const jarId = await provideJar(client, installation.jobJar, until);
    const { jobId } = await submitJob(services, session, client, jarId, installation.connector, until);
    await allTasksRunning(client, jobId, services.clock, until);
    await jobRuns(session, jobId);
    for (const notice of await afterOwnJob(services, session, client, until)) services.logger.warn(notice);
  };
  try {
    return await act(launcher, client, submit);
  } catch (error) {
    await endInstances(services, launcher.launched);
    throw error;
  } finally {
    await session.updateRun();
    client.dispose();
  }
}

/**
 * Starts an instance that ended. A JobManager forgot its jobs: ours goes on from its newest checkpoint. The generator ends when
 * its records cannot be sent, so Kafka comes back with it; one that was stopped or killed stays so.
 */
export async function startInstance(
  services: LocalServices,
  session: Session,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  session.requireRun();
  const { service } = requireInstance(services, id);
  if (services.registry.running(id) !== undefined) return;
  await withLauncher(services, session, signal, async (launcher, client, submit) => {
    if (service === 'taskmanager') await assertFlink(services, session, client, signal);
    if (service === 'jobmanager') await renewFlink(services, launcher, submit, signal);
    else await launch(launcher, service, id, signal);
    if ((service === 'kafka' || service === 'zookeeper') && hasDied(services, generatorId)) {
      await launcher.generator(signal);
    }
  });
}

/** True for an instance that ended by itself. */
function hasDied({ registry }: LocalServices, id: string): boolean {
  return registry.record(id)?.ended?.how === 'exited';
}

/** The TaskManagers that run. */
export function runningTaskManagers({ registry }: LocalServices): readonly string[] {
  return registry.runningIds.filter((id) => registry.record(id)?.service === 'taskmanager');
}

/**
 * Starts the JobManager and, with it, its TaskManagers anew: left alone, they would look for the old one until their heartbeat
 * times out, 20 s.
 */
async function renewFlink(
  services: LocalServices,
  launcher: Launcher,
  submit: Submit,
  signal: AbortSignal,
): Promise<void> {
  const taskManagers = runningTaskManagers(services);
  await endInstances(services, [...taskManagers, 'jobmanager']);
  await allOrNone(signal, (inner) => [
    launcher.jobManager(inner),
    ...taskManagers.map((id) => launcher.taskManager(id, inner)),
  ]);
  await submit(signal);
}

async function launch(launcher: Launcher, service: LocalServiceName, id: string, signal: AbortSignal): Promise<void> {
  switch (service) {
    case 'jobmanager':
      return launcher.jobManager(signal);
    case 'taskmanager':
      return launcher.taskManager(id, signal);
    case 'kafka':
      return launcher.kafka(signal);
    case 'zookeeper':
      return launcher.zookeeper(signal);
    case 'clickevent-generator':
      return launcher.generator(signal);
  }
}

/** A TaskManager can only be ready beside a JobManager of ours. */
async function assertFlink(
  services: LocalServices,
  session: Session,
  client: FlinkClient,
  signal: AbortSignal,
): Promise<void> {
  if (services.registry.running('jobmanager') === undefined) {
    throw new PlaygroundError('input', l10n.t('The JobManager does not run.'), {
      remedy: l10n.t('Start the JobManager first.'),
    });
  }
  await assertOurFlink(client, session.requireRun().instanceKey, signal);
}

/** Ends the instances of a service in an orderly way and starts them again. */
export async function restartService(
  services: LocalServices,
  session: Session,
  service: ServiceName,
  signal: AbortSignal,
): Promise<void> {
  session.requireRun();
  const chosen = services.registry.records.filter((record) => record.service === service);
  if (chosen.length === 0) {
    throw new PlaygroundError('notFound', l10n.t('The playground has no service "{0}".', service));
  }
  await withLauncher(services, session, signal, async (launcher, client, submit) => {
    if (service === 'taskmanager') await assertFlink(services, session, client, signal);
    if (service === 'jobmanager') {
      const parked = await park(services, session, client, signal);
      // Without the job there is no way back: it is carried through.
      await renewFlink(services, launcher, submit, parked ? never : signal);
      return;
    }
    const { registry } = services;
    const generated = registry.running(generatorId) !== undefined;
    await endInstances(
      services,
      chosen.map(({ id }) => id),
    );
    await allOrNone(signal, (inner) => chosen.map((record) => launch(launcher, record.service, record.id, inner)));
    // It ends when its records cannot be sent, rather than skip any.
    if (generated && registry.running(generatorId) === undefined) await launcher.generator(signal);
  });
}

/** Adds TaskManagers with the lowest free numbers, or ends those with the highest. */
export async function scaleTaskManagers(
  services: LocalServices,
  session: Session,
  count: number,
  signal: AbortSignal,
): Promise<void> {
  validateTaskManagers(count);
  const run = session.requireRun();
  const { registry } = services;
  const wanted = new Set(Array.from({ length: count }, (_, index) => `taskmanager-${index + 1}`));
  const surplus = registry.records.filter(({ id, service }) => service === 'taskmanager' && !wanted.has(id));
  await endInstances(
    services,
    surplus.map(({ id }) => id),
  );
  for (const { id } of surplus) registry.remove(id);
  await session.updateRun({ options: { ...run.options, taskManagers: count } });
  const missing = [...wanted].filter((id) => registry.running(id) === undefined);
  if (missing.length === 0) return;
  await withLauncher(services, session, signal, async (launcher, client) => {
    await assertFlink(services, session, client, signal);
    await allOrNone(signal, (inner) => missing.map((id) => launcher.taskManager(id, inner)));
  });
}

/**
 * Parks the job when Flink answers; when it does not, there is nothing to park.
 * @returns true when there was a job and it was ended.
 */
export async function park(
  services: LocalServices,
  session: Session,
  client: FlinkClient,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await assertOurFlink(client, session.requireRun().instanceKey, signal);
    return await parkJobs(services, session, client, parkDeadlines, signal);
  } catch (error) {
    signal.throwIfAborted();
    services.logger.warn(`The job was not ended in an orderly way: ${messageOf(error)}`);
    return false;
  }
}
