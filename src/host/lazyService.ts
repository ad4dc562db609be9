import { Store, type ReadableStore } from '../core/state/store';
import type { Disposable } from '../core/util/disposable';

/**
 * A service that is built when somebody first needs it, once, however many ask at the same time. A failed attempt is not
 * kept, so that the next one tries again.
 */
export class LazyService<T extends Disposable> implements Disposable {
  readonly #store = new Store<T | undefined>(undefined);
  /** The service once it is there; `undefined` before. */
  readonly current: ReadableStore<T | undefined> = this.#store;
  #loading: Promise<T> | undefined;
  #disposed = false;

  constructor(private readonly load: () => Promise<T>) {}

  get(): Promise<T> {
    this.#loading ??= this.#build().catch((error: unknown) => {
      this.#loading = undefined;
      throw error;
    });
    return this.#loading;
  }

  async #build(): Promise<T> {
    const service = await this.load();
    if (this.#disposed) {
      service.dispose();
      throw new DOMException('The window is closing.', 'AbortError');
    }
    this.#store.set(service);
    return service;
  }

  dispose(): void {
    this.#disposed = true;
    const service = this.#store.value;
    this.#store.set(undefined);
    this.#store.dispose();
    service?.dispose();
  }
}
