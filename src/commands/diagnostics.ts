import type { ClusterPart, ClusterState, Engine } from '../core/engineApi';
import { errorOf, valueOf } from '../core/state/resource';
import { settingNames, type SettingsReader } from '../host/settings';
import type { Diagnostics } from './catalog';

/** Everything a report of a problem needs, and no secret. */
export function describeDiagnostics(
  versions: Diagnostics['versions'],
  settings: SettingsReader,
  engine: Engine | undefined,
): Diagnostics {
  const common = {
    versions,
    settings: Object.fromEntries(
      settingNames.map((name) => {
        const value = settings(name);
        if (typeof value === 'string') return [name, withoutCredentials(value)];
        return [name, typeof value === 'number' ? value : JSON.stringify(value)];
      }),
    ),
  };
  if (engine === undefined) return common;
  return {
    ...common,
    environment: engine.environment.snapshot.value,
    cluster: describeCluster(engine.cluster.state.value),
    ledger: engine.ledger.value,
    restCalls: engine.restCalls,
  };
}

function describeCluster(state: ClusterState): NonNullable<Diagnostics['cluster']> {
  const overview = valueOf(state.overview);
  return {
    ...(overview === undefined
      ? {}
      : {
          flinkVersion: overview.flinkVersion,
          slotsTotal: overview.slotsTotal,
          slotsAvailable: overview.slotsAvailable,
        }),
    taskManagers: (valueOf(state.taskManagers) ?? []).map(({ id }) => id),
    jobs: (valueOf(state.jobs) ?? []).map(({ id, name, state: jobState, tasks, totalTasks }) => ({
      id,
      name,
      state: jobState,
      tasks,
      totalTasks,
    })),
    errors: Object.values(state).flatMap((resource) => errorOf(resource)?.message ?? []),
  };
}

/** An address without the user and password that it may carry. */
function withoutCredentials(text: string): string {
  return text.replace(/\/\/[^/@]*@/, '//');
}

const parts: readonly ClusterPart[] = ['overview', 'jobs', 'taskManagers'];

/**
 * Reads the cluster anew, as far as it answers in time: with no view open nobody polls, and old values would be reported as
 * the state of things.
 */
export async function readClusterNow(engine: Engine, timeoutMs: number): Promise<void> {
  const { phase } = engine.environment.snapshot.value;
  if (phase !== 'running' && phase !== 'degraded') return;
  const since = Date.now();
  const lease = engine.cluster.watch(parts);
  engine.cluster.poke();
  await new Promise<void>((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      subscription.dispose();
      resolve();
    };
    const timer = setTimeout(finish, timeoutMs);
    const subscription = engine.cluster.state.onDidChange(({ next }) => {
      if (isReadSince(next, since)) finish();
    });
  });
  lease.dispose();
}

/**
 * All parts are read in one round. A part whose answer is the same as before keeps its time, but jobs tell how long they run, so
 * theirs is new with every round.
 */
function isReadSince({ jobs, overview, taskManagers }: ClusterState, since: number): boolean {
  if (overview.state === 'loading' || taskManagers.state === 'loading') return false;
  return jobs.state === 'ready' && jobs.readAt >= since;
}
