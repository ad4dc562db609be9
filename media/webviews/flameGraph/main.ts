import '../page.css';
import './flameGraph.css';
import type { FlameGraphHost, FlameGraphState } from '../../../src/shared/protocol/flameGraph';
import { connect } from '../bridge';
import { FlameGraphView } from './flameGraph';
import { isFlameGraphInit, isFlameGraphState } from './guards';

let newest: FlameGraphState | undefined;
let view: FlameGraphView | undefined;

const bridge = connect<FlameGraphHost>((next) => {
  if (!isFlameGraphState(next)) {
    bridge.report('The host sent a state that is none.');
    return;
  }
  newest = next;
  if (view === undefined) return;
  view.state = next;
  save();
});

function save(): void {
  if (view !== undefined) bridge.setState(view.saved);
}

/** The form that was chosen before the page was hidden. */
function savedForm(): boolean | undefined {
  const saved = bridge.getState();
  if (typeof saved !== 'object' || saved === null || !('table' in saved)) return undefined;
  return typeof saved.table === 'boolean' ? saved.table : undefined;
}

async function begin(): Promise<void> {
  const init: unknown = await bridge.host.ready();
  if (!isFlameGraphInit(init)) throw new Error('The host did not answer with what the page begins with.');
  view = new FlameGraphView(
    { ...init, state: newest ?? init.state },
    { host: bridge.host, report: (error) => bridge.report(error), viewChanged: save },
  );
  document.body.append(view.root);
  const table = savedForm();
  if (table !== undefined) view.restore({ table });
  save();
}

begin().catch((error: unknown) => bridge.report(error));
