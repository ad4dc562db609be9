import { describe, expect, it } from 'vitest';
import { LedgerFeed } from '../../../src/core/kafka/ledgerFeed';
import { silentLogger } from '../../../src/core/util/logger';
import { FakeClock } from '../../support/builders/fakeClock';
import { FakeGateway } from '../../support/kafkaFakeGateway';

const start = Date.parse('2026-01-01T00:00:00.000Z');
const iso = (window: number): string => new Date(start + window * 15_000).toISOString();
const count = (window: number, page: string, of = 1000): string =>
  JSON.stringify({ windowStart: iso(window), windowEnd: iso(window + 1), page, count: of });

async function open(offsets: { low: bigint; high: bigint } = { low: 0n, high: 0n }) {
  const clock = new FakeClock();
  const gateway = new FakeGateway();
  gateway.topics.set('output', offsets);
  gateway.topics.set('gaps', { low: 0n, high: 5n });
  const feed = new LedgerFeed({
    request: {
      brokers: ['localhost:9092'],
      topic: 'output',
      gapsTopic: 'gaps',
      windowMs: 15_000,
      expectedCount: 1000,
      pages: ['/a', '/b'],
      from: 'latest',
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
    const { gateway } = await open({ low: 0n, high: 50n });
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
    const { clock, gateway, feed } = await open({ low: 0n, high: 50n });
    gateway.consumption.deliver('output', 0, [count(0, '/a'), count(3, '/a'), count(3, '/b')]);
    await clock.advance(500);
    expect(feed.summary.value.totals).toMatchObject({ exactWindows: 1 });
    expect(feed.summary.value.recent[0]?.cells[1]).toMatchObject({ page: '/b', status: 'unknown' });
  });

  it('knows that records were deleted before they were read', async () => {
    const { clock, gateway, feed } = await open();
    gateway.consumption.sink.skipped('gaps', 0);
    await clock.advance(500);
    expect(reasons(feed)).not.toContain('topicTruncated');
    gateway.consumption.sink.skipped('output', 0);
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
