import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Engine } from '../../src/core/engineApi';
import { Store } from '../../src/core/state/store';
import { waitFor } from '../../src/core/util/async';
import { silentLogger } from '../../src/core/util/logger';
import { webviewOptions } from '../../src/host/webviewPanel';
import { PanelSet, type PanelContent } from '../../src/panels/panelSet';
import { ours } from './extension';

const type = 'flinkPlaygroundTest';
/** Nothing is asked of it. */
const noEngine = {} as Engine;

/** Notes what happens to it. Its answer to the page is none. */
class NotedContent implements PanelContent {
  readonly host = { ready: () => Promise.resolve({}) };
  readonly state = new Store(0);
  readonly seen: boolean[] = [];
  ended = false;

  constructor(readonly setKey: (key: string) => void) {}

  setVisible(visible: boolean): void {
    this.seen.push(visible);
  }

  dispose(): void {
    this.ended = true;
    this.state.dispose();
  }
}

function soon<T>(what: string, probe: () => T | undefined): Promise<T> {
  const signal = AbortSignal.timeout(40_000);
  return waitFor(() => Promise.resolve(probe()), { what, intervalMs: 20, timeoutMs: 30_000, signal });
}

interface NotedPage {
  stateChanged(state: number): void;
}

/** Panels over nothing, of the test's own kind: what is behind real ones opens only where a playground runs. */
describe('the panels of one kind', () => {
  let engine: () => Promise<Engine>;
  let made: NotedContent[];
  let errors: string[];
  let panels: PanelSet<string, NotedContent, NotedPage>;

  beforeEach(() => {
    engine = () => Promise.resolve(noEngine);
    made = [];
    errors = [];
    panels = new PanelSet<string, NotedContent, NotedPage>(
      {
        extensionUri: ours().extensionUri,
        engines: { get: () => engine() },
        logger: { ...silentLogger, error: (message) => errors.push(message) },
      },
      {
        type,
        page: 'jobGraph',
        icon: 'graph',
        keyOf: (subject) => subject,
        titleOf: (subject) => subject,
        inLog: (subject) => `the test of ${subject}`,
        restored: (state) => (typeof state === 'string' ? state : undefined),
        make: (_, { setKey }) => {
          const content = new NotedContent(setKey);
          made.push(content);
          return content;
        },
        send: (page, { state }) => page.stateChanged.asEvent(state.value),
      },
    );
  });

  afterEach(() => panels.dispose());

  /** As VS Code brings one back after a reload of the window. */
  function restoredPanel(): { readonly panel: vscode.WebviewPanel; readonly isClosed: () => boolean } {
    const { extensionUri } = ours();
    const panel = vscode.window.createWebviewPanel(type, 'a', vscode.ViewColumn.Active, webviewOptions(extensionUri));
    let closed = false;
    panel.onDidDispose(() => {
      closed = true;
    });
    return { panel, isClosed: () => closed };
  }

  it('are one for each subject', async () => {
    const first = await panels.open('a');
    const other = await panels.open('b');
    assert.ok(first !== undefined && other !== undefined && other !== first);
    assert.equal(await panels.open('a'), first);
    assert.equal(made.length, 2);
  });

  it('are found by what they show now', async () => {
    const first = await panels.open('a');
    first?.content.setKey('b');
    assert.equal(await panels.open('b'), first);
    assert.notEqual(await panels.open('a'), first);
  });

  it('are told whether they can be seen', async () => {
    const first = await panels.open('a');
    assert.deepEqual(first?.content.seen, [true]);
    await panels.open('b');
    await soon('the panel behind another', () => (first?.content.seen.at(-1) === false ? true : undefined));
  });

  it('come back with what their page kept, but not a second one of a subject, and not without one', async () => {
    const first = restoredPanel();
    const second = restoredPanel();
    const unknown = restoredPanel();
    await panels.deserializeWebviewPanel(first.panel, 'a');
    await panels.deserializeWebviewPanel(second.panel, 'a');
    await panels.deserializeWebviewPanel(unknown.panel, undefined);
    assert.deepEqual([first.isClosed(), second.isClosed(), unknown.isClosed()], [false, true, true]);
    assert.equal(made.length, 1);
  });

  it('are closed when the engine cannot be loaded, and opened anew the next time', async () => {
    const failed = restoredPanel();
    engine = () => Promise.reject(new Error('There is no engine.'));
    await assert.rejects(panels.deserializeWebviewPanel(failed.panel, 'a'), /There is no engine/);
    assert.ok(failed.isClosed());
    engine = () => Promise.resolve(noEngine);
    assert.ok((await panels.open('a')) !== undefined);
  });

  it('stay empty when they were closed before the engine was there', async () => {
    const { panel } = restoredPanel();
    const loading = Promise.withResolvers<Engine>();
    engine = () => loading.promise;
    const restored = panels.deserializeWebviewPanel(panel, 'a');
    panel.dispose();
    loading.resolve(noEngine);
    await restored;
    assert.equal(made.length, 0);
  });

  it('log what their pages report', async () => {
    await panels.open('a');
    const error = await soon('the report of the page', () => errors[0]);
    assert.match(error, /^The page of the test of a failed: .*did not answer with what the page begins with/);
  });

  it('end what is behind them when they are closed, and are closed with their set', async () => {
    const { panel, isClosed } = restoredPanel();
    await panels.deserializeWebviewPanel(panel, 'a');
    panels.dispose();
    assert.ok(isClosed());
    assert.ok(made[0]?.ended);
  });
});
