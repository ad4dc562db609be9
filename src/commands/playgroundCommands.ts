import * as l10n from '@vscode/l10n';
import type { Engine } from '../core/engineApi';
import { variantFlags } from '../core/savepoints/variantArguments';
import type { StartResult } from '../core/environment/environment';
import { environmentNames } from '../core/environment/environmentSelection';
import { abortable } from '../core/util/abortable';
import { PlaygroundError } from '../core/util/errors';
import type { CommandHandlers } from '../host/commandRegistry';
import { isCancellation } from '../host/describeError';
import type { EnvironmentKind, KafkaMode, Scheduler } from '../shared/model/environment';
import { parseConfirmable, parseNothing, parseStart } from './arguments';
import { viewIds, type CommandMap, type StartArguments } from './catalog';
import { chooseWhereToStart } from './environmentCommands';
import type { CommandServices } from './services';
import { pickFlags } from './flagPick';
import { startOptions, variantOf } from './startOptions';
import { StartProgress } from './startProgress';

export interface PlaygroundPorts extends CommandServices {
  /** The versions of Flink that can be started, the default one first. */
  readonly flinkVersions: readonly string[];
  /** Says once, after the first start of local processes, that they outlive the window. */
  readonly sayItKeepsRunning: () => void;
}

type Names = 'start' | 'startWithOptions' | 'stop' | 'stopAndDeleteData' | 'refresh';

const refreshTimeoutMs = 30_000;

/** Start, stop and look again. */
export function playgroundCommands(ports: PlaygroundPorts): Pick<CommandHandlers<CommandMap>, Names> {
  const transitions = new Transitions(ports);
  return {
    start: { parse: parseStart, run: (args) => transitions.start(args) },
    startWithOptions: {
      parse: parseStart,
      run: async (args) => {
        const chosen = await chooseOptions(args, ports);
        return chosen === undefined ? undefined : transitions.start(chosen);
      },
    },
    stop: { parse: parseNothing, run: () => transitions.stop(false) },
    stopAndDeleteData: {
      parse: parseConfirmable,
      run: async ({ confirmed = false }) => {
        const { environment } = await ports.engines.get();
        if (!environment.capabilities.lifecycle) {
          throw new PlaygroundError('input', l10n.t('The data of a remote cluster is not deleted from here.'), {
            remedy: l10n.t('To disconnect from it, use Stop Playground.'),
          });
        }
        const agreed =
          confirmed ||
          (await ports.input.confirm({
            message: l10n.t('Stop the playground and delete its data?'),
            detail: l10n.t(
              'All topics with their records, all checkpoints and savepoints, and the logs of the playground ({0}) are deleted. Downloads are kept.',
              environmentNames[environment.kind](),
            ),
            action: l10n.t('Stop and Delete Data'),
          }));
        if (agreed) await transitions.stop(true);
      },
    },
    refresh: {
      parse: parseNothing,
      run: async () => {
        const engine = await ports.engines.get();
        await engine.environment.refresh(AbortSignal.timeout(refreshTimeoutMs));
        engine.cluster.poke();
        engine.topics.poke();
      },
    },
  };
}

/** A start of this window. */
interface Underway {
  readonly controller: AbortController;
  readonly ended: Promise<void>;
  /** Absent while it is not known where it takes place. */
  readonly kind?: EnvironmentKind;
}

/** Starts and stops of this window. A stop calls off the start under way instead of waiting for it. */
class Transitions {
  #start: Underway | undefined;
  #running = 0;

  constructor(private readonly ports: PlaygroundPorts) {}

  /** `undefined` when the person was asked where to start and called it off. */
  async start(args: StartArguments): Promise<StartResult | undefined> {
    const { engines, settings, notifications, contextKeys } = this.ports;
    const controller = new AbortController();
    const started: { -readonly [K in keyof Underway]: Underway[K] } = { controller, ended: Promise.resolve() };
    const start = this.#busy(async () => {
      const engine = await engines.get();
      controller.signal.throwIfAborted();
      if (!(await this.#goWhereToStart(args, engine, controller.signal))) return undefined;
      const { kind, capabilities } = engine.environment;
      started.kind = kind;
      const title = capabilities.lifecycle ? l10n.t('Starting the playground') : l10n.t('Connecting to the cluster');
      return notifications.progress(title, viewIds.cluster, (report, signal) => {
        const progress = new StartProgress();
        return engine.environment.start(
          startOptions(args, settings),
          (step) => {
            const message = progress.note(step);
            if (message !== undefined) report({ message });
          },
          AbortSignal.any([signal, controller.signal]),
        );
      });
    });
    started.ended = start.then(ignore, ignore);
    this.#start = started;
    try {
      const result = await start;
      if (result !== undefined && started.kind === 'local') {
        contextKeys.set('java', 'found');
        this.ports.sayItKeepsRunning();
      }
      return result;
    } finally {
      if (this.#start === started) this.#start = undefined;
    }
  }

  /** Goes to the environment that is said, chosen by the setting, or picked by the person. False when they called it off. */
  async #goWhereToStart(args: StartArguments, engine: Engine, signal: AbortSignal): Promise<boolean> {
    const { undecided } = engine.environment.snapshot.value;
    if (args.environment === undefined && undecided !== true) return true;
    const kind = args.environment ?? (await abortable(chooseWhereToStart(engine, this.ports), signal));
    if (kind === undefined) return false;
    await engine.environments.select(kind, signal);
    return true;
  }

