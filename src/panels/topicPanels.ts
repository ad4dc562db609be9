import * as vscode from 'vscode';
import type { Engine } from '../core/engineApi';
import { DisposableStore, type Disposable } from '../core/util/disposable';
import type { Logger } from '../core/util/logger';
import type { LazyService } from '../host/lazyService';
import type { Notifications } from '../host/notifications';
import type { SettingsReader } from '../host/settings';
import { connectPage, sendWhileVisible } from '../host/webviewBridge';
import { showPage, webviewOptions } from '../host/webviewPanel';
import type { TailChoice, TailSpotlight, TopicPanelHost, TopicPanelPage } from '../shared/protocol/topicPanel';
import { topicPanelType } from '../commands/catalog';
import { exportRows } from './exportRows';
import { TopicTail } from './topicPanel';
import { parseChoice } from './topicPanelInput';

export interface TopicPanelServices {
  readonly extensionUri: vscode.Uri;
  readonly engines: LazyService<Engine>;
  readonly settings: SettingsReader;
  readonly notifications: Notifications;
  readonly showDocument: (name: string, text: string) => Promise<void>;
  readonly logger: Logger;
}

/** A panel that is open, with what tells it to show something. */
interface OpenPanel {
  readonly panel: vscode.WebviewPanel;
  spotlight?: (spotlight: TailSpotlight) => void;
}

/** The panels that tail topics, one for each topic, which come back after a reload of the window. */
export class TopicPanels implements vscode.WebviewPanelSerializer, Disposable {
  readonly #owned = new DisposableStore();
  readonly #panels = new Map<string, OpenPanel>();

  constructor(private readonly services: TopicPanelServices) {
    this.#owned.add({
      dispose: () => {
        for (const { panel } of this.#panels.values()) panel.dispose();
      },
    });
  }

  /**
   * Shows the topic's panel, which is made when it is not there.
   * @param spotlight what it is to show; a panel that is made for it reads the topic from its beginning.
   */
  async open(topic: string, spotlight?: TailSpotlight): Promise<void> {
    const shown = this.#panels.get(topic);
    if (shown !== undefined) {
      shown.panel.reveal();
      if (spotlight !== undefined) shown.spotlight?.(spotlight);
      return;
    }
    const panel = vscode.window.createWebviewPanel(topicPanelType, topic, vscode.ViewColumn.Active, {
      ...webviewOptions(this.services.extensionUri),
      enableFindWidget: true,
      retainContextWhenHidden: false,
    });
    const begin = spotlight === undefined ? {} : { begin: 'earliest' as const };
    await this.#fill(panel, topic, { ...begin, isolation: 'committed' });
    if (spotlight !== undefined) this.#panels.get(topic)?.spotlight?.(spotlight);
  }

  /** Called by VS Code with what the page kept of itself. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    // The title of a panel is its topic; a page that was not ready before the reload has kept nothing.
    const topic = topicOf(state) ?? panel.title;
    if (topic === '' || this.#panels.has(topic)) panel.dispose();
    else await this.#fill(panel, topic, parseChoice(partOf(state, 'choice')));
  }

  async #fill(panel: vscode.WebviewPanel, topic: string, choice: TailChoice): Promise<void> {
    const { extensionUri, engines, settings, notifications, showDocument, logger } = this.services;
    const open: OpenPanel = { panel };
    this.#panels.set(topic, open);
    const owned = new DisposableStore();
    panel.onDidDispose(() => {
      if (this.#panels.get(topic) === open) this.#panels.delete(topic);
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
        choice,
        copy: async (text) => vscode.env.clipboard.writeText(text),
        showDocument,
        exportRows: (format, chunks) => exportRows(topic, format, chunks, notifications),
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
    open.spotlight = (spotlight) => {
      tail.setSpotlight(spotlight);
      // A page that is not there yet, or not any more, takes it when it comes.
      bridge.page.spotlightSet.asEvent().catch((error: unknown) => logger.debug(String(error)));
    };
    loadPage();
  }

  dispose(): void {
    this.#owned.dispose();
  }
}

/** What a page keeps of itself for a reload: the topic that it shows. */
function topicOf(state: unknown): string | undefined {
  const topic = partOf(state, 'topic');
  return typeof topic === 'string' && topic !== '' ? topic : undefined;
}

function partOf(state: unknown, name: string): unknown {
  return typeof state === 'object' && state !== null && Object.hasOwn(state, name)
    ? Reflect.get(state, name)
    : undefined;
}
