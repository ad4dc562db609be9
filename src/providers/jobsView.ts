import type { Engine } from '../core/engineApi';
import { derived } from '../core/state/derived';
import { describeJobs, describeVertices } from '../core/trees/describeJobs';
import type { TreeNode } from '../core/trees/node';
import { idPart } from '../core/trees/nodeIds';
import type { Disposable } from '../core/util/disposable';
import type { LazyChildren } from '../host/treeModel';
import { viewIds } from '../commands/catalog';
import { describedView, type ViewServices } from './describedView';

/** The Jobs view; the vertices of a job are read while it is expanded. */
export function jobsView(services: ViewServices): Disposable {
  return describedView(viewIds.jobs, services, {
    lease: (engine) => engine.cluster.watch(['jobs']),
    sources: (engine) => [engine.environment.snapshot.onDidChange, engine.cluster.state.onDidChange],
    describe: (engine) => describeJobs(engine.cluster.state.value.jobs, engine.environment.snapshot.value),
    lazyChildren: vertices,
  });
}

function vertices(node: TreeNode, engine: Engine): LazyChildren | undefined {
  const jobId = idPart(node.id, 'job');
  if (jobId === undefined) return undefined;
  const watch = engine.cluster.watchJob(jobId);
  const nodes = derived(watch.state, (detail) => describeVertices(jobId, detail));
  return {
    nodes,
    dispose() {
      nodes.dispose();
      watch.dispose();
    },
  };
}
