import { describeSavepoints } from '../core/trees/describeSavepoints';
import { DisposableStore, type Disposable } from '../core/util/disposable';
import { viewIds } from '../commands/catalog';
import { describedView, type ViewServices } from './describedView';

/** The Savepoints view: every savepoint that the journal, Flink or the folders know. */
export function savepointsView(services: ViewServices): Disposable {
  return describedView(viewIds.savepoints, services, {
    lease: (engine) => {
      const leases = new DisposableStore();
      // Which checkpoints are kept, and what is in use, depends on which jobs run.
      leases.add(engine.cluster.watch(['jobs']));
      leases.add(engine.savepoints.watch());
      return leases;
    },
    sources: (engine) => [engine.savepoints.state.onDidChange],
    describe: (engine) => describeSavepoints(engine.savepoints.state.value, { now: Date.now() }),
  });
}
