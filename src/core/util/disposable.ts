/** Something that holds resources until it is told to let go. Compatible with `vscode.Disposable`. */
export interface Disposable {
  dispose(): void;
}

/** Makes a disposable of a function; calling `dispose` twice runs the function once. */
export function toDisposable(release: () => void): Disposable {
  let released = false;
  return {
    dispose() {
      if (released) return;
      released = true;
      release();
    },
  };
}

/**
 * Owns disposables and lets them go in reverse order of their addition.
 * Whatever is added after the store was disposed is let go at once, so that a late arrival cannot leak.
 */
export class DisposableStore implements Disposable {
  readonly #items: Disposable[] = [];
  #disposed = false;

  get isDisposed(): boolean {
    return this.#disposed;
  }

  add<T extends Disposable>(item: T): T {
    if (this.#disposed) item.dispose();
    else this.#items.push(item);
    return item;
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    const failures: unknown[] = [];
    for (const item of this.#items.reverse()) {
      try {
        item.dispose();
      } catch (error) {
        failures.push(error);
      }
    }
    this.#items.length = 0;
    if (failures.length > 0) throw new AggregateError(failures, 'Some resources could not be released.');
  }
}
