import { describe, expect, it } from 'vitest';
import { derived } from '../../../src/core/state/derived';
import { Store, type StoreChange } from '../../../src/core/state/store';

function changesOf<T>(store: Pick<Store<T>, 'onDidChange'>): StoreChange<T>[] {
  const changes: StoreChange<T>[] = [];
  store.onDidChange((change) => changes.push(change));
  return changes;
}

describe('Store', () => {
  it('tells what it holds and what it held', () => {
    const store = new Store(1);
    const changes = changesOf(store);
    store.update((value) => value + 1);
    expect(store.value).toBe(2);
    expect(changes).toEqual([{ next: 2, previous: 1 }]);
  });

  it('says nothing when an equal value is set', () => {
    const store = new Store({ id: 1 }, (a, b) => a.id === b.id);
    const changes = changesOf(store);
    store.set({ id: 1 });
    expect(changes).toEqual([]);
  });

  it('says nothing more to a listener that left, or when it is disposed', () => {
    const store = new Store(1);
    const changes = changesOf(store);
    store.set(2);
    store.dispose();
    store.set(3);
    expect(changes).toHaveLength(1);
  });
});

describe('derived', () => {
  it('follows its source and speaks only when the result differs', () => {
    const source = new Store({ port: 1, other: 'a' });
    const port = derived(source, (value) => ({ port: value.port }));
    const changes = changesOf(port);
    source.set({ port: 1, other: 'b' });
    source.set({ port: 2, other: 'b' });
    expect(port.value).toEqual({ port: 2 });
    expect(changes).toHaveLength(1);
  });

  it('no longer follows when it is disposed', () => {
    const source = new Store(1);
    const same = derived(source, (value) => value);
    same.dispose();
    source.set(2);
    expect(same.value).toBe(1);
  });
});
