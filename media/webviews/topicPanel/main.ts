import '../page.css';
import './topicPanel.css';
import type { TailState, TopicPanelHost, TopicPanelInit } from '../../../src/shared/protocol/topicPanel';
import { startPage } from '../startPage';
import { noFilter } from './filterChoice';
import { isTailSpotlight, isTailState, isTopicPanelInit } from './guards';
import { parseSettings, parseView, type SavedPage } from './savedPage';
import { createTopicPanel } from './topicPanel';

/** How long after a move the place is written down, milliseconds. */
const saveDelayMs = 250;

let saveTimer: ReturnType<typeof setTimeout> | undefined;

const bridge = startPage<TopicPanelHost, TopicPanelInit>({
  isInit: isTopicPanelInit,
  isState: isTailState,
  begin: (init) => {
    const saved = bridge.getState();
    panel.begin(init, parseSettings(saved));
    panel.state = init.state;
    goOn(saved, init.state).catch((error: unknown) => bridge.report(error));
    return (state) => {
      panel.state = state;
    };
  },
  others: {
    spotlightSet: () => {
      takeSpotlight().catch((error: unknown) => bridge.report(error));
    },
  },
});

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
  const { state, view, settings, choice } = panel;
  if (state === undefined) return;
  const saved: SavedPage = { topic: state.topic, choice, total: state.total, view, settings };
  bridge.setState(saved);
}

/** Takes up where the page was left. */
async function goOn(saved: unknown, state: TailState): Promise<void> {
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
