import { describe, expect, it } from 'vitest';
import type { Inspector } from '../../../src/core/engineApi';
import type { LedgerRequest, TailRequest } from '../../../src/core/kafka/kafkaPort';
import { Store } from '../../../src/core/state/store';
import { WindowCheck } from '../../../src/panels/windowCheck';
import type { CoursePoint } from '../../../src/shared/model/kafka';
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
  writtenAt: noon + 15_500,
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
  readonly courses?: Readonly<Record<string, readonly CoursePoint[]>>;
  readonly lateRecords?: Inspector['lateRecords'];
}

function setup({ described = false, keys, shops = ['x', 'y', null, 'x'], ...beside }: SetupOptions = {}) {
  const clock = new FakeClock();
  const requests: LedgerRequest[] = [];
  const tails: TailRequest[] = [];
  const shown: [string, TailSpotlight][] = [];
  const documents: [string, string][] = [];
  const pictures: (readonly [string, string, Uint8Array])[] = [];
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
      courses: beside.courses ?? {},
      inspector: beside.lateRecords === undefined ? {} : { lateRecords: beside.lateRecords },
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
    savePicture: (...saved) => {
      pictures.push(saved);
      return Promise.resolve();
    },
    onFailure: (error) => {
      throw error;
    },
    onPageError: (message) => {
      throw new Error(message);
    },
    clock,
  });
  return { check, clock, requests, tails, shown, documents, pictures, asked, open: () => open, summary, ...double };
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
    ['number', String(noon), '/shop 12:00:00'],
    ['halfDays', '23-11-2026 12:00:00', '/shop 12:00:00'],
  ] as const)('looks for times as the topic writes them: %s', async (timeForm, text, label) => {
    const { check, shown, ledger } = setup();
    ledger.set({ ...pass, timeForm });
    await check.host.showRecords(noon, '/shop');
    expect(shown).toEqual([['output', { label, filter: { text: '/shop', field: { name: 'windowStart', text } } }]]);
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

describe('what is beside the counts', () => {
  const courses = { input: [0, 20_000, 40_000].map((ms) => ({ at: noon + ms, end: ms })) };
  const lateRecords = () => Promise.resolve({ dropped: 3, operators: ['ClickEvent_Counter'] });

  it('is read while the panel can be seen, and no longer', async () => {
    const { check, clock, leases, asked } = setup({ courses, lateRecords });
    expect(leases).toEqual([]);
    check.setVisible(true);
    expect(leases).toEqual(['topics']);
    await clock.advance(2000);
    expect(check.state.value).toMatchObject({
      rates: [
        { topic: 'input', stretches: [{ times: [noon + 20_000, noon + 40_000], rates: [1000, 1000] }] },
        { topic: 'output', stretches: [] },
      ],
      late: {
        dropped: 3,
        sentence:
          'ClickEvent_Counter dropped 3 late records since it last started: their windows were counted without them.',
      },
    });
    check.setVisible(false);
    expect(leases).toEqual([]);
    const before = asked.length;
    await clock.advance(60_000);
    expect(asked).toHaveLength(before);
    check.dispose();
    expect(clock.pending).toBe(0);
  });

  it('is not shown any more when Flink does not answer', async () => {
    let answers = true;
    const { check, clock } = setup({
      lateRecords: () => (answers ? lateRecords() : Promise.reject(new Error('gone'))),
    });
    check.setVisible(true);
    await clock.advance(2000);
    expect(check.state.value.late?.dropped).toBe(3);
    answers = false;
    await clock.advance(15_000);
    expect(check.state.value.late).toBeUndefined();
  });

  it('leaves no timer behind when the answer comes after its end', async () => {
    const answer = Promise.withResolvers<undefined>();
    const { check, clock } = setup({ lateRecords: () => answer.promise });
    check.setVisible(true);
    await clock.advance(0);
    check.dispose();
    answer.resolve(undefined);
    await clock.advance(0);
    expect(clock.pending).toBe(0);
  });

  it('goes with the panel', () => {
    const { check, leases, clock } = setup({ courses, lateRecords });
    check.setVisible(true);
    check.dispose();
    expect([leases, clock.pending]).toEqual([[], 0]);
  });

  it('has what happened at once, and that the job caught up', async () => {
    const { check, clock, marks, documents } = setup({ lateRecords });
    await clock.advance(0);
    check.setVisible(true);
    marks.set([
      { at: noon + 16_000, kind: 'killed', of: 'taskmanager-1' },
      { at: noon + 40_000, kind: 'caughtUp', tookMs: 24_000 },
    ]);
    await clock.advance(0);
    expect(check.state.value).toMatchObject({
      marks: [{ kind: 'killed', text: 'taskmanager-1 was killed' }, { kind: 'caughtUp' }],
      caughtUp: 'Caught up 24 s after the failure or restart.',
    });
    marks.set([{ at: noon + 16_000, kind: 'killed', of: '<b>' }]);
    await clock.advance(0);
    await check.host.exportMarkdown();
    expect(documents[0]?.[1]).not.toContain('<b>');
  });

  it('writes a picture where the person wants it, and nothing that is none', async () => {
    const { check, pictures } = setup();
    const host = check.host as { exportPicture(format: unknown, data: unknown): Promise<void> };
    await host.exportPicture('svg', '<svg />');
    await host.exportPicture('svg', '<script />');
    expect(pictures).toEqual([['windows-output', 'svg', Buffer.from('<svg />')]]);
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
