import * as l10n from '@vscode/l10n';
import type { Engine } from '../core/engineApi';
import { heldSlots, maxParallelismOf, parallelismOf, type JobFacts, type SlotFacts } from '../core/savepoints/jobFacts';
import {
  parallelismProblem,
  predictionText,
  predictSlots,
  predictStop,
  type Prediction,
  type SlotOutlook,
} from '../core/savepoints/predict';
import { PlaygroundError } from '../core/util/errors';
import type { CommandHandlers } from '../host/commandRegistry';
import type { PickItem } from '../host/userInput';
import { formatDuration } from '../shared/format/duration';
import type { JobOverview } from '../shared/model/flink';
import type { Restarted, SavepointTaken } from '../shared/model/operations';
import { parseJob, parseRescale, parseSavepoint, parseStopJob } from './arguments';
import {
  viewIds,
  type CommandMap,
  type JobArguments,
  type RescaleArguments,
  type SavepointArguments,
  type StopJobArguments,
} from './catalog';
import { chooseJob, clusterEngine } from './jobPick';
import { jobOfNode } from './nodes';
import { withProgress } from './operationProgress';
import type { CommandServices } from './services';

type Names = 'job.cancel' | 'job.savepoint' | 'job.stop' | 'job.rescale';

const readTimeoutMs = 10_000;
const scaleTimeoutMs = 90_000;

/** Savepoints, stops, rescales and the hard end of jobs. */
export function jobCommands(services: CommandServices): Pick<CommandHandlers<CommandMap>, Names> {
  return {
    'job.cancel': { parse: parseJob, fromNode: jobOfNode, run: (args) => cancel(args, services) },
    'job.savepoint': { parse: parseSavepoint, fromNode: jobOfNode, run: (args) => savepoint(args, services) },
    'job.stop': { parse: parseStopJob, fromNode: jobOfNode, run: (args) => stop(args, services) },
    'job.rescale': { parse: parseRescale, fromNode: jobOfNode, run: (args) => rescale(args, services) },
  };
}

async function cancel(
  { job: named, confirmed = false }: JobArguments,
  { engines, input }: CommandServices,
): Promise<string | undefined> {
  const engine = await clusterEngine(engines.get());
  const job = await chooseJob(engine, input, named, l10n.t('The job to cancel'));
  if (job === undefined) return undefined;
  const agreed =
    confirmed ||
    (await input.confirm({
      message: l10n.t('Cancel {0}?', job.name),
      detail: l10n.t(
        'The job ends at once, without a savepoint. What it did since its last checkpoint is forgotten; that checkpoint is kept in the Savepoints view. To keep everything, stop it with a savepoint instead.',
      ),
      action: l10n.t('Cancel Job'),
    }));
  if (!agreed) return undefined;
  await engine.cancelJob(job.id, AbortSignal.timeout(readTimeoutMs));
  engine.savepoints.poke();
  return job.id;
}

async function savepoint(args: SavepointArguments, services: CommandServices): Promise<SavepointTaken | undefined> {
  const { engines, input, notifications } = services;
  const engine = await clusterEngine(engines.get());
  const job = await chooseJob(engine, input, args.job, l10n.t('The job to take a savepoint of'));
  if (job === undefined) return undefined;
  const how = isSaid(args) ? args : await chooseHow(services, l10n.t('Savepoint of {0}', job.name), savepointWays());
  if (how === undefined) return undefined;
  if (!(await agreesToStop(engine, services, job, how, args.confirmed))) return undefined;
  const taken = await withProgress(services, l10n.t('Taking a savepoint of {0}', job.name), (sink, signal) =>
    engine.operations.triggerSavepoint({ jobId: job.id, ...forFlink(how) }, sink, signal),
  );
  engine.savepoints.poke();
  notifications.hint(l10n.t('The savepoint is taken; the job goes on.'));
  return taken;
}

