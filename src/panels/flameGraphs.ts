import * as vscode from 'vscode';
import { flameGraphPanelType } from '../commands/catalog';
import type { Engine } from '../core/engineApi';
import { DisposableStore, type Disposable } from '../core/util/disposable';
import type { Logger } from '../core/util/logger';
import type { LazyService } from '../host/lazyService';
import { connectPage, sendWhileVisible } from '../host/webviewBridge';
import { showPage, webviewOptions } from '../host/webviewPanel';
import { flameTypes, type FlameType } from '../shared/model/flameGraph';
import type { FlameGraphHost, FlameGraphPage } from '../shared/protocol/flameGraph';
import { FlameGraph, type FlameSubject } from './flameGraph';

export interface FlameGraphServices {
  readonly extensionUri: vscode.Uri;
  readonly engines: LazyService<Engine>;
  readonly logger: Logger;
}

/** The panels with what the threads of a vertex are doing, one for each vertex, which come back after a reload of the window. */
export class FlameGraphs implements vscode.WebviewPanelSerializer, Disposable {
  readonly #owned = new DisposableStore();
  readonly #panels = new Map<vscode.WebviewPanel, FlameSubject>();

  constructor(private readonly services: FlameGraphServices) {
    this.#owned.add({
      dispose: () => {
        for (const panel of this.#panels.keys()) panel.dispose();
      },
    });
  }

  /** Shows the vertex's panel, which is made when it is not there. */
  async open(subject: FlameSubject): Promise<void> {
    const shown = this.#panelOf(subject);
    if (shown !== undefined) {
      shown.reveal();
      return;
    }
    const panel = vscode.window.createWebviewPanel(flameGraphPanelType, subject.name, vscode.ViewColumn.Active, {
      ...webviewOptions(this.services.extensionUri),
      retainContextWhenHidden: false,
    });
    await this.#fill(panel, subject, 'full');
  }

  /** Called by VS Code with what the page kept of itself. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const saved = savedOf(state);
    if (saved === undefined || this.#panelOf(saved.subject) !== undefined) panel.dispose();
    else await this.#fill(panel, saved.subject, saved.type);
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #panelOf({ job, vertex }: FlameSubject): vscode.WebviewPanel | undefined {
    return Array.from(this.#panels).find(([, shown]) => shown.job === job && shown.vertex === vertex)?.[0];
  }

  async #fill(panel: vscode.WebviewPanel, subject: FlameSubject, type: FlameType): Promise<void> {
    const { extensionUri, engines, logger } = this.services;
    this.#panels.set(panel, subject);
    const owned = new DisposableStore();
    panel.onDidDispose(() => {
      this.#panels.delete(panel);
      owned.dispose();
    });
    panel.iconPath = {
      light: vscode.Uri.joinPath(extensionUri, 'media', 'flames-light.svg'),
      dark: vscode.Uri.joinPath(extensionUri, 'media', 'flames-dark.svg'),
    };
    let engine: Engine;
    try {
      engine = await engines.get();
    } catch (error) {
      panel.dispose();
      throw error;
    }
    if (owned.isDisposed) return;
    const what = `the flame graph of vertex ${subject.vertex}`;
    const flames = owned.add(
      new FlameGraph({
        subject,
        type,
        engine,
        onPageError: (message) => logger.error(`The page of ${what} failed: ${message}`),
      }),
    );
    const bridge = owned.add(
      connectPage<FlameGraphPage, FlameGraphHost>(panel.webview, flames.host, (error) =>
        logger.warn(`The page of ${what} was not answered.`, error),
      ),
    );
    owned.add(panel.onDidChangeViewState(() => flames.setVisible(panel.visible)));
    owned.add(
      sendWhileVisible(panel, flames.state, (next) => {
        bridge.page.stateChanged.asEvent(next).catch((error: unknown) => logger.debug(String(error)));
      }),
    );
    flames.setVisible(panel.visible);
    showPage(panel.webview, extensionUri, 'flameGraph', panel.title);
  }
}

/** What a page keeps of itself for a reload: the vertex, and which threads it shows. */
function savedOf(state: unknown): { readonly subject: FlameSubject; readonly type: FlameType } | undefined {
  if (typeof state !== 'object' || state === null) return undefined;
  const { job, vertex, name, type } = state as Record<string, unknown>;
  if (typeof job !== 'string' || typeof vertex !== 'string' || typeof name !== 'string') return undefined;
  if (job === '' || vertex === '') return undefined;
  return { subject: { job, vertex, name }, type: flameTypes.find((each) => each === type) ?? 'full' };
}
