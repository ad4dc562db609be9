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
  let begun = false;
  const attach = (engine: Engine): void => {
    if (begun || owned.isDisposed) return;
    begun = true;
    owned.add(begin(engine));
  };
  // After a failure somebody else may load it: Refresh, or Start.
  owned.add(
    engines.current.onDidChange(({ next }) => {
      if (next !== undefined) attach(next);
    }),
  );
  engines.get().then(attach, (error: unknown) => {
    if (!owned.isDisposed) onFailure(error);
  });
  return owned;
}
