import { nodeId } from '../core/trees/nodeIds';
import type { Disposable } from '../core/util/disposable';
import { viewIds } from '../commands/catalog';
import { describedView, type ViewServices } from './describedView';
import { jobsDescription } from './jobsDescription';

/** How long a vertex may take to be read, once its job is expanded. */
const revealTimeoutMs = 5000;

export interface JobsView extends Disposable {
  /** Selects a vertex; a view that cannot be seen comes to the front when `show` is set. False when it is not there. */
  revealVertex(job: string, vertex: string, show: boolean): Promise<boolean>;
}

/**
 * The Jobs view, with the operations on jobs.
 * @param submit told of a jar that was dropped on the view
 */
export function jobsView(services: ViewServices, submit: (jar: string) => void): JobsView {
  const view = describedView(viewIds.jobs, services, {
    ...jobsDescription(services.locale),
    filesDropped: ([jar]) => {
      if (jar !== undefined) submit(jar);
    },
  });
  return {
    revealVertex: (job, vertex, show) =>
      view.reveal(
        [nodeId(['job', job]), nodeId(['job', job], ['group', 'vertices']), nodeId(['job', job], ['vertex', vertex])],
        { show, signal: AbortSignal.timeout(revealTimeoutMs) },
      ),
    dispose: () => view.dispose(),
  };
}
