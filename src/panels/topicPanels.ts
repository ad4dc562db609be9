import * as vscode from 'vscode';
import { topicPanelType } from '../commands/catalog';
import type { Notifications } from '../host/notifications';
import type { SettingsReader } from '../host/settings';
import type { TailChoice, TailSpotlight, TopicPanelPage } from '../shared/protocol/topicPanel';
import { exportRows } from './exportRows';
import { PanelSet, type PanelSetServices } from './panelSet';
import { savedPart, savedText } from './savedPart';
import { TopicTail, type TopicTailOptions } from './topicPanel';
import { parseChoice } from './topicPanelInput';

export interface TopicPanelServices extends PanelSetServices, Pick<TopicTailOptions, 'showDocument'> {
  readonly settings: SettingsReader;
  readonly notifications: Notifications;
}

/** A topic, with what of it is read at first. */
export interface ShownTopic {
  readonly topic: string;
  readonly choice: TailChoice;
}

export type TopicPanels = PanelSet<ShownTopic, TopicTail, TopicPanelPage>;

/** The panels that tail topics, one for each topic. */
export function topicPanels(services: TopicPanelServices): TopicPanels {
  const { settings, notifications, showDocument } = services;
  return new PanelSet(services, {
    type: topicPanelType,
    page: 'topicPanel',
    icon: 'topic',
    hasFind: true,
    keyOf: ({ topic }) => topic,
    titleOf: ({ topic }) => topic,
    inLog: ({ topic }) => `the topic ${topic}`,
    restored: savedOf,
    make: ({ topic, choice }, { engine, onPageError, loadPage }) =>
      new TopicTail({
        topic,
        engine,
        locale: vscode.env.language,
        capacity: () => settings('tail.capacity'),
        maxValueLength: () => settings('tail.maxValueLength'),
        timeZone: () => settings('time.zone'),
        choice,
        copy: async (text) => vscode.env.clipboard.writeText(text),
        showDocument,
        exportRows: (format, chunks) => exportRows(topic, format, chunks, notifications),
        onPageError,
        onRestart: loadPage,
      }),
    send: (page, { state }) => page.stateChanged.asEvent(state.value),
  });
}

/** Shows some of a topic's records in its panel; one that is made for them reads the topic from its beginning. */
export async function showRecords(panels: TopicPanels, topic: string, spotlight: TailSpotlight): Promise<void> {
  const shown = await panels.open({ topic, choice: { begin: 'earliest', isolation: 'committed' } });
  shown?.content.setSpotlight(spotlight);
  // A page that is not there yet, or not any more, takes it when it comes.
  shown?.tell((page) => page.spotlightSet.asEvent());
}

/** What a page keeps of itself for a reload. One that was not ready before it has kept nothing; its title is the topic. */
function savedOf(state: unknown, title: string): ShownTopic | undefined {
  const topic = savedText(state, 'topic') ?? title;
  return topic === '' ? undefined : { topic, choice: parseChoice(savedPart(state, 'choice')) };
}