async function stop(args: StopJobArguments, services: CommandServices): Promise<SavepointTaken | undefined> {
  const { engines, input, notifications } = services;
  const engine = await clusterEngine(engines.get());
  const job = await chooseJob(engine, input, args.job, l10n.t('The job to stop with a savepoint'));
  if (job === undefined) return undefined;
  const title = l10n.t('Stop {0} with a savepoint', job.name);
  const isGiven = isSaid(args) || args.drain !== undefined;
  const how: StopJobArguments | undefined = isGiven
    ? args
    : await chooseHow<StopJobArguments>(services, title, stopWays());
  if (how === undefined) return undefined;
  if (!(await agreesToStop(engine, services, job, how, args.confirmed))) return undefined;
  const drain = how.drain === undefined ? {} : { drain: how.drain };
  const taken = await withProgress(services, l10n.t('Stopping {0} with a savepoint', job.name), (sink, signal) =>
    engine.operations.stop({ jobId: job.id, ...forFlink(how), ...drain }, sink, signal),
  );
  engine.savepoints.poke();
  notifications.hint(l10n.t('The job is stopped. Restore it from the Savepoints view.'));
  return taken;
}

async function rescale(args: RescaleArguments, services: CommandServices): Promise<Restarted | undefined> {
  const { engines, input, notifications } = services;
  const engine = await clusterEngine(engines.get());
  const job = await chooseJob(engine, input, args.job, l10n.t('The job to rescale'));
  if (job === undefined) return undefined;
  const facts = await engine.jobFacts(job.id, AbortSignal.timeout(readTimeoutMs));
  const parallelism = await chooseParallelism(args.parallelism, facts, services);
  if (parallelism === undefined) return undefined;
  const outlook = slotOutlook(facts, parallelism);
  const way = await chooseSlots(args, outlook, engine, services);
  if (way === undefined) return undefined;
  // In place nothing is stopped, and no savepoint is taken.
  const inPlace = facts.adaptive === true && args.how !== 'savepoint';
  if (!inPlace && !(await agreesToStop(engine, services, job, args, args.confirmed, facts))) return undefined;
  if (way.taskManagers !== undefined) await scaleFirst(engine, way.taskManagers, services);
  const title = l10n.t('Rescaling {0} to parallelism {1}', job.name, parallelism);
  const restarted = await withProgress(services, title, (sink, signal) =>
    engine.operations.rescale(
      {
        jobId: job.id,
        parallelism,
        ...forFlink(args),
        ...(args.how === undefined ? {} : { how: args.how }),
        ...(way.acceptWaiting ? { acceptWaiting: true } : {}),
      },
      sink,
      signal,
    ),
  );
  engine.savepoints.poke();
  notifications.hint(restartedText(restarted));
  return restarted;
}

/** What a person reads when a job goes on. */
export function restartedText({ state, downtimeMs, parallelism, wantedParallelism }: Restarted): string {
  if (wantedParallelism !== undefined && state === 'running') {
    return l10n.t(
      'The job runs with parallelism {0}, for which there are slots. It goes to {1} when TaskManagers are added.',
      parallelism,
      wantedParallelism,
    );
  }
  if (state === 'waiting') return l10n.t('The job waits for slots: scale TaskManagers to let it run.');
  return downtimeMs === undefined
    ? l10n.t('The job runs with parallelism {0}.', parallelism)
    : l10n.t('The job runs with parallelism {0}, after {1} without it.', parallelism, formatDuration(downtimeMs));
}

/** Whether the person, told what it will be like, wants the job to be stopped, or a savepoint to be taken. */
async function agreesToStop(
  engine: Engine,
  services: CommandServices,
  job: JobOverview,
  { targetDirectory }: SavepointArguments,
  confirmed: boolean | undefined,
  known?: JobFacts,
): Promise<boolean> {
  if (confirmed === true) return true;
  const facts = known ?? (await engine.jobFacts(job.id, AbortSignal.timeout(readTimeoutMs)));
  return agreesTo(services, predictionsOfStop(engine, facts, targetDirectory), job.name);
}

