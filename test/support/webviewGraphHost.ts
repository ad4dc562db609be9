import type { Page } from 'playwright-core';
import type { JobGraphInit, JobGraphState, JobGraphStrings } from '../../src/shared/protocol/jobGraph';

/** The host of a job graph, in the page itself: it answers by the protocol, and a test drives it through `GraphHost`. */
interface FakeHost {
  state: JobGraphState;
  calls: { method: string; args: unknown[] }[];
  send(message: unknown): void;
}

declare const fakeGraphHost: FakeHost;

/** Runs in the page, in place of VS Code's bridge. It must not refer to anything outside of itself. */
export function graphBridge({ screenReader, ...init }: GraphBegin): void {
  const savedKey = 'saved';
  const host: FakeHost = {
    state: init.state,
    calls: [],
    send: (message) => window.postMessage(message, '*'),
  };
  Object.assign(globalThis, { fakeGraphHost: host });
  const answers: Readonly<Record<string, () => unknown>> = {
    ready: () => ({ ...init, state: host.state }),
    reveal: () => true,
    follow: () => undefined,
    showFlames: () => undefined,
    openTimeline: () => undefined,
    reportError: () => undefined,
  };
  Object.assign(globalThis, {
    acquireVsCodeApi: () => {
      document.body.classList.toggle('vscode-using-screen-reader', screenReader);
      return {
        postMessage: (message: { t: string; i?: string; m: string; a: unknown[] }) => {
          if (message.t !== 'q') return;
          host.calls.push({ method: message.m, args: message.a });
          const answer = answers[message.m]?.();
          setTimeout(() => {
            if (message.i !== undefined) host.send({ t: 's', i: message.i, r: answer });
          }, 2);
        },
        getState: () => JSON.parse(sessionStorage.getItem(savedKey) ?? 'null') as unknown,
        setState: (saved: unknown) => sessionStorage.setItem(savedKey, JSON.stringify(saved)),
      };
    },
  });
}

interface GraphBegin extends JobGraphInit {
  /** VS Code knows that somebody listens to the screen. */
  readonly screenReader: boolean;
}

/** What the fake host begins with; a new page has no other. */
export function graphInit(state: JobGraphState, strings: JobGraphStrings, screenReader = false): GraphBegin {
  return { state, strings, screenReader };
}

/** Drives the fake host of an open page. */
export class GraphHost {
  constructor(private readonly page: Page) {}

  async show(state: JobGraphState): Promise<void> {
    await this.page.evaluate((state) => {
      fakeGraphHost.state = state;
      fakeGraphHost.send({ t: 'q', m: 'stateChanged', a: [state] });
    }, state);
  }

  async send(message: unknown): Promise<void> {
    await this.page.evaluate((message) => fakeGraphHost.send(message), message);
  }

  /** The arguments of each call of a method so far. */
  async calls(method: string): Promise<readonly (readonly unknown[])[]> {
    const calls = await this.page.evaluate(() => fakeGraphHost.calls);
    return calls.filter((call) => call.method === method).map((call) => call.args);
  }
}
