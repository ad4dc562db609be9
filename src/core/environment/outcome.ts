import * as l10n from '@vscode/l10n';
import type { EnvironmentSnapshot, InstanceSnapshot, ServiceName } from '../../shared/model/environment';
import { instancesOf, isUp, taskManagersOf } from '../../shared/model/instances';
import type { ClusterState, Engine } from '../engineApi';
import { systemClock, type Clock } from '../util/clock';
import { DisposableStore } from '../util/disposable';

/** What should be true after an action: `undefined` once it is, until then a sentence on what is not. */
export type Expectation = (environment: EnvironmentSnapshot, cluster: ClusterState) => string | undefined;

export interface OutcomeOptions {
  readonly timeoutMs: number;
  /** Ends the watching, with its reason; what was done stays done. */
  readonly signal: AbortSignal;
  readonly clock?: Clock;
}

/**
 * Watches what the views show until an expectation holds.
 * @returns `undefined` when it does; what had not come true when the time was up.
 * @throws the signal's reason when it is aborted first.
 */
export async function watchUntil(
  { environment, cluster }: Pick<Engine, 'environment' | 'cluster'>,
  expected: Expectation,
  { timeoutMs, signal, clock = systemClock }: OutcomeOptions,
): Promise<string | undefined> {
  signal.throwIfAborted();
  const owned = new DisposableStore();
  try {
    return await new Promise((resolve, reject) => {
      const missing = (): string | undefined => expected(environment.snapshot.value, cluster.state.value);
      const look = (): void => {
        if (missing() === undefined) resolve(undefined);
      };
      const abort = (): void => reject(signal.reason as Error);
      signal.addEventListener('abort', abort);
      owned.add({ dispose: () => signal.removeEventListener('abort', abort) });
      owned.add(environment.snapshot.onDidChange(look));
      owned.add(cluster.state.onDidChange(look));
      owned.add(clock.schedule(timeoutMs, () => resolve(missing())));
      owned.add(cluster.watch(['taskManagers']));
      cluster.expectChange();
      look();
    });
  } finally {
    owned.dispose();
  }
}

/** The process of `before` is gone, and Flink lists it no more. One that was started since is another process. */
export function hasEnded(before: InstanceSnapshot): Expectation {
  return (environment, cluster) => {
    const now = instancesOf(environment).find(({ id }) => id === before.id);
    const same = now?.startedAt === before.startedAt && now?.flinkId === before.flinkId;
    if (now !== undefined && same && isUp(now)) return l10n.t('{0} still runs.', before.id);
    return listedBy(cluster, before.flinkId) === true
      ? l10n.t('Flink has not noticed yet that {0} is gone.', before.id)
      : undefined;
  };
}

/** The instance is there, and Flink lists it where it is a TaskManager. */
export function runs(id: string): Expectation {
  return (environment, cluster) => {
    const instance = instancesOf(environment).find((candidate) => candidate.id === id);
    if (instance === undefined || instance.state !== 'healthy') return l10n.t('{0} does not run.', id);
    return unregistered(instance, cluster);
  };
}

/** So many TaskManagers run and are registered, and Flink lists none of those that ended since `before`. */
export function runsTaskManagers(count: number, before: EnvironmentSnapshot): Expectation {
  return (environment, cluster) => {
    const alive = taskManagersOf(environment).filter(isUp);
    if (alive.length !== count) return l10n.t('{0} TaskManagers run instead of {1}.', alive.length, count);
    for (const { id } of alive) {
      const missing = runs(id)(environment, cluster);
      if (missing !== undefined) return missing;
    }
    const left = new Set(alive.map(({ flinkId }) => flinkId));
    const gone = taskManagersOf(before).find(
      ({ flinkId }) => !left.has(flinkId) && listedBy(cluster, flinkId) === true,
    );
    return gone === undefined ? undefined : l10n.t('Flink has not noticed yet that {0} is gone.', gone.id);
  };
}

/** Every instance of the service is there. */
export function runsService(name: ServiceName): Expectation {
  return (environment, cluster) => {
    const instances = instancesOf(environment).filter(({ service }) => service === name);
    if (instances.length === 0) return l10n.t('{0} does not run.', name);
    for (const { id } of instances) {
      const missing = runs(id)(environment, cluster);
      if (missing !== undefined) return missing;
    }
    return undefined;
  };
}

function unregistered({ id, service, flinkId }: InstanceSnapshot, cluster: ClusterState): string | undefined {
  if (service !== 'taskmanager' || flinkId === undefined) return undefined;
  const listed = listedBy(cluster, flinkId);
  if (listed === undefined) return l10n.t('Flink does not answer, so it is not known whether {0} has registered.', id);
  return listed ? undefined : l10n.t('{0} has not registered with Flink yet.', id);
}

/** Whether Flink lists a TaskManager; `undefined` when that is not known now. */
function listedBy({ taskManagers }: ClusterState, flinkId: string | undefined): boolean | undefined {
  if (taskManagers.state !== 'ready') return undefined;
  return taskManagers.value.some(({ id }) => id === flinkId);
}
