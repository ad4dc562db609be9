import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { connectPage } from '../../src/host/webviewBridge';
import { showPage, webviewOptions } from '../../src/host/webviewPanel';
import { topicPanelStrings } from '../../src/panels/topicPanelStrings';
import type { TopicPanelHost, TopicPanelPage } from '../../src/shared/protocol/topicPanel';
import { ours } from './extension';
import { hasPage, policyOfWebview } from './page';

/**
 * The page of a topic panel in a panel of the test's own kind: a real one opens only where a broker runs, which the
 * end-to-end tests have.
 */
describe('the page of a topic panel', () => {
  let panel: vscode.WebviewPanel;
  let ready: Promise<void>;

  before(() => {
    const { extensionUri } = ours();
    panel = vscode.window.createWebviewPanel(
      'flinkPlaygroundTest',
      'output',
      vscode.ViewColumn.Active,
      webviewOptions(extensionUri),
    );
    ready = new Promise((resolve, reject) => {
      const host: TopicPanelHost = {
        ready: () => {
          resolve();
          return Promise.resolve({
            state: { topic: 'output', status: 'live', first: 0, end: 0, total: 0, capacity: 100, rate: 0 },
            timeZone: 'utc',
            locale: 'en',
            strings: topicPanelStrings(),
            choice: { isolation: 'committed' },
            filter: null,
          });
        },
        rows: () => Promise.resolve([]),
        matches: () => Promise.resolve([]),
        setFilter: () => Promise.resolve(),
        record: () => Promise.resolve(null),
        fields: () => Promise.resolve([]),
        partitions: () => Promise.resolve([]),
        read: () => Promise.resolve(),
        openValue: () => Promise.resolve(true),
        export: () => Promise.resolve(),
        takeSpotlight: () => Promise.resolve(null),
        histogram: () => Promise.resolve(null),
        pause: () => Promise.resolve(),
        clear: () => Promise.resolve(),
        copyValue: () => Promise.resolve(true),
        reportError: (message) => Promise.resolve(reject(new Error(message))),
      };
      connectPage<TopicPanelPage, TopicPanelHost>(panel.webview, host, reject);
    });
    showPage(panel.webview, extensionUri, 'topicPanel', 'output');
  });

  after(() => panel.dispose());

  it('runs its script under its policy and asks for its first state', async () => {
    await ready;
  });

  it('may run one script by nonce, has styles of its own, and loads nothing from elsewhere', async function () {
    if (!hasPage()) this.skip();
    const policy = await policyOfWebview();
    assert.match(policy, /default-src 'none'/);
    assert.match(policy, /script-src 'nonce-[\w+/=]{22,}'(;|$)/);
    assert.doesNotMatch(policy, /unsafe|data:|(^|\s)\*(\s|;|$)/);
  });
});
