import type { TailState, TopicPanelHost } from '../../../src/shared/protocol/topicPanel';
import { connect } from '../bridge';
import { isTailSpotlight, isTailState, isTopicPanelInit } from './guards';
import { noFilter } from './filterChoice';
import { parseSettings, parseView, type SavedPage } from './savedPage';
import '../page.css';
import './topicPanel.css';
import { createTopicPanel } from './topicPanel';

/** How long after a move the place is written down, milliseconds. */
const saveDelayMs = 250;

let state: TailState | undefined;
let saveTimer: ReturnType<typeof setTimeout> | undefined;

const bridge = connect<TopicPanelHost>(
  (next) => {
    if (!isTailState(next)) {
      bridge.report('The host sent a state that is none.');
      return;
    }
    state = next;
    panel.state = next;
  },
  {
    spotlightSet: () => {
      takeSpotlight().catch((error: unknown) => bridge.report(error));
    },
  },
);

const panel = createTopicPanel({
  host: bridge.host,
  report: (error) => bridge.report(error),
  viewChanged: () => {
    saveTimer ??= setTimeout(save, saveDelayMs);
  },
});
document.body.append(panel);

function save(): void {
  clearTimeout(saveTimer);
  saveTimer = undefined;
  if (state === undefined) return;
  const { view, settings, choice } = panel;
  const saved: SavedPage = { topic: state.topic, choice, total: state.total, view, settings };
  bridge.setState(saved);
}

async function begin(): Promise<void> {
  const init: unknown = await bridge.host.ready();
  if (!isTopicPanelInit(init)) throw new Error('The host did not answer with what the page begins with.');
  const saved = bridge.getState();
  panel.begin(init, parseSettings(saved));
  state ??= init.state;
  panel.state = state;
  const view = parseView(saved, state);
  if (view !== undefined) await panel.restore(view);
  save();
  await takeSpotlight();
}

/** What was chosen elsewhere takes the place of what the person filtered for here. */
async function takeSpotlight(): Promise<void> {
  const spotlight: unknown = await bridge.host.takeSpotlight();
  if (isTailSpotlight(spotlight)) panel.change({ spotlight, filter: noFilter });
}

begin().catch((error: unknown) => bridge.report(error));
