import { randomUUID } from 'node:crypto';
import * as l10n from '@vscode/l10n';
import type { StartOptions } from '../../../shared/model/environment';
import type { FlinkClient } from '../../flink/flinkClient';
import { playground } from '../../playground';
import { isAbort, messageOf, PlaygroundError } from '../../util/errors';
import type { StartResult } from '../environment';
import { allOrNone } from '../common/allOrNone';
import { keptOptions, validateStartOptions } from '../common/startOptions';
import { prepareInstallation, requiredSets, type Installation } from './installation';
import { allTasksRunning, runningJob } from '../common/clickEventJob';
import { jobRuns, provideJar, pruneCheckpoints, recordJob, submitJob, type Submission } from './jobSubmission';
import { Launcher } from './launcher';
import { endLeftovers } from './leftovers';
import { anyPort, choosePort, isFree, loopback } from '../common/ports';
import { nextJob } from './nextJob';
import { afterOwnJob } from './otherJobs';
import { jobManagerReady, kafkaReady } from './readiness';
import type { LocalServices } from './services';
import type { Session } from './session';
import { endInstances, runningTaskManagers } from './operations';
import type { PortsRecord, RunRecord } from './stateFile';
import type { StepBoard } from '../common/stepBoard';

/** What a start of this environment ends with: the job runs, always. */
export type LocalStartResult = StartResult & { readonly jobId: string };

/**
 * Brings up what is missing of the playground, all at the same time as far as one thing does not need another, and ends when
 * the job's tasks all run. A start that fails or is cancelled ends what it started. `notify` is told what a person should know
 * about this start though nothing failed.
 */
export async function startPlayground(
  services: LocalServices,
  session: Session,
  options: StartOptions,
  board: StepBoard,
  notify: (notice: string) => void,
  signal: AbortSignal,
): Promise<LocalStartResult> {
  validateStartOptions(options);
  const began = services.clock.now();
  const elapsed = (): number => services.clock.now() - began;
  await endLeftovers(services);
  const continued = await continuedRun(services, session, options);
  const kind = continued?.options ?? options;
  const installation = await prepareInstallation(services, kind, board, signal);
  const downloadMs = elapsed();
  const run = continued ?? (await services.ports.reserve((taken) => freshRun(options, taken), portsOf, signal));
  if (continued === undefined) services.registry.clear();
  else keptOptions(continued.options, options).forEach(notify);
  const { warning } = installation.java;
  const notices = warning === undefined ? run.notices : [...new Set([...run.notices, warning])];
  await session.setRun({ ...run, notices, phase: 'starting' });

  const client = services.flinkClient(`http://${loopback}:${run.ports.rest}`);
  const launcher = new Launcher(services, session, installation, client);
  try {
    const outcome = await bringUp({ services, session, run, installation, client, launcher, board, elapsed }, signal);
    await session.updateRun({ phase: 'running' });
    if (outcome.submitted) (await afterOwnJob(services, session, client, signal)).forEach(notify);
    await pruneCheckpoints(services, session).catch((error: unknown) => {
      services.logger.warn(`Old checkpoints were not removed: ${messageOf(error)}`);
    });
    const { submitted: _submitted, ...result } = outcome;
    return { ...result, timings: { downloadMs, ...result.timings } };
  } catch (error) {
    await endInstances(services, launcher.launched);
    // Nothing may run that is no longer recorded. What was gone on with is not complete: it waits for another start.
    if (continued === undefined) await endLeftovers(services);
    await (continued === undefined ? session.setRun(undefined) : session.updateRun({ phase: 'starting' }));
    await removeAlteredJars(services, run, error);
    throw error;
  } finally {
    client.dispose();
    if (continued === undefined) await services.ports.release();
  }
}

/** A JVM that does not start may have been given a damaged jar: those are removed, so that the next start brings them anew. */
async function removeAlteredJars(services: LocalServices, run: RunRecord, error: unknown): Promise<void> {
  if (isAbort(error) || !PlaygroundError.is(error, 'process')) return;
  const sets = Object.values(requiredSets(run.options.flinkVersion, run.options.kafkaMode));
  await services.artifacts.verify(sets, AbortSignal.timeout(10_000)).catch((failure: unknown) => {
    services.logger.warn(`The downloads were not verified: ${messageOf(failure)}`);
  });
}

/**
 * The recorded run when a part of it lives and can be completed. One whose broker or JobManager is gone and has lost its port
 * to somebody else cannot: everything refers to that port, so the rest is ended and a fresh run begins.
 */
async function continuedRun(
  services: LocalServices,
  session: Session,
  options: StartOptions,
): Promise<RunRecord | undefined> {
  const { run } = session;
  const { registry } = services;
  if (run === undefined || registry.runningIds.length === 0) return undefined;
  const { flinkVersion, kafkaMode } = run.options;
  if (flinkVersion !== options.flinkVersion || kafkaMode !== options.kafkaMode) {
    throw new PlaygroundError(
      'input',
      l10n.t('The playground runs with Flink {0} and Kafka in mode {1}.', flinkVersion, kafkaMode),
      {
        remedy: l10n.t('Stop the playground first.'),
      },
    );
  }
  const needed: readonly (readonly [string, number | undefined])[] = [
    ['jobmanager', run.ports.rest],
    ['jobmanager', run.ports.rpc],
    ['kafka', run.ports.broker],
    ['kafka', run.ports.controller],
    ['zookeeper', run.ports.zookeeper],
  ];
  for (const [id, port] of needed) {
    if (port === undefined || registry.running(id) !== undefined || (await isFree(port))) continue;
    services.logger.warn(`Port ${port} of ${id} is in use by somebody else; everything is started anew`);
    await endInstances(services, registry.runningIds);
    return undefined;
  }
  // They would look for the JobManager that is gone until their heartbeat times out, 20 s.
  if (registry.running('jobmanager') === undefined) await endInstances(services, runningTaskManagers(services));
  return run;
}

