import type { ClusterState, Engine } from '../core/engineApi';
import { valueOf } from '../core/state/resource';
import { DisposableStore, type Disposable } from '../core/util/disposable';
import type { ContextKeys, ContextValues } from '../host/contextKeys';
import type { EnvironmentSnapshot } from '../shared/model/environment';

/**
 * Follows an engine as long as the window lives: tells the manifest's `when` clauses what is going on, and holds the one
 * background lease while an environment runs, so that the status bar knows the jobs with no view open.
 */
export function followEnvironment(engine: Engine, contextKeys: ContextKeys): Disposable {
  const owned = new DisposableStore();
  let background: Disposable | undefined;
  const update = (): void => {
    const snapshot = engine.environment.snapshot.value;
    contextKeys.set('environment', snapshot.undecided === true ? 'undecided' : snapshot.kind);
    contextKeys.set('others', (snapshot.others ?? []).map(({ kind }) => kind).join(' '));
    contextKeys.set('phase', snapshot.phase);
    contextKeys.set('hasData', snapshot.hasData);
    contextKeys.set('busyElsewhere', snapshot.inProgressElsewhere !== undefined);
    contextKeys.set('brokers', brokersOf(snapshot));
    contextKeys.set('jobsKnown', valueOf(engine.cluster.state.value.jobs) !== undefined);
    contextKeys.set('savepointsKnown', valueOf(engine.savepoints.state.value) !== undefined);
    contextKeys.set('topicsKnown', valueOf(engine.topics.state.value) !== undefined);
    contextKeys.set('rest', restOf(snapshot, engine.cluster.state.value));
    if (isUp(snapshot)) background ??= engine.cluster.watchInBackground();
    else {
      background?.dispose();
      background = undefined;
    }
  };
  owned.add(engine.environment.snapshot.onDidChange(update));
  owned.add(engine.cluster.state.onDidChange(update));
  owned.add(engine.topics.state.onDidChange(update));
  owned.add(engine.savepoints.state.onDidChange(update));
  owned.add({ dispose: () => background?.dispose() });
  update();
  return owned;
}

function isUp({ phase }: EnvironmentSnapshot): boolean {
  return phase === 'running' || phase === 'degraded';
}

/** What the newest answers say of Flink's REST interface. */
function restOf(snapshot: EnvironmentSnapshot, cluster: ClusterState): ContextValues['rest'] {
  if (snapshot.endpoints === undefined) return 'unknown';
  const states = Object.values(cluster).map(({ state }) => state);
  if (states.some((state) => state === 'failed' || state === 'stale')) return 'down';
  return states.includes('ready') ? 'up' : 'unknown';
}

function brokersOf({ endpoints }: EnvironmentSnapshot): ContextValues['brokers'] {
  if (endpoints === undefined) return 'unknown';
  return endpoints.brokers.length === 0 ? 'none' : 'set';
}
