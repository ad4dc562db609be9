import type { WindowPanelHost, WindowPanelState } from '../../../src/shared/protocol/windowPanel';
import { connect } from '../bridge';
import { isWindowPanelInit, isWindowPanelState } from './guards';
import '../page.css';
import './windowPanel.css';
import { createWindowPanel } from './windowPanel';

let state: WindowPanelState | undefined;

const bridge = connect<WindowPanelHost>((next) => {
  if (!isWindowPanelState(next)) {
    bridge.report('The host sent a state that is none.');
    return;
  }
  state = next;
  panel.state = next;
});

const panel = createWindowPanel({
  host: bridge.host,
  report: (error) => bridge.report(error),
  viewChanged: save,
});
document.body.append(panel);

/** By `topic` the host opens the panel again after a reload of the window. */
function save(): void {
  if (state !== undefined) bridge.setState({ topic: state.topic, asTable: panel.asTable });
}

async function begin(): Promise<void> {
  const init: unknown = await bridge.host.ready();
  if (!isWindowPanelInit(init)) throw new Error('The host did not answer with what the page begins with.');
  const saved = bridge.getState();
  panel.asTable = typeof saved === 'object' && saved !== null && Reflect.get(saved, 'asTable') === true;
  panel.init = init;
  state ??= init.state;
  panel.state = state;
  save();
}

begin().catch((error: unknown) => bridge.report(error));
