import * as l10n from '@vscode/l10n';
import type { Engine } from '../core/engineApi';
import type { RecipeChange } from '../core/savepoints/jobOperations';
import { parallelismOf, type JobFacts } from '../core/savepoints/jobFacts';
import { parallelismProblem, predictGoingOn, savepointProblem } from '../core/savepoints/predict';
import { savepointKey } from '../core/savepoints/savepointPath';
import { variantFlags, withFlags } from '../core/savepoints/variantArguments';
import { playground } from '../core/playground';
import { PlaygroundError } from '../core/util/errors';
import type { CommandHandlers } from '../host/commandRegistry';
import { tutorialVariant } from '../shared/model/environment';
import type { JobOverview } from '../shared/model/flink';
import type { KnownRecipe, Restarted } from '../shared/model/operations';
import type { SavepointEntry, StoredSavepoint } from '../shared/model/savepoints';
import { parseRestart, parseRestore } from './arguments';
import type { ChangeArguments, CommandMap, RestartArguments, RestoreArguments } from './catalog';
import { askForJar, chooseChange, jarSource } from './changePick';
import {
  agreesTo,
  chooseParallelism,
  chooseSlots,
  forFlink,
  predictionsOfStop,
  restartedText,
  scaleFirst,
  slotOutlook,
} from './jobCommands';
import { activeJobs, chooseJob, clusterEngine } from './jobPick';
import { jobOfNode, savepointOfNode } from './nodes';
import { withProgress } from './operationProgress';
import { pickSavepoint } from './savepointPick';
import type { CommandServices } from './services';

type Names = 'job.restart' | 'savepoint.restore';

const readTimeoutMs = 10_000;
/** With which the playground starts its job, where nobody knows how a job ran. */
const usualParallelism = 2;

/** Jobs that go on from a savepoint, changed or not. */
export function restartCommands(services: CommandServices): Pick<CommandHandlers<CommandMap>, Names> {
  return {
    'job.restart': { parse: parseRestart, fromNode: jobOfNode, run: (args) => restart(args, services) },
    'savepoint.restore': { parse: parseRestore, fromNode: savepointOfNode, run: (args) => restore(args, services) },
  };
}

