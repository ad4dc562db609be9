import { describe, expect, it } from 'vitest';
import type { TailRequest, TailSession } from '../../../src/core/kafka/kafkaPort';
import { Store } from '../../../src/core/state/store';
import { TopicTail } from '../../../src/panels/topicPanel';
import type { TopicInfo } from '../../../src/shared/model/kafka';
import type { TailState } from '../../../src/shared/protocol/topicPanel';
import { engineDouble } from '../../support/builders/engine';
import { environment, runningEnvironment } from '../../support/builders/environment';

const live: TailState = { topic: 'output', status: 'live', first: 0, end: 3, total: 3, capacity: 1000, rate: 0.4 };

function topic(records: number): TopicInfo {
  return { name: 'output', internal: false, partitions: [{ id: 0, earliest: '0', latest: String(records) }] };
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

async function setup(
  snapshot = runningEnvironment(),
  records = 3,
): Promise<{
  readonly tail: TopicTail;
  readonly snapshot: Store<ReturnType<typeof environment>>;
  readonly requests: TailRequest[];
  readonly asked: [number, number][];
  readonly open: () => number;
  readonly reloads: () => number;
  readonly clipboard: string[];
}> {
  const requests: TailRequest[] = [];
  const asked: [number, number][] = [];
  const clipboard: string[] = [];
  let open = 0;
  let reloads = 0;
  const openTail = (request: TailRequest): Promise<TailSession> => {
    requests.push(request);
    open += 1;
    return Promise.resolve({
      state: new Store(live),
      rows: (from, to) => {
        asked.push([from, to]);
        return Promise.resolve([]);
      },
      value: (seq) => Promise.resolve(seq === 1 ? 'the value' : undefined),
      setPaused: () => Promise.resolve(),
      clear: () => Promise.resolve(),
      dispose: () => {
        open -= 1;
      },
    });
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
    reloads: () => reloads,
    clipboard,
  };
}

describe('the tail behind a topic panel', () => {
  it('begins at the beginning of a topic that fits, else with what comes from now on', async () => {
    expect((await setup(runningEnvironment(), 1000)).requests).toMatchObject([{ from: 'earliest', capacity: 1000 }]);
    expect((await setup(runningEnvironment(), 1001)).requests).toMatchObject([{ from: 'latest' }]);
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
    expect(reloads()).toBe(0);
    snapshot.set(environment());
    expect(open()).toBe(0);
    snapshot.set(runningEnvironment());
    await settled();
    expect([open(), reloads()]).toEqual([1, 2]);
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
