import type { Engine } from '../core/engineApi';
import { DisposableStore, type Disposable } from '../core/util/disposable';
import type { LazyService } from '../host/lazyService';

/**
 * Does something with the engine until the result is disposed, loading it when it is not there yet: what a view does while it
 * is visible.
 */
export function whileEngine(
  engines: LazyService<Engine>,
  begin: (engine: Engine) => Disposable,
  onFailure: (error: unknown) => void,
): Disposable {
  const owned = new DisposableStore();
  engines.get().then(
    (engine) => {
      if (!owned.isDisposed) owned.add(begin(engine));
    },
    (error: unknown) => {
      if (!owned.isDisposed) onFailure(error);
    },
  );
  return owned;
}
