import * as l10n from '@vscode/l10n';
import type { Engine } from '../core/engineApi';
import { PlaygroundError } from '../core/util/errors';
import type { CommandHandlers } from '../host/commandRegistry';
import type { EnvironmentSnapshot, InstanceSnapshot, ServiceName } from '../shared/model/environment';
import { parseCount, parseInstance, parseService } from './arguments';
import { viewIds, type CommandMap, type InstanceArguments } from './catalog';
import { instanceOfNode, serviceOfNode } from './nodes';
import type { CommandServices } from './services';

type Names = 'taskManager.kill' | 'taskManager.start' | 'taskManager.scale' | 'service.restart';

const actionTimeoutMs = 60_000;
const scaleLimit = 4;

/** What one does to single processes. */
export function taskManagerCommands(services: CommandServices): Pick<CommandHandlers<CommandMap>, Names> {
  return {
    'taskManager.kill': { parse: parseInstance, fromNode: instanceOfNode, run: (args) => kill(args, services) },
    'taskManager.start': {
      parse: parseInstance,
      fromNode: instanceOfNode,
      run: (args) => startInstance(args, services),
    },
    'taskManager.scale': { parse: parseCount, run: (args) => scale(args, services) },
    'service.restart': {
      parse: parseService,
      fromNode: serviceOfNode,
      run: (args) => restart(args, services),
    },
  };
}

async function kill(
  { instance, confirmed = false }: InstanceArguments,
  { engines, input }: CommandServices,
): Promise<string | undefined> {
  const engine = await runningEngine(engines.get());
  const alive = taskManagers(engine).filter(isAlive);
  if (alive.length === 0) throw new PlaygroundError('input', l10n.t('No TaskManager is running.'));
  const id =
    instance ??
    (await input.pick(alive.map(instanceItem), { placeholder: l10n.t('The TaskManager to kill with SIGKILL') }));
  if (id === undefined) return undefined;
  const agreed =
    confirmed ||
    (await input.confirm({
      message: l10n.t('Kill {0}?', id),
      detail: l10n.t(
        'Its process is ended with SIGKILL, as if the machine had failed. Jobs that run on it are restarted by Flink once enough slots are free.',
      ),
      action: l10n.t('Kill TaskManager'),
    }));
  if (!agreed) return undefined;
  await engine.environment.kill(id, AbortSignal.timeout(actionTimeoutMs));
  engine.cluster.poke();
  return id;
}

async function startInstance(
  { instance }: InstanceArguments,
  { engines, input, notifications }: CommandServices,
): Promise<string | undefined> {
  const engine = await runningEngine(engines.get());
  const ended = taskManagers(engine).filter((candidate) => !isAlive(candidate));
  if (instance === undefined && ended.length === 0) {
    throw new PlaygroundError('input', l10n.t('All TaskManagers are running.'), {
      remedy: l10n.t('To have more of them, use Scale TaskManagers…'),
    });
  }
  const only = ended.length === 1 ? ended[0]?.id : undefined;
  const id =
    instance ??
    only ??
    (await input.pick(ended.map(instanceItem), { placeholder: l10n.t('The TaskManager to start again') }));
  if (id === undefined) return undefined;
  await notifications.progress(l10n.t('Starting {0}', id), viewIds.cluster, (_report, signal) =>
    engine.environment.startInstance(id, withTimeout(signal)),
  );
  engine.cluster.poke();
  return id;
}

async function scale(
  { count }: { readonly count?: number },
  { engines, input, notifications }: CommandServices,
): Promise<number | undefined> {
  const engine = await runningEngine(engines.get());
  const now = taskManagers(engine).filter(isAlive).length;
  const target =
    count ??
    (await input.pick<number>(
      Array.from({ length: scaleLimit }, (_, index) => index + 1).map((value) => ({
        label: String(value),
        ...(value === now ? { description: l10n.t('now') } : {}),
        value,
      })),
      { placeholder: l10n.t('How many TaskManagers are to run') },
    ));
  if (target === undefined) return undefined;
  await notifications.progress(l10n.t('Scaling TaskManagers to {0}', target), viewIds.cluster, (_report, signal) =>
    engine.environment.scaleTaskManagers(target, withTimeout(signal)),
  );
  engine.cluster.poke();
  return target;
}

async function restart(
  { service, confirmed = false }: { readonly service?: ServiceName; readonly confirmed?: boolean },
  { engines, input, notifications }: CommandServices,
): Promise<ServiceName | undefined> {
  const engine = await runningEngine(engines.get());
  const services = engine.environment.snapshot.value.services.filter(({ instances }) => instances.length > 0);
  const name =
    service ??
    (await input.pick<ServiceName>(
      services.map((candidate) => ({ label: candidate.name, value: candidate.name })),
      { placeholder: l10n.t('The service to restart') },
    ));
  if (name === undefined) return undefined;
  const agreed =
    confirmed ||
    (await input.confirm({
      message: l10n.t('Restart {0}?', name),
      detail: l10n.t('Its processes are stopped and started again. What depends on it waits or recovers meanwhile.'),
      action: l10n.t('Restart Service'),
    }));
  if (!agreed) return undefined;
  await notifications.progress(l10n.t('Restarting {0}', name), viewIds.cluster, (_report, signal) =>
    engine.environment.restart(name, withTimeout(signal)),
  );
  engine.cluster.poke();
  return name;
}

/** @throws PlaygroundError `input` when nothing runs to which the command could be applied. */
async function runningEngine(loading: Promise<Engine>): Promise<Engine> {
  const engine = await loading;
  if (!isRunning(engine.environment.snapshot.value)) {
    throw new PlaygroundError('input', l10n.t('The playground is not running.'), {
      remedy: l10n.t('Start it first.'),
    });
  }
  return engine;
}

function isRunning({ phase }: EnvironmentSnapshot): boolean {
  return phase === 'running' || phase === 'degraded' || phase === 'starting';
}

function taskManagers(engine: Engine): readonly InstanceSnapshot[] {
  return engine.environment.snapshot.value.services
    .filter(({ name }) => name === 'taskmanager')
    .flatMap(({ instances }) => instances);
}

function isAlive({ state }: InstanceSnapshot): boolean {
  return state === 'starting' || state === 'healthy' || state === 'unhealthy';
}

function instanceItem({ id, detail }: InstanceSnapshot): { label: string; description?: string; value: string } {
  return { label: id, value: id, ...(detail === undefined ? {} : { description: detail }) };
}

function withTimeout(signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(actionTimeoutMs)]);
}
