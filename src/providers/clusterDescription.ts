import { isDeepStrictEqual } from 'node:util';
import type { ClusterPart, Engine } from '../core/engineApi';
import { environmentNames } from '../core/environment/environmentSelection';
import { Store } from '../core/state/store';
import { describeCluster, describeTaskManagerRange } from '../core/trees/describeCluster';
import { describeMetrics, readingsOf } from '../core/trees/describeMetrics';
import { describeOthers } from '../core/trees/describeOthers';
import { describeJobManager, describeTaskManager } from '../core/trees/describeMachine';
import type { TreeNode } from '../core/trees/node';
import { idPart } from '../core/trees/nodeIds';
import { rangeOf, type Range } from '../core/trees/ranges';
import { DisposableStore, type Disposable } from '../core/util/disposable';
import type { Event } from '../core/util/emitter';
import type { MetricTarget } from '../shared/model/metrics';
import type { LazyChildren } from '../host/treeModel';
import { commandId } from '../commands/catalog';
import type { ViewDescription } from './describedView';

/**
 * How the Cluster view comes from an engine: the environment with its services, and what Flink says of its machines while they
 * are expanded.
 * @param locale the person's, for numbers
 */
export function clusterDescription(locale: string): ViewDescription {
  const parts: readonly ClusterPart[] = ['overview', 'taskManagers'];
  return {
    lease: (engine) => engine.cluster.watch(parts),
    sources: (engine) => [engine.environment.snapshot.onDidChange, engine.cluster.state.onDidChange],
    caption: ({ environment: { kind, snapshot } }) =>
      snapshot.value.undecided === true ? '' : environmentNames[kind](),
    describe,
    lazyChildren: (node, engine) => machine(node, engine, locale),
  };
}

/** Where welcome content says what is the matter it names the other environments, too: nodes would take its place. */
function describe({ environment, cluster }: Engine): readonly TreeNode[] {
  const snapshot = environment.snapshot.value;
  const nodes = describeCluster(snapshot, cluster.state.value, environment.capabilities, Date.now());
  if (nodes.length === 0) return nodes;
  return [...nodes, ...describeOthers(snapshot.others ?? [], commandId('selectEnvironment'))];
}

/** The TaskManagers of a group, which are read anyway. */
function taskManagers(id: string, range: Range, { environment, cluster }: Engine): LazyChildren {
  const owned = new DisposableStore();
  const describe = (): readonly TreeNode[] =>
    describeTaskManagerRange(id, range, {
      environment: environment.snapshot.value,
      cluster: cluster.state.value,
      capabilities: environment.capabilities,
      now: Date.now(),
    });
  const nodes = owned.add(new Store(describe()));
  owned.add(cluster.state.onDidChange(() => nodes.set(describe())));
  return { nodes, dispose: () => owned.dispose() };
}

/** What a JobManager or a TaskManager holds, and what is pinned of it, read while it is expanded. */
function machine({ id }: TreeNode, engine: Engine, locale: string): LazyChildren | undefined {
  const { environment, cluster } = engine;
  const range = rangeOf(id);
  if (range !== undefined) return taskManagers(id, range, engine);
  const name = idPart(id, 'instance');
  if (name === undefined) return undefined;
  if (idPart(id, 'service') === 'jobmanager') {
    const watch = cluster.watchJobManager();
    return lazily(
      watch,
      [watch.state.onDidChange, cluster.state.onDidChange],
      () => describeJobManager(id, watch.state.value, cluster.state.value.overview),
      pinned(id, engine, ({ kind }) => kind === 'jobmanager', locale),
    );
  }
  const instances = environment.snapshot.value.services.flatMap((service) => service.instances);
  const flinkId = instances.find((instance) => instance.id === name)?.flinkId ?? name;
  const watch = cluster.watchTaskManager(flinkId);
  return lazily(
    watch,
    [watch.state.onDidChange],
    () => describeTaskManager(id, watch.state.value),
    pinned(id, engine, (target) => target.kind === 'taskmanager' && target.instance === name, locale),
  );
}

/** The pinned metrics of a machine: what begins their reading, what tells of news, and the nodes. */
interface Pinned extends Disposable {
  readonly onDidChange: Event<unknown>;
  readonly nodes: () => readonly TreeNode[];
}

function pinned(
  parent: string,
  { metrics }: Engine,
  isMeant: (target: MetricTarget) => boolean,
  locale: string,
): Pinned {
  const watch = metrics.watch(isMeant);
  return {
    onDidChange: metrics.readings.onDidChange,
    nodes: () => describeMetrics(parent, readingsOf(metrics.readings.value, isMeant), locale),
    dispose: () => watch.dispose(),
  };
}

/** Describes anew when a source says something, and says something only when the description differs. */
function lazily(
  watch: Disposable,
  sources: readonly Event<unknown>[],
  describe: () => readonly TreeNode[] | undefined,
  pins: Pinned,
): LazyChildren {
  const owned = new DisposableStore();
  owned.add(watch);
  owned.add(pins);
  const whole = (): readonly TreeNode[] | undefined => {
    const machine = describe();
    return machine === undefined ? undefined : [...machine, ...pins.nodes()];
  };
  const nodes = owned.add(new Store(whole(), isDeepStrictEqual));
  for (const source of [...sources, pins.onDidChange]) owned.add(source(() => nodes.set(whole())));
  return { nodes, dispose: () => owned.dispose() };
}
