import { describe, expect, it } from 'vitest';
import { Tail, type TailResume } from '../../../src/core/kafka/tail';
import { PlaygroundError } from '../../../src/core/util/errors';
import { silentLogger } from '../../../src/core/util/logger';
import type { TailState } from '../../../src/shared/protocol/topicPanel';
import { FakeClock, settled } from '../../support/builders/fakeClock';
import { FakeGateway } from '../../support/kafkaFakeGateway';

const topic = 'clicks';

function open(
  change: { from?: 'latest' | 'earliest'; capacity?: number; resume?: TailResume; topicExists?: boolean } = {},
) {
  const { from = 'latest', capacity = 100, resume, topicExists = true } = change;
  const clock = new FakeClock();
  const gateway = new FakeGateway();
  if (topicExists) gateway.topics.set(topic, { low: 5n, high: 20n });
  const request = { brokers: ['localhost:9092'], topic, from, capacity, maxValueLength: 10 };
  const common = { request, gateway, logger: silentLogger, clock, closed: () => undefined };
  const tail = new Tail(resume === undefined ? common : { ...common, resume });
  const states: TailState[] = [];
  tail.state.onDidChange(({ next }) => states.push(next));
  return { clock, gateway, tail, states };
}

describe('a tail', () => {
  it.each([
    ['latest', '20'],
    ['earliest', '5'],
  ] as const)('begins at the %s offset', async (from, offset) => {
    const { gateway, tail, clock } = open({ from });
    await clock.advance(0);
    gateway.consumption.deliver(topic, 0, ['a']);
    expect(await tail.rows(0, 10)).toMatchObject([{ seq: 0, offset, value: 'a' }]);
  });

  it('is live when it has its partitions', async () => {
    const { tail, clock } = open();
    expect(tail.state.value.status).toBe('connecting');
    await clock.advance(0);
    expect(tail.state.value.status).toBe('live');
  });

  it('tells at most four times a second, and tells the last of it', async () => {
    const { gateway, clock, states } = open();
    await clock.advance(1000);
    states.length = 0;
    for (let burst = 0; burst < 200; burst += 1) {
      gateway.consumption.deliver(topic, 0, ['a', 'b']);
      await clock.advance(5);
    }
    expect(states.length).toBeLessThanOrEqual(5);
    await clock.advance(250);
    expect(states.at(-1)).toMatchObject({ total: 400, end: 400, first: 300 });
  });

  it('tells of the first record at once', async () => {
    const { gateway, clock, tail } = open();
    // It has said this moment that it is live.
    await clock.advance(0);
    gateway.consumption.deliver(topic, 0, ['a']);
    expect(tail.state.value.total).toBe(1);
    gateway.consumption.deliver(topic, 0, ['b']);
    expect(tail.state.value.total).toBe(1);
  });

  it('knows the rate, which falls to nothing when nothing comes', async () => {
    const { gateway, clock, tail } = open();
    await clock.advance(0);
    for (let second = 0; second < 30; second += 1) {
      gateway.consumption.deliver(
        topic,
        0,
        Array.from({ length: 50 }, () => 'a'),
      );
      await clock.advance(100);
    }
    expect(tail.state.value.rate).toBeGreaterThan(450);
    expect(tail.state.value.rate).toBeLessThan(550);
    await clock.advance(4000);
    expect(tail.state.value.rate).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it.each([-3_600_000, -2000, 3_600_000])('knows the rate though the clock jumps by %i ms', async (jump) => {
    const { gateway, clock, tail } = open();
    await clock.advance(0);
    const deliver = async (times: number): Promise<void> => {
      for (let time = 0; time < times; time += 1) {
        gateway.consumption.deliver(
          topic,
          0,
          Array.from({ length: 50 }, () => 'a'),
        );
        await clock.advance(100);
      }
    };
    await deliver(40);
    clock.jump(jump);
    await deliver(60);
    expect(tail.state.value.rate).toBeGreaterThan(450);
    expect(tail.state.value.rate).toBeLessThan(550);
    await clock.advance(4000);
    expect(tail.state.value.rate).toBe(0);
  });

  it('fetches nothing while it is paused, also by a consumer that came later', async () => {
    const { gateway, clock, tail } = open();
    await clock.advance(1000);
    await tail.setPaused(true);
    expect(gateway.consumption.paused).toBe(true);
    await clock.advance(100);
    expect(tail.state.value.status).toBe('paused');
    gateway.consumption.fail();
    await clock.advance(5000);
    expect(gateway.consumptions).toHaveLength(2);
    expect(gateway.consumption.paused).toBe(true);
    await tail.setPaused(false);
    expect(gateway.consumption.paused).toBe(false);
    await clock.advance(100);
    expect(tail.state.value.status).toBe('live');
  });

  it('goes on at the next offset when the broker was away', async () => {
    const { gateway, clock, tail } = open();
    await clock.advance(0);
    gateway.consumption.deliver(topic, 0, ['a', 'b']);
    gateway.topics.set(topic, { low: 0n, high: 1000n });
    gateway.failure = new PlaygroundError('unreachable', 'Kafka at localhost:9092 cannot be reached.');
    gateway.consumption.fail(gateway.failure);
    await clock.advance(60_000);
    expect(tail.state.value).toMatchObject({ status: 'reconnecting', message: gateway.failure.message });
    gateway.failure = undefined;
    await clock.advance(4000);
    expect(tail.state.value.status).toBe('live');
    expect(tail.state.value).not.toHaveProperty('message');
    gateway.consumption.deliver(topic, 0, ['c']);
    expect((await tail.rows(0, 10)).map(({ seq, offset }) => [seq, offset])).toEqual([
      [0, '20'],
      [1, '21'],
      [2, '22'],
    ]);
  });

  it('fails when there is no such topic, but not at the first answer of a broker that may be starting', async () => {
    const { gateway, clock, tail } = open({ topicExists: false });
    await clock.advance(1000);
    expect(tail.state.value.status).toBe('connecting');
    await clock.advance(4000);
    expect(tail.state.value).toMatchObject({ status: 'failed', message: 'There is no topic clicks.' });
    expect(gateway.consumptions).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('ends when its topic is gone', async () => {
    const { gateway, clock, tail } = open();
    await clock.advance(0);
    gateway.topics.delete(topic);
    gateway.consumption.fail(new PlaygroundError('notFound', 'Kafka has no such topic.'));
    await clock.advance(3000);
    expect(tail.state.value.status).toBe('reconnecting');
    await clock.advance(6000);
    expect(tail.state.value).toMatchObject({ status: 'ended', message: 'The topic clicks was deleted.' });
  });

  it('fails on records that cannot be read, and does not try again', async () => {
    const { gateway, clock, tail } = open();
    await clock.advance(0);
    gateway.consumption.fail(new PlaygroundError('protocol', 'Cannot be read here.'));
    await clock.advance(10_000);
    expect(tail.state.value).toMatchObject({ status: 'failed', message: 'Cannot be read here.' });
    expect(gateway.consumptions).toHaveLength(1);
  });

  it('closes its consumer and arms no timer once it is disposed', async () => {
    const { gateway, clock, tail } = open();
    await clock.advance(0);
    gateway.consumption.deliver(topic, 0, ['a']);
    tail.dispose();
    await settled();
    expect(gateway.consumption.closed).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('reads no more once it has ended, and keeps what it has read', async () => {
    const { gateway, clock, tail } = open();
    await clock.advance(0);
    gateway.consumption.deliver(topic, 0, ['a', 'b']);
    await tail.end();
    expect(gateway.consumption.closed).toBe(true);
    expect(tail.state.value).toEqual({ topic, status: 'ended', first: 0, end: 2, total: 2, capacity: 100, rate: 0 });
    await tail.setFilter({ text: 'b' });
    await clock.advance(5000);
    expect(tail.state.value).toMatchObject({ status: 'ended', matches: { end: 1, left: 0 } });
    expect(await tail.matches(0, 10)).toMatchObject([{ seq: 1, value: 'b' }]);
    expect(clock.pending).toBe(0);
  });

  it('goes on where one that lost its thread was', async () => {
    const resume = { positions: new Map([[topic, new Map([[0, 77n]])]]), seq: 40, total: 90 };
    const { gateway, clock, tail } = open({ resume });
    expect(tail.state.value).toMatchObject({ status: 'reconnecting', first: 40, end: 40, total: 90 });
    await clock.advance(0);
    gateway.consumption.deliver(topic, 0, ['a']);
    expect(await tail.rows(0, 100)).toMatchObject([{ seq: 40, offset: '77' }]);
  });

  it('gives at most 500 rows at once', async () => {
    const { gateway, clock, tail } = open({ capacity: 2000 });
    await clock.advance(0);
    gateway.consumption.deliver(
      topic,
      0,
      Array.from({ length: 1000 }, () => 'a'),
    );
    expect(await tail.rows(100, 1000)).toHaveLength(500);
  });
});
