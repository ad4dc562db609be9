import type { TailState } from '../../../src/shared/protocol/topicPanel';
import { connect } from './bridge';
import { isTailState, isTopicPanelInit } from './guards';
import type { ListView } from './recordList';
import './topicPanel.css';
import { createTopicPanel } from './topicPanel';

/** How long after the last move the place is written down, milliseconds. */
const saveDelayMs = 250;

/**
 * What is kept of the page. By `topic` the host opens the panel again after a reload of the window; `total` tells whether the
 * tail is still the one in which the rows had these numbers.
 */
interface SavedView extends ListView {
  readonly topic: string;
  readonly total: number;
}

function isSavedView(value: unknown): value is SavedView {
  if (typeof value !== 'object' || value === null) return false;
  const { following, top, total, selected, topic } = value as Record<string, unknown>;
  if (typeof topic !== 'string' || (selected !== undefined && typeof selected !== 'number')) return false;
  return typeof following === 'boolean' && typeof top === 'number' && typeof total === 'number';
}

let state: TailState | undefined;
let saveTimer: ReturnType<typeof setTimeout> | undefined;

const bridge = connect((next) => {
  if (!isTailState(next)) {
    bridge.report('The host sent a state that is none.');
    return;
  }
  state = next;
  panel.state = next;
});

const panel = createTopicPanel({
  host: bridge.host,
  report: (error) => bridge.report(error),
  viewChanged: () => {
    clearTimeout(saveTimer);
    saveTimer = setTimeout(save, saveDelayMs);
  },
});
document.body.append(panel);

function save(): void {
  if (state !== undefined) bridge.setState({ ...panel.view, topic: state.topic, total: state.total });
}

async function begin(): Promise<void> {
  const init: unknown = await bridge.host.ready();
  if (!isTopicPanelInit(init)) throw new Error('The host did not answer with what the page begins with.');
  panel.init = init;
  state ??= init.state;
  panel.state = state;
  const saved = bridge.getState();
  const isSameTail = isSavedView(saved) && saved.topic === state.topic && saved.total <= state.total;
  if (isSameTail) await panel.restore(saved);
  save();
}

begin().catch((error: unknown) => bridge.report(error));
