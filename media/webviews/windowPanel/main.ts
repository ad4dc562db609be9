import '../page.css';
import './windowPanel.css';
import type { WindowPanelHost, WindowPanelInit } from '../../../src/shared/protocol/windowPanel';
import { startPage } from '../startPage';
import { isWindowPanelInit, isWindowPanelState } from './guards';
import { createWindowPanel } from './windowPanel';

const bridge = startPage<WindowPanelHost, WindowPanelInit>({
  isInit: isWindowPanelInit,
  isState: isWindowPanelState,
  begin: (init) => {
    // By `topic` the host opens the panel again after a reload of the window.
    const save = (): void => bridge.setState({ topic: init.state.topic, asTable: panel.asTable });
    const panel = createWindowPanel({
      host: bridge.host,
      report: (error) => bridge.report(error),
      viewChanged: save,
    });
    const saved = bridge.getState();
    panel.asTable = typeof saved === 'object' && saved !== null && Reflect.get(saved, 'asTable') === true;
    panel.init = init;
    panel.state = init.state;
    document.body.append(panel);
    save();
    return (state) => {
      panel.state = state;
    };
  },
});
