import type { ClusterPart, Engine } from '../core/engineApi';
import { derived } from '../core/state/derived';
import { Store } from '../core/state/store';
import { describeCluster } from '../core/trees/describeCluster';
import { describeJobs, describeVertices } from '../core/trees/describeJobs';
import { describeTopics } from '../core/trees/describeTopics';
import type { TreeNode } from '../core/trees/node';
import { idPart } from '../core/trees/nodeIds';
import { DisposableStore, type Disposable } from '../core/util/disposable';
import type { Event } from '../core/util/emitter';
import type { LazyService } from '../host/lazyService';
import { SnapshotTree } from '../host/snapshotTree';
import type { LazyChildren } from '../host/treeModel';
import { viewIds } from '../commands/catalog';
import { whileEngine } from './whileEngine';

export interface ViewServices {
  readonly engines: LazyService<Engine>;
  /** The person's locale, for numbers. */
  readonly locale: string;
  /** Told why a visible view has no engine to ask. */
  readonly onFailure: (error: unknown) => void;
}

/** The Cluster view: the environment with its services, and what Flink says of its TaskManagers. */
export function clusterView(services: ViewServices): Disposable {
  const parts: readonly ClusterPart[] = ['overview', 'taskManagers'];
  return describedView(viewIds.cluster, services, {
    lease: (engine) => engine.cluster.watch(parts),
    sources: (engine) => [engine.environment.snapshot.onDidChange, engine.cluster.state.onDidChange],
    describe: (engine) => describeCluster(engine.environment.snapshot.value, engine.cluster.state.value, Date.now()),
  });
}

/** The Jobs view; the vertices of a job are read while it is expanded. */
export function jobsView(services: ViewServices): Disposable {
  return describedView(viewIds.jobs, services, {
    lease: (engine) => engine.cluster.watch(['jobs']),
    sources: (engine) => [engine.environment.snapshot.onDidChange, engine.cluster.state.onDidChange],
    describe: (engine) => describeJobs(engine.cluster.state.value.jobs, engine.environment.snapshot.value),
    lazyChildren: vertices,
  });
}

/** The Kafka Topics view. */
export function topicsView(services: ViewServices): Disposable {
  return describedView(viewIds.topics, services, {
    lease: (engine) => engine.topics.watch(),
    sources: (engine) => [engine.environment.snapshot.onDidChange, engine.topics.state.onDidChange],
    describe: (engine) => {
      if (engine.environment.snapshot.value.endpoints === undefined) return [];
      return describeTopics(engine.topics.state.value, { locale: services.locale });
    },
  });
}

interface Description {
  /** What is polled while the view is visible. */
  readonly lease: (engine: Engine) => Disposable;
  /** What the description depends on. */
  readonly sources: (engine: Engine) => readonly Event<unknown>[];
  readonly describe: (engine: Engine) => readonly TreeNode[];
  readonly lazyChildren?: (node: TreeNode, engine: Engine) => LazyChildren | undefined;
}

/** A view that describes its nodes anew whenever something that they depend on changes, as long as it is visible. */
function describedView(viewId: string, { engines, onFailure }: ViewServices, description: Description): Disposable {
  const owned = new DisposableStore();
  const roots = owned.add(new Store<readonly TreeNode[] | undefined>(undefined));
  const begin = (engine: Engine): Disposable => {
    const visible = new DisposableStore();
    const update = (): void => roots.set(description.describe(engine));
    visible.add(description.lease(engine));
    for (const source of description.sources(engine)) visible.add(source(update));
    update();
    return visible;
  };
  owned.add(
    new SnapshotTree({
      viewId,
      roots,
      lazyChildren: (node) => {
        const engine = engines.current.value;
        return engine === undefined ? undefined : description.lazyChildren?.(node, engine);
      },
      whileVisible: () =>
        whileEngine(engines, begin, (error) => {
          roots.set([]);
          onFailure(error);
        }),
    }),
  );
  return owned;
}

function vertices(node: TreeNode, engine: Engine): LazyChildren | undefined {
  const jobId = idPart(node.id, 'job');
  if (jobId === undefined) return undefined;
  const watch = engine.cluster.watchJob(jobId);
  const nodes = derived(watch.state, (detail) => describeVertices(jobId, detail));
  return {
    nodes,
    dispose() {
      nodes.dispose();
      watch.dispose();
    },
  };
}
