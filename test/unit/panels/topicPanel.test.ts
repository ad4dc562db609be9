import { describe, expect, it } from 'vitest';
import type { TailRequest, TailSession } from '../../../src/core/kafka/kafkaPort';
import { Store } from '../../../src/core/state/store';
import { TopicTail } from '../../../src/panels/topicPanel';
import type { TopicInfo } from '../../../src/shared/model/kafka';
import type { TailChoice, TailRecord, TailRow, TailState } from '../../../src/shared/protocol/topicPanel';
import { tailSession } from '../../support/builders/tailSession';
import { engineDouble } from '../../support/builders/engine';
import { environment, instance, runningEnvironment } from '../../support/builders/environment';

const live: TailState = { topic: 'output', status: 'live', first: 0, end: 3, total: 3, capacity: 1000, rate: 0.4 };

function topic(records: number): TopicInfo {
  return { name: 'output', internal: false, partitions: [{ id: 0, earliest: '0', latest: String(records) }] };
}

/** A row whose value is longer than the page shows when its number is odd. */
function row(seq: number): TailRow {
  const valueCut = seq % 2 === 1;
  return { seq, partition: 0, offset: String(seq), timestamp: 0, key: null, value: `v${seq}`, keyCut: false, valueCut };
}

/** Record 1 is too large to be shown whole; record 2 has no value. */
function record(seq: number): TailRecord {
  const value =
    seq === 2
      ? ({ kind: 'null', text: '', bytes: 0, cut: false } as const)
      : ({ kind: seq === 0 ? 'json' : 'text', text: `shown ${seq}`, bytes: 9, cut: seq === 1 } as const);
  const key = { kind: 'text', text: 'k', bytes: 1, cut: false } as const;
  return { seq, partition: 0, offset: String(seq), timestamp: 0, key, value, headers: [] };
}

const rowsOf =
  ({ first, end }: TailState): TailSession['rows'] =>
  (from, to) => {
    const length = Math.max(0, Math.min(to, end) - Math.max(from, first));
    return Promise.resolve(Array.from({ length }, (_unused, index) => row(Math.max(from, first) + index)));
  };

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

async function setup(
  snapshot = runningEnvironment(),
  records = 3,
  session: Pick<TailSession, 'state'> & Partial<TailSession> = { state: new Store(live) },
  choice: TailChoice = { isolation: 'committed' },
): Promise<{
  readonly tail: TopicTail;
  readonly snapshot: Store<ReturnType<typeof environment>>;
  readonly requests: TailRequest[];
  readonly asked: [number, number][];
  readonly open: () => number;
  /** How many of those that are open read. */
  readonly reading: () => number;
  readonly reloads: () => number;
  readonly clipboard: string[];
  readonly filters: readonly unknown[];
  readonly documents: readonly (readonly [string, string])[];
  readonly exported: readonly string[];
}> {
  const requests: TailRequest[] = [];
  const asked: [number, number][] = [];
  const clipboard: string[] = [];
  const filters: unknown[] = [];
  const documents: [string, string][] = [];
  const exported: string[] = [];
  let open = 0;
  let reading = 0;
  let reloads = 0;
  const openTail = (request: TailRequest): Promise<TailSession> => {
    requests.push(request);
    open += 1;
    reading += 1;
    return Promise.resolve(
      tailSession(session.state.value, {
        rows: (from, to) => {
          asked.push([from, to]);
          return rowsOf(session.state.value)(from, to);
        },
        value: (seq) => Promise.resolve(seq === 1 ? 'the value' : undefined),
        setFilter: (filter) => {
          filters.push(filter);
          return Promise.resolve();
        },
        record: (seq) => Promise.resolve(seq < 3 ? record(seq) : undefined),
        histogram: (range) => Promise.resolve({ from: range.from ?? 0, to: range.to ?? 9, counts: [range.buckets] }),
        end: () => {
          reading -= 1;
          return Promise.resolve();
        },
        dispose: () => {
          open -= 1;
        },
        ...session,
      }),
    );
  };
  const double = engineDouble(
    { kafka: { openTail, describeTopics: () => Promise.resolve([topic(records)]) } },
    snapshot,
  );
  const tail = new TopicTail({
    topic: 'output',
    engine: double.engine,
    locale: 'en',
    capacity: () => 1000,
    maxValueLength: () => 64,
    timeZone: () => 'utc',
    choice,
    showDocument: (name, text) => {
      documents.push([name, text]);
      return Promise.resolve();
    },
    exportRows: (format) => {
      exported.push(format);
      return Promise.resolve();
    },
    copy: (text) => {
      clipboard.push(text);
      return Promise.resolve();
    },
    onPageError: () => undefined,
    onRestart: () => {
      reloads += 1;
    },
  });
  await settled();
  return {
    tail,
    snapshot: double.snapshot,
    requests,
    asked,
    open: () => open,
    reading: () => reading,
    reloads: () => reloads,
    filters,
    documents,
    exported,
    clipboard,
  };
}

