import * as vscode from 'vscode';
import { commandId, jobGraphPanelType } from '../commands/catalog';
import type { Engine } from '../core/engineApi';
import { DisposableStore, type Disposable } from '../core/util/disposable';
import type { Logger } from '../core/util/logger';
import type { LazyService } from '../host/lazyService';
import { connectPage, sendWhileVisible } from '../host/webviewBridge';
import { showPage, webviewOptions } from '../host/webviewPanel';
import type { JobGraphHost, JobGraphPage } from '../shared/protocol/jobGraph';
import { JobGraph, type JobGraphOptions } from './jobGraph';

export interface JobGraphServices {
  readonly extensionUri: vscode.Uri;
  readonly engines: LazyService<Engine>;
  readonly reveal: JobGraphOptions['reveal'];
  readonly logger: Logger;
}

/** The panels with the graph of a job, one for each job, which come back after a reload of the window. */
export class JobGraphs implements vscode.WebviewPanelSerializer, Disposable {
  readonly #owned = new DisposableStore();
  readonly #panels = new Map<vscode.WebviewPanel, string>();

  constructor(private readonly services: JobGraphServices) {
    this.#owned.add({
      dispose: () => {
        for (const panel of this.#panels.keys()) panel.dispose();
      },
    });
  }

  /** Shows the job's panel, which is made when it is not there. */
  async open(job: string, name: string): Promise<void> {
    const shown = this.#panelOf(job);
    if (shown !== undefined) {
      shown.reveal();
      return;
    }
    const panel = vscode.window.createWebviewPanel(jobGraphPanelType, name, vscode.ViewColumn.Active, {
      ...webviewOptions(this.services.extensionUri),
      retainContextWhenHidden: false,
    });
    await this.#fill(panel, job);
  }

  /** Called by VS Code with what the page kept of itself. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const job = jobOf(state);
    if (job === undefined || this.#panelOf(job) !== undefined) panel.dispose();
    else await this.#fill(panel, job);
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #panelOf(job: string): vscode.WebviewPanel | undefined {
    return Array.from(this.#panels).find(([, shown]) => shown === job)?.[0];
  }

  async #fill(panel: vscode.WebviewPanel, job: string): Promise<void> {
    const { extensionUri, engines, reveal, logger } = this.services;
    this.#panels.set(panel, job);
    const owned = new DisposableStore();
    panel.onDidDispose(() => {
      this.#panels.delete(panel);
      owned.dispose();
    });
    panel.iconPath = {
      light: vscode.Uri.joinPath(extensionUri, 'media', 'graph-light.svg'),
      dark: vscode.Uri.joinPath(extensionUri, 'media', 'graph-dark.svg'),
    };
    let engine: Engine;
    try {
      engine = await engines.get();
    } catch (error) {
      panel.dispose();
      throw error;
    }
    if (owned.isDisposed) return;
    const graph = owned.add(
      new JobGraph({
        job,
        name: panel.title,
        engine,
        reveal,
        showFlames: (job, vertex) => {
          void vscode.commands.executeCommand(commandId('job.showFlameGraph'), { job, vertex });
        },
        openTimeline: (job) => {
          void vscode.commands.executeCommand(commandId('job.openTimeline'), { job });
        },
        onJob: (next) => this.#panels.set(panel, next),
        onPageError: (message) => logger.error(`The page of the graph of job ${job} failed: ${message}`),
      }),
    );
    const bridge = owned.add(
      connectPage<JobGraphPage, JobGraphHost>(panel.webview, graph.host, (error) =>
        logger.warn(`The page of the graph of job ${job} was not answered.`, error),
      ),
    );
    owned.add(panel.onDidChangeViewState(() => graph.setVisible(panel.visible)));
    owned.add(
      sendWhileVisible(panel, graph.state, (next) => {
        if (next.name !== '' && panel.title !== next.name) panel.title = next.name;
        bridge.page.stateChanged.asEvent(next).catch((error: unknown) => logger.debug(String(error)));
      }),
    );
    graph.setVisible(panel.visible);
    showPage(panel.webview, extensionUri, 'jobGraph', panel.title);
  }
}

/** What a page keeps of itself for a reload: the job that it shows. */
function jobOf(state: unknown): string | undefined {
  if (typeof state !== 'object' || state === null || !('job' in state)) return undefined;
  return typeof state.job === 'string' && state.job !== '' ? state.job : undefined;
}