/** What a savepoint of this job, or a stop with one, will be like. */
export function predictionsOfStop(
  engine: Engine,
  { statistics }: Pick<JobFacts, 'statistics'>,
  targetDirectory: string | undefined,
): readonly Prediction[] {
  const newest = statistics?.available[0];
  return predictStop({
    lastCheckpointMs: newest?.durationMs,
    underWayMs: statistics?.underWaySince === undefined ? undefined : Date.now() - statistics.underWaySince,
    targetDirectory,
    seenByAll:
      targetDirectory === undefined ? undefined : engine.environment.savepointStore?.seenByAll(targetDirectory),
  });
}

/** Shows what will come of an act, when that is not what one would expect. */
export async function agreesTo(
  { input }: Pick<CommandServices, 'input'>,
  predictions: readonly Prediction[],
  jobName: string,
): Promise<boolean> {
  if (predictions.length === 0) return true;
  return input.confirm({
    message: l10n.t('{0}: before you go on', jobName),
    detail: predictions.map(predictionText).join('\n\n'),
    action: l10n.t('Go On'),
  });
}

/** @throws PlaygroundError `input` for a number that cannot be one. */
export async function chooseParallelism(
  given: number | undefined,
  { job, overview }: Pick<JobFacts, 'job' | 'overview'>,
  { input }: Pick<CommandServices, 'input'>,
): Promise<number | undefined> {
  const max = maxParallelismOf(job);
  const now = parallelismOf(job);
  if (given !== undefined) {
    const problem = parallelismProblem(String(given), max);
    if (problem !== undefined) throw new PlaygroundError('input', problem);
    return given;
  }
  const there = overview.slotsAvailable + heldSlots({ job });
  const typed = await input.text({
    title: l10n.t('Rescale {0}', job.name),
    prompt: l10n.t('Parallelism, now {0}. {1} slots are there once the job has stopped.', now, there),
    value: String(there > now ? there : now + 1),
    validate: (text) => parallelismProblem(text, max),
  });
  return typed === undefined ? undefined : Number(typed.trim());
}

/** The slots that a job will need, against those that will be there: those that it holds now among them. */
export function slotOutlook(facts: SlotFacts & Partial<Pick<JobFacts, 'job'>>, parallelism: number): SlotOutlook {
  const { job, taskManagers, overview, adaptive } = facts;
  const outlook = predictSlots({
    parallelism,
    held: job === undefined ? 0 : heldSlots({ job }),
    slotsAvailable: overview.slotsAvailable,
    taskManagers: taskManagers.length,
    slotsPerTaskManager: Math.max(0, ...taskManagers.map(({ slotsTotal }) => slotsTotal)),
  });
  return adaptive === undefined ? outlook : { ...outlook, adaptive };
}

/** How the person wants to come by the slots that are missing. */
export interface SlotsWay {
  readonly acceptWaiting: boolean;
  readonly taskManagers?: number;
}

export async function chooseSlots(
  { acceptWaiting, taskManagers }: Pick<RescaleArguments, 'acceptWaiting' | 'taskManagers'>,
  outlook: SlotOutlook,
  { environment }: Engine,
  { input }: Pick<CommandServices, 'input'>,
  anyway = l10n.t('Rescale anyway'),
): Promise<SlotsWay | undefined> {
  if (taskManagers !== undefined) return { acceptWaiting: acceptWaiting === true, taskManagers };
  const { needed, there, taskManagers: enough, adaptive } = outlook;
  if (there >= needed || acceptWaiting === true) return { acceptWaiting: acceptWaiting === true };
  const scale: readonly PickItem<SlotsWay>[] =
    enough === undefined || !environment.capabilities.scale
      ? []
      : [
          {
            label: l10n.t('Scale TaskManagers to {0} first', enough),
            detail: l10n.t('The job is stopped only when its slots are there.'),
            codicon: 'layers',
            value: { acceptWaiting: false, taskManagers: enough },
          },
        ];
  return input.pick<SlotsWay>(
    [
      ...scale,
      {
        label: anyway,
        detail:
          adaptive === true
            ? l10n.t(
                'The adaptive scheduler does not wait: the job runs with {0}, and takes more when TaskManagers are added.',
                there,
              )
            : l10n.t('The job is accepted and waits for slots until TaskManagers are added, as in the tutorial.'),
        codicon: 'watch',
        value: { acceptWaiting: true },
      },
    ],
    {
      title: l10n.t('Slots are missing'),
      placeholder: l10n.t('Parallelism {0} needs {0} slots, and {1} will be there', needed, there),
    },
  );
}

