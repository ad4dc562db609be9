import type { Engine } from '../core/engineApi';
import type { ReadableStore } from '../core/state/store';
import { Store } from '../core/state/store';
import { describeJobGroups } from '../core/trees/describeJobGroups';
import { describeJobs } from '../core/trees/describeJobs';
import { describeSubtasks } from '../core/trees/describeVertices';
import type { TreeNode } from '../core/trees/node';
import { idPart } from '../core/trees/nodeIds';
import { DisposableStore, type Disposable } from '../core/util/disposable';
import type { LazyChildren } from '../host/treeModel';
import { viewIds } from '../commands/catalog';
import { describedView, type ViewServices } from './describedView';

/** The Jobs view; a job's parts are read while it is expanded, a vertex's subtasks while that one is. */
export function jobsView(services: ViewServices): Disposable {
  return describedView(viewIds.jobs, services, {
    lease: (engine) => engine.cluster.watch(['jobs']),
    sources: (engine) => [engine.environment.snapshot.onDidChange, engine.cluster.state.onDidChange],
    describe: (engine) => describeJobs(engine.cluster.state.value.jobs, engine.environment.snapshot.value),
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
