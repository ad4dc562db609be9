import * as l10n from '@vscode/l10n';
import { isUp } from '../core/environment/environmentSelection';
import { PlaygroundError } from '../core/util/errors';
import type { CommandHandlers } from '../host/commandRegistry';
import { parseConfirmable, parseCopy, parseNothing } from './arguments';
import type { CommandMap, Diagnostics } from './catalog';
import { describeDiagnostics, readClusterNow } from './diagnostics';
import type { CommandServices } from './services';
import { notRunning } from './notRunning';

export interface InspectPorts extends CommandServices {
  readonly versions: Diagnostics['versions'];
  readonly showLog: () => void;
  /** Opens the browser, by way of the editor's own port forwarding. */
  readonly openExternal: (address: string) => void;
  readonly copy: (text: string) => Promise<void>;
}

type Names = 'openWebUi' | 'showOutput' | 'copyDiagnostics' | 'deleteDownloads';

const readTimeoutMs = 3000;

/** Looking closer, without changing what runs. */
export function inspectCommands(ports: InspectPorts): Pick<CommandHandlers<CommandMap>, Names> {
  return {
    openWebUi: { parse: parseNothing, run: () => openWebUi(ports) },
    showOutput: {
      parse: parseNothing,
      run: () => {
        ports.showLog();
        return Promise.resolve();
      },
    },
    copyDiagnostics: { parse: parseCopy, run: (args) => copyDiagnostics(args, ports) },
    deleteDownloads: { parse: parseConfirmable, run: ({ confirmed }) => deleteDownloads(confirmed === true, ports) },
  };
}

async function openWebUi({ engines, openExternal }: InspectPorts): Promise<string> {
  const engine = await engines.get();
  const address = engine.environment.snapshot.value.endpoints?.rest;
  if (address === undefined) throw notRunning();
  openExternal(address);
  return address;
}

async function copyDiagnostics(
  { copy = true, read = true }: { readonly copy?: boolean; readonly read?: boolean },
  { engines, settings, versions, copy: toClipboard, notifications, logger }: InspectPorts,
): Promise<Diagnostics> {
  const engine = await engines.get().catch((error: unknown) => {
    logger.error('The engine could not be loaded for the diagnostics.', error);
    return undefined;
  });
  if (engine !== undefined && read) await readClusterNow(engine, readTimeoutMs);
  const diagnostics = describeDiagnostics(versions, settings, engine);
  if (copy) {
    await toClipboard(JSON.stringify(diagnostics, null, 2));
    notifications.hint(l10n.t('The diagnostics are on the clipboard.'));
  }
  return diagnostics;
}

async function deleteDownloads(confirmed: boolean, { engines, input, notifications }: InspectPorts): Promise<boolean> {
  const engine = await engines.get();
  const { kind, phase, others = [] } = engine.environment.snapshot.value;
  if ([{ kind, phase }, ...others].some((known) => known.kind === 'local' && isUp(known.phase))) {
    throw new PlaygroundError('input', l10n.t('The downloads are in use by the running playground.'), {
      remedy: l10n.t('Stop it first.'),
    });
  }
  const agreed =
    confirmed ||
    (await input.confirm({
      message: l10n.t('Delete the downloads of the playground?'),
      detail: l10n.t(
        'The jars of Flink and Kafka and the class archives made from them are deleted. The next start downloads them again. Data and savepoints are kept.',
      ),
      action: l10n.t('Delete Downloads'),
    }));
  if (!agreed) return false;
  await engine.deleteDownloads();
  notifications.hint(l10n.t('The downloads are deleted.'));
  return true;
}
