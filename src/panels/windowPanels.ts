import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Engine } from '../core/engineApi';
import { parseContracts } from '../core/ledger/contracts';
import { DisposableStore, type Disposable } from '../core/util/disposable';
import { messageOf } from '../core/util/errors';
import type { Logger } from '../core/util/logger';
import type { LazyService } from '../host/lazyService';
import type { SettingsReader } from '../host/settings';
import { connectPage, sendWhileVisible } from '../host/webviewBridge';
import { showPage, webviewOptions } from '../host/webviewPanel';
import type { TailSpotlight } from '../shared/protocol/topicPanel';
import type { PictureFormat, WindowPanelHost, WindowPanelPage } from '../shared/protocol/windowPanel';
import { windowPanelType } from '../commands/catalog';
import { WindowCheck } from './windowCheck';

export interface WindowPanelServices {
  readonly extensionUri: vscode.Uri;
  readonly engines: LazyService<Engine>;
  readonly settings: SettingsReader;
  readonly showDocument: (name: string, text: string) => Promise<void>;
  readonly showRecords: (topic: string, spotlight: TailSpotlight) => Promise<void>;
  readonly logger: Logger;
}

/** The panels of the window check, one for each topic, which come back after a reload of the window. */
export class WindowPanels implements vscode.WebviewPanelSerializer, Disposable {
  readonly #owned = new DisposableStore();
  readonly #panels = new Map<string, vscode.WebviewPanel>();

  constructor(private readonly services: WindowPanelServices) {
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
    const panel = vscode.window.createWebviewPanel(
      windowPanelType,
      l10n.t('Windows: {0}', topic),
      vscode.ViewColumn.Active,
      { ...webviewOptions(this.services.extensionUri), retainContextWhenHidden: false },
    );
    await this.#fill(panel, topic);
  }

  /** Called by VS Code with what the page kept of itself. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const topic: unknown = typeof state === 'object' && state !== null ? Reflect.get(state, 'topic') : undefined;
    if (typeof topic !== 'string' || topic === '' || this.#panels.has(topic)) panel.dispose();
    else await this.#fill(panel, topic);
  }

  async #fill(panel: vscode.WebviewPanel, topic: string): Promise<void> {
    const { extensionUri, engines, settings, logger, showDocument, showRecords } = this.services;
    this.#panels.set(topic, panel);
    const owned = new DisposableStore();
    panel.onDidDispose(() => {
      if (this.#panels.get(topic) === panel) this.#panels.delete(topic);
      owned.dispose();
    });
    panel.iconPath = {
      light: vscode.Uri.joinPath(extensionUri, 'media', 'windows-light.svg'),
      dark: vscode.Uri.joinPath(extensionUri, 'media', 'windows-dark.svg'),
    };
    let engine: Engine;
    try {
      engine = await engines.get();
    } catch (error) {
      panel.dispose();
      throw error;
    }
    if (owned.isDisposed) return;
    const { contracts } = parseContracts(settings('ledger.contracts'));
    const check = owned.add(
      new WindowCheck({
        topic,
        engine,
        contract: contracts.find((contract) => contract.topic === topic),
        locale: vscode.env.language,
        timeZone: () => settings('time.zone'),
        showRecords,
        showDocument,
        savePicture,
        onFailure: (error) => {
          logger.error(`What the windows of ${topic} were asked for was not done.`, error);
          void vscode.window.showErrorMessage(messageOf(error));
        },
        onPageError: (message) => logger.error(`The page of the windows of ${topic} failed: ${message}`),
      }),
    );
    const bridge = owned.add(
      connectPage<WindowPanelPage, WindowPanelHost>(panel.webview, check.host, (error) =>
        logger.warn(`The page of the windows of ${topic} was not answered.`, error),
      ),
    );
    owned.add(panel.onDidChangeViewState(() => check.setVisible(panel.visible)));
    check.setVisible(panel.visible);
    owned.add(
      sendWhileVisible(panel, check.state, (next) => {
        bridge.page.stateChanged.asEvent(next).catch((error: unknown) => logger.debug(String(error)));
      }),
    );
    showPage(panel.webview, extensionUri, 'windowPanel', panel.title);
  }

  dispose(): void {
    this.#owned.dispose();
  }
}

async function savePicture(name: string, format: PictureFormat, bytes: Uint8Array): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const file = await vscode.window.showSaveDialog({
    filters: { [format.toUpperCase()]: [format] },
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, `${name}.${format}`) }),
  });
  if (file !== undefined) await vscode.workspace.fs.writeFile(file, bytes);
}
