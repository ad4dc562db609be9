import type { Disposable } from '../util/disposable';
import { sameValue } from './sameValue';
import { Store, type ReadableStore } from './store';

/** A store that follows another one through a function; it says something only when the result differs. */
export function derived<S, T>(source: ReadableStore<S>, select: (value: S) => T): ReadableStore<T> & Disposable {
  const result = new Store<T>(select(source.value), sameValue);
  const subscription = source.onDidChange(({ next }) => result.set(select(next)));
  return {
    get value() {
      return result.value;
    },
    onDidChange: result.onDidChange,
    dispose() {
      subscription.dispose();
      result.dispose();
    },
  };
}
