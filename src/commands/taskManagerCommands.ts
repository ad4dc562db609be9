import * as l10n from '@vscode/l10n';
import { validateTaskManagers } from '../core/environment/common/startOptions';
import type { Capabilities } from '../core/environment/environment';
import {
  hasEnded,
  runs,
  runsService,
  runsTaskManagers,
  watchUntil,
  type Expectation,
} from '../core/environment/outcome';
import type { Engine } from '../core/engineApi';
import { PlaygroundError } from '../core/util/errors';
import type { CommandHandlers } from '../host/commandRegistry';
import { isCancellation } from '../host/describeError';
import type { Notifications } from '../host/notifications';
import type { EnvironmentSnapshot, InstanceSnapshot, ServiceName } from '../shared/model/environment';
import { isUp, taskManagersOf } from '../shared/model/instances';
import { parseCount, parseInstance, parseService } from './arguments';
import { viewIds, type CommandArguments, type CommandMap, type InstanceArguments } from './catalog';
import { instanceOfNode, serviceOfNode } from './nodes';
import { scaleWarning } from './scaleWarning';
import type { CommandServices } from './services';
import { notRunning } from './notRunning';

type Names = 'taskManager.kill' | 'taskManager.start' | 'taskManager.scale' | 'service.restart';

interface Ports extends CommandServices {
  /** How long after an action the views may take to show what it did, before it is said what they do not. */
  readonly outcomeMs?: number;
}

const actionTimeoutMs = 60_000;
const readTimeoutMs = 5000;
/** Flink gives a TaskManager that it does not hear from up for lost after 20 s, or sooner. */
const defaultOutcomeMs = 30_000;
/** As many as are offered; more can be said in the argument. */
const scaleLimit = 8;

/** What one does to single processes. */
export function taskManagerCommands(ports: Ports): Pick<CommandHandlers<CommandMap>, Names> {
  return {
    'taskManager.kill': { parse: parseInstance, fromNode: instanceOfNode, run: (args) => kill(args, ports) },
    'taskManager.start': { parse: parseInstance, fromNode: instanceOfNode, run: (args) => startInstance(args, ports) },
    'taskManager.scale': { parse: parseCount, run: (args) => scale(args, ports) },
    'service.restart': { parse: parseService, fromNode: serviceOfNode, run: (args) => restart(args, ports) },
  };
}

async function kill({ instance, confirmed = false }: InstanceArguments, ports: Ports): Promise<string | undefined> {
  const { engines, input } = ports;
  const engine = await runningEngine(engines.get(), 'processes');
  const alive = taskManagers(engine).filter(isUp);
  if (alive.length === 0) throw new PlaygroundError('input', l10n.t('No TaskManager is running.'));
  if (instance !== undefined) requireUp(engine, instance);
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
  // It may have died while the question was open.
  const before = requireUp(engine, id);
  await act(ports, engine, l10n.t('Killing {0}', id), hasEnded(before), (signal) =>
    engine.environment.kill(id, signal),
  );
  return id;
}

async function startInstance({ instance }: InstanceArguments, ports: Ports): Promise<string | undefined> {
  const { engines, input, notifications } = ports;
  const engine = await runningEngine(engines.get(), 'processes');
  const ended = taskManagers(engine).filter((candidate) => !isUp(candidate));
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
  if (isUp(requireTaskManager(engine, id))) {
    notifications.hint(l10n.t('{0} is running already.', id));
    return id;
  }
  await act(ports, engine, l10n.t('Starting {0}', id), runs(id), (signal) =>
    engine.environment.startInstance(id, signal),
  );
  return id;
}

async function scale(
  { count, confirmed = false }: CommandArguments<'taskManager.scale'>,
  ports: Ports,
): Promise<number | undefined> {
  const { engines, input } = ports;
  const engine = await runningEngine(engines.get(), 'scale');
  const before = engine.environment.snapshot.value;
  const now = taskManagersOf(before).filter(isUp).length;
  const target = count ?? (await input.pick<number>(scaleItems(now), { placeholder: scaleQuestion() }));
  if (target === undefined) return undefined;
  validateTaskManagers(target);
  if (target < now && !confirmed) {
    const detail = await scaleWarning(engine, target, AbortSignal.timeout(readTimeoutMs));
    const message = l10n.t('Scale TaskManagers to {0}?', target);
    const action = l10n.t('Scale TaskManagers');
    if (detail !== undefined && !(await input.confirm({ message, detail, action }))) return undefined;
  }
  const title = l10n.t('Scaling TaskManagers to {0}', target);
  await act(ports, engine, title, runsTaskManagers(target, before), (signal) =>
    engine.environment.scaleTaskManagers(target, signal),
  );
  return target;
}

