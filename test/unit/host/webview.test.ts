import { describe, expect, it } from 'vitest';
import { Store } from '../../../src/core/state/store';
import { Emitter } from '../../../src/core/util/emitter';
import { connectPage, sendWhileVisible, type MessagePort } from '../../../src/host/webviewBridge';
import { webviewHtml, type PageParts } from '../../../src/host/webviewHtml';

const parts: PageParts = {
  title: 'output',
  language: 'en',
  cspSource: 'https://files.test',
  nonce: 'bm9uY2U=',
  script: 'https://files.test/topicPanel.js',
  style: 'https://files.test/topicPanel.css',
  iconStyle: 'https://files.test/codicon.css',
};

describe('the document of a page', () => {
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(webviewHtml(parts))?.[1] ?? '';

  it('allows nothing by default and nothing unsafe', () => {
    expect(policy).toMatch(/^default-src 'none';/);
    expect(policy).not.toMatch(/unsafe|https?:\/\/(?!files\.test)|\*|data:|blob:/);
  });

  it('runs one script, which carries the nonce', () => {
    expect(policy).toContain(`script-src 'nonce-bm9uY2U='`);
    const scripts = webviewHtml(parts).match(/<script[^>]*>/g);
    expect(scripts).toEqual([`<script nonce="bm9uY2U=" src="https://files.test/topicPanel.js">`]);
  });

  it('has nothing inline', () => {
    expect(webviewHtml(parts)).not.toMatch(/<style|style=|<script[^>]*>[^<]|\son\w+=/);
  });

  it('gives icons the stylesheet under the id by which their component finds it', () => {
    expect(webviewHtml(parts)).toContain(`id="vscode-codicon-stylesheet" href="https://files.test/codicon.css"`);
  });

  it('cannot be broken by a title', () => {
    const html = webviewHtml({ ...parts, title: '</title><script>alert(1)</script>"' });
    expect(html.match(/<script/g)).toHaveLength(1);
  });
});

/** A webview without a page: messages go in by hand and come out in a list. */
function port(): {
  readonly port: MessagePort;
  readonly sent: unknown[];
  readonly receive: (message: unknown) => void;
} {
  const received = new Emitter<unknown>();
  const sent: unknown[] = [];
  return {
    port: {
      postMessage: (message) => {
        sent.push(message);
        return Promise.resolve(true);
      },
      onDidReceiveMessage: received.event,
    },
    sent,
    receive: (message) => received.fire(message),
  };
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe('the messages of a page', () => {
  it('call functions of the host and get their answer', async () => {
    const { port: webview, sent, receive } = port();
    connectPage(webview, { double: (value: number) => Promise.resolve(value * 2) }, () => undefined);
    receive({ t: 'q', i: '1', m: 'double', a: [21] });
    await settled();
    expect(sent).toEqual([{ t: 's', i: '1', r: 42 }]);
  });

  it('cannot call what the host object only inherits', async () => {
    const { port: webview, sent, receive } = port();
    connectPage(webview, { double: () => Promise.resolve(0) }, () => undefined);
    for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
      receive({ t: 'q', i: name, m: name, a: [] });
    }
    await settled();
    expect(sent).toHaveLength(4);
    for (const answer of sent) expect(answer).toMatchObject({ t: 's', e: expect.stringContaining('not found') });
  });

  it('that are not of the protocol are noted and not taken', async () => {
    const { port: webview, sent, receive } = port();
    const errors: unknown[] = [];
    connectPage(webview, { double: () => Promise.resolve(0) }, (error) => errors.push(error));
    for (const message of [null, 'double', 7, {}, { t: 'q' }, { t: 'q', m: 'double' }, { t: 'q', m: 1, a: [] }]) {
      receive(message);
    }
    await settled();
    expect(sent).toEqual([]);
    expect(errors).toHaveLength(7);
  });

  it('are answered by the sentence of a failure', async () => {
    const { port: webview, sent, receive } = port();
    connectPage(webview, { fail: () => Promise.reject(new Error('Kafka does not answer.')) }, () => undefined);
    receive({ t: 'q', i: '1', m: 'fail', a: [] });
    await settled();
    expect(sent).toEqual([{ t: 's', i: '1', e: 'Kafka does not answer.' }]);
  });

  it('are not heard after the panel was closed', async () => {
    const { port: webview, sent, receive } = port();
    connectPage(webview, { double: () => Promise.resolve(0) }, () => undefined).dispose();
    receive({ t: 'q', i: '1', m: 'double', a: [] });
    await settled();
    expect(sent).toEqual([]);
  });
});

describe('a state that a page follows', () => {
  function setup(): {
    readonly state: Store<number>;
    readonly sent: number[];
    readonly show: (visible: boolean) => void;
  } {
    const state = new Store(0);
    const views = new Emitter<unknown>();
    const panel = { visible: true, onDidChangeViewState: views.event };
    const sent: number[] = [];
    sendWhileVisible(panel, state, (value) => sent.push(value));
    return {
      state,
      sent,
      show: (visible) => {
        panel.visible = visible;
        views.fire(undefined);
      },
    };
  }

  it('is sent as it changes while the page is seen', () => {
    const { state, sent } = setup();
    state.set(1);
    state.set(2);
    expect(sent).toEqual([1, 2]);
  });

  it('is not sent to a hidden page, which gets the newest once when it returns', () => {
    const { state, sent, show } = setup();
    show(false);
    state.set(1);
    state.set(2);
    expect(sent).toEqual([]);
    show(true);
    show(true);
    expect(sent).toEqual([2]);
  });
});
