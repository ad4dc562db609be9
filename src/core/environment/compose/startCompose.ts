import { randomUUID } from 'node:crypto';
import * as l10n from '@vscode/l10n';
import type { StartOptions } from '../../../shared/model/environment';
import type { FlinkClient } from '../../flink/flinkClient';
import { playground } from '../../playground';
import { messageOf, PlaygroundError } from '../../util/errors';
import { allOrNone } from '../common/allOrNone';
import { keptOptions, validateStartOptions } from '../common/startOptions';
import type { StepBoard, StepReport } from '../common/stepBoard';
import type { StartResult } from '../environment';
import { allTasksRunning, runningJob } from '../common/clickEventJob';
import { assertOurFlink } from '../local/readiness';
import { imagesFor, writeProject } from './composeFiles';
import { up } from './composeUp';
import type { ComposeRun } from './composeRecord';
import { submitJob } from './containerJob';
import { removeProject, stopContainers } from './ending';
import type { ComposeProject } from './engineCli';
import { afterOwnJob } from './otherContainerJobs';
import { choosePorts } from './enginePorts';
import { composeProgress } from './engineProgress';
import { runningOf, runs, untilReady, withFlink, type Scene } from './scene';
import { writeStackFolder } from './stackFolder';

/** Images of some hundred MB over a slow line. */
const pullTimeoutMs = 60 * 60_000;
const readyTimeoutMs = 180_000;
const cleanTimeoutMs = 120_000;

export interface StartContext {
  readonly scene: Scene;
  readonly board: StepBoard;
  /** Told what a person should know about this start though nothing failed. */
  readonly notify: (notice: string) => void;
}

/**
 * Brings up what is missing of our project, and ends when the job's tasks all run. A start that fails or is cancelled ends
 * what it started.
 */
export async function startCompose(
  { scene, board, notify }: StartContext,
  options: StartOptions,
  signal: AbortSignal,
): Promise<StartResult> {
  validateStartOptions(options);
  const { services, session } = scene;
  const { registry, clock } = services;
  const began = clock.now();
  const elapsed = (): number => clock.now() - began;
  const continued = continuedRun(scene, options);
  if (continued !== undefined) keptOptions(continued.options, options).forEach(notify);
  const alive = new Set(registry.containers.filter(runs).map(({ id }) => id));
  try {
    const run = await board.run('prepare', async () => {
      if (continued !== undefined) return continued;
      // What an earlier run left has other ports and another key.
      await removeProject(scene, signal);
      return freshRun(scene, options);
    });
    await session.setRun({ ...run, phase: 'starting' });
    const project = await board.run('download', (report) => provideImages(scene, run, report, signal));
    const downloadMs = elapsed();
    const outcome = await bringUp({ scene, run, project, board, notify, elapsed }, signal);
    await session.updateRun({ phase: 'running' });
    return { ...outcome, timings: { downloadMs, ...outcome.timings } };
  } catch (error) {
    await undo(scene, continued, alive);
    throw error;
  }
}

/** Ends what a start has begun: everything of a fresh one, what it added to one that was gone on with. */
async function undo(scene: Scene, continued: ComposeRun | undefined, alive: ReadonlySet<string>): Promise<void> {
  const { services, session } = scene;
  const signal = AbortSignal.timeout(cleanTimeoutMs);
  try {
    if (continued === undefined) {
      await removeProject(scene, signal);
    } else {
      await scene.list(signal);
      await stopContainers(
        scene,
        services.registry.containers.filter(({ id }) => !alive.has(id)),
        signal,
      );
    }
  } catch (error) {
    services.logger.warn(`What the start had begun was not ended: ${messageOf(error)}`);
  }
  await (continued === undefined ? session.setRun(undefined) : session.updateRun({ phase: 'starting' }));
}

/** The recorded run when a part of it lives. */
function continuedRun({ services, session }: Scene, options: StartOptions): ComposeRun | undefined {
  const { run } = session;
  if (run === undefined || !services.registry.containers.some((container) => runs(container))) return undefined;
  const { flinkVersion, kafkaMode } = run.options;
  if (flinkVersion === options.flinkVersion && kafkaMode === options.kafkaMode) return run;
  throw new PlaygroundError(
    'input',
    l10n.t('The playground runs with Flink {0} and Kafka in mode {1}.', flinkVersion, kafkaMode),
    { remedy: l10n.t('Stop the playground first.') },
  );
}

async function freshRun({ connection }: Scene, options: StartOptions): Promise<ComposeRun> {
  const { ports, notices } = await choosePorts(connection.remoteHost);
  return {
    instanceKey: randomUUID(),
    phase: 'starting',
    project: connection.project,
    options,
    ports,
    notices: [...notices],
  };
}

/** The folder from which Compose builds, the images that it needs, and ours, which is built on Flink's. */
async function provideImages(
  { services, connection }: Scene,
  run: ComposeRun,
  report: StepReport,
  signal: AbortSignal,
): Promise<ComposeProject> {
  const { paths, stackDirectory, jarsDirectory, artifacts } = services;
  const { cli } = connection;
  const { flinkVersion, kafkaMode } = run.options;
  await writeStackFolder(
    paths.project,
    { stackDirectory, jarsDirectory, artifacts, flinkVersion },
    (done, total) => report(l10n.t('Kafka connector'), total === 0 ? undefined : done / total),
    signal,
  );
  const project = await writeProject(paths, run);
  const images = imagesFor(flinkVersion, kafkaMode);
  for (const image of images) {
    if (await cli.hasImage(image, signal)) continue;
    report(l10n.t('pulling {0}', image));
    await cli.engine(['pull', image], l10n.t('Pulling {0}', image), {
      signal,
      timeoutMs: pullTimeoutMs,
      images: [image],
      onLine: composeProgress((words) => report(l10n.t('pulling {0}: {1}', image, words))),
    });
  }
  report(l10n.t('building the image'));
  await cli.compose(project, ['build', 'jobmanager'], l10n.t('Building the image'), {
    signal,
    timeoutMs: pullTimeoutMs,
    images: images.slice(0, 1),
    onLine: composeProgress((words) => report(l10n.t('building the image: {0}', words))),
  });
  report(undefined);
  return project;
}

