import { access } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import * as l10n from '@vscode/l10n';
import { flagsOf, withFlags } from '../core/savepoints/variantArguments';
import type { UserInput } from '../host/userInput';
import type { JarSource, KnownRecipe, PlaygroundJar } from '../shared/model/operations';
import type { ChangeArguments } from './catalog';
import { pickFlags } from './flagPick';
import { joinWords, splitWords } from './words';

/** What is asked of a person about a job that is to go on. */
type Change = 'asItIs' | 'flags' | 'arguments' | 'parallelism' | 'jar' | PlaygroundJar;

export interface ChangeQuestion {
  readonly title: string;
  readonly recipe: KnownRecipe;
  /** Asks for a parallelism; `undefined`: called off. */
  readonly parallelism: () => Promise<number | undefined>;
  readonly unchanged: { readonly label: string; readonly detail: string };
}

/** Asks what is to be different of the job; nothing is the first answer. `undefined`: called off. */
export async function chooseChange(input: UserInput, question: ChangeQuestion): Promise<ChangeArguments | undefined> {
  const { title, recipe, parallelism, unchanged } = question;
  const now = recipe.jar?.from === 'playground' ? recipe.jar.version : undefined;
  const ours =
    now === undefined
      ? []
      : [
          {
            label: l10n.t('With other flags…'),
            detail: recipe.args.join(' '),
            codicon: 'settings',
            value: 'flags' as const,
          },
        ];
  const versions = now === undefined ? [] : (['v1', 'v2', 'v3'] as const).filter((version) => version !== now);
  const change = await input.pick<Change>(
    [
      { ...unchanged, codicon: 'debug-restart', value: 'asItIs' },
      ...ours,
      ...versions.map((version) => ({
        label: versionLabels[version](),
        detail: versionDetails[version](),
        codicon: 'package',
        value: version,
      })),
      {
        label: l10n.t('With other parallelism…'),
        description: l10n.t('now {0}', recipe.parallelism),
        codicon: 'arrow-both',
        value: 'parallelism',
      },
      { label: l10n.t('With other arguments…'), detail: joinWords(recipe.args), codicon: 'edit', value: 'arguments' },
      {
        label: l10n.t('With another jar…'),
        detail: l10n.t('A file on this machine.'),
        codicon: 'file-zip',
        value: 'jar',
      },
    ],
    { title, placeholder: l10n.t('What is to be different?') },
  );
  switch (change) {
    case undefined:
      return undefined;
    case 'asItIs':
      return {};
    case 'v1':
    case 'v2':
    case 'v3':
      return { jar: change };
    case 'flags': {
      const flags = await pickFlags(input, flagsOf(recipe.args), title);
      return flags === undefined ? undefined : { args: withFlags(recipe.args, flags) };
    }
    case 'parallelism': {
      const chosen = await parallelism();
      return chosen === undefined ? undefined : { parallelism: chosen };
    }
    case 'arguments': {
      const args = await askForArguments(input, title, recipe.args);
      return args === undefined ? undefined : { args };
    }
    case 'jar':
      break;
  }
  return askForJar(input, title);
}

/** Asks for a program on this machine, and its class where the jar does not name it. */
export async function askForJar(
  input: UserInput,
  title: string,
): Promise<{ readonly jar: string; readonly entryClass?: string } | undefined> {
  const jar = await input.text({ title, prompt: l10n.t('Path of the jar with the job'), validate: jarProblem });
  if (jar === undefined) return undefined;
  const entryClass = await askForClass(input, title, l10n.t('Main class; empty where the jar’s manifest names it'));
  if (entryClass === undefined) return undefined;
  return { jar: jar.trim(), ...(entryClass.trim() === '' ? {} : { entryClass: entryClass.trim() }) };
}

/** A name of a class, or nothing at all. */
export function askForClass(input: UserInput, title: string, prompt: string): Promise<string | undefined> {
  return input.text({
    title,
    prompt,
    validate: (text) =>
      /^([\p{L}_$][\p{L}\p{N}_$]*(\.[\p{L}_$][\p{L}\p{N}_$]*)*)?$/u.test(text.trim())
        ? undefined
        : l10n.t('That is no name of a class.'),
  });
}

export function askForArguments(
  input: UserInput,
  title: string,
  before: readonly string[],
): Promise<readonly string[] | undefined> {
  return input
    .text({
      title,
      prompt: l10n.t('Arguments of the program'),
      value: joinWords(before),
      validate: wordsProblem,
    })
    .then((typed) => (typed === undefined ? undefined : (splitWords(typed) ?? [])));
}

/** The program that an argument names. */
export function jarSource(jar: string): JarSource {
  return jar === 'v1' || jar === 'v2' || jar === 'v3'
    ? { from: 'playground', version: jar }
    : { from: 'file', path: jar };
}

async function jarProblem(text: string): Promise<string | undefined> {
  const path = text.trim();
  if (!path.endsWith('.jar')) return l10n.t('The name of the file must end in .jar.');
  if (!isAbsolute(path)) return l10n.t('Give the whole path, from the root.');
  try {
    await access(path);
    return undefined;
  } catch {
    return l10n.t('There is no such file that can be read.');
  }
}

function wordsProblem(text: string): string | undefined {
  return splitWords(text) === undefined ? l10n.t('A quotation mark is not closed.') : undefined;
}

const versionLabels: Readonly<Record<PlaygroundJar, () => string>> = {
  v1: () => l10n.t('With version 1 of the job'),
  v2: () => l10n.t('With version 2 of the job'),
  v3: () => l10n.t('With version 3 of the job'),
};

const versionDetails: Readonly<Record<PlaygroundJar, () => string>> = {
  v1: () => l10n.t('The job of the tutorial.'),
  v2: () => l10n.t('One operator more and another window function: the savepoint is restored.'),
  v3: () => l10n.t('State of another form: the savepoint is refused, and Flink says why.'),
};
