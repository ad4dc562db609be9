import { describe, expect, it } from 'vitest';
import { LedgerFeed } from '../../../src/core/kafka/ledgerFeed';
import { silentLogger } from '../../../src/core/util/logger';
import { FakeClock } from '../../support/builders/fakeClock';
import { FakeGateway } from '../../support/kafkaFakeGateway';

const start = Date.parse('2026-01-01T00:00:00.000Z');
const iso = (window: number): string => new Date(start + window * 15_000).toISOString();
const count = (window: number, page: string, of = 1000): string =>
  JSON.stringify({ windowStart: iso(window), windowEnd: iso(window + 1), page, count: of });

interface Opened {
  low?: bigint;
  high?: bigint;
  partitions?: number;
  from?: 'latest' | 'earliest';
  gaps?: bigint;
}

async function open({ low = 0n, high = 0n, partitions = 1, from = 'latest', gaps = 0n }: Opened = {}) {
  const clock = new FakeClock();
  const gateway = new FakeGateway();
  gateway.topics.set('output', { low, high, partitions });
  gateway.topics.set('gaps', { low: 0n, high: gaps });
  const feed = new LedgerFeed({
    request: {
      brokers: ['localhost:9092'],
      topic: 'output',
      gapsTopic: 'gaps',
      windowMs: 15_000,
      expectedCount: 1000,
      pages: ['/a', '/b'],
      from,
      eventTime: true,
      recoveries: [],
    },
    gateway,
    logger: silentLogger,
    clock,
    closed: () => undefined,
  });
  await clock.advance(1000);
  return { clock, gateway, feed };
}

const reasons = (feed: LedgerFeed): readonly string[] => feed.summary.value.reasons.map(({ code }) => code);

describe('a ledger feed', () => {
  it('counts what comes and tells at most twice a second', async () => {
    const { clock, gateway, feed } = await open();
    let told = 0;
    feed.summary.onDidChange(() => {
      told += 1;
    });
    for (let window = 0; window < 100; window += 1) {
      gateway.consumption.deliver('output', 0, [count(window, '/a'), count(window, '/b')]);
      await clock.advance(20);
    }
    await clock.advance(500);
    expect(feed.summary.value).toMatchObject({ verdict: 'PASS', totals: { exactWindows: 100 } });
    expect(told).toBeLessThanOrEqual(6);
  });

  it('reads the gaps from their beginning', async () => {
    const { gateway } = await open({ high: 50n, gaps: 5n });
    expect(gateway.consumption.request.positions.get('gaps')).toEqual(new Map([[0, 0n]]));
    expect(gateway.consumption.request.positions.get('output')).toEqual(new Map([[0, 50n]]));
  });

  it('does without a topic of gaps while there is none', async () => {
    const { clock, gateway } = await open();
    gateway.topics.delete('gaps');
    gateway.consumption.fail();
    await clock.advance(4000);
    expect(gateway.consumption.request.topics).toEqual(['output']);
  });

  it('counts tombstones and foreign records as undecodable', async () => {
    const { clock, gateway, feed } = await open();
    gateway.consumption.deliver('output', 0, [null, '{}']);
    gateway.consumption.deliver('gaps', 0, ['nonsense']);
    await clock.advance(500);
    expect(feed.summary.value.totals.undecodable).toBe(3);
  });

  it('knows that it joined in the middle of the topic', async () => {
    const { clock, gateway, feed } = await open({ high: 50n });
    gateway.consumption.deliver('output', 0, [count(0, '/a'), count(3, '/a'), count(3, '/b')]);
    await clock.advance(500);
    expect(feed.summary.value.totals).toMatchObject({ exactWindows: 1 });
    await clock.advance(15_000);
    gateway.consumption.deliver('output', 0, [count(4, '/a'), count(4, '/b')]);
    await clock.advance(500);
    expect(feed.summary.value.recent[0]?.cells[1]).toMatchObject({ page: '/b', status: 'unknown' });
  });

  it('knows that records were deleted before they were read', async () => {
    const { clock, gateway, feed } = await open();
    gateway.consumption.sink.gap('gaps', 0, { from: 0n, to: 5n, missing: 5n, cause: 'deleted' });
    await clock.advance(500);
    expect(reasons(feed)).not.toContain('topicTruncated');
    gateway.consumption.sink.gap('output', 0, { from: 0n, to: 5n, missing: 5n, cause: 'deleted' });
    await clock.advance(500);
    expect(reasons(feed)).toContain('topicTruncated');
  });

  it('cannot tell while the broker is away, and can again when it is back', async () => {
    const { clock, gateway, feed } = await open();
    gateway.consumption.deliver('output', 0, [count(0, '/a'), count(0, '/b')]);
    await clock.advance(500);
    expect(feed.summary.value.verdict).toBe('PASS');
    gateway.consumption.fail();
    await clock.advance(100);
    expect(feed.summary.value.verdict).toBe('CANNOT TELL');
    expect(reasons(feed)).toContain('notConnected');
    await clock.advance(5000);
    expect(feed.summary.value.verdict).toBe('PASS');
  });

  it('waits for a topic that is not there yet', async () => {
    const { clock, gateway, feed } = await open();
    gateway.topics.delete('output');
    gateway.consumption.fail();
    await clock.advance(60_000);
    gateway.topics.set('output', { low: 0n, high: 0n });
    await clock.advance(4000);
    expect(gateway.consumptions).toHaveLength(2);
    expect(reasons(feed)).not.toContain('notConnected');
  });

  it('explains a duplicate by a recovery that it was told of', async () => {
    const { clock, gateway, feed } = await open();
    gateway.consumption.deliver('output', 0, [count(0, '/a'), count(0, '/b'), count(0, '/b')]);
    await clock.advance(500);
    expect(feed.summary.value.totals).toMatchObject({ duplicates: 0, unexplainedDuplicates: 1 });
    feed.noteRecovery(0);
    await clock.advance(500);
    expect(feed.summary.value.totals).toMatchObject({ duplicates: 1, unexplainedDuplicates: 0 });
  });
});

