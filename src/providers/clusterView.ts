import type { ClusterPart } from '../core/engineApi';
import { describeCluster } from '../core/trees/describeCluster';
import type { Disposable } from '../core/util/disposable';
import { viewIds } from '../commands/catalog';
import { describedView, type ViewServices } from './describedView';

/** The Cluster view: the environment with its services, and what Flink says of its TaskManagers. */
export function clusterView(services: ViewServices): Disposable {
  const parts: readonly ClusterPart[] = ['overview', 'taskManagers'];
  return describedView(viewIds.cluster, services, {
    lease: (engine) => engine.cluster.watch(parts),
    sources: (engine) => [engine.environment.snapshot.onDidChange, engine.cluster.state.onDidChange],
    describe: (engine) => describeCluster(engine.environment.snapshot.value, engine.cluster.state.value, Date.now()),
  });
}
