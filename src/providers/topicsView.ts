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
      if (engine.environment.snapshot.value.endpoints === undefined) return [];
      return describeTopics(engine.topics.state.value, { locale: services.locale });
    },
  });
}