/** One page of windows. */
const counts = (page: string, from: number, to: number): readonly string[] =>
  Array.from({ length: to - from }, (_, index) => count(from + index, page));

describe('a ledger feed that reads what a topic held before', () => {
  it('cannot tell before all partitions were read up to where they ended, and never fails meanwhile', async () => {
    const { clock, gateway, feed } = await open({ high: 100n, partitions: 2, from: 'earliest' });
    const verdicts = new Set<string>();
    feed.summary.onDidChange(({ next }) => verdicts.add(next.verdict));
    gateway.consumption.deliver('output', 0, counts('/a', 0, 100), clock.now());
    await clock.advance(60_000);
    expect(reasons(feed)).toContain('catchingUp');
    gateway.consumption.deliver('output', 1, counts('/b', 0, 99), clock.now());
    await clock.advance(60_000);
    expect([...verdicts]).toEqual(['CANNOT TELL']);
    gateway.consumption.deliver('output', 1, counts('/b', 99, 100), clock.now());
    await clock.advance(1000);
    expect(feed.summary.value).toMatchObject({ verdict: 'PASS', reasons: [], totals: { exactWindows: 100 } });
  });

  it('waits for the gaps too, which excuse what is absent', async () => {
    const { clock, gateway, feed } = await open({ high: 10n, from: 'earliest', gaps: 1n });
    gateway.consumption.deliver(
      'output',
      0,
      [count(0, '/a'), count(0, '/b'), ...counts('/a', 5, 9), ...counts('/b', 5, 9)],
      clock.now(),
    );
    await clock.advance(1000);
    expect(reasons(feed)).toContain('catchingUp');
    gateway.consumption.deliver('gaps', 0, [JSON.stringify({ from: iso(1), to: iso(5) })]);
    await clock.advance(1000);
    expect(feed.summary.value).toMatchObject({ verdict: 'PASS', totals: { notGenerated: 8 } });
  });

  it('judges what is absent of old windows as soon as all is read', async () => {
    const { clock, gateway, feed } = await open({ high: 19n, from: 'earliest' });
    gateway.consumption.deliver('output', 0, [...counts('/a', 0, 10), ...counts('/b', 0, 4), ...counts('/b', 5, 10)]);
    await clock.advance(1000);
    expect(feed.summary.value).toMatchObject({ verdict: 'FAIL', totals: { missing: 1 } });
  });

  it('gives windows time that were written just before', async () => {
    const { clock, gateway, feed } = await open({ high: 15n, from: 'earliest' });
    gateway.consumption.deliver('output', 0, [...counts('/a', 0, 10), ...counts('/b', 0, 5)], clock.now() - 1000);
    await clock.advance(1000);
    expect(feed.summary.value).toMatchObject({ verdict: 'PASS', totals: { exactWindows: 5 } });
    gateway.consumption.deliver('output', 0, counts('/b', 5, 10));
    await clock.advance(20_000);
    expect(feed.summary.value.totals).toMatchObject({ exactWindows: 10, missing: 0 });
  });

  it('cannot tell of a topic to which nothing was written for long', async () => {
    const { clock, gateway, feed } = await open({ high: 4n, from: 'earliest' });
    gateway.consumption.deliver('output', 0, [...counts('/a', 0, 2), ...counts('/b', 0, 2)], clock.now() - 3_600_000);
    await clock.advance(1000);
    expect(feed.summary.value).toMatchObject({ verdict: 'CANNOT TELL', reasons: [{ code: 'noNewWindows' }] });
  });

  it('is done at the end of a topic that ends with control records', async () => {
    const { clock, gateway, feed } = await open({ high: 5n, from: 'earliest' });
    gateway.consumption.deliver('output', 0, [count(0, '/a'), count(0, '/b')], clock.now());
    await clock.advance(1000);
    expect(reasons(feed)).toEqual(['catchingUp']);
    gateway.consumption.request.positions.get('output')?.set(0, 5n);
    await clock.advance(1000);
    expect(feed.summary.value.verdict).toBe('PASS');
  });

  it('holds a partition back that is far ahead of another, until that is no longer so', async () => {
    const { clock, gateway } = await open({ high: 2000n, partitions: 3, from: 'earliest' });
    const { consumption } = gateway;
    consumption.deliver('output', 2, counts('/b', 0, 2000));
    consumption.deliver('output', 0, counts('/a', 0, 1000));
    consumption.deliver('output', 1, counts('/b', 0, 100));
    expect([...consumption.held].toSorted()).toEqual(['output/0', 'output/2']);
    consumption.deliver('output', 1, counts('/b', 100, 600));
    expect([...consumption.held]).toEqual(['output/2']);
    consumption.deliver('output', 1, counts('/b', 600, 2000));
    consumption.deliver('output', 0, counts('/a', 1000, 2000));
    await clock.advance(1000);
    expect([...consumption.held]).toEqual([]);
  });

  it('passes a topic with more windows than are kept, read from partitions at different speeds', async () => {
    const windows = 20_000;
    const { clock, gateway, feed } = await open({ high: BigInt(windows), partitions: 2, from: 'earliest' });
    const { consumption } = gateway;
    const read = [0, 0];
    for (let round = 0; read.some((position) => position < windows); round += 1) {
      for (const [partition, speed] of [2000, 300].entries()) {
        const from = read[partition] ?? 0;
        if (consumption.held.has(`output/${partition}`) || from === windows) continue;
        const to = Math.min(windows, from + speed);
        consumption.deliver('output', partition, counts(partition === 0 ? '/a' : '/b', from, to), clock.now());
        read[partition] = to;
      }
    }
    await clock.advance(1000);
    expect(feed.summary.value).toMatchObject({ verdict: 'PASS', reasons: [], totals: { exactWindows: windows } });
  });

  it('is in doubt again when it comes back to a topic that has grown', async () => {
    const { clock, gateway, feed } = await open({ partitions: 2 });
    gateway.consumption.deliver('output', 0, counts('/a', 0, 1));
    gateway.consumption.deliver('output', 1, counts('/b', 0, 1));
    gateway.topics.set('output', { low: 0n, high: 50n, partitions: 2 });
    gateway.consumption.fail();
    await clock.advance(4000);
    gateway.consumption.deliver('output', 0, counts('/a', 1, 50), clock.now());
    await clock.advance(60_000);
    expect(feed.summary.value.verdict).toBe('CANNOT TELL');
    expect(reasons(feed)).toEqual(['catchingUp']);
    gateway.consumption.deliver('output', 1, counts('/b', 1, 50), clock.now());
    await clock.advance(1000);
    expect(feed.summary.value).toMatchObject({ verdict: 'PASS', totals: { exactWindows: 50 } });
  });

  it('keeps telling what it knew to be wrong while it reads on', async () => {
    const { clock, gateway, feed } = await open();
    gateway.consumption.deliver('output', 0, [count(0, '/a', 999), count(0, '/b')]);
    gateway.topics.set('output', { low: 0n, high: 50n });
    gateway.consumption.fail();
    await clock.advance(4000);
    expect(feed.summary.value.verdict).toBe('FAIL');
    expect(reasons(feed)).toEqual(['short', 'catchingUp']);
  });
});

