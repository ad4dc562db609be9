import * as vscode from 'vscode';
import * as l10n from '@vscode/l10n';
import { commandId, metricsPanelType } from '../commands/catalog';
import type { Engine } from '../core/engineApi';
import { DisposableStore, type Disposable } from '../core/util/disposable';
import { messageOf } from '../core/util/errors';
import type { Logger } from '../core/util/logger';
import type { LazyService } from '../host/lazyService';
import type { SettingsReader } from '../host/settings';
import { connectPage, sendWhileVisible } from '../host/webviewBridge';
import { showPage, webviewOptions } from '../host/webviewPanel';
import type { MetricsHost, MetricsPage } from '../shared/protocol/metricsPanel';
import { MetricsPanel } from './metricsPanel';

export interface MetricsPanelServices {
  readonly extensionUri: vscode.Uri;
  readonly engines: LazyService<Engine>;
  readonly settings: SettingsReader;
  readonly logger: Logger;
}

/** The one panel with the course of the pinned metrics, which comes back after a reload of the window. */
export class MetricsPanels implements vscode.WebviewPanelSerializer, Disposable {
  readonly #owned = new DisposableStore();
  #panel: vscode.WebviewPanel | undefined;

  constructor(private readonly services: MetricsPanelServices) {
    this.#owned.add({ dispose: () => this.#panel?.dispose() });
  }

  async open(): Promise<void> {
    if (this.#panel !== undefined) {
      this.#panel.reveal();
      return;
    }
    const panel = vscode.window.createWebviewPanel(metricsPanelType, l10n.t('Metrics'), vscode.ViewColumn.Active, {
      ...webviewOptions(this.services.extensionUri),
      retainContextWhenHidden: false,
    });
    await this.#fill(panel);
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    if (this.#panel === undefined) await this.#fill(panel);
    else panel.dispose();
  }

  dispose(): void {
    this.#owned.dispose();
  }

  async #fill(panel: vscode.WebviewPanel): Promise<void> {
    const { extensionUri, engines, settings, logger } = this.services;
    this.#panel = panel;
    const owned = new DisposableStore();
    panel.onDidDispose(() => {
      this.#panel = undefined;
      owned.dispose();
    });
    panel.iconPath = {
      light: vscode.Uri.joinPath(extensionUri, 'media', 'metrics-light.svg'),
      dark: vscode.Uri.joinPath(extensionUri, 'media', 'metrics-dark.svg'),
    };
    let engine: Engine;
    try {
      engine = await engines.get();
    } catch (error) {
      panel.dispose();
      throw error;
    }
    if (owned.isDisposed) return;
    const metrics = owned.add(
      new MetricsPanel({
        engine,
        locale: vscode.env.language,
        timeZone: () => settings('time.zone'),
        pin: async () => {
          await vscode.commands.executeCommand(commandId('metric.pin'));
        },
        save,
        onFailure: (error) => {
          logger.error('What the metrics panel was asked for was not done.', error);
          void vscode.window.showErrorMessage(messageOf(error));
        },
        onPageError: (message) => logger.error(`The page of the metrics failed: ${message}`),
      }),
    );
    const bridge = owned.add(
      connectPage<MetricsPage, MetricsHost>(panel.webview, metrics.host, (error) =>
        logger.warn('The page of the metrics was not answered.', error),
      ),
    );
    owned.add(panel.onDidChangeViewState(() => metrics.setVisible(panel.visible)));
    owned.add(
      sendWhileVisible(panel, metrics.state, (next) => {
        bridge.page.stateChanged.asEvent(next).catch((error: unknown) => logger.debug(String(error)));
      }),
    );
    metrics.setVisible(panel.visible);
    showPage(panel.webview, extensionUri, 'metricsPanel', panel.title);
  }
}

async function save(csv: string): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const file = await vscode.window.showSaveDialog({
    filters: { CSV: ['csv'] },
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, 'metrics.csv') }),
  });
  if (file !== undefined) await vscode.workspace.fs.writeFile(file, Buffer.from(csv));
}
