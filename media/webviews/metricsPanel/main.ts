import 'uplot/dist/uPlot.min.css';
import '../page.css';
import './metricsPanel.css';
import type { MetricsHost, MetricsInit } from '../../../src/shared/protocol/metricsPanel';
import { startPage } from '../startPage';
import { isMetricsInit, isMetricsState } from './guards';
import { MetricsView } from './metricsPanel';

const bridge = startPage<MetricsHost, MetricsInit>({
  isInit: isMetricsInit,
  isState: isMetricsState,
  begin: (init) => {
    const save = (): void => bridge.setState({ minutes: view.minutes });
    const view = new MetricsView(init, {
      host: bridge.host,
      report: (error) => bridge.report(error),
      viewChanged: save,
    });
    view.minutes = savedMinutes() ?? view.minutes;
    document.body.append(view.root);
    view.state = init.state;
    save();
    return (state) => {
      view.state = state;
    };
  },
});

/** The stretch of time that was chosen before the page was hidden. */
function savedMinutes(): number | undefined {
  const saved = bridge.getState();
  if (typeof saved !== 'object' || saved === null || !('minutes' in saved)) return undefined;
  return typeof saved.minutes === 'number' ? saved.minutes : undefined;
}
