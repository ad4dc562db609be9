import * as l10n from '@vscode/l10n';
import type { Engine } from '../core/engineApi';
import { environmentNames, isUp, type EnvironmentCandidate } from '../core/environment/environmentSelection';
import type { CommandHandlers } from '../host/commandRegistry';
import type { PickItem, UserInput } from '../host/userInput';
import type { EnvironmentChoice, EnvironmentKind, EnvironmentSnapshot } from '../shared/model/environment';
import { parseSelectEnvironment } from './arguments';
import { viewIds, type CommandMap, type SelectEnvironmentArguments } from './catalog';
import type { CommandServices } from './services';

export interface EnvironmentPorts extends CommandServices {
  /** Writes the person's choice into the settings. */
  readonly saveChoice: (choice: EnvironmentChoice) => Promise<void>;
  /** Stops the environment that is looked at, as the command of that name does. @throws what the command throws. */
  readonly stop: () => Promise<void>;
  /** Opens the settings at those of this prefix. */
  readonly openSettings: (prefix: string) => void;
}

const selectTimeoutMs = 30_000;
const candidatesTimeoutMs = 15_000;

/** Choosing where the playground runs. */
export function environmentCommands(ports: EnvironmentPorts): Pick<CommandHandlers<CommandMap>, 'selectEnvironment'> {
  return {
    selectEnvironment: { parse: parseSelectEnvironment, run: (args) => selectEnvironment(args, ports) },
  };
}

/** What becomes of the environment that runs when another one is chosen. */
type Leaving = 'keep' | 'stop';

async function selectEnvironment(
  { environment, running }: SelectEnvironmentArguments,
  ports: EnvironmentPorts,
): Promise<EnvironmentKind | undefined> {
  const engine = await ports.engines.get();
  const choice = environment ?? (await pickChoice(engine, ports));
  if (choice === undefined) return undefined;
  const leaving = await askAboutRunning(choice, running, engine, ports);
  if (leaving === undefined) return undefined;
  if (leaving === 'stop') await ports.stop();
  const kind = await engine.environments.select(choice, AbortSignal.timeout(selectTimeoutMs));
  await ports.saveChoice(choice);
  offerSettings(choice, engine.environment.snapshot.value, ports);
  return kind;
}

async function pickChoice(
  engine: Engine,
  { input, settings, notifications }: EnvironmentPorts,
): Promise<EnvironmentChoice | undefined> {
  const candidates = await lookAround(engine, notifications);
  const set = settings('environment');
  const automatic: PickItem<EnvironmentChoice> = {
    label: l10n.t('Automatic'),
    ...(set === 'auto' ? { description: l10n.t('as set') } : {}),
    detail: l10n.t('The environment that runs or holds data.'),
    codicon: 'wand',
    value: 'auto',
  };
  return input.pick([...candidates.map((candidate) => itemOf(candidate, set)), automatic], {
    placeholder: l10n.t('Where the playground is to run'),
  });
}

/**
 * Where a start is to take place when nothing says so: asked only where there is a choice.
 * @returns the kind to start, `undefined` when the person called it off.
 */
export async function chooseWhereToStart(
  engine: Engine,
  { input, notifications }: Pick<CommandServices, 'input' | 'notifications'>,
): Promise<EnvironmentKind | undefined> {
  const usable = (await lookAround(engine, notifications)).filter((candidate) => candidate.usable);
  const [first, ...others] = usable;
  if (first === undefined || others.length === 0) return first?.kind ?? engine.environment.kind;
  return input.pick(
    usable.map((candidate) => itemOf(candidate)),
    { title: l10n.t('Start Playground'), placeholder: l10n.t('Where the playground is to run') },
  );
}

/** Docker may take seconds to answer, so it is said what is waited for. */
function lookAround(
  engine: Engine,
  notifications: CommandServices['notifications'],
): Promise<readonly EnvironmentCandidate[]> {
  return notifications.progress(l10n.t('Looking where the playground can run'), viewIds.cluster, (_report, signal) =>
    engine.environments.candidates(AbortSignal.any([signal, AbortSignal.timeout(candidatesTimeoutMs)])),
  );
}

function itemOf(candidate: EnvironmentCandidate, set?: EnvironmentChoice): PickItem<EnvironmentKind> {
  const { kind, phase, hasData, detail, usable } = candidate;
  const words = [
    kind === set ? l10n.t('as set') : undefined,
    isUp(phase) ? l10n.t('running') : undefined,
    hasData && !isUp(phase) ? l10n.t('holds data') : undefined,
    usable ? undefined : l10n.t('not available'),
  ].filter((word) => word !== undefined);
  return {
    label: labels[kind](),
    ...(words.length === 0 ? {} : { description: words.join(' · ') }),
    detail,
    codicon: codicons[kind],
    value: kind,
  };
}

/** Functions, because texts are translated when they are shown. */
const labels: Readonly<Record<EnvironmentKind, () => string>> = {
  local: () => l10n.t('Local Processes'),
  compose: () => l10n.t('Docker Compose'),
  remote: () => l10n.t('Remote Cluster'),
};

const codicons: Readonly<Record<EnvironmentKind, string>> = {
  local: 'server-process',
  compose: 'package',
  remote: 'remote',
};

/** What runs is not left behind unasked. A cluster that others run is only let go of. */
async function askAboutRunning(
  choice: EnvironmentChoice,
  said: Leaving | undefined,
  engine: Engine,
  { input }: { readonly input: UserInput },
): Promise<Leaving | undefined> {
  const { kind, phase } = engine.environment.snapshot.value;
  if (choice === 'auto' || choice === kind || !isUp(phase)) return 'keep';
  if (!engine.environment.capabilities.lifecycle) return 'stop';
  if (said !== undefined) return said;
  const name = environmentNames[kind]();
  return input.pick<Leaving>(
    [
      {
        label: l10n.t('Keep It Running'),
        detail: l10n.t('The Cluster view names it, with a way back.'),
        codicon: 'debug-continue',
        value: 'keep',
      },
      {
        label: l10n.t('Stop It First'),
        detail: l10n.t('Its state is kept, and its next start goes on from it.'),
        codicon: 'debug-stop',
        value: 'stop',
      },
    ],
    { placeholder: l10n.t('The playground of {0} is running', name) },
  );
}

/** A remote cluster without an address cannot be started: the person is brought to where it is set. */
function offerSettings(
  choice: EnvironmentChoice,
  { kind }: EnvironmentSnapshot,
  { settings, notifications, openSettings }: EnvironmentPorts,
): void {
  if (choice !== 'remote' || kind !== 'remote' || settings('remote.restUrl') !== '') return;
  notifications.info(l10n.t('Set the address of the remote cluster, then start to connect to it.'), [
    { title: l10n.t('Open Settings'), run: () => openSettings('flinkPlayground.remote') },
  ]);
}
