import type { Engine } from '../core/engineApi';
import type { ReadableStore } from '../core/state/store';
import { Store } from '../core/state/store';
import { describeJobGroups } from '../core/trees/describeJobGroups';
import { describeJobs } from '../core/trees/describeJobs';
import { describeOpenOperations, describeOperationHistory, waitsForPerson } from '../core/trees/describeOperations';
import { describeSubtasks } from '../core/trees/describeVertices';
import type { TreeNode } from '../core/trees/node';
import { idPart } from '../core/trees/nodeIds';
import { DisposableStore, type Disposable } from '../core/util/disposable';
import type { LazyChildren } from '../host/treeModel';
import { viewIds } from '../commands/catalog';
import { describedView, type ViewServices } from './describedView';

/**
 * The Jobs view, with the operations on jobs; a job's parts are read while it is expanded, a vertex's subtasks while that one is.
 */
export function jobsView(services: ViewServices): Disposable {
  return describedView(viewIds.jobs, services, {
    lease: (engine) => engine.cluster.watch(['jobs']),
    sources: (engine) => [
      engine.environment.snapshot.onDidChange,
      engine.cluster.state.onDidChange,
      engine.operations.open.onDidChange,
      engine.operations.history.onDidChange,
      engine.gaps.gaps.onDidChange,
    ],
    describe: (engine) => {
      const { operations, gaps } = engine;
      const jobs = describeJobs(engine.cluster.state.value.jobs, engine.environment.snapshot.value);
      // What waits for the person comes first; what runs by itself does not move the jobs that are under the pointer.
      const [waiting, running] = [true, false].map((waits) =>
        describeOpenOperations(operations.open.value.filter((operation) => waitsForPerson(operation) === waits)),
      );
      const current = [...(waiting ?? []), ...jobs, ...(running ?? [])];
      // Where there is nothing else, welcome content says what can be done.
      if (current.length === 0) return [];
      return [...current, ...describeOperationHistory(operations.history.value, gaps.gaps.value)];
    },
    lazyChildren: (node, engine) => {
      const jobId = idPart(node.id, 'job');
      if (jobId === undefined) return undefined;
      const vertexId = idPart(node.id, 'vertex');
      return vertexId === undefined ? partsOf(jobId, engine) : subtasksOf(jobId, vertexId, engine);
    },
  });
}

function partsOf(jobId: string, { cluster, jobs }: Engine): LazyChildren {
  const owned = new DisposableStore();
  const detail = owned.add(cluster.watchJob(jobId)).state;
  const checkpoints = owned.add(jobs.checkpoints(jobId)).state;
  const exceptions = owned.add(jobs.exceptions(jobId)).state;
  return described(owned, [detail, checkpoints, exceptions], () =>
    describeJobGroups(jobId, {
      detail: detail.value,
      checkpoints: checkpoints.value,
      exceptions: exceptions.value,
    }),
  );
}

function subtasksOf(jobId: string, vertexId: string, { jobs }: Engine): LazyChildren {
  const owned = new DisposableStore();
  const subtasks = owned.add(jobs.subtasks(jobId, vertexId)).state;
  const watermarks = owned.add(jobs.watermarks(jobId, vertexId)).state;
  return described(owned, [subtasks, watermarks], () =>
    describeSubtasks(jobId, vertexId, subtasks.value, watermarks.value),
  );
}

/** Children that are described anew whenever one of their sources changes. */
function described(
  owned: DisposableStore,
  sources: readonly ReadableStore<unknown>[],
  describe: () => readonly TreeNode[] | undefined,
): LazyChildren {
  const nodes = owned.add(new Store(describe()));
  for (const source of sources) owned.add(source.onDidChange(() => nodes.set(describe())));
  return { nodes, dispose: () => owned.dispose() };
}