export async function scaleFirst(
  { environment, cluster }: Engine,
  count: number,
  { notifications }: Pick<CommandServices, 'notifications'>,
): Promise<void> {
  await notifications.progress(l10n.t('Scaling TaskManagers to {0}', count), viewIds.cluster, (_report, signal) =>
    environment.scaleTaskManagers(count, AbortSignal.any([signal, AbortSignal.timeout(scaleTimeoutMs)])),
  );
  cluster.poke();
}

/** The part of an argument that Flink is told. */
export function forFlink({ format, targetDirectory }: SavepointArguments): SavepointArguments {
  return {
    ...(format === undefined ? {} : { format }),
    ...(targetDirectory === undefined ? {} : { targetDirectory }),
  };
}

function isSaid({ format, targetDirectory, confirmed }: SavepointArguments): boolean {
  return format !== undefined || targetDirectory !== undefined || confirmed === true;
}

type Way<T> = PickItem<T | 'folder'>;

function savepointWays(): readonly Way<SavepointArguments>[] {
  return [
    {
      label: l10n.t('Take it now'),
      description: l10n.t('canonical, in the playground’s folder'),
      detail: l10n.t('The job goes on. Every state backend can read it.'),
      codicon: 'save',
      value: { format: 'canonical' },
    },
    {
      label: l10n.t('In the native format'),
      detail: l10n.t('Quicker for large state, and readable by the same state backend only.'),
      codicon: 'zap',
      value: { format: 'native' },
    },
    folderWay(),
  ];
}

function stopWays(): readonly Way<StopJobArguments>[] {
  return [
    {
      label: l10n.t('Stop and keep the open windows'),
      description: l10n.t('to go on later'),
      detail: l10n.t('The job can be restored as if it had never stopped.'),
      codicon: 'debug-pause',
      value: { drain: false },
    },
    {
      label: l10n.t('Drain, then stop'),
      description: l10n.t('to end for good'),
      detail: l10n.t(
        'Open windows are closed early and written as they are. Gone on with, they come out in two parts.',
      ),
      codicon: 'debug-stop',
      value: { drain: true },
    },
    {
      label: l10n.t('In the native format'),
      detail: l10n.t('Quicker for large state, and readable by the same state backend only.'),
      codicon: 'zap',
      value: { drain: false, format: 'native' },
    },
    folderWay(),
  ];
}

function folderWay(): PickItem<'folder'> {
  return {
    label: l10n.t('Into another folder…'),
    detail: l10n.t('The JobManager and all TaskManagers must see it.'),
    codicon: 'folder',
    value: 'folder',
  };
}

async function chooseHow<T extends SavepointArguments>(
  { input }: CommandServices,
  title: string,
  ways: readonly Way<T>[],
): Promise<T | { readonly targetDirectory: string } | undefined> {
  const way = await input.pick(ways, { title, placeholder: l10n.t('How is the savepoint to be taken?') });
  if (way !== 'folder') return way;
  const folder = await input.text({
    title,
    prompt: l10n.t('Folder for the savepoint, an absolute path or a URI'),
    validate: folderProblem,
  });
  return folder === undefined ? undefined : { targetDirectory: folder.trim() };
}

function folderProblem(text: string): string | undefined {
  const folder = text.trim();
  if (/^(\/|[a-z]:[\\/]|[a-z][a-z0-9+.-]*:\/)/i.test(folder) && !/(^|[\\/])\.\.([\\/]|$)/.test(folder))
    return undefined;
  return l10n.t('Give an absolute path or a URI, without "..".');
}
