import type { Page } from 'playwright-core';
import type { FlameGraphInit, FlameGraphState } from '../../src/shared/protocol/flameGraph';

/** The host of a flame graph, in the page itself: it answers by the protocol, and a test drives it through `FlameHost`. */
interface FakeHost {
  state: FlameGraphState;
  calls: { method: string; args: unknown[] }[];
  send(message: unknown): void;
}

declare const fakeFlameHost: FakeHost;

/** Runs in the page, in place of VS Code's bridge. It must not refer to anything outside of itself. */
export function flameBridge({ screenReader, ...init }: FlameBegin): void {
  const host: FakeHost = {
    state: init.state,
    calls: [],
    send: (message) => window.postMessage(message, '*'),
  };
  Object.assign(globalThis, { fakeFlameHost: host });
  Object.assign(globalThis, {
    acquireVsCodeApi: () => {
      document.body.classList.toggle('vscode-using-screen-reader', screenReader);
      return {
        postMessage: (message: { t: string; i?: string; m: string; a: unknown[] }) => {
          if (message.t !== 'q') return;
          host.calls.push({ method: message.m, args: message.a });
          const answer = message.m === 'ready' ? { ...init, state: host.state } : undefined;
          setTimeout(() => {
            if (message.i !== undefined) host.send({ t: 's', i: message.i, r: answer });
          }, 2);
        },
        getState: () => JSON.parse(sessionStorage.getItem('saved') ?? 'null') as unknown,
        setState: (saved: unknown) => sessionStorage.setItem('saved', JSON.stringify(saved)),
      };
    },
  });
}

/** What the fake host begins with. */
export interface FlameBegin extends FlameGraphInit {
  /** VS Code knows that somebody listens to the screen. */
  readonly screenReader: boolean;
}

/** Drives the fake host of an open page. */
export class FlameHost {
  constructor(private readonly page: Page) {}

  async show(state: FlameGraphState): Promise<void> {
    await this.send({ t: 'q', m: 'stateChanged', a: [state] });
  }

  async send(message: unknown): Promise<void> {
    await this.page.evaluate((message) => fakeFlameHost.send(message), message);
  }

  /** The arguments of each call of a method so far. */
  async calls(method: string): Promise<readonly (readonly unknown[])[]> {
    const calls = await this.page.evaluate(() => fakeFlameHost.calls);
    return calls.filter((call) => call.method === method).map((call) => call.args);
  }
}