function portsOf({ ports }: RunRecord): readonly number[] {
  return Object.values(ports).flatMap((port) => port ?? []);
}

async function freshRun(options: StartOptions, givenAway: ReadonlySet<number>): Promise<RunRecord> {
  const taken = new Set(givenAway);
  const notices: string[] = [];
  const preferred = async (port: number, name: string): Promise<number> => {
    const chosen = await choosePort(port, name, taken);
    if (chosen.notice !== undefined) notices.push(chosen.notice);
    taken.add(chosen.port);
    return chosen.port;
  };
  const any = async (): Promise<number> => {
    const port = await anyPort(taken);
    taken.add(port);
    return port;
  };
  const { rest, broker, zookeeper } = playground.ports;
  const ports: PortsRecord = {
    rest: await preferred(rest, l10n.t('REST')),
    broker: await preferred(broker, l10n.t('Kafka')),
    rpc: await any(),
    ...(options.kafkaMode === 'kraft' ? { controller: await any() } : {}),
    ...(options.kafkaMode === 'zookeeper' ? { zookeeper: await preferred(zookeeper, l10n.t('ZooKeeper')) } : {}),
  };
  return { instanceKey: randomUUID(), phase: 'starting', options, ports, notices, instances: [] };
}

interface BringUp {
  readonly services: LocalServices;
  readonly session: Session;
  readonly run: RunRecord;
  readonly installation: Installation;
  readonly client: FlinkClient;
  readonly launcher: Launcher;
  readonly board: StepBoard;
  readonly elapsed: () => number;
}

type Outcome = Omit<LocalStartResult, 'timings'> & {
  readonly submitted: boolean;
  readonly timings: Omit<StartResult['timings'], 'downloadMs'>;
};

async function bringUp(context: BringUp, outer: AbortSignal): Promise<Outcome> {
  const { services, run, client, launcher, board, elapsed } = context;
  const { registry, clock } = services;
  const isUp = (id: string): boolean => registry.running(id) !== undefined;

  const broker = async (signal: AbortSignal): Promise<number> => {
    if (run.options.kafkaMode === 'zookeeper' && !isUp('zookeeper')) {
      await board.run('zookeeper', () => launcher.zookeeper(signal));
    }
    await board.run('kafka', () => (isUp('kafka') ? assertOurKafka(context, signal) : launcher.kafka(signal)));
    return elapsed();
  };
  const missing = taskManagerIds(context).filter((id) => !isUp(id));

  const [kafkaReadyMs, flinkReadyMs, submission] = await allOrNone(outer, (signal) => {
    const kafka = broker(signal);
    // One that is adopted may still be booting: it is waited for as if it had been started here.
    const rest = isUp('jobmanager')
      ? jobManagerReady(client, run.instanceKey, { clock, signal })
      : launcher.jobManager(signal);
    const taskManagers = missing.map((id) => launcher.taskManager(id, signal));
    const flink = board.run('flink', async () => {
      await Promise.all([rest, ...taskManagers]);
      return elapsed();
    });
    const topics = kafka.then(() =>
      board.run('topics', () =>
        services.kafka.ensureTopics([`${loopback}:${run.ports.broker}`], playground.topics, signal),
      ),
    );
    const generator = topics.then(() =>
      isUp('clickevent-generator') ? undefined : board.run('generator', () => launcher.generator(signal)),
    );
    const job = board.run('job', async () => {
      const provided = await provideJob(context, rest, topics, signal);
      await flink;
      await allTasksRunning(client, provided.jobId, clock, signal);
      await jobRuns(context.session, provided.jobId);
      return { ...provided, jobRunningMs: elapsed() };
    });
    return [kafka, flink, job, rest, topics, generator, ...taskManagers];
  });
  const { jobId, restoredFrom, submitted, jobRunningMs } = submission;
  return {
    jobId,
    submitted,
    adopted: launcher.launched.length === 0 && !submitted,
    ...(restoredFrom === undefined ? {} : { restoredFrom }),
    timings: { kafkaReadyMs, flinkReadyMs, jobRunningMs },
  };
}

/** The job that runs already, else a new one. Uploading needs Flink alone, running needs the topics too. */
async function provideJob(
  { services, session, client, installation }: BringUp,
  rest: Promise<void>,
  topics: Promise<void>,
  signal: AbortSignal,
): Promise<Submission & { readonly submitted: boolean }> {
  await rest;
  const present = await runningJob(client, signal, (await nextJob(services, session)).jobId);
  if (present !== undefined) {
    await recordJob(services, session, present.id);
    return { jobId: present.id, submitted: false };
  }
  const [jarId] = await Promise.all([provideJar(client, installation.jobJar, signal), topics]);
  const submission = await submitJob(services, session, client, jarId, installation.connector, signal);
  return { ...submission, submitted: true };
}

async function assertOurKafka({ services, session, run }: BringUp, signal: AbortSignal): Promise<void> {
  const expected = session.profile.kafkaClusterId;
  await kafkaReady(services.kafka, run.ports.broker, expected, { clock: services.clock, signal });
}

/** The TaskManagers that should run: those of the options, and those that were added. */
function taskManagerIds({ services, run }: BringUp): readonly string[] {
  const recorded = services.registry.records.filter(({ service }) => service === 'taskmanager').map(({ id }) => id);
  const asked = Array.from({ length: run.options.taskManagers }, (_, index) => `taskmanager-${index + 1}`);
  return [...new Set([...asked, ...recorded])];
}
