import { describe, expect, it } from 'vitest';
import type { LedgerRequest, TailRequest } from '../../../src/core/kafka/kafkaPort';
import { Store } from '../../../src/core/state/store';
import { WindowCheck } from '../../../src/panels/windowCheck';
import { noTotals, type LedgerSummary, type LedgerWindow } from '../../../src/shared/model/ledger';
import type { TailSpotlight } from '../../../src/shared/protocol/topicPanel';
import { engineDouble, ledgerSummary } from '../../support/builders/engine';
import { environment, runningEnvironment } from '../../support/builders/environment';
import { FakeClock } from '../../support/builders/fakeClock';
import { tailSession } from '../../support/builders/tailSession';

const noon = Date.UTC(2026, 10, 23, 12);
const window: LedgerWindow = {
  start: noon,
  end: noon + 15_000,
  closed: true,
  cells: [
    { page: '/a', status: 'exact', count: 1000, records: 1 },
    { page: '/b|*', status: 'duplicated', count: 1000, records: 2 },
  ],
};
const contract = {
  topic: 'sales',
  contract: { start: 'from', key: 'shop', count: 'sold' },
  windowMs: 60_000,
  expectedCount: 5,
};
const pass: LedgerSummary = ledgerSummary({
  verdict: 'PASS',
  reasons: [],
  totals: { ...noTotals, windows: 3, exactWindows: 3 },
});

interface SetupOptions {
  readonly described?: boolean;
  readonly keys?: readonly string[];
  readonly shops?: readonly (string | null)[];
}

