import type { TailSession } from '../../../src/core/kafka/kafkaPort';
import { Store } from '../../../src/core/state/store';
import type { TailState } from '../../../src/shared/protocol/topicPanel';

/** A tail without a Kafka, that has nothing and does nothing but what the test says. */
export function tailSession(state: TailState, change: Partial<TailSession> = {}): TailSession {
  return {
    state: new Store(state),
    rows: () => Promise.resolve([]),
    matches: () => Promise.resolve([]),
    setFilter: () => Promise.resolve(),
    record: () => Promise.resolve(undefined),
    fields: () => Promise.resolve([]),
    histogram: ({ buckets }) => Promise.resolve({ from: 0, to: 1, counts: Array.from({ length: buckets }, () => 0) }),
    async *export() {
      yield await Promise.resolve({ text: '', done: 0, total: 0, lost: 0 });
    },
    value: () => Promise.resolve(undefined),
    setPaused: () => Promise.resolve(),
    clear: () => Promise.resolve(),
    end: () => Promise.resolve(),
    dispose: () => undefined,
    ...change,
  };
}
