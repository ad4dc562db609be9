import '../page.css';
import './jobGraph.css';
import type { JobGraphHost, JobGraphInit } from '../../../src/shared/protocol/jobGraph';
import { startPage } from '../startPage';
import { isJobGraphInit, isJobGraphState } from './guards';
import { JobGraphView, type SavedGraph } from './jobGraph';

const bridge = startPage<JobGraphHost, JobGraphInit>({
  isInit: isJobGraphInit,
  isState: isJobGraphState,
  begin: (init) => {
    const save = (): void => bridge.setState(view.saved);
    const view = new JobGraphView(init, {
      host: bridge.host,
      report: (error) => bridge.report(error),
      viewChanged: save,
    });
    document.body.append(view.root);
    const saved = bridge.getState();
    view.state = init.state;
    if (isSaved(saved) && saved.job === view.saved.job) view.restore(saved);
    save();
    return (state) => {
      const before = view.saved.job;
      view.state = state;
      if (state.job !== before) save();
    };
  },
});

function isSaved(value: unknown): value is SavedGraph {
  if (typeof value !== 'object' || value === null) return false;
  const { job, table, selected } = value as Record<string, unknown>;
  return (
    typeof job === 'string' && typeof table === 'boolean' && (selected === undefined || typeof selected === 'string')
  );
}