interface BringUp {
  readonly scene: Scene;
  readonly run: ComposeRun;
  readonly project: ComposeProject;
  readonly board: StepBoard;
  readonly notify: StartContext['notify'];
  readonly elapsed: () => number;
}

type Outcome = Omit<StartResult, 'timings'> & { readonly timings: Omit<StartResult['timings'], 'downloadMs'> };

async function bringUp(context: BringUp, outer: AbortSignal): Promise<Outcome> {
  const { scene, run, project, board, elapsed } = context;
  // They would look for the JobManager that is gone until their heartbeat times out.
  if (runningOf(scene, 'jobmanager').length === 0) await stopContainers(scene, runningOf(scene, 'taskmanager'), outer);
  const missing = missingServices(scene, run);
  const [kafkaReadyMs, flinkReadyMs, job] = await allOrNone(outer, (signal) => {
    const started = upMissing(context, missing, signal);
    const kafka = board.run('kafka', () => started.then(() => kafkaReady(context, signal))).then(elapsed);
    const flink = board
      .run('flink', () => started.then(() => withFlink(scene, (client) => flinkReady(context, client, signal))))
      .then(elapsed);
    const topics = kafka.then(() => board.run('topics', () => ensureTopics(context, signal)));
    const generator = topics.then(() => board.run('generator', () => generate(context, project, signal)));
    const submitted = Promise.all([flink, generator]).then(() =>
      board.run('job', () =>
        withFlink(scene, async (client) => {
          const provided = await provideJob(context, client, signal);
          if (provided.submitted) (await afterOwnJob(scene, client, signal)).forEach(context.notify);
          return provided;
        }),
      ),
    );
    return [kafka, flink, submitted, started, topics, generator];
  });
  const { jobId, restoredFrom, submitted } = job;
  return {
    jobId,
    adopted: missing.length === 0 && !submitted,
    ...(restoredFrom === undefined ? {} : { restoredFrom }),
    timings: { kafkaReadyMs, flinkReadyMs, jobRunningMs: elapsed() },
  };
}

async function upMissing(
  { scene, run, project }: BringUp,
  missing: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  if (missing.length === 0) return;
  const scale = missing.includes('taskmanager') ? ['--scale', `taskmanager=${taskManagers(scene, run)}`] : [];
  await up(scene, project, [...scale, ...missing], signal);
}

const base = ['zookeeper', 'kafka', 'jobmanager', 'taskmanager'] as const;

function missingServices(scene: Scene, run: ComposeRun): readonly string[] {
  const wanted = base.filter((service) => service !== 'zookeeper' || run.options.kafkaMode === 'zookeeper');
  return wanted.filter(
    (service) => runningOf(scene, service).length < (service === 'taskmanager' ? taskManagers(scene, run) : 1),
  );
}

/** Those that were asked for, and those that were added. */
function taskManagers({ services }: Scene, { options }: ComposeRun): number {
  return Math.max(
    options.taskManagers,
    services.registry.containers.filter(({ service }) => service === 'taskmanager').length,
  );
}

function brokersOf({ ports }: ComposeRun): readonly string[] {
  return [`127.0.0.1:${ports.broker}`];
}

async function kafkaReady({ scene, run }: BringUp, signal: AbortSignal): Promise<void> {
  await untilReady(
    scene,
    { what: l10n.t('Kafka to answer'), of: ['kafka', 'zookeeper'], timeoutMs: readyTimeoutMs, intervalMs: 250 },
    () => scene.services.kafka.clusterId(brokersOf(run), signal),
    signal,
  );
}

async function ensureTopics({ scene, run }: BringUp, signal: AbortSignal): Promise<void> {
  await scene.services.kafka.ensureTopics(brokersOf(run), playground.topics, signal);
}

async function flinkReady({ scene, run }: BringUp, client: FlinkClient, signal: AbortSignal): Promise<void> {
  await untilReady(
    scene,
    { what: l10n.t('Flink to be ready'), of: ['jobmanager', 'taskmanager'], timeoutMs: readyTimeoutMs },
    async () => {
      await assertOurFlink(client, run.instanceKey, signal);
      const { taskManagers: registered } = await client.overview(signal);
      return registered >= runningOf(scene, 'taskmanager').length ? true : undefined;
    },
    signal,
  );
}

async function generate({ scene }: BringUp, project: ComposeProject, signal: AbortSignal): Promise<void> {
  if (runningOf(scene, 'clickevent-generator').length > 0) return;
  await up(scene, project, ['clickevent-generator'], signal);
}

interface ProvidedJob {
  readonly jobId: string;
  readonly restoredFrom?: string;
  readonly submitted: boolean;
}

/** The job that runs already, else the client submits one, from the newest checkpoint where there is one. */
async function provideJob({ scene, run }: BringUp, client: FlinkClient, signal: AbortSignal): Promise<ProvidedJob> {
  const present = await runningJob(client, signal);
  if (present !== undefined) {
    await allTasksRunning(client, present.id, scene.services.clock, signal);
    return { jobId: present.id, submitted: false };
  }
  return { ...(await submitJob(scene, run, client, signal)), submitted: true };
}
