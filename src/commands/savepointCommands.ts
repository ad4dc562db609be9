import * as l10n from '@vscode/l10n';
import type { Engine } from '../core/engineApi';
import { savepointKey } from '../core/savepoints/savepointPath';
import { operationTitle } from '../core/trees/describeOperations';
import { PlaygroundError } from '../core/util/errors';
import type { CommandHandlers } from '../host/commandRegistry';
import type { OperationView, ResumeChoice, Restarted } from '../shared/model/operations';
import { parseOperation, parseSavepointPath } from './arguments';
import type { CommandMap, OperationArguments, SavepointPathArguments } from './catalog';
import { restartedText } from './jobCommands';
import { operationOfNode, savepointOfNode } from './nodes';
import { withProgress } from './operationProgress';
import { pickSavepoint } from './savepointPick';
import type { CommandServices } from './services';

export interface SavepointPorts extends CommandServices {
  readonly copy: (text: string) => Promise<void>;
  /** Shows a folder of this machine to the person. */
  readonly reveal: (folder: string) => Promise<void>;
}

type Names = 'savepoint.delete' | 'savepoint.copyPath' | 'savepoint.reveal' | 'operation.resume' | 'operation.dismiss';

const actionTimeoutMs = 30_000;

/** What one does with savepoints as files, and with operations that were left in the middle. */
export function savepointCommands(ports: SavepointPorts): Pick<CommandHandlers<CommandMap>, Names> {
  const common = { parse: parseSavepointPath, fromNode: savepointOfNode };
  return {
    'savepoint.delete': { ...common, run: (args) => deleteSavepoint(args, ports) },
    'savepoint.copyPath': { ...common, run: (args) => copyPath(args, ports) },
    'savepoint.reveal': { ...common, run: (args) => reveal(args, ports) },
    'operation.resume': { parse: parseOperation, fromNode: operationOfNode, run: (args) => resume(args, ports) },
    'operation.dismiss': { parse: parseOperation, fromNode: operationOfNode, run: (args) => dismiss(args, ports) },
  };
}

async function deleteSavepoint(
  { savepoint, confirmed = false }: SavepointPathArguments,
  ports: SavepointPorts,
): Promise<string | undefined> {
  const { engines, input, notifications } = ports;
  const engine = await engines.get();
  const path = await chosenPath(savepoint, engine, ports, l10n.t('The savepoint to delete'));
  if (path === undefined) return undefined;
  const agreed =
    confirmed ||
    (await input.confirm({
      message: l10n.t('Delete this savepoint?'),
      detail: l10n.t('{0}\n\nIts files are deleted. No job can go on from it any more.', path),
      action: l10n.t('Delete Savepoint'),
    }));
  if (!agreed) return undefined;
  await engine.savepoints.delete(path, AbortSignal.timeout(actionTimeoutMs));
  notifications.hint(l10n.t('The savepoint is deleted.'));
  return path;
}

async function copyPath({ savepoint }: SavepointPathArguments, ports: SavepointPorts): Promise<string | undefined> {
  const engine = await ports.engines.get();
  const path = await chosenPath(savepoint, engine, ports, l10n.t('The savepoint whose path to copy'));
  if (path === undefined) return undefined;
  await ports.copy(path);
  ports.notifications.hint(l10n.t('The path is on the clipboard.'));
  return path;
}

async function reveal({ savepoint }: SavepointPathArguments, ports: SavepointPorts): Promise<string | undefined> {
  const engine = await ports.engines.get();
  const store = engine.environment.savepointStore;
  const folder = savepoint === undefined ? await store?.folder() : savepointKey(savepoint);
  if (store === undefined || folder === undefined || (await store.folder()) === undefined) {
    throw new PlaygroundError('input', l10n.t('The savepoints do not lie in a folder of this machine.'), {
      remedy: l10n.t('Copy the path of one in the Savepoints view instead.'),
    });
  }
  await ports.reveal(folder);
  return folder;
}

