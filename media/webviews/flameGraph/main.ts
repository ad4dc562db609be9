import '../page.css';
import './flameGraph.css';
import type { FlameGraphHost, FlameGraphInit } from '../../../src/shared/protocol/flameGraph';
import { startPage } from '../startPage';
import { FlameGraphView } from './flameGraph';
import { isFlameGraphInit, isFlameGraphState } from './guards';

const bridge = startPage<FlameGraphHost, FlameGraphInit>({
  isInit: isFlameGraphInit,
  isState: isFlameGraphState,
  begin: (init) => {
    const save = (): void => bridge.setState(view.saved);
    const view = new FlameGraphView(init, {
      host: bridge.host,
      report: (error) => bridge.report(error),
      viewChanged: save,
    });
    document.body.append(view.root);
    const table = savedForm();
    if (table !== undefined) view.restore({ table });
    save();
    return (state) => {
      view.state = state;
      save();
    };
  },
});

/** The form that was chosen before the page was hidden. */
function savedForm(): boolean | undefined {
  const saved = bridge.getState();
  if (typeof saved !== 'object' || saved === null || !('table' in saved)) return undefined;
  return typeof saved.table === 'boolean' ? saved.table : undefined;
}
