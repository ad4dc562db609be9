import * as vscode from 'vscode';
import { connectPage } from '../../src/host/webviewBridge';
import { showPage, webviewOptions } from '../../src/host/webviewPanel';
import { jobGraphStrings } from '../../src/panels/jobGraphState';
import type { JobGraphHost, JobGraphPage } from '../../src/shared/protocol/jobGraph';
import { ours } from './extension';

/** The page of a job graph in a panel of the test's own kind: a real one opens only where a job is. */
describe('the page of a job graph', () => {
  let panel: vscode.WebviewPanel | undefined;

  after(() => panel?.dispose());

  it('runs its script under its policy and asks for its first state', async () => {
    const { extensionUri } = ours();
    const made = vscode.window.createWebviewPanel(
      'flinkPlaygroundTest',
      'graph',
      vscode.ViewColumn.Active,
      webviewOptions(extensionUri),
    );
    panel = made;
    await new Promise<void>((resolve, reject) => {
      const host: JobGraphHost = {
        ready: () => {
          resolve();
          return Promise.resolve({
            state: { job: 'j', name: 'Job', status: 'loading', statusText: 'reading', vertices: [], edges: [] },
            strings: jobGraphStrings(),
          });
        },
        reveal: () => Promise.resolve(false),
        showFlames: () => Promise.resolve(),
        openTimeline: () => Promise.resolve(),
        follow: () => Promise.resolve(),
        reportError: (message) => Promise.resolve(reject(new Error(message))),
      };
      connectPage<JobGraphPage, JobGraphHost>(made.webview, host, reject);
      showPage(made.webview, extensionUri, 'jobGraph', 'Job');
    });
  });
});
