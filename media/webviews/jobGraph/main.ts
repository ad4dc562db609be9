import { isJobGraphInit, isJobGraphState } from './guards';
import { connect } from '../bridge';
import type { JobGraphHost, JobGraphState } from '../../../src/shared/protocol/jobGraph';
import '../page.css';
import './jobGraph.css';
import { JobGraphView, type SavedGraph } from './jobGraph';

let newest: JobGraphState | undefined;
let view: JobGraphView | undefined;

const bridge = connect<JobGraphHost>((next) => {
  if (!isJobGraphState(next)) {
    bridge.report('The host sent a state that is none.');
    return;
  }
  newest = next;
  if (view === undefined) return;
  const before = view.saved.job;
  view.state = next;
  if (next.job !== before) save();
});

function save(): void {
  if (view !== undefined) bridge.setState(view.saved);
}

function isSaved(value: unknown): value is SavedGraph {
  if (typeof value !== 'object' || value === null) return false;
  const { job, table, selected } = value as Record<string, unknown>;
  return (
    typeof job === 'string' && typeof table === 'boolean' && (selected === undefined || typeof selected === 'string')
  );
}

async function begin(): Promise<void> {
  const init: unknown = await bridge.host.ready();
  if (!isJobGraphInit(init)) throw new Error('The host did not answer with what the page begins with.');
  view = new JobGraphView(
    { ...init, state: newest ?? init.state },
    { host: bridge.host, report: (error) => bridge.report(error), viewChanged: save },
  );
  document.body.append(view.root);
  const saved = bridge.getState();
  view.state = newest ?? init.state;
  if (isSaved(saved) && saved.job === view.saved.job) view.restore(saved);
  save();
}

begin().catch((error: unknown) => bridge.report(error));