describe('a ledger feed of a live topic', () => {
  it('never fails for what comes later than windows after it, as a job writes that catches up', async () => {
    const { clock, gateway, feed } = await open({ partitions: 2 });
    const verdicts: string[] = [];
    feed.summary.onDidChange(({ next }) => verdicts.push(next.verdict));
    for (let window = 0; window < 400; window += 20) {
      gateway.consumption.deliver('output', 0, counts('/a', window, window + 20));
      await clock.advance(5000);
      gateway.consumption.deliver('output', 1, counts('/b', window, window + 20));
      await clock.advance(5000);
    }
    expect(verdicts).not.toContain('FAIL');
    expect(feed.summary.value.totals).toMatchObject({ exactWindows: 400, missing: 0 });
  });

  it('fails when a count is still absent after a time and further records', async () => {
    const { clock, gateway, feed } = await open();
    gateway.consumption.deliver('output', 0, [...counts('/a', 0, 4), ...counts('/b', 1, 4)]);
    await clock.advance(20_000);
    expect(feed.summary.value).toMatchObject({ verdict: 'PASS', totals: { missing: 0 } });
    gateway.consumption.deliver('output', 0, [count(4, '/a')]);
    await clock.advance(500);
    expect(feed.summary.value).toMatchObject({ verdict: 'FAIL', totals: { missing: 1 } });
  });

  it('cannot tell when no window was counted for three windows of time, and can again with the next', async () => {
    const { clock, gateway, feed } = await open();
    gateway.consumption.deliver('output', 0, [...counts('/a', 0, 2), ...counts('/b', 0, 2)]);
    await clock.advance(44_000);
    expect(feed.summary.value.verdict).toBe('PASS');
    await clock.advance(2000);
    expect(feed.summary.value).toMatchObject({ verdict: 'CANNOT TELL', reasons: [{ code: 'noNewWindows' }] });
    gateway.consumption.deliver('output', 0, [...counts('/a', 2, 3), ...counts('/b', 2, 3)]);
    await clock.advance(500);
    expect(feed.summary.value).toMatchObject({ verdict: 'PASS', reasons: [] });
  });

  it('stays in doubt when only the gaps go on', async () => {
    const { clock, gateway, feed } = await open();
    gateway.consumption.deliver('output', 0, [count(0, '/a'), count(0, '/b')]);
    await clock.advance(30_000);
    gateway.consumption.deliver('gaps', 0, [JSON.stringify({ from: iso(5), to: iso(6) })]);
    await clock.advance(20_000);
    expect(reasons(feed)).toEqual(['noNewWindows']);
  });

  it('says nothing of silence before the first record', async () => {
    const { clock, feed } = await open();
    await clock.advance(600_000);
    expect(reasons(feed)).toEqual(['noWindowYet']);
  });

  it('sees silence, and what is absent, though the clock was set back by an hour', async () => {
    const { clock, gateway, feed } = await open();
    gateway.consumption.deliver('output', 0, [...counts('/a', 0, 4), ...counts('/b', 1, 4)]);
    await clock.advance(1000);
    clock.jump(-3_600_000);
    await clock.advance(46_000);
    expect(feed.summary.value).toMatchObject({ verdict: 'FAIL', reasons: [{ code: 'missing', cells: 1 }] });
    gateway.consumption.deliver('output', 0, [count(0, '/b')]);
    await clock.advance(1000);
    clock.jump(-3_600_000);
    await clock.advance(46_000);
    expect(reasons(feed)).toEqual(['noNewWindows']);
  });

  it('doubts for no longer than to the next count when the clock was set forward, as after sleep', async () => {
    const { clock, gateway, feed } = await open();
    gateway.consumption.deliver('output', 0, [...counts('/a', 0, 2), ...counts('/b', 0, 2)]);
    await clock.advance(1000);
    clock.jump(8 * 3_600_000);
    await clock.advance(1000);
    expect(reasons(feed)).toEqual(['noNewWindows']);
    gateway.consumption.deliver('output', 0, [...counts('/a', 2, 3), ...counts('/b', 2, 3)]);
    await clock.advance(1000);
    expect(feed.summary.value).toMatchObject({ verdict: 'PASS', reasons: [] });
  });

  it('keeps a failure over the silence', async () => {
    const { clock, gateway, feed } = await open();
    gateway.consumption.deliver('output', 0, [count(0, '/a', 999), count(0, '/b')]);
    await clock.advance(600_000);
    expect(feed.summary.value).toMatchObject({ verdict: 'FAIL', reasons: [{ code: 'short' }] });
  });

  it('judges what is absent when nothing more came', async () => {
    const { clock, gateway, feed } = await open();
    gateway.consumption.deliver('output', 0, [...counts('/a', 0, 4), ...counts('/b', 1, 4)]);
    await clock.advance(46_000);
    expect(feed.summary.value).toMatchObject({ verdict: 'FAIL', reasons: [{ code: 'missing', cells: 1 }] });
  });

  it('does not judge what is absent while the broker is away, nor at once when it is back', async () => {
    const { clock, gateway, feed } = await open();
    gateway.consumption.deliver('output', 0, [...counts('/a', 0, 4), ...counts('/b', 1, 4)]);
    gateway.topics.set('output', { low: 0n, high: 7n });
    gateway.failure = new Error('away');
    gateway.consumption.fail();
    await clock.advance(600_000);
    gateway.failure = undefined;
    await clock.advance(10_000);
    expect(feed.summary.value).toMatchObject({ verdict: 'CANNOT TELL', reasons: [{ code: 'noNewWindows' }] });
    gateway.consumption.deliver('output', 0, [count(0, '/b')]);
    await clock.advance(500);
    expect(feed.summary.value).toMatchObject({ verdict: 'PASS', totals: { exactWindows: 4 } });
  });

  it('leaves no timer behind', async () => {
    const { clock, feed } = await open();
    await feed.close();
    expect(clock.pending).toBe(0);
  });

  it("takes the halves of days that upstream's times cannot say for skipped, across the wrap at noon", async () => {
    const { clock, gateway, feed } = await open({ high: 4n * 2880n });
    const label = (at: number): string => {
      const [date = '', time = ''] = new Date(at).toISOString().slice(0, 23).split('T');
      const [year, month, day] = date.split('-');
      const hour = Number(time.slice(0, 2)) % 12 || 12;
      return `${day}-${month}-${year} ${String(hour).padStart(2, '0')}${time.slice(2).replace('.', ':')}`;
    };
    const halfDay = (dayNumber: number): readonly string[] =>
      Array.from({ length: 2880 }, (_, index) => dayNumber * 86_400_000 + index * 15_000).flatMap((at) =>
        ['/a', '/b'].map((page) =>
          JSON.stringify({ windowStart: label(at), windowEnd: label(at + 15_000), page, count: 1000 }),
        ),
      );
    gateway.consumption.deliver('output', 0, halfDay(0), clock.now());
    gateway.consumption.deliver('output', 0, halfDay(1), clock.now());
    await clock.advance(1000);
    expect(feed.summary.value).toMatchObject({
      verdict: 'PASS',
      totals: { exactWindows: 2 * 2880, notGenerated: 2 * 2880, missing: 0, undecodable: 0 },
    });
  });
});
