import { describe, expect, it } from 'vitest';
import { PollingTopicsMonitor } from '../../../src/core/kafka/topicsMonitor';
import { valueOf } from '../../../src/core/state/resource';
import { Store } from '../../../src/core/state/store';
import { PlaygroundError } from '../../../src/core/util/errors';
import { silentLogger } from '../../../src/core/util/logger';
import type { ConsumerGroupInfo, TopicInfo } from '../../../src/shared/model/kafka';
import { FakeClock } from '../../support/builders/fakeClock';

const topics: readonly TopicInfo[] = [{ name: 'input', internal: false, partitions: [] }];

function create(initial: readonly string[] | undefined = ['localhost:9092']) {
  const clock = new FakeClock();
  const brokers = new Store<readonly string[] | undefined>(initial);
  const asked: string[] = [];
  const answers = { next: (): Promise<readonly TopicInfo[]> => Promise.resolve(topics) };
  const groups: ConsumerGroupInfo[] = [{ id: 'job', state: 'Empty', members: [], offsets: [] }];
  let groupReads = 0;
  const monitor = new PollingTopicsMonitor({
    brokers,
    kafka: {
      describeTopics: (of) => {
        asked.push(of.join(','));
        return answers.next();
      },
      groups: () => {
        groupReads += 1;
        return Promise.resolve(groups);
      },
    },
    intervalMs: () => 2000,
    logger: silentLogger,
    clock,
  });
  return { clock, brokers, asked, answers, monitor, groups, groupReads: () => groupReads };
}

describe('the monitor of topics', () => {
  it('never tells a rate below zero, also when the clock is set back', async () => {
    const { clock, answers, monitor } = create();
    let latest = 0;
    answers.next = () => {
      latest += 100;
      return Promise.resolve([
        { name: 'input', internal: false, partitions: [{ id: 0, earliest: '0', latest: String(latest) }] },
      ]);
    };
    const lease = monitor.watch();
    const rates: (number | undefined)[] = [];
    monitor.state.onDidChange(({ next }) => rates.push(valueOf(next)?.[0]?.partitions[0]?.rate));
    await clock.advance(5000);
    clock.jump(-3_600_000);
    await clock.advance(5000);
    lease.dispose();
    const known = rates.filter((rate) => rate !== undefined);
    expect(known.length).toBeGreaterThan(2);
    expect(known.every((rate) => rate > 0 && rate < 1000)).toBe(true);
  });

  it('asks nothing until somebody looks, and nothing when nobody does any more', async () => {
    const { clock, asked, monitor } = create();
    await clock.advance(10_000);
    expect(asked).toEqual([]);
    const lease = monitor.watch();
    await clock.advance(3000);
    expect(asked).toHaveLength(2);
    expect(monitor.state.value).toMatchObject({ state: 'ready', value: topics });
    lease.dispose();
    await clock.advance(10_000);
    expect(asked).toHaveLength(2);
    expect(clock.pending).toBe(0);
  });

  it('asks nothing while there is no Kafka, and begins when there is', async () => {
    const { clock, brokers, asked, monitor } = create();
    brokers.set(undefined);
    monitor.watch();
    await clock.advance(5000);
    expect(asked).toEqual([]);
    brokers.set(['localhost:9093']);
    await clock.advance(0);
    expect(asked).toEqual(['localhost:9093']);
  });

  it('forgets the topics of a Kafka that was replaced', async () => {
    const { clock, brokers, answers, monitor } = create();
    monitor.watch();
    await clock.advance(0);
    answers.next = () => new Promise(() => undefined);
    brokers.set(['localhost:9093']);
    expect(monitor.state.value).toEqual({ state: 'loading' });
  });

  it('does not forget them when the same brokers are told again', async () => {
    const { clock, brokers, monitor } = create();
    monitor.watch();
    await clock.advance(0);
    brokers.set(['localhost:9092']);
    expect(monitor.state.value.state).toBe('ready');
  });

  it('keeps the last topics beside the error, and asks less often', async () => {
    const { clock, asked, answers, monitor } = create();
    monitor.watch();
    await clock.advance(0);
    const error = new PlaygroundError('unreachable', 'Away.');
    answers.next = () => Promise.reject(error);
    await clock.advance(60_000);
    expect(monitor.state.value).toMatchObject({ state: 'stale', value: topics, error });
    expect(asked.length).toBeLessThan(10);
    answers.next = () => Promise.resolve(topics);
    monitor.poke();
    await clock.advance(0);
    expect(monitor.state.value.state).toBe('ready');
  });

  it('reads consumer groups while somebody looks at them, whether or not topics are looked at', async () => {
    const { clock, asked, monitor, groups, groupReads } = create();
    const watch = monitor.watchGroups();
    await clock.advance(3000);
    expect(watch.state.value).toMatchObject({ state: 'ready', value: groups });
    expect([groupReads(), asked.length]).toEqual([2, 0]);
    watch.dispose();
    await clock.advance(10_000);
    expect(groupReads()).toBe(2);
    expect(clock.pending).toBe(0);
  });

  it('knows how fast partitions grow, over the last seconds', async () => {
    const { clock, answers, monitor } = create();
    let latest = 1000n;
    answers.next = () => {
      latest += 100n;
      const partition = { id: 0, earliest: '0', latest: latest.toString(), leader: 1 };
      return Promise.resolve([{ name: 'input', internal: false, partitions: [partition] }]);
    };
    const rates = (): unknown =>
      'value' in monitor.state.value ? monitor.state.value.value[0]?.partitions.map(({ rate }) => rate) : undefined;
    monitor.watch();
    await clock.advance(0);
    expect(rates()).toEqual([undefined]);
    await clock.advance(30_000);
    expect(rates()).toEqual([50]);
    latest = -100n;
    await clock.advance(2000);
    expect(rates()).toEqual([undefined]);
  });

  it('is silent after it was disposed', async () => {
    const { clock, asked, brokers, monitor } = create();
    const lease = monitor.watch();
    monitor.watchGroups();
    await clock.advance(0);
    monitor.dispose();
    brokers.set(['localhost:9093']);
    lease.dispose();
    await clock.advance(10_000);
    expect(asked).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });
});
