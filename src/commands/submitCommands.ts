import { basename } from 'node:path';
import * as l10n from '@vscode/l10n';
import type { Engine } from '../core/engineApi';
import { playground } from '../core/playground';
import { parallelismProblem } from '../core/savepoints/predict';
import { variantFlags, withFlags } from '../core/savepoints/variantArguments';
import type { ProgramRun } from '../core/submit/jobSubmitter';
import { PlaygroundError } from '../core/util/errors';
import type { CommandHandlers } from '../host/commandRegistry';
import { tutorialVariant } from '../shared/model/environment';
import type { JarSource } from '../shared/model/operations';
import { parseRestore } from './arguments';
import { viewIds, type CommandMap, type SubmitJobArguments } from './catalog';
import { askForArguments, askForClass, jarSource } from './changePick';
import { activeJobs, clusterEngine } from './jobPick';
import { pickSavepoint } from './savepointPick';
import type { CommandServices } from './services';

interface Ports extends CommandServices {
  readonly showDocument: (name: string, text: string) => Promise<void>;
}

/** Large jars take their time, and so do programs that read much before they make their job. */
const submitTimeoutMs = 300_000;
const readTimeoutMs = 10_000;

/** Jobs that begin anew. */
export function submitCommands(ports: Ports): Pick<CommandHandlers<CommandMap>, 'job.submit'> {
  return { 'job.submit': { parse: parseRestore, run: (args) => submit(args, ports) } };
}

async function submit(args: SubmitJobArguments, ports: Ports): Promise<string | undefined> {
  const engine = await clusterEngine(ports.engines.get());
  const jar = args.jar === undefined ? await chooseJar(ports) : jarSource(args.jar);
  if (jar === undefined) return undefined;
  if (args.confirmed !== true && !(await agreesToSecond(engine, jar, ports))) return undefined;
  const title = l10n.t('Submit {0}', jarName(jar));
  const classes = await working(ports, l10n.t('Bringing {0} to Flink', jarName(jar)), (signal) =>
    engine.submitter.prepare(jar, signal),
  );
  const run = args.confirmed === true ? given(args, jar) : await complete(args, jar, classes, title, ports);
  if (run === undefined) return undefined;
  const wanted = args.confirmed === true ? run : await decide(run, title, engine, ports);
  if (wanted === undefined) return undefined;
  const jobId = await working(ports, title, (signal) => engine.submitter.submit(wanted, signal));
  engine.cluster.expectChange();
  const name = await remember(engine, jobId, wanted, ports);
  ports.notifications.hint(l10n.t('{0} was submitted.', name ?? jarName(jar)));
  return jobId;
}

async function chooseJar({ input }: Ports): Promise<JarSource | undefined> {
  const chosen = await input.pick<'file' | 'v1' | 'v2'>(
    [
      { label: l10n.t('A jar…'), detail: l10n.t('A file on this machine.'), codicon: 'file-zip', value: 'file' },
      {
        label: playground.job.name,
        detail: l10n.t('The playground’s own job, version 1.'),
        codicon: 'package',
        value: 'v1',
      },
      {
        label: l10n.t('{0}, version 2', playground.job.name),
        detail: l10n.t('One operator more and another window function.'),
        codicon: 'package',
        value: 'v2',
      },
    ],
    { placeholder: l10n.t('The program to run') },
  );
  if (chosen !== 'file') return chosen === undefined ? undefined : jarSource(chosen);
  const path = await input.file({ action: l10n.t('Submit'), kind: l10n.t('Jars'), ending: 'jar' });
  return path === undefined ? undefined : { from: 'file', path };
}

/** Two of the playground's jobs spoil each other's counts. */
async function agreesToSecond(engine: Engine, jar: JarSource, { input }: Ports): Promise<boolean> {
  if (jar.from !== 'playground') return true;
  const { name } = playground.job;
  if (!(await activeJobs(engine)).some((job) => job.name === name)) return true;
  return input.confirm({
    message: l10n.t('{0} is running already. Submit a second one?', name),
    detail: l10n.t('Two jobs would read and write the same topics, and each window would be counted twice.'),
    action: l10n.t('Submit a Second Job'),
  });
}

/** What the arguments say, without a question. */
function given(args: SubmitJobArguments, jar: JarSource): ProgramRun {
  const { entryClass, parallelism, savepoint, allowNonRestoredState } = args;
  const problem = parallelism === undefined ? undefined : parallelismProblem(String(parallelism), undefined);
  if (problem !== undefined) throw new PlaygroundError('input', problem);
  return {
    jar,
    args: args.args ?? usualArguments(jar),
    ...(entryClass === undefined ? {} : { entryClass }),
    ...(parallelism === undefined ? {} : { parallelism }),
    ...(savepoint === undefined ? {} : { savepointPath: savepoint }),
    ...(allowNonRestoredState === undefined ? {} : { allowNonRestoredState }),
  };
}

