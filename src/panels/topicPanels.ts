import * as vscode from 'vscode';
import type { Engine } from '../core/engineApi';
import { DisposableStore, type Disposable } from '../core/util/disposable';
import type { Logger } from '../core/util/logger';
import type { LazyService } from '../host/lazyService';
import type { SettingsReader } from '../host/settings';
import { connectPage, sendWhileVisible } from '../host/webviewBridge';
import { showPage, webviewOptions } from '../host/webviewPanel';
import type { TopicPanelHost, TopicPanelPage } from '../shared/protocol/topicPanel';
import { topicPanelType } from '../commands/catalog';
import { TopicTail } from './topicPanel';

export interface TopicPanelServices {
  readonly extensionUri: vscode.Uri;
  readonly engines: LazyService<Engine>;
  readonly settings: SettingsReader;
  readonly logger: Logger;
}

/** The panels that tail topics, one for each topic, which come back after a reload of the window. */
export class TopicPanels implements vscode.WebviewPanelSerializer, Disposable {
  readonly #owned = new DisposableStore();
  readonly #panels = new Map<string, vscode.WebviewPanel>();

  constructor(private readonly services: TopicPanelServices) {
    this.#owned.add(vscode.window.registerWebviewPanelSerializer(topicPanelType, this));
    this.#owned.add({
      dispose: () => {
        for (const panel of this.#panels.values()) panel.dispose();
      },
    });
  }

  /** Shows the topic's panel, which is made when it is not there. */
  async open(topic: string): Promise<void> {
    const shown = this.#panels.get(topic);
    if (shown !== undefined) {
      shown.reveal();
      return;
    }
    const panel = vscode.window.createWebviewPanel(topicPanelType, topic, vscode.ViewColumn.Active, {
      ...webviewOptions(this.services.extensionUri),
      enableFindWidget: true,
      retainContextWhenHidden: false,
    });
    await this.#fill(panel, topic);
  }

  /** Called by VS Code with what the page kept of itself. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    // The title of a panel is its topic; a page that was not ready before the reload has kept nothing.
    const topic = topicOf(state) ?? panel.title;
    if (topic === '' || this.#panels.has(topic)) panel.dispose();
    else await this.#fill(panel, topic);
  }

  async #fill(panel: vscode.WebviewPanel, topic: string): Promise<void> {
    const { extensionUri, engines, settings, logger } = this.services;
    this.#panels.set(topic, panel);
    const owned = new DisposableStore();
    panel.onDidDispose(() => {
      if (this.#panels.get(topic) === panel) this.#panels.delete(topic);
      owned.dispose();
    });
    panel.iconPath = {
      light: vscode.Uri.joinPath(extensionUri, 'media', 'topic-light.svg'),
      dark: vscode.Uri.joinPath(extensionUri, 'media', 'topic-dark.svg'),
    };
    let engine: Engine;
    try {
      engine = await engines.get();
    } catch (error) {
      panel.dispose();
      throw error;
    }
    if (owned.isDisposed) return;
    const loadPage = (): void => showPage(panel.webview, extensionUri, 'topicPanel', panel.title);
    const tail = owned.add(
      new TopicTail({
        topic,
        engine,
        locale: vscode.env.language,
        capacity: () => settings('tail.capacity'),
        maxValueLength: () => settings('tail.maxValueLength'),
        timeZone: () => settings('time.zone'),
        copy: async (text) => vscode.env.clipboard.writeText(text),
        onPageError: (message) => logger.error(`The page of the topic ${topic} failed: ${message}`),
        onRestart: loadPage,
      }),
    );
    const bridge = owned.add(
      connectPage<TopicPanelPage, TopicPanelHost>(panel.webview, tail.host, (error) =>
        logger.warn(`The page of the topic ${topic} was not answered.`, error),
      ),
    );
    owned.add(
      sendWhileVisible(panel, tail.state, (next) => {
        bridge.page.stateChanged.asEvent(next).catch((error: unknown) => logger.debug(String(error)));
      }),
    );
    loadPage();
  }

  dispose(): void {
    this.#owned.dispose();
  }
}

/** What a page keeps of itself for a reload: the topic that it shows. */
function topicOf(state: unknown): string | undefined {
  if (typeof state !== 'object' || state === null || !('topic' in state)) return undefined;
  return typeof state.topic === 'string' && state.topic !== '' ? state.topic : undefined;
}