async function restart(args: RestartArguments, services: CommandServices): Promise<Restarted | undefined> {
  const { engines, input, notifications } = services;
  const engine = await clusterEngine(engines.get());
  const job = await chooseJob(engine, input, args.job, l10n.t('The job to restart from a savepoint'));
  if (job === undefined) return undefined;
  const title = l10n.t('Restart {0}', job.name);
  const timeout = AbortSignal.timeout(readTimeoutMs);
  const [facts, known] = await Promise.all([
    engine.jobFacts(job.id, timeout),
    engine.operations.recipeOf(job.id, timeout),
  ]);
  const recipe = await withJar(known, args, job.name, title, engine, services);
  if (recipe === undefined) return undefined;
  const change =
    isSaid(args) || args.confirmed === true || args.drain !== undefined
      ? args
      : await chooseChange(input, {
          title,
          recipe,
          parallelism: () => chooseParallelism(undefined, facts, services),
          unchanged: {
            label: l10n.t('As it is'),
            detail: l10n.t('Same jar, same arguments: nothing is lost but a moment.'),
          },
        });
  if (change === undefined) return undefined;
  checkParallelism(change, facts);
  const way = await chooseSlots(
    change,
    slotOutlook(facts, change.parallelism ?? parallelismOf(facts.job)),
    engine,
    services,
  );
  if (way === undefined) return undefined;
  const predictions = [
    ...predictionsOfStop(engine, facts, args.targetDirectory),
    ...predictGoingOn({
      ...goingOn(recipe, change),
      drain: args.drain === true,
    }),
  ];
  if (args.confirmed !== true && !(await agreesTo(services, predictions, job.name))) return undefined;
  if (way.taskManagers !== undefined) await scaleFirst(engine, way.taskManagers, services);
  const restarted = await withProgress(services, l10n.t('Restarting {0} from a savepoint', job.name), (sink, signal) =>
    engine.operations.restart(
      {
        jobId: job.id,
        ...forFlink(args),
        ...(args.drain === undefined ? {} : { drain: args.drain }),
        ...recipeChange(change, recipe),
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

async function restore(args: RestoreArguments, services: CommandServices): Promise<Restarted | undefined> {
  const { engines, input, notifications } = services;
  const engine = await clusterEngine(engines.get());
  const signalOfRead = AbortSignal.timeout(readTimeoutMs);
  const entries = await engine.savepoints.read(signalOfRead);
  const path = args.savepoint ?? (await pickSavepoint(input, entries, l10n.t('The savepoint to restore a job from')));
  if (path === undefined) return undefined;
  const stored = await engine.environment.savepointStore?.stat(path, signalOfRead);
  const problem = stored === undefined ? undefined : savepointProblem(stored);
  if (problem !== undefined) {
    throw new PlaygroundError('input', problem, { remedy: l10n.t('Choose another one in the Savepoints view.') });
  }
  const entry = entries.find(({ key }) => key === savepointKey(path));
  const running = await activeJobs(engine);
  const name = entry?.jobName ?? l10n.t('the job');
  const title = l10n.t('Restore {0} from a savepoint', name);
  const known = await recipeOfSavepoint(engine, entry, signalOfRead);
  const recipe = await withProgram(known, args, name, title, engine, services);
  if (recipe === undefined) return undefined;
  const change =
    isSaid(args) || args.confirmed === true
      ? args
      : await chooseChange(input, {
          title,
          recipe,
          parallelism: () => askForParallelism(recipe, services),
          unchanged: { label: l10n.t('As it was'), detail: recipe.args.join(' ') },
        });
  if (change === undefined) return undefined;
  if (change.parallelism !== undefined) {
    const wrong = parallelismProblem(String(change.parallelism), undefined);
    if (wrong !== undefined) throw new PlaygroundError('input', wrong);
  }
  if (args.confirmed !== true && !(await agreesToRestore(services, recipe, change, stored, running, name)))
    return undefined;
  const slots = slotOutlook(
    await engine.slotFacts(AbortSignal.timeout(readTimeoutMs)),
    change.parallelism ?? recipe.parallelism,
  );
  const way = await chooseSlots({ ...args, ...change }, slots, engine, services, l10n.t('Restore anyway'));
  if (way === undefined) return undefined;
  if (way.taskManagers !== undefined) await scaleFirst(engine, way.taskManagers, services);
  const restored = await withProgress(services, l10n.t('Restoring {0} from a savepoint', name), (sink, signal) =>
    engine.operations.restore(
      {
        savepointPath: entry?.path ?? path,
        // All of it: who restores does not know from where this is known.
        ...(recipe.entryClass === undefined || change.jar !== undefined ? {} : { entryClass: recipe.entryClass }),
        args: recipe.args,
        parallelism: recipe.parallelism,
        ...recipeChange(change, recipe),
        ...(way.acceptWaiting ? { acceptWaiting: true } : {}),
      },
      sink,
      signal,
    ),
  );
  engine.savepoints.poke();
  notifications.hint(restartedText(restored));
  return restored;
}

async function agreesToRestore(
  services: CommandServices,
  recipe: KnownRecipe,
  change: ChangeArguments,
  stored: StoredSavepoint | undefined,
  running: readonly JobOverview[],
  name: string,
): Promise<boolean> {
  const twin = running.find((job) => job.name === name);
  if (twin !== undefined) {
    const agreed = await services.input.confirm({
      message: l10n.t('{0} is running already. Restore a second one?', name),
      detail: l10n.t(
        'Two jobs would read and write the same topics, and each window would be counted twice. To go on from this savepoint instead, stop or cancel the running job first.',
      ),
      action: l10n.t('Restore a Second Job'),
    });
    if (!agreed) return false;
  }
  return agreesTo(services, predictGoingOn({ ...goingOn(recipe, change), drain: false, savepoint: stored }), name);
}

/** How the job ran that made a savepoint, as far as that is known. */
async function recipeOfSavepoint(
  engine: Engine,
  entry: SavepointEntry | undefined,
  signal: AbortSignal,
): Promise<KnownRecipe> {
  const operation = engine.operations.history.value.find(
    ({ savepointPath, previous }) =>
      previous !== undefined && savepointPath !== undefined && savepointKey(savepointPath) === entry?.key,
  );
  if (operation?.previous !== undefined) return operation.previous;
  const unknown = { args: entry?.args ?? [], parallelism: entry?.parallelism ?? usualParallelism };
  if (entry?.jobId?.length !== 32) return unknown;
  try {
    return await engine.operations.recipeOf(entry.jobId, signal);
  } catch (error) {
    if (PlaygroundError.is(error)) return unknown;
    throw error;
  }
}

/** The recipe with a program: a savepoint of which nobody knows the job is most likely one of the playground's own. */
async function withProgram(
  known: KnownRecipe,
  args: ChangeArguments,
  jobName: string,
  title: string,
  engine: Engine,
  services: CommandServices,
): Promise<KnownRecipe | undefined> {
  if (known.jar !== undefined || args.jar !== undefined) return known;
  const program = await services.input.pick<'playground' | 'file'>(
    [
      {
        label: playground.job.name,
        detail: l10n.t('The playground’s own job, version 1.'),
        codicon: 'package',
        value: 'playground',
      },
      {
        label: l10n.t('Another jar…'),
        detail: l10n.t('A file on this machine.'),
        codicon: 'file-zip',
        value: 'file',
      },
    ],
    { title, placeholder: l10n.t('The program that made this savepoint') },
  );
  if (program === undefined) return undefined;
  if (program === 'file') return withJar(known, args, jobName, title, engine, services);
  const flags = variantFlags.filter((flag) => tutorialVariant[flag]);
  return {
    ...known,
    jar: { from: 'playground', version: 'v1' },
    args: known.args.length > 0 ? known.args : withFlags([], flags),
  };
}

/** The recipe with a jar: of a job of somebody else's it is asked for once, and remembered. */
async function withJar(
  known: KnownRecipe,
  { jar, entryClass }: ChangeArguments,
  jobName: string,
  title: string,
  { operations }: Engine,
  { input }: CommandServices,
): Promise<KnownRecipe | undefined> {
  if (known.jar !== undefined || jar !== undefined) return known;
  const asked = await askForJar(input, title);
  if (asked === undefined) return undefined;
  const found = {
    jar: jarSource(asked.jar),
    ...(asked.entryClass === undefined ? {} : { entryClass: asked.entryClass }),
  };
  await operations.remember(jobName, found);
  return { ...known, ...found, ...(entryClass === undefined ? {} : { entryClass }) };
}

function goingOn(
  recipe: KnownRecipe,
  change: ChangeArguments,
): {
  readonly argsBefore: readonly string[];
  readonly argsAfter: readonly string[];
  readonly isOurs: boolean;
  readonly refusedVersion: boolean;
  readonly otherJar: boolean;
} {
  const jar = change.jar === undefined ? recipe.jar : jarSource(change.jar);
  return {
    argsBefore: recipe.args,
    argsAfter: change.args ?? recipe.args,
    isOurs: jar?.from === 'playground',
    refusedVersion: jar?.from === 'playground' && jar.version === 'v3' && change.jar !== undefined,
    otherJar: change.jar !== undefined,
  };
}

function recipeChange(change: ChangeArguments, recipe: KnownRecipe): RecipeChange {
  const { jar, entryClass, args, parallelism, allowNonRestoredState, claimMode } = change;
  const source = jar === undefined ? recipe.jar : jarSource(jar);
  return {
    ...(source === undefined ? {} : { jar: source }),
    ...(entryClass === undefined ? {} : { entryClass }),
    ...(args === undefined ? {} : { args }),
    ...(parallelism === undefined ? {} : { parallelism }),
    ...(allowNonRestoredState === undefined ? {} : { allowNonRestoredState }),
    ...(claimMode === undefined ? {} : { claimMode }),
  };
}

function checkParallelism({ parallelism }: ChangeArguments, { job }: Pick<JobFacts, 'job'>): void {
  if (parallelism === undefined) return;
  const problem = parallelismProblem(
    String(parallelism),
    Math.min(...job.vertices.map((each) => each.maxParallelism ?? 32_768)),
  );
  if (problem !== undefined) throw new PlaygroundError('input', problem);
}

async function askForParallelism(
  { parallelism }: KnownRecipe,
  { input }: CommandServices,
): Promise<number | undefined> {
  const typed = await input.text({
    prompt: l10n.t('Parallelism, {0} before', parallelism),
    value: String(parallelism),
    validate: (text) => parallelismProblem(text, undefined),
  });
  return typed === undefined ? undefined : Number(typed.trim());
}

/** Something is to be different. */
function isSaid({ jar, entryClass, args, parallelism, allowNonRestoredState, claimMode }: ChangeArguments): boolean {
  return [jar, entryClass, args, parallelism, allowNonRestoredState, claimMode].some((each) => each !== undefined);
}