async function complete(
  args: SubmitJobArguments,
  jar: JarSource,
  classes: readonly string[],
  title: string,
  ports: Ports,
): Promise<ProgramRun | undefined> {
  const { input } = ports;
  const entryClass = args.entryClass ?? (await chooseClass(jar, classes, title, ports));
  if (entryClass === undefined) return undefined;
  const programArgs = args.args ?? (await askForArguments(input, title, usualArguments(jar)));
  if (programArgs === undefined) return undefined;
  const typed =
    args.parallelism === undefined
      ? await input.text({
          title,
          prompt: l10n.t('Parallelism; empty for the one of Flink’s configuration'),
          validate: (text) => (text.trim() === '' ? undefined : parallelismProblem(text, undefined)),
        })
      : String(args.parallelism);
  if (typed === undefined) return undefined;
  const parallelism = typed.trim() === '' ? undefined : Number(typed);
  return given(
    {
      ...args,
      args: programArgs,
      ...(entryClass === '' ? {} : { entryClass }),
      ...(parallelism === undefined ? {} : { parallelism }),
    },
    jar,
  );
}

/** An empty name leaves it to the jar's manifest. */
async function chooseClass(
  jar: JarSource,
  classes: readonly string[],
  title: string,
  { input }: Ports,
): Promise<string | undefined> {
  const [only] = classes;
  if (jar.from === 'playground' || (only !== undefined && classes.length === 1)) return '';
  if (classes.length === 0) {
    const typed = await askForClass(input, title, l10n.t('Main class; empty where the jar’s manifest names it'));
    return typed?.trim();
  }
  return input.pick(
    classes.map((name) => ({ label: name, value: name })),
    { title, placeholder: l10n.t('The class to run') },
  );
}

/** The last word: the plan can be looked at first, and a savepoint chosen. */
async function decide(run: ProgramRun, title: string, engine: Engine, ports: Ports): Promise<ProgramRun | undefined> {
  for (;;) {
    const choice = await ports.input.pick<'submit' | 'plan' | 'savepoint'>(
      [
        { label: l10n.t('Submit'), codicon: 'play', value: 'submit' },
        {
          label: l10n.t('Show the plan first'),
          detail: l10n.t('Runs the program up to its job, and starts nothing.'),
          codicon: 'type-hierarchy',
          value: 'plan',
        },
        { label: l10n.t('Submit from a savepoint…'), codicon: 'history', value: 'savepoint' },
      ],
      { title, placeholder: runWords(run) },
    );
    if (choice === undefined) return undefined;
    if (choice === 'submit') return run;
    if (choice === 'savepoint') {
      const entries = await engine.savepoints.read(AbortSignal.timeout(readTimeoutMs));
      const path = await pickSavepoint(ports.input, entries, l10n.t('The savepoint with which the job begins'));
      return path === undefined ? undefined : { ...run, savepointPath: path };
    }
    const plan = await working(ports, l10n.t('Making the plan'), (signal) => engine.submitter.plan(run, signal));
    await ports.showDocument('plan.json', plan);
  }
}

function runWords({ entryClass, args, parallelism }: ProgramRun): string {
  const words = [
    entryClass,
    args.join(' '),
    parallelism === undefined ? undefined : l10n.t('parallelism {0}', parallelism),
  ];
  return words.filter((word) => word !== undefined && word !== '').join(' · ');
}

/** So that the job can be restarted without asking for its jar again. @returns its name as far as Flink tells it already. */
async function remember(
  engine: Engine,
  jobId: string,
  { jar, entryClass }: ProgramRun,
  { logger }: Ports,
): Promise<string | undefined> {
  try {
    const { name } = await engine.inspector.job(jobId, AbortSignal.timeout(readTimeoutMs));
    if (jar.from === 'file') {
      await engine.operations.remember(name, { jar, ...(entryClass === undefined ? {} : { entryClass }) });
    }
    return name;
  } catch (error) {
    logger.info(`How the job ${jobId} was started is not remembered: ${String(error)}`);
    return undefined;
  }
}

function usualArguments(jar: JarSource): readonly string[] {
  if (jar.from !== 'playground') return [];
  return withFlags(
    [],
    variantFlags.filter((flag) => tutorialVariant[flag]),
  );
}

function jarName(jar: JarSource): string {
  if (jar.from === 'playground') return playground.job.name;
  return jar.from === 'file' ? basename(jar.path) : jar.name;
}

function working<T>({ notifications }: Ports, title: string, act: (signal: AbortSignal) => Promise<T>): Promise<T> {
  return notifications.progress(title, viewIds.jobs, (_report, signal) =>
    act(AbortSignal.any([signal, AbortSignal.timeout(submitTimeoutMs)])),
  );
}