/** The path of a savepoint under the name that Flink takes. */
async function chosenPath(
  given: string | undefined,
  engine: Engine,
  { input }: SavepointPorts,
  placeholder: string,
): Promise<string | undefined> {
  const entries = await engine.savepoints.read(AbortSignal.timeout(actionTimeoutMs));
  if (given === undefined) return pickSavepoint(input, entries, placeholder);
  return entries.find(({ key }) => key === savepointKey(given))?.path ?? given;
}

async function resume(args: OperationArguments, ports: SavepointPorts): Promise<Restarted | undefined> {
  const engine = await ports.engines.get();
  const operation = await chooseOperation(
    engine,
    ports,
    args.operation,
    ({ choices }) => choices.length > 0,
    l10n.t('The operation to resume'),
  );
  if (operation === undefined) return undefined;
  const choice = await chooseHow(operation, args, ports);
  if (choice === undefined) return undefined;
  const title = l10n.t('Resuming: {0}', operationTitle(operation));
  const restarted = await withProgress(ports, title, (sink, signal) =>
    engine.operations.resume(operation.id, { choice }, sink, signal),
  );
  engine.savepoints.poke();
  if (restarted !== undefined) ports.notifications.hint(restartedText(restarted));
  return restarted;
}

async function chooseHow(
  { choices }: OperationView,
  { choice, confirmed }: OperationArguments,
  { input }: SavepointPorts,
): Promise<ResumeChoice | undefined> {
  if (choice !== undefined && choices.includes(choice)) return choice;
  if (choices.length === 1 || confirmed === true) return choices[0];
  return input.pick<ResumeChoice>(
    choices.map((each) => ({ ...choiceItems[each](), value: each })),
    { placeholder: l10n.t('How is the job to go on?') },
  );
}

const choiceItems = {
  wanted: () => ({
    label: l10n.t('As it was meant to'),
    detail: l10n.t('With the changes that the operation was to make.'),
    codicon: 'debug-continue',
  }),
  previous: () => ({
    label: l10n.t('As it was before'),
    detail: l10n.t('With the jar, arguments and parallelism of before.'),
    codicon: 'discard',
  }),
};

async function dismiss(args: OperationArguments, ports: SavepointPorts): Promise<string | undefined> {
  const { engines, input } = ports;
  const engine = await engines.get();
  const operation = await chooseOperation(
    engine,
    ports,
    args.operation,
    ({ dismissable }) => dismissable,
    l10n.t('The operation to dismiss'),
  );
  if (operation === undefined) return undefined;
  const needsWayBack = operation.state === 'resumable';
  const agreed =
    args.confirmed === true ||
    !needsWayBack ||
    (await input.confirm({
      message: l10n.t('Dismiss this operation?'),
      detail: l10n.t(
        '{0}: {1}\n\nNothing is done about it. Its savepoint is kept and can be restored from the Savepoints view.',
        operationTitle(operation),
        operation.summary,
      ),
      action: l10n.t('Dismiss Operation'),
    }));
  if (!agreed) return undefined;
  await engine.operations.dismiss(operation.id);
  return operation.id;
}

async function chooseOperation(
  { operations }: Engine,
  { input }: SavepointPorts,
  id: string | undefined,
  fits: (operation: OperationView) => boolean,
  placeholder: string,
): Promise<OperationView | undefined> {
  const fitting = operations.open.value.filter(fits);
  if (id !== undefined) {
    const found = fitting.find((operation) => operation.id === id);
    if (found !== undefined) return found;
    throw new PlaygroundError('input', l10n.t('This operation is not open any more.'), {
      remedy: l10n.t('Refresh the Jobs view.'),
    });
  }
  if (fitting.length === 0) throw new PlaygroundError('input', l10n.t('No operation was left in the middle.'));
  if (fitting.length === 1) return fitting[0];
  return input.pick(
    fitting.map((operation) => ({
      label: operationTitle(operation),
      detail: operation.summary,
      value: operation,
    })),
    { placeholder },
  );
}