  async stop(deleteData: boolean): Promise<void> {
    const { engines, notifications } = this.ports;
    await this.#callOffStart();
    await this.#busy(async () => {
      const engine = await engines.get();
      const { lifecycle } = engine.environment.capabilities;
      const title = deleteData
        ? l10n.t('Stopping the playground and deleting its data')
        : lifecycle
          ? l10n.t('Stopping the playground')
          : l10n.t('Disconnecting from the cluster');
      await notifications.progress(title, viewIds.cluster, (report, signal) => {
        const progress = new StartProgress();
        return engine.environment.stop(
          { deleteData },
          (step) => {
            const message = progress.note(step);
            if (message !== undefined) report({ message });
          },
          signal,
        );
      });
    });
  }

  /** A start of an environment that was left meanwhile goes on. */
  async #callOffStart(): Promise<void> {
    const started = this.#start;
    const current = this.ports.engines.current.value?.environment.kind;
    if (started === undefined || (started.kind !== undefined && started.kind !== current)) return;
    started.controller.abort();
    await started.ended;
  }

  async #busy<T>(work: () => Promise<T>): Promise<T> {
    const { contextKeys } = this.ports;
    this.#running += 1;
    contextKeys.set('busy', true);
    try {
      return await work();
    } catch (error) {
      if (isCancellation(error)) this.ports.notifications.hint(l10n.t('Called off. Nothing is left half-started.'));
      throw error;
    } finally {
      this.#running -= 1;
      if (this.#running === 0) contextKeys.set('busy', false);
    }
  }
}

function ignore(): void {
  // Whoever started it is told how it ended.
}

async function chooseOptions(
  args: StartArguments,
  { input, settings, flinkVersions }: PlaygroundPorts,
): Promise<StartArguments | undefined> {
  const options = startOptions(args, settings);
  const chosen = await pickFlags(
    input,
    variantFlags.filter((flag) => options.variant[flag]),
    l10n.t('Start Playground (1/4)'),
  );
  if (chosen === undefined) return undefined;
  const flinkVersion = await input.pick<string>(
    flinkVersions.map((version) => ({
      label: l10n.t('Flink {0}', version),
      ...(version === options.flinkVersion ? { description: l10n.t('as set') } : {}),
      value: version,
    })),
    { title: l10n.t('Start Playground (2/4)'), placeholder: l10n.t('Version of Flink') },
  );
  if (flinkVersion === undefined) return undefined;
  const kafkaMode = await input.pick<KafkaMode>(
    (['kraft', 'zookeeper'] as const).map((mode) => ({
      label: mode === 'kraft' ? l10n.t('Kafka on its own (KRaft)') : l10n.t('Kafka with ZooKeeper, as in the tutorial'),
      ...(mode === options.kafkaMode ? { description: l10n.t('as set') } : {}),
      value: mode,
    })),
    { title: l10n.t('Start Playground (3/4)'), placeholder: l10n.t('How Kafka keeps its metadata') },
  );
  if (kafkaMode === undefined) return undefined;
  const scheduler = await input.pick<Scheduler>(
    [
      {
        label: l10n.t('Default scheduler'),
        detail: l10n.t('A job waits until there are slots for all its tasks. It is rescaled by a savepoint.'),
        value: 'default',
      },
      {
        label: l10n.t('Adaptive scheduler'),
        detail: l10n.t(
          'A job starts with the slots that there are, and takes more when there are more. It is rescaled in place.',
        ),
        value: 'adaptive',
      },
    ],
    { title: l10n.t('Start Playground (4/4)'), placeholder: l10n.t('How Flink gives slots to jobs') },
  );
  if (scheduler === undefined) return undefined;
  return { ...args, variant: { ...args.variant, ...variantOf(chosen) }, flinkVersion, kafkaMode, scheduler };
}
