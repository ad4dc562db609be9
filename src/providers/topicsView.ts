import { describeTopics } from '../core/trees/describeTopics';
import type { Disposable } from '../core/util/disposable';
import { viewIds } from '../commands/catalog';
import { describedView, type ViewServices } from './describedView';

/** The Kafka Topics view. */
export function topicsView(services: ViewServices): Disposable {
  return describedView(viewIds.topics, services, {
    lease: (engine) => engine.topics.watch(),
    sources: (engine) => [engine.environment.snapshot.onDidChange, engine.topics.state.onDidChange],
    describe: (engine) => {
      const { endpoints, phase } = engine.environment.snapshot.value;
      const topics = engine.topics.state.value;
      // A broker that is on its way cannot be read yet, which is no failure: the welcome content says that it starts.
      const isComing = phase !== 'running' && phase !== 'degraded' && topics.state === 'failed';
      if (endpoints === undefined || isComing) return [];
      return describeTopics(topics, { locale: services.locale });
    },
  });
}
