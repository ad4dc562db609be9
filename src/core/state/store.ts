import type { Disposable } from '../util/disposable';
import { Emitter, type Event } from '../util/emitter';

export interface StoreChange<T> {
  readonly next: T;
  readonly previous: T;
}

/** A value that can be looked at now and listened to. */
export interface ReadableStore<T> {
  readonly value: T;
  readonly onDidChange: Event<StoreChange<T>>;
}

/** Holds one immutable value; setting an equal one (by `equals`, identity unless given) says nothing. */
export class Store<T> implements ReadableStore<T>, Disposable {
  readonly #changed = new Emitter<StoreChange<T>>();
  readonly onDidChange = this.#changed.event;
  #value: T;

  constructor(
    initial: T,
    private readonly equals: (a: T, b: T) => boolean = Object.is,
  ) {
    this.#value = initial;
  }

  get value(): T {
    return this.#value;
  }

  set(next: T): void {
    const previous = this.#value;
    if (this.equals(previous, next)) return;
    this.#value = next;
    this.#changed.fire({ next, previous });
  }

  update(change: (value: T) => T): void {
    this.set(change(this.#value));
  }

  dispose(): void {
    this.#changed.dispose();
  }
}
