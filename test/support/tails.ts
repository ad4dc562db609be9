import type { TailSession } from '../../src/core/kafka/kafkaPort';
import type { ReadableStore } from '../../src/core/state/store';
import type { TailRow, TailStatus } from '../../src/shared/protocol/topicPanel';
import type { TestRecord } from './kafkaClient';

/** What tests of a real Kafka wait for at most, in milliseconds. */
export const soon = 20_000;

/** Records `v0`, `v1`, … */
export function numbered(count: number, from = 0): readonly TestRecord[] {
  return Array.from({ length: count }, (_, index) => ({ value: `v${from + index}` }));
}

/** The values of rows or records in the order of the alphabet, because partitions are read side by side. */
export function values(rows: readonly { readonly value: string | Buffer | null }[]): readonly string[] {
  return rows.map(({ value }) => String(value)).toSorted();
}

/** The rows of a tail once it has read so many records. */
export async function rowsOf(tail: TailSession, total: number): Promise<readonly TailRow[]> {
  await until(tail.state, (state) => state.total >= total);
  return tail.rows(0, tail.state.value.end);
}

export function reaches(tail: TailSession, status: TailStatus): Promise<void> {
  return until(tail.state, (state) => state.status === status);
}

/** Waits for a state of a store without polling; the failure shows the last one. */
export function until<T>(store: ReadableStore<T>, condition: (value: T) => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      subscription.dispose();
      settle();
    };
    const timer = setTimeout(() => {
      finish(() => reject(new Error(`Waited ${soon / 1000} s; the last state was ${JSON.stringify(store.value)}`)));
    }, soon);
    const subscription = store.onDidChange(({ next }) => {
      if (condition(next)) finish(resolve);
    });
    if (condition(store.value)) finish(resolve);
  });
}
