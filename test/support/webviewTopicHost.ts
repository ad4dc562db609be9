import type { Page } from 'playwright-core';
import type { TailFilter, TailRow, TailSpotlight, TailState } from '../../src/shared/protocol/topicPanel';
import type { TopicPanelStrings } from '../../src/shared/protocol/topicPanelTexts';

/** The host of a topic panel, in the page itself: it answers by the protocol, and a test drives it through `TopicHost`. */
interface FakeHost {
  state: TailState;
  value: string | null | undefined;
  recordTime: number | undefined;
  calls: { method: string; args: unknown[] }[];
  saved: unknown;
  answering: boolean;
  /** The JSON fields of all values, when they are to have columns. */
  fields: string[];
  filter: TailFilter | null;
  spotlight: TailSpotlight | null;
  /** Headers that every record has from now on. */
  headers: string | undefined;
  /** Numbers of rows that stand for records that are gone. */
  gaps: number[];
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
    const gap = { to: String(seq), missing: '3', cause: 'deleted' as const };
    const isGap = fakeHost.gaps.includes(seq);
    return {
      seq,
      partition: seq % 2,
      offset: String(Math.floor(seq / 2)),
      timestamp: fakeHost.recordTime ?? epoch + seq * 2500,
      key: seq % 3 === 0 ? null : (pages[seq % 6] ?? null),
      value: isGap ? '3 records were deleted before they could be read.' : value,
      keyCut: false,
      valueCut: seq % 10 === 7,
      ...(isGap ? { gap } : {}),
      ...(fakeHost.headers === undefined ? {} : { headers: fakeHost.headers }),
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
    fields: [],
    filter: null,
    spotlight: null,
    headers: undefined,
    gaps: [],
    send: (message) => window.postMessage(message, '*'),
  };
  Object.assign(globalThis, { fakeHost: host });

  const withFields = (row: TailRow, names: unknown): TailRow => {
    if (!Array.isArray(names) || names.length === 0) return row;
    const value = JSON.parse(row.value ?? 'null') as Record<string, unknown> | null;
    return { ...row, fields: names.map((name: string) => (value === null ? null : String(value[name]))) };
  };
  /** What a filter wants, of the pages that records are of: a field or a text in them. */
  const isWanted = (seq: number): boolean => {
    const needle = (host.filter?.text ?? host.filter?.field?.text ?? host.filter?.key ?? '').toLowerCase();
    const { key, value, partition, timestamp } = rowOf(seq);
    const { partitions, from, to } = host.filter ?? {};
    if (partitions !== undefined && !partitions.includes(partition)) return false;
    if (from !== undefined && to !== undefined && (timestamp < from || timestamp >= to)) return false;
    return `${key ?? ''} ${value ?? ''}`.toLowerCase().includes(needle);
  };
  const kept = (): number[] =>
    Array.from({ length: host.state.end - host.state.first }, (_unused, index) => host.state.first + index);
  const tell = (): void => host.send({ t: 'q', m: 'stateChanged', a: [host.state] });
  const partOf = (text: string | null): unknown => {
    if (text === null) return { kind: 'null', text: '', bytes: 0, cut: false };
    const isJson = text.startsWith('{');
    const shown = isJson ? JSON.stringify(JSON.parse(text), undefined, 2) : text;
    return { kind: isJson ? 'json' : 'text', text: shown, bytes: text.length, cut: false };
  };

  const answers: Readonly<Record<string, (...args: never[]) => unknown>> = {
    ready: () => ({
      state: host.state,
      timeZone: 'utc',
      locale: 'en-US',
      strings,
      choice: { isolation: 'committed' },
      filter: host.filter,
    }),
    rows: (from: number, to: number, names: unknown) => {
      const asked = Array.from({ length: to - from }, (_unused, index) => from + index);
      const there = asked.filter((seq) => seq >= host.state.first && seq < host.state.end);
      return there.map((seq) => withFields(rowOf(seq), names));
    },
    matches: (from: number, to: number, names: unknown) =>
      kept()
        .filter(isWanted)
        .slice(from, to)
        .map((seq) => withFields(rowOf(seq), names)),
    setFilter: (filter: TailFilter | null) => {
      host.filter = filter;
      const { matches: _matches, ...state } = host.state;
      host.state =
        filter === null ? state : { ...state, matches: { first: 0, end: kept().filter(isWanted).length, left: 0 } };
      setTimeout(tell, 20);
    },
    record: (seq: number) => {
      const { partition, offset, timestamp, key, value } = rowOf(seq);
      const headers = host.headers === undefined ? [] : [{ name: 'trace', value: partOf(host.headers) }];
      return { seq, partition, offset, timestamp, key: partOf(key), value: partOf(value), headers };
    },
    fields: () => host.fields,
    partitions: () => [0, 1],
    histogram: (buckets: number) => {
      const times = kept().map((seq) => rowOf(seq).timestamp);
      const from = times[0] ?? 0;
      const to = (times.at(-1) ?? 0) + 1;
      const count = (seqs: number[]): number[] => {
        const counts = Array.from({ length: buckets }, () => 0);
        for (const seq of seqs) {
          const bucket = Math.floor(((rowOf(seq).timestamp - from) / (to - from)) * buckets);
          counts[bucket] = (counts[bucket] ?? 0) + 1;
        }
        return counts;
      };
      const matched = host.filter === null ? {} : { matched: count(kept().filter(isWanted)) };
      return { from, to, counts: count(kept()), ...matched };
    },
    takeSpotlight: () => {
      const { spotlight } = host;
      host.spotlight = null;
      return spotlight;
    },
    read: () => {
      host.state = { ...host.state, status: 'connecting', first: 0, end: 0, total: 0 };
      tell();
    },
    openValue: () => true,
    export: () => undefined,
    pause: () => undefined,
    clear: () => undefined,
    copyValue: () => true,
    reportError: () => undefined,
  };
  Object.assign(globalThis, {
    acquireVsCodeApi: () => ({
      postMessage: (message: { t: string; i?: string; m: string; a: never[] }) => {
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

  /** Names of fields that have columns from the next state on, in which values can be of any form. */
  async fields(fields: readonly string[]): Promise<void> {
    await this.page.evaluate((fields) => {
      fakeHost.fields = [...fields];
    }, fields);
  }

  /** What somebody chose elsewhere. */
  async spotlight(spotlight: TailSpotlight): Promise<void> {
    await this.page.evaluate((spotlight) => {
      fakeHost.spotlight = spotlight;
      fakeHost.send({ t: 'q', m: 'spotlightSet', a: [] });
    }, spotlight);
  }

  async headers(headers: string): Promise<void> {
    await this.page.evaluate((headers) => {
      fakeHost.headers = headers;
    }, headers);
  }

  async gaps(gaps: readonly number[]): Promise<void> {
    await this.page.evaluate((gaps) => {
      fakeHost.gaps = [...gaps];
    }, gaps);
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
