import type { Disposable } from './disposable';

/** Subscribes a listener; the result ends the subscription. Compatible with `vscode.Event` as far as it is used here. */
export type Event<T> = (listener: (value: T) => void) => Disposable;

/**
 * A source of events with any number of listeners, called in order of subscription.
 * A listener that throws does not keep the others from being called; the error is rethrown asynchronously,
 * so that it reaches the host's handler of uncaught errors instead of the code that fired.
 */
export class Emitter<T> implements Disposable {
  #listeners = new Set<{ readonly call: (value: T) => void }>();
  #disposed = false;

  readonly event: Event<T> = (listener) => {
    if (this.#disposed) return { dispose: () => undefined };
    const entry = { call: listener };
    this.#listeners.add(entry);
    return { dispose: () => void this.#listeners.delete(entry) };
  };

  get hasListeners(): boolean {
    return this.#listeners.size > 0;
  }

  fire(value: T): void {
    for (const entry of Array.from(this.#listeners)) {
      if (!this.#listeners.has(entry)) continue;
      try {
        entry.call(value);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  dispose(): void {
    this.#disposed = true;
    this.#listeners.clear();
  }
}
