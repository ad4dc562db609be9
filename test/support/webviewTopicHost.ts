import type { Page } from 'playwright-core';
import type { TailRow, TailState, TopicPanelStrings } from '../../src/shared/protocol/topicPanel';

/** The host of a topic panel, in the page itself: it answers by the protocol, and a test drives it through `TopicHost`. */
interface FakeHost {
  state: TailState;
  value: string | null | undefined;
  recordTime: number | undefined;
  calls: { method: string; args: unknown[] }[];
  saved: unknown;
  answering: boolean;
  send(message: unknown): void;
}

declare const fakeHost: FakeHost;

/**
 * Runs in the page: a bridge in place of VS Code's, whose records have the shape of the job's output.
 * It must not refer to anything outside of itself.
 */
export function topicBridge(strings: TopicPanelStrings): void {
  const pages = ['/help', '/index', '/shop', '/jobs', '/about', '/news'];
  const dayMs = 86_400_000;
  // Noon: the first rows are of today, and none of them is near midnight.
  const epoch = Math.floor(Date.now() / dayMs) * dayMs + dayMs / 2;
  const rowOf = (seq: number): TailRow => {
    const windowStart = Math.floor(epoch / 15_000) * 15_000 + Math.floor(seq / 6) * 15_000;
    const counted = {
      windowStart: new Date(windowStart).toISOString(),
      windowEnd: new Date(windowStart + 15_000).toISOString(),
      page: pages[seq % 6],
      count: 1000,
    };
    const value = fakeHost.value === undefined ? JSON.stringify(counted) : fakeHost.value;
    return {
      seq,
      partition: seq % 2,
      offset: String(Math.floor(seq / 2)),
      timestamp: fakeHost.recordTime ?? epoch + seq * 2500,
      key: seq % 3 === 0 ? null : (pages[seq % 6] ?? null),
      value,
      keyCut: false,
      valueCut: seq % 10 === 7,
    };
  };
  const state: TailState = {
    topic: 'output',
    status: 'connecting',
    first: 0,
    end: 0,
    total: 0,
    capacity: 100_000,
    rate: 0,
  };
  const savedKey = 'saved';
  const host: FakeHost = {
    state,
    value: undefined,
    recordTime: undefined,
    calls: [],
    saved: undefined,
    answering: true,
    send: (message) => window.postMessage(message, '*'),
  };
  Object.assign(globalThis, { fakeHost: host });

  const answers: Readonly<Record<string, (...args: number[]) => unknown>> = {
    ready: () => ({ state: host.state, timeZone: 'utc', locale: 'en-US', strings }),
    rows: (from = 0, to = 0) => {
      const kept = Array.from({ length: to - from }, (_unused, index) => from + index);
      return kept.filter((seq) => seq >= host.state.first && seq < host.state.end).map(rowOf);
    },
    pause: () => undefined,
    clear: () => undefined,
    copyValue: () => true,
    reportError: () => undefined,
  };
  Object.assign(globalThis, {
    acquireVsCodeApi: () => ({
      postMessage: (message: { t: string; i?: string; m: string; a: number[] }) => {
        if (message.t !== 'q') return;
        host.calls.push({ method: message.m, args: message.a });
        const answer = answers[message.m]?.(...message.a);
        setTimeout(() => {
          if (host.answering && message.i !== undefined) host.send({ t: 's', i: message.i, r: answer });
        }, 2);
      },
      getState: () => JSON.parse(sessionStorage.getItem(savedKey) ?? 'null') as unknown,
      setState: (saved: unknown) => sessionStorage.setItem(savedKey, JSON.stringify(saved)),
    }),
  });
}

/** Drives the fake host of an open page. */
export class TopicHost {
  constructor(private readonly page: Page) {}

  /** Sends a new state; what is not given stays. */
  async state(change: Partial<TailState>): Promise<void> {
    await this.page.evaluate((change) => {
      fakeHost.state = { ...fakeHost.state, ...change };
      fakeHost.send({ t: 'q', m: 'stateChanged', a: [fakeHost.state] });
    }, change);
  }

  /** A live tail that has seen `total` records and keeps the newest `kept`. */
  async records(total: number, kept = total): Promise<void> {
    await this.state({ status: 'live', first: total - kept, end: total, total, rate: 412.4 });
  }

  /** What every record holds from now on. */
  async value(value: string | null): Promise<void> {
    await this.page.evaluate((value) => {
      fakeHost.value = value;
    }, value);
  }

  /** When every record was written from now on, milliseconds since the epoch. */
  async recordTime(timestamp: number): Promise<void> {
    await this.page.evaluate((timestamp) => {
      fakeHost.recordTime = timestamp;
    }, timestamp);
  }

  async send(message: unknown): Promise<void> {
    await this.page.evaluate((message) => fakeHost.send(message), message);
  }

  async stopAnswering(): Promise<void> {
    await this.page.evaluate(() => {
      fakeHost.answering = false;
    });
  }

  /** The arguments of each call of a method so far. */
  async calls(method: string): Promise<readonly (readonly unknown[])[]> {
    const calls = await this.page.evaluate(() => fakeHost.calls);
    return calls.filter((call) => call.method === method).map((call) => call.args);
  }
}
