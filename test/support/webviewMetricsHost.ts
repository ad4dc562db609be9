import type { Page } from 'playwright-core';
import type { MetricsInit, MetricsState } from '../../src/shared/protocol/metricsPanel';

/** The host of the metrics panel, in the page itself, with samples by formula: every 2 s, up to `newest`. */
interface FakeHost {
  state: MetricsState;
  calls: { method: string; args: unknown[] }[];
  send(message: unknown): void;
}

declare const fakeMetricsHost: FakeHost;

/** Runs in the page, in place of VS Code's bridge. It must not refer to anything outside of itself. */
export function metricsBridge(init: MetricsInit): void {
  const savedKey = 'saved';
  const stepMs = 2000;
  const keptMs = 10 * 60_000;
  const host: FakeHost = { state: init.state, calls: [], send: (message) => window.postMessage(message, '*') };
  Object.assign(globalThis, { fakeMetricsHost: host });
  const answers: Readonly<Record<string, (...args: never[]) => unknown>> = {
    ready: () => ({ ...init, state: host.state }),
    samples: (key: string, after: number) => {
      const newest = host.state.series.find((series) => series.key === key)?.newest ?? 0;
      const times: number[] = [];
      if (newest === 0) return { times, values: times };
      for (let at = newest - keptMs; at <= newest; at += stepMs) if (at > after) times.push(at);
      const kept = key.startsWith('gap') ? times.filter((at) => (newest - at) % 240_000 < 150_000) : times;
      return { times: kept, values: kept.map((at) => (key === 'flat' ? 4 : 500 + 400 * Math.sin(at / 30_000))) };
    },
    pin: () => undefined,
    unpin: () => undefined,
    exportCsv: () => undefined,
    reportError: () => undefined,
  };
  Object.assign(globalThis, {
    acquireVsCodeApi: () => ({
      postMessage: (message: { t: string; i?: string; m: string; a: never[] }) => {
        if (message.t !== 'q') return;
        host.calls.push({ method: message.m, args: message.a });
        const answer = answers[message.m]?.(...message.a);
        setTimeout(() => {
          if (message.i !== undefined) host.send({ t: 's', i: message.i, r: answer });
        }, 2);
      },
      getState: () => JSON.parse(sessionStorage.getItem(savedKey) ?? 'null') as unknown,
      setState: (saved: unknown) => sessionStorage.setItem(savedKey, JSON.stringify(saved)),
    }),
  });
}

/** Drives the fake host of an open page. */
export class FakeMetrics {
  constructor(private readonly page: Page) {}

  async show(state: MetricsState): Promise<void> {
    await this.page.evaluate((state) => {
      fakeMetricsHost.state = state;
      fakeMetricsHost.send({ t: 'q', m: 'stateChanged', a: [state] });
    }, state);
  }

  /** The arguments of each call of a method so far. */
  async calls(method: string): Promise<readonly (readonly unknown[])[]> {
    const calls = await this.page.evaluate(() => fakeMetricsHost.calls);
    return calls.filter((call) => call.method === method).map((call) => call.args);
  }
}
