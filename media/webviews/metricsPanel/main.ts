import 'uplot/dist/uPlot.min.css';
import '../page.css';
import './metricsPanel.css';
import type { MetricsHost, MetricsState } from '../../../src/shared/protocol/metricsPanel';
import { connect } from '../bridge';
import { isMetricsInit, isMetricsState } from './guards';
import { MetricsView } from './metricsPanel';

let newest: MetricsState | undefined;
let view: MetricsView | undefined;

const bridge = connect<MetricsHost>((next) => {
  if (!isMetricsState(next)) {
    bridge.report('The host sent a state that is none.');
    return;
  }
  newest = next;
  if (view !== undefined) view.state = next;
});

/** The stretch of time that was chosen before the page was hidden. */
function savedMinutes(): number | undefined {
  const saved = bridge.getState();
  if (typeof saved !== 'object' || saved === null || !('minutes' in saved)) return undefined;
  return typeof saved.minutes === 'number' ? saved.minutes : undefined;
}

async function begin(): Promise<void> {
  const init: unknown = await bridge.host.ready();
  if (!isMetricsInit(init)) throw new Error('The host did not answer with what the page begins with.');
  const made = new MetricsView(init, {
    host: bridge.host,
    report: (error) => bridge.report(error),
    viewChanged: () => bridge.setState({ minutes: made.minutes }),
  });
  view = made;
  made.minutes = savedMinutes() ?? made.minutes;
  document.body.append(made.root);
  made.state = newest ?? init.state;
  bridge.setState({ minutes: made.minutes });
}

begin().catch((error: unknown) => bridge.report(error));
