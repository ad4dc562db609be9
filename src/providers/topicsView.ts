import { isDeepStrictEqual } from 'node:util';
import type { Engine } from '../core/engineApi';
import { Store, type ReadableStore } from '../core/state/store';
import { consumersId, describeGroups } from '../core/trees/describeGroups';
import { describeTopics } from '../core/trees/describeTopics';
import { DisposableStore, type Disposable } from '../core/util/disposable';
import type { LazyChildren } from '../host/treeModel';
import { viewIds } from '../commands/catalog';
import { describedView, type ViewServices } from './describedView';

export interface TopicsViewServices extends ViewServices {
  /** Whether Kafka's own topics are shown. */
  readonly showInternal: ReadableStore<boolean>;
}

/** The Kafka Topics view. */
export function topicsView(services: TopicsViewServices): Disposable {
  const { locale, showInternal } = services;
  return describedView(viewIds.topics, services, {
    lease: (engine) => engine.topics.watch(),
    sources: (engine) => [
      engine.environment.snapshot.onDidChange,
      engine.topics.state.onDidChange,
      showInternal.onDidChange,
    ],
    describe: (engine) => {
      const { endpoints, phase } = engine.environment.snapshot.value;
      const topics = engine.topics.state.value;
      // A broker that is on its way cannot be read yet, which is no failure: the welcome content says that it starts.
      const isComing = phase !== 'running' && phase !== 'degraded' && topics.state === 'failed';
      if (endpoints === undefined || isComing) return [];
      return describeTopics(topics, { locale, showInternal: showInternal.value });
    },
    lazyChildren: ({ id }, engine) => (id === consumersId ? groups(engine, locale) : undefined),
  });
}

/** The consumer groups, read while their node is expanded. */
function groups(engine: Engine, locale: string): LazyChildren {
  const owned = new DisposableStore();
  const watch = owned.add(engine.topics.watchGroups());
  const nodes = owned.add(new Store(describeGroups(watch.state.value, locale), isDeepStrictEqual));
  owned.add(watch.state.onDidChange(() => nodes.set(describeGroups(watch.state.value, locale))));
  return { nodes, dispose: () => owned.dispose() };
}