describe('the tail behind a topic panel', () => {
  it('begins at the beginning of a topic that fits, else with what comes from now on', async () => {
    expect((await setup(runningEnvironment(), 1000)).requests).toMatchObject([{ from: 'earliest', capacity: 1000 }]);
    expect((await setup(runningEnvironment(), 1001)).requests).toMatchObject([{ from: 'latest' }]);
  });

  it.each([
    ['latest', 'latest'],
    [{ last: 5 }, { last: 5 }],
    [{ time: 1000 }, { time: 1000 }],
    [{ offset: '9007199254740993' }, { offset: 9007199254740993n }],
  ] as const)('begins where the person chose: %j', async (begin, from) => {
    const { requests } = await setup(runningEnvironment(), 1, undefined, { begin, isolation: 'committed' });
    expect(requests).toMatchObject([{ from }]);
  });

  it('reads anew what is chosen, with nothing left of before and no page that begins anew', async () => {
    const { tail, requests, open, reloads } = await setup();
    const states: string[] = [];
    tail.state.onDidChange(({ next }) => states.push(`${next.status} ${next.first}-${next.end}`));
    await tail.host.read({ begin: { last: 7 }, partitions: [1], isolation: 'uncommitted' });
    await settled();
    expect(requests.at(-1)).toMatchObject({ from: { last: 7 }, partitions: [1], isolation: 'uncommitted' });
    expect(states).toEqual(['connecting 0-0', 'live 0-3']);
    expect([open(), reloads()]).toEqual([1, 0]);
    expect(await tail.host.ready()).toMatchObject({ choice: { begin: { last: 7 } } });
  });

  it('tells a page that comes back which filter counts', async () => {
    const { tail } = await setup();
    await tail.host.setFilter({ text: 'shop' });
    expect(await tail.host.ready()).toMatchObject({ filter: { text: 'shop' } });
    await tail.host.setFilter(null);
    expect(await tail.host.ready()).toMatchObject({ filter: null });
  });

  it('knows the partitions while there is a broker', async () => {
    const { tail, snapshot } = await setup();
    expect(await tail.host.partitions()).toEqual([0]);
    snapshot.set(environment());
    await settled();
    expect(await tail.host.partitions()).toEqual([]);
  });

  it('opens a value as a document by the name of its place, whole', async () => {
    const { tail, documents } = await setup();
    expect([await tail.host.openValue(0), await tail.host.openValue(1)]).toEqual([true, true]);
    expect([await tail.host.openValue(2), await tail.host.openValue(3)]).toEqual([false, false]);
    expect(documents).toEqual([
      ['output-0-0.json', 'shown 0'],
      ['output-0-1.txt', 'the value'],
    ]);
  });

  it('exports in the forms that there are, also what is left when the playground is stopped', async () => {
    const { tail, snapshot, exported } = await setup();
    const host = tail.host as { export(format: unknown): Promise<void> };
    await host.export('csv');
    await host.export('xlsx');
    snapshot.set(environment());
    await settled();
    await host.export('jsonLines');
    expect(exported).toEqual(['csv', 'jsonLines']);
  });

  it('gives what was chosen elsewhere once', async () => {
    const { tail } = await setup();
    const spotlight = { label: 'a window', filter: { key: '/shop' } };
    tail.setSpotlight(spotlight);
    expect([await tail.host.takeSpotlight(), await tail.host.takeSpotlight()]).toEqual([spotlight, null]);
  });

  it('gives the page its first state with texts, locale and time zone', async () => {
    const { tail } = await setup();
    expect(await tail.host.ready()).toMatchObject({
      state: live,
      locale: 'en',
      timeZone: 'utc',
      strings: { pause: 'Pause', kept: '{0} of {1} kept' },
    });
  });

  it('says so while there is no broker, and begins when one comes', async () => {
    const { tail, snapshot, open } = await setup(environment());
    expect(tail.state.value).toMatchObject({ status: 'ended', message: expect.stringContaining('not running') });
    snapshot.set(runningEnvironment());
    await settled();
    expect(tail.state.value).toEqual(live);
    expect(open()).toBe(1);
  });

  it('lets the page begin anew when the broker went and came back, because rows are counted from 0 again', async () => {
    const { snapshot, open, reloads } = await setup();
    snapshot.set(environment());
    await settled();
    expect([open(), reloads()]).toEqual([1, 0]);
    snapshot.set(runningEnvironment());
    await settled();
    expect([open(), reloads()]).toEqual([1, 1]);
  });

  it('goes on filtering when the playground comes back', async () => {
    const { tail, snapshot, filters } = await setup();
    await tail.host.setFilter({ text: 'shop' });
    snapshot.set(environment());
    await settled();
    snapshot.set(runningEnvironment());
    await settled();
    expect(filters).toEqual([{ text: 'shop' }, { text: 'shop' }]);
    await tail.host.setFilter(null);
    expect(filters.at(-1)).toBeUndefined();
  });

  it('has a histogram of a stretch of time that makes sense', async () => {
    const { tail } = await setup();
    expect(await tail.host.histogram(5)).toEqual({ from: 0, to: 9, counts: [5] });
    expect(await tail.host.histogram(5, 2, 4)).toEqual({ from: 2, to: 4, counts: [5] });
    expect(await tail.host.histogram(5, 4, 2)).toEqual({ from: 0, to: 9, counts: [5] });
    expect(await tail.host.histogram(0)).toBeNull();
  });

  it('has nothing while there was no broker yet', async () => {
    const { tail } = await setup(environment());
    expect(await tail.host.histogram(5)).toBeNull();
    expect([await tail.host.rows(0, 10), await tail.host.matches(0, 10), await tail.host.fields()]).toEqual([
      [],
      [],
      [],
    ]);
    expect(await tail.host.record(9)).toBeNull();
  });

  it('keeps all that was read when the playground is stopped, and reads no more', async () => {
    const { tail, snapshot, open, reading, clipboard, filters } = await setup();
    snapshot.set(environment());
    expect(tail.state.value).toMatchObject({ status: 'ended', first: 0, end: 3, total: 3, rate: 0 });
    await settled();
    expect([open(), reading()]).toEqual([1, 0]);
    expect(await tail.host.rows(1, 9)).toEqual([row(1), row(2)]);
    expect(await tail.host.record(1)).toEqual(record(1));
    expect(await tail.host.copyValue(1)).toBe(true);
    expect(clipboard).toEqual(['the value']);
    await tail.host.setFilter({ text: 'shop' });
    expect(filters).toEqual([{ text: 'shop' }]);
  });

  it('says why it has ended, whatever its session still says', async () => {
    const state = new Store<TailState>({ ...live, behind: 7, message: 'Kafka is slow.' });
    const { tail, snapshot } = await setup(runningEnvironment(), 3, { state });
    snapshot.set(environment());
    state.set({ ...live, end: 4, matches: { first: 0, end: 2, left: 0 }, behind: 6 });
    expect(tail.state.value).toEqual({
      ...live,
      status: 'ended',
      message: 'The playground is not running. Start it to see new records.',
      end: 4,
      matches: { first: 0, end: 2, left: 0 },
      rate: 0,
    });
  });

  it('shows what it has read until there is something new', async () => {
    const { tail, snapshot, open } = await setup();
    const states: string[] = [];
    tail.state.onDidChange(({ next }) => states.push(`${next.status} ${next.first}-${next.end}`));
    snapshot.set(environment());
    snapshot.set(runningEnvironment({ phase: 'starting' }));
    snapshot.set(runningEnvironment());
    await settled();
    expect(states).toEqual(['ended 0-3', 'connecting 0-3', 'connecting 0-3', 'live 0-3']);
    expect(open()).toBe(1);
  });

  it('clears what it has read when the playground is stopped', async () => {
    let cleared = 0;
    const clear = (): Promise<void> => Promise.resolve(void (cleared += 1));
    const { tail, snapshot } = await setup(runningEnvironment(), 3, { state: new Store(live), clear });
    snapshot.set(environment());
    await tail.host.clear();
    expect(cleared).toBe(1);
  });

  it('ends also when its session cannot', async () => {
    const end = (): Promise<void> => Promise.reject(new Error('The worker is gone.'));
    const { tail, snapshot } = await setup(runningEnvironment(), 3, { state: new Store(live), end });
    snapshot.set(environment());
    await settled();
    expect(tail.state.value.status).toBe('ended');
  });

  it('says nothing new while the playground stays stopped', async () => {
    const { tail, snapshot } = await setup();
    snapshot.set(environment());
    await settled();
    let changes = 0;
    tail.state.onDidChange(() => {
      changes += 1;
    });
    snapshot.set(environment({ hasData: true }));
    snapshot.set(environment({ hasData: false }));
    expect(changes).toBe(0);
  });

  it('ends when all processes died, though the record of the run is still there', async () => {
    const { tail, snapshot, reading } = await setup();
    snapshot.set(runningEnvironment({ phase: 'absent', services: [] }));
    await settled();
    expect([reading(), tail.state.value.status]).toEqual([0, 'ended']);
  });

  it('waits for a broker that died alone', async () => {
    const { snapshot, reading } = await setup();
    const services = [{ name: 'kafka' as const, instances: [instance({ service: 'kafka', state: 'exited' })] }];
    snapshot.set(runningEnvironment({ phase: 'degraded', services }));
    await settled();
    expect(reading()).toBe(1);
  });

  it('does not ask a broker that has only begun to start', async () => {
    const { tail, snapshot, requests } = await setup(environment());
    const starting = (state: 'running' | 'done'): ReturnType<typeof environment> =>
      runningEnvironment({ phase: 'starting', steps: [{ step: 'topics', state, elapsedMs: 0 }] });
    snapshot.set(starting('running'));
    await settled();
    expect([requests.length, tail.state.value.status]).toEqual([0, 'connecting']);
    snapshot.set(starting('done'));
    await settled();
    expect([requests.length, tail.state.value.status]).toEqual([1, 'live']);
  });

  it('is not opened anew by what does not concern it', async () => {
    const { snapshot, requests } = await setup();
    snapshot.set(runningEnvironment({ notices: ['Port 8081 is in use.'] }));
    await settled();
    expect(requests).toHaveLength(1);
  });

  it('ends with the panel, also when it was not open yet', async () => {
    const { tail, open } = await setup();
    tail.dispose();
    expect(open()).toBe(0);
    const pending = await setup(environment());
    pending.snapshot.set(runningEnvironment());
    pending.tail.dispose();
    await settled();
    expect(pending.open()).toBe(0);
  });

  it('answers with 500 rows at most, and nothing to a question that is none', async () => {
    const { tail, asked } = await setup();
    const host = tail.host as { rows(from: unknown, to: unknown): Promise<unknown> };
    await host.rows(10, 9_999_999);
    for (const [from, to] of [
      [-1, 5],
      [5, 5],
      ['0', 5],
      [0, Number.POSITIVE_INFINITY],
      [0.5, 2],
    ]) {
      expect(await host.rows(from, to)).toEqual([]);
    }
    expect(asked).toEqual([[10, 510]]);
  });

  it('puts a whole value on the clipboard, and leaves it alone when the record is gone', async () => {
    const { tail, clipboard } = await setup();
    expect(await tail.host.copyValue(1)).toBe(true);
    expect(await tail.host.copyValue(2)).toBe(false);
    expect(clipboard).toEqual(['the value']);
  });
});
