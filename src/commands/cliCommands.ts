import * as l10n from '@vscode/l10n';
import type { CommandEntry, CommandForm } from '../core/commandLines/commandForms';
import type { TerminalCommand } from '../core/commandLines/commandPlaces';
import type { ShellKind } from '../core/commandLines/quote';
import { formTitle, writeDocument, writeForm, type WritingOptions } from '../core/commandLines/writeCommands';
import { PlaygroundError } from '../core/util/errors';
import type { CommandHandlers } from '../host/commandRegistry';
import type { PickItem } from '../host/userInput';
import { parseNothing, parseShowCommand } from './arguments';
import type { CommandMap, ShowCommandArguments } from './catalog';
import { showCommandOfNode } from './nodes';
import type { CommandServices } from './services';

export interface CliPorts extends CommandServices {
  /** The shell for which command lines are written unless another is asked for. */
  readonly shell: ShellKind;
  readonly openTerminal: (terminal: TerminalCommand) => void;
  readonly showDocument: (name: string, text: string) => Promise<void>;
  readonly copy: (text: string) => Promise<void>;
}

type Names = 'openFlinkCli' | 'showCommand';

/** A first use may bring the jars of Kafka's tools. */
const timeoutMs = 120_000;

/** The way from the extension to the command line. */
export function cliCommands(ports: CliPorts): Pick<CommandHandlers<CommandMap>, Names> {
  return {
    openFlinkCli: { parse: parseNothing, run: () => openFlinkCli(ports) },
    showCommand: { parse: parseShowCommand, fromNode: showCommandOfNode, run: (args) => showCommand(args, ports) },
  };
}

async function openFlinkCli({ engines, openTerminal }: CliPorts): Promise<string> {
  const { environment } = await engines.get();
  const terminal = await environment.flinkCli(AbortSignal.timeout(timeoutMs));
  openTerminal(terminal);
  return terminal.name;
}

interface Choice {
  readonly entry: CommandEntry;
  readonly form: CommandForm;
}

async function showCommand(args: ShowCommandArguments, ports: CliPorts): Promise<string | undefined> {
  const engine = await ports.engines.get();
  const { restUrl, entries } = await engine.inspector.commandLines(args.job, AbortSignal.timeout(timeoutMs));
  const options: WritingOptions = { shell: args.shell ?? ports.shell, restUrl };
  const choices = entries.flatMap((entry) => entry.forms.map((form) => ({ entry, form }))).filter(matches(args));
  if (choices.length === 0) throw new PlaygroundError('notFound', l10n.t('There is no such command line here.'));
  if (args.document === true) return showAll(entries, options, ports);
  const [only] = choices;
  const chosen = choices.length === 1 ? only : await pick(choices, options, ports);
  if (chosen === undefined) return undefined;
  if (chosen === 'all') return showAll(entries, options, ports);
  const text = writeForm(chosen.form, options);
  await ports.copy(text);
  ports.notifications.hint(l10n.t('Copied: {0}', chosen.entry.title));
  return text;
}

/** A subject chooses among things of the same kind; what has no subject stays. */
function matches({ action, subject, form }: ShowCommandArguments): (choice: Choice) => boolean {
  return ({ entry, form: { kind } }) =>
    (action === undefined || entry.id === action) &&
    (subject === undefined || entry.subject === subject) &&
    (form === undefined || kind === form);
}

async function pick(
  choices: readonly Choice[],
  options: WritingOptions,
  { input }: CliPorts,
): Promise<Choice | 'all' | undefined> {
  const items = choices.map((choice): PickItem<Choice | 'all'> => {
    const lines = writeForm(choice.form, options).split('\n');
    return {
      label: choice.entry.title,
      description: formTitle(choice.form.kind),
      detail: lines.join('  ⏎  '),
      value: choice,
    };
  });
  const all: PickItem<Choice | 'all'> = {
    label: l10n.t('All command lines'),
    description: l10n.t('as a document'),
    codicon: 'file-code',
    value: 'all',
  };
  return input.pick([all, ...items], { placeholder: l10n.t('The command line to copy'), matchOnDetail: true });
}

async function showAll(
  entries: readonly CommandEntry[],
  options: WritingOptions,
  { showDocument }: CliPorts,
): Promise<string> {
  const title = l10n.t('What the playground does, as command lines for the Flink at {0}', options.restUrl);
  const text = writeDocument(title, entries, options);
  await showDocument(options.shell === 'posix' ? 'commands.sh' : 'commands.ps1', text);
  return text;
}