function setup({ described = false, keys, shops = ['x', 'y', null, 'x'] }: SetupOptions = {}) {
  const clock = new FakeClock();
  const requests: LedgerRequest[] = [];
  const tails: TailRequest[] = [];
  const shown: [string, TailSpotlight][] = [];
  const documents: [string, string][] = [];
  let open = 0;
  const summary = new Store<LedgerSummary>(ledgerSummary());
  const asked: number[] = [];
  const windows = (count: number): Promise<readonly LedgerWindow[]> => {
    asked.push(count);
    return Promise.resolve([window]);
  };
  const end = shops.length;
  const tailState = {
    topic: 'sales',
    status: 'live',
    first: 0,
    end,
    total: end,
    capacity: 9,
    rate: 0,
    behind: 0,
  } as const;
  const row = { partition: 0, timestamp: 0, key: null, value: 'v', keyCut: false, valueCut: false };
  const double = engineDouble(
    {
      ledgerWindows: windows,
      kafka: {
        openLedger: (request) => {
          requests.push(request);
          open += 1;
          return Promise.resolve({
            summary,
            noteRecovery: () => undefined,
            across: () => Promise.resolve(undefined),
            windows,
            dispose: () => {
              open -= 1;
            },
          });
        },
        openTail: (request) => {
          tails.push(request);
          open += 1;
          return Promise.resolve(
            tailSession(tailState, {
              rows: () =>
                Promise.resolve(shops.map((shop, seq) => ({ ...row, seq, offset: `${seq}`, fields: [shop] }))),
              dispose: () => {
                open -= 1;
              },
            }),
          );
        },
      },
    },
    runningEnvironment(),
  );
  const check = new WindowCheck({
    topic: described ? 'sales' : 'output',
    engine: double.engine,
    contract: described ? { ...contract, ...(keys === undefined ? {} : { keys }) } : undefined,
    locale: 'en',
    timeZone: () => 'utc',
    showRecords: (topic, spotlight) => {
      shown.push([topic, spotlight]);
      return Promise.resolve();
    },
    showDocument: (name, text) => {
      documents.push([name, text]);
      return Promise.resolve();
    },
    onPageError: (message) => {
      throw new Error(message);
    },
    clock,
  });
  return { check, clock, requests, tails, shown, documents, asked, open: () => open, summary, ...double };
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe('the window check of the playground', () => {
  it('shows the account that is kept all the time, in words', async () => {
    const { check, clock, ledger, requests } = setup();
    ledger.set(pass);
    await clock.advance(2000);
    expect(check.state.value).toMatchObject({
      topic: 'output',
      expected: 1000,
      verdict: 'PASS',
      sentence: 'PASS: 3 windows counted exactly.',
      windows: [window],
    });
    expect(requests).toEqual([]);
  });

  it('asks for windows once a second at most, however often the account changes, and never after its end', async () => {
    const { check, clock, ledger, asked } = setup();
    await clock.advance(0);
    for (let change = 0; change < 20; change += 1) {
      ledger.set({ ...pass });
      await clock.advance(100);
    }
    expect(asked.length).toBeLessThanOrEqual(4);
    check.dispose();
    ledger.set({ ...pass });
    expect(clock.pending).toBe(0);
  });

  it('shows the records of a cell in the panel of the topic', async () => {
    const { check, shown } = setup();
    await check.host.showRecords(noon, '/shop');
    const filter = { text: '/shop', field: { name: 'windowStart', text: '2026-11-23T12:00:00' } };
    expect(shown).toEqual([['output', { label: '/shop 12:00:00', filter }]]);
  });

  it.each([
    ['noon', '/shop'],
    [Number.NaN, '/shop'],
    [noon, {}],
    [noon, 'x'.repeat(5000)],
  ])('shows nothing for a cell that is none: %s', async (start, page) => {
    const { check, shown } = setup();
    const host = check.host as { showRecords(start: unknown, page: unknown): Promise<void> };
    await host.showRecords(start, page);
    expect(shown).toEqual([]);
  });

  it('is exported as Markdown in which nothing foreign is markup', async () => {
    const { check, clock, ledger, documents } = setup();
    ledger.set(pass);
    await clock.advance(2000);
    await check.host.exportMarkdown();
    expect(documents).toHaveLength(1);
    const [name, text] = documents[0] ?? [];
    expect(name).toBe('windows-output.md');
    expect(text).toContain('**PASS: 3 windows counted exactly.** 1,000 expected per page and window.');
    expect(text).toContain(String.raw`| Window | /a | /b\|\* |`);
    expect(text).toContain('| 2026-11-23T12:00:00.000Z | 1,000 | 1,000 (more than once, the same, × 2) |');
  });
});

describe('the window check of a topic that the settings describe', () => {
  it('counts what the newest records have, from the beginning', async () => {
    const { check, clock, requests, tails, summary, open } = setup({ described: true });
    await settled();
    await clock.advance(1000);
    expect(tails).toMatchObject([{ topic: 'sales', from: { last: 5000 } }]);
    expect(requests).toMatchObject([
      { topic: 'sales', pages: ['x', 'y'], windowMs: 60_000, expectedCount: 5, from: 'earliest', eventTime: true },
    ]);
    summary.set(pass);
    await clock.advance(1000);
    expect(check.state.value).toMatchObject({ expected: 5, verdict: 'PASS', windows: [window] });
    expect(open()).toBe(1);
    check.dispose();
    expect(open()).toBe(0);
  });

  it('counts the keys that are named', async () => {
    const { requests, tails } = setup({ described: true, keys: ['b', 'c'] });
    await settled();
    expect(tails).toEqual([]);
    expect(requests).toMatchObject([{ pages: ['b', 'c'] }]);
  });

  it('says that no record has such a field', async () => {
    const { check, requests, open } = setup({ described: true, shops: [null] });
    await settled();
    expect(check.state.value).toMatchObject({
      verdict: 'CANNOT TELL',
      reasons: ['No record of the topic sales has a field "shop" yet.'],
    });
    expect([requests.length, open()]).toEqual([0, 0]);
  });

  it('begins anew with other brokers, and says so while there are none', async () => {
    const { check, snapshot, requests, open } = setup({ described: true, keys: ['b'] });
    await settled();
    snapshot.set(environment());
    await settled();
    expect(open()).toBe(0);
    expect(check.state.value).toMatchObject({ verdict: 'CANNOT TELL', reasons: ['The topic is not being read.'] });
    snapshot.set(runningEnvironment());
    await settled();
    expect([requests.length, open()]).toEqual([2, 1]);
  });
});