async function restart(
  { service, confirmed = false }: CommandArguments<'service.restart'>,
  ports: Ports,
): Promise<ServiceName | undefined> {
  const { engines, input } = ports;
  const engine = await runningEngine(engines.get(), 'processes');
  // The client submits the job and ends; run again it would submit a second one.
  const services = engine.environment.snapshot.value.services.filter(
    ({ name, instances }) => instances.length > 0 && name !== 'client',
  );
  if (service !== undefined && !services.some(({ name }) => name === service)) {
    throw new PlaygroundError('notFound', l10n.t('There is no service "{0}" that can be restarted.', service), {
      remedy: l10n.t('There are: {0}.', services.map(({ name }) => name).join(', ')),
    });
  }
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
      detail: restartDetail(name),
      action: l10n.t('Restart Service'),
    }));
  if (!agreed) return undefined;
  await act(ports, engine, l10n.t('Restarting {0}', name), runsService(name), (signal) =>
    engine.environment.restart(name, signal),
  );
  return name;
}

function restartDetail(service: ServiceName): string {
  return service === 'jobmanager'
    ? l10n.t(
        'The TaskManagers are started anew with it. The job of the playground goes on from where it was; Flink forgets all other jobs.',
      )
    : l10n.t('Its processes are stopped and started again. What depends on it waits or recovers meanwhile.');
}

/**
 * Does something, then watches until the views show it. Called off before it is done, it is not done; after that only the
 * watching ends.
 */
async function act(
  {
    notifications,
    outcomeMs = defaultOutcomeMs,
  }: { readonly notifications: Notifications; readonly outcomeMs?: number },
  engine: Engine,
  title: string,
  expected: Expectation,
  action: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  await notifications.progress(title, viewIds.cluster, async (report, signal) => {
    await action(AbortSignal.any([signal, AbortSignal.timeout(actionTimeoutMs)]));
    report({ message: l10n.t('waiting until Flink has noticed') });
    try {
      const missing = await watchUntil(engine, expected, { timeoutMs: outcomeMs, signal });
      if (missing === undefined) return;
      notifications.info(l10n.t('{0} It was watched for {1} s.', missing, outcomeMs / 1000), []);
    } catch (error) {
      if (!isCancellation(error)) throw error;
    }
  });
}

/** @throws PlaygroundError `input` when nothing runs to which the command could be applied, or not in this environment. */
async function runningEngine(loading: Promise<Engine>, capability: keyof Capabilities): Promise<Engine> {
  const engine = await loading;
  if (!isRunning(engine.environment.snapshot.value)) {
    throw notRunning();
  }
  if (engine.environment.capabilities[capability]) return engine;
  throw new PlaygroundError('input', l10n.t('The processes of this cluster cannot be controlled from here.'), {
    remedy: l10n.t('Use what they were started with.'),
  });
}

/** @throws PlaygroundError `notFound` for a name that no TaskManager of the environment has. */
function requireTaskManager(engine: Engine, id: string): InstanceSnapshot {
  const known = taskManagers(engine);
  const instance = known.find((candidate) => candidate.id === id);
  if (instance !== undefined) return instance;
  const remedy =
    known.length === 0 ? l10n.t('There are none.') : l10n.t('There are: {0}.', known.map((each) => each.id).join(', '));
  throw new PlaygroundError('notFound', l10n.t('There is no TaskManager "{0}".', id), { remedy });
}

/** @throws PlaygroundError `input` for a TaskManager that has ended. */
function requireUp(engine: Engine, id: string): InstanceSnapshot {
  const instance = requireTaskManager(engine, id);
  if (isUp(instance)) return instance;
  throw new PlaygroundError('input', l10n.t('{0} has ended already.', id), {
    remedy: l10n.t('Start TaskManager… brings it back.'),
  });
}

function isRunning({ phase }: EnvironmentSnapshot): boolean {
  return phase === 'running' || phase === 'degraded' || phase === 'starting';
}

function taskManagers(engine: Engine): readonly InstanceSnapshot[] {
  return taskManagersOf(engine.environment.snapshot.value);
}

function instanceItem({ id, detail }: InstanceSnapshot): { label: string; description?: string; value: string } {
  return { label: id, value: id, ...(detail === undefined ? {} : { description: detail }) };
}

function scaleQuestion(): string {
  return l10n.t('How many TaskManagers are to run');
}

function scaleItems(now: number): readonly { label: string; description?: string; value: number }[] {
  return Array.from({ length: scaleLimit }, (_, index) => index + 1).map((value) => ({
    label: String(value),
    ...(value === now ? { description: l10n.t('now') } : {}),
    value,
  }));
}
