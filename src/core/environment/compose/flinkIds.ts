import type { TaskManagerInfo } from '../../../shared/model/flink';
import type { Clock } from '../../util/clock';
import type { Disposable } from '../../util/disposable';
import { isAbort } from '../../util/errors';
import { Poller } from '../../state/poller';
import type { FlinkClient } from '../../flink/flinkClient';
import type { ContainerFacts } from './containerRecords';
import type { ContainerRegistry } from './containerRegistry';

/**
 * Which TaskManager of Flink's runs in which container: by the address in Flink's path to it
 * (`pekko.tcp://flink@172.18.0.5:37123/user/rpc/taskmanager_0`) or in its id (`172.18.0.5:37123-4c0f2e`). A container that
 * was started again may have the address of the one before it, whose registration stands for another second: a TaskManager
 * that was heard of before the container started is not in it.
 */
export function matchTaskManagers(
  containers: readonly ContainerFacts[],
  taskManagers: readonly TaskManagerInfo[],
): ReadonlyMap<string, string> {
  const newestFirst = [...taskManagers].sort((a, b) => b.lastHeartbeat - a.lastHeartbeat);
  return new Map(
    containers.flatMap(({ id, addresses, name, startedAt = 0 }) => {
      const found = newestFirst.find((taskManager) => {
        const { lastHeartbeat } = taskManager;
        if (lastHeartbeat > 0 && lastHeartbeat < startedAt) return false;
        const hosts = hostsOf(taskManager);
        return addresses.some((address) => hosts.has(address)) || hosts.has(id.slice(0, 12)) || hosts.has(name);
      });
      return found === undefined ? [] : [[id, found.id] as const];
    }),
  );
}

function hostsOf({ id, path }: TaskManagerInfo): ReadonlySet<string> {
  const inPath = /@([^:/@]+):\d+\//.exec(path)?.[1];
  const inId = /^(.+):\d+-/.exec(id)?.[1];
  return new Set([inPath, inId].flatMap((host) => (host === undefined ? [] : [host])));
}

export interface FlinkIdWatchOptions {
  readonly registry: ContainerRegistry;
  /** A client of the REST server; `undefined` while there is none. */
  readonly client: () => Pick<FlinkClient, 'taskManagers'> | undefined;
  readonly clock: Clock;
}

const intervalMs = 500;

/**
 * Asks Flink for its TaskManagers while a container of one runs that Flink is not known to know, and not otherwise: REST
 * calls only, no process.
 */
export class FlinkIdWatch implements Disposable {
  readonly #poller: Poller;

  constructor(private readonly options: FlinkIdWatchOptions) {
    this.#poller = new Poller({
      poll: (signal) => this.#look(signal),
      intervalMs: () => intervalMs,
      clock: options.clock,
    });
  }

  /** Looks again where there is reason to. */
  update(): void {
    if (this.options.client() === undefined || this.options.registry.unregistered.length === 0) this.#poller.stop();
    else this.#poller.start();
  }

  /** Asks once, now; that Flink does not answer is no error here. */
  async look(signal: AbortSignal): Promise<void> {
    await this.#look(signal).catch((error: unknown) => {
      if (isAbort(error)) throw error;
    });
  }

  dispose(): void {
    this.#poller.dispose();
  }

  async #look(signal: AbortSignal): Promise<void> {
    const { registry, client } = this.options;
    if (registry.unregistered.length === 0) return;
    const taskManagers = await client()?.taskManagers(signal);
    signal.throwIfAborted();
    if (taskManagers !== undefined) registry.setFlinkIds(matchTaskManagers(registry.unregistered, taskManagers));
    if (registry.unregistered.length === 0) this.#poller.stop();
  }
}
