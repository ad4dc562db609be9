import { ConfigResourceTypes } from 'kafkajs';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KafkaPort, TailRequest, TailSession } from '../../../src/core/kafka/kafkaPort';
import { PlaygroundError } from '../../../src/core/util/errors';
import type { TailRow } from '../../../src/shared/protocol/topicPanel';
import { KafkaTestClient, toMessage, type TestRecord } from '../../support/kafkaClient';
import { numbered, reaches, rowsOf, soon, until, values } from '../../support/tails';

/** A real Kafka that the contract may use; `restart` ends it as a crash does and starts it again with its data. */
export interface KafkaFixture {
  readonly brokers: readonly string[];
  /** Where it answers, but calls itself by an address at which nothing is. */
  readonly misadvertised: readonly string[];
  kill(): Promise<void>;
  /** Makes it hang with its ports open, or go on. */
  freeze(frozen: boolean): void;
  restart(): Promise<void>;
}

/** The pages of a partition that has more of them than another. */
const wide = ['/index', '/shop', '/jobs', '/about', '/news'];

/** What we rely on of a real Kafka, of every version and mode that we run. */
export function kafkaContract(getFixture: () => KafkaFixture, createPort: () => KafkaPort): void {
  let port: KafkaPort;
  let client: KafkaTestClient;
  let brokers: readonly string[];

  beforeAll(() => {
    brokers = getFixture().brokers;
    port = createPort();
    client = new KafkaTestClient(brokers);
  });
  afterAll(() => port.dispose());

  const newTopic = async (partitions = 1, config: Record<string, string> = {}): Promise<string> => {
    const name = `contract-${randomUUID()}`;
    await port.ensureTopics(brokers, [{ name, partitions, config }], AbortSignal.timeout(soon));
    return name;
  };
  const openTail = (topic: string, change: Partial<TailRequest> = {}): Promise<TailSession> =>
    port.openTail({ brokers, topic, from: 'earliest', capacity: 1000, maxValueLength: 1024, ...change });
  const withTail = async (
    topic: string,
    change: Partial<TailRequest>,
    use: (tail: TailSession) => Promise<void>,
  ): Promise<void> => {
    const tail = await openTail(topic, change);
    try {
      await use(tail);
    } finally {
      tail.dispose();
    }
  };

  describe('topics', () => {
    it('knows the cluster by an id that stays', async () => {
      const id = await port.clusterId(brokers, AbortSignal.timeout(soon));
      expect(id).toMatch(/^[\w-]{22}$/);
      expect(await port.clusterId(brokers, AbortSignal.timeout(soon))).toBe(id);
    });

    it('creates the topics that are missing, with their settings, and leaves others alone', async () => {
      const existing = await newTopic(2);
      const name = `contract-${randomUUID()}`;
      const spec = (topic: string): { name: string; partitions: number; config: Record<string, string> } => ({
        name: topic,
        partitions: 3,
        config: { 'retention.ms': '7200000' },
      });
      await port.ensureTopics(brokers, [spec(existing), spec(name)], AbortSignal.timeout(soon));
      const topics = await port.describeTopics(brokers, AbortSignal.timeout(soon));
      expect(topics.find((topic) => topic.name === existing)?.partitions).toHaveLength(2);
      expect(topics.find((topic) => topic.name === name)).toEqual({
        name,
        internal: false,
        partitions: [0, 1, 2].map((id) => ({ id, earliest: '0', latest: '0', leader: 1 })),
      });
      const { resources } = await client.withAdmin((admin) =>
        admin.describeConfigs({
          includeSynonyms: false,
          resources: [{ type: ConfigResourceTypes.TOPIC, name, configNames: ['retention.ms'] }],
        }),
      );
      expect(resources[0]?.configEntries[0]?.configValue).toBe('7200000');
    });

    it('tells the offsets of each partition, also of one that was added later', async () => {
      const topic = await newTopic(1);
      await client.produce(topic, [{ value: 'a' }, { value: 'b' }]);
      const offsets = async (): Promise<unknown> => {
        const topics = await port.describeTopics(brokers, AbortSignal.timeout(soon));
        const found = topics.find(({ name }) => name === topic);
        return found?.partitions.map(({ id, earliest, latest }) => [id, earliest, latest]);
      };
      expect(await offsets()).toEqual([[0, '0', '2']]);
      await client.withAdmin(async (admin) => {
        await admin.fetchTopicOffsets(topic);
        await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '1' }] });
        await admin.createPartitions({ topicPartitions: [{ topic, count: 2 }] });
      });
      expect(await offsets()).toEqual([
        [0, '1', '2'],
        [1, '0', '0'],
      ]);
    });

    it('marks topics of Kafka itself', async () => {
      const topic = await newTopic();
      const groupId = `contract-${randomUUID()}`;
      await client.withAdmin((admin) =>
        admin.setOffsets({ groupId, topic, partitions: [{ partition: 0, offset: '0' }] }),
      );
      const topics = await port.describeTopics(brokers, AbortSignal.timeout(soon));
      expect(topics.find(({ name }) => name === '__consumer_offsets')?.internal).toBe(true);
    });

    it('creates, describes and deletes a topic', async () => {
      const name = `contract-${randomUUID()}`;
      const spec = { name, partitions: 1, config: { 'retention.ms': '7200000' } };
      await port.createTopic(brokers, spec, AbortSignal.timeout(soon));
      const settings = await port.topicSettings(brokers, name, AbortSignal.timeout(soon));
      expect(settings.filter(({ own }) => own)).toEqual([{ name: 'retention.ms', value: '7200000', own: true }]);
      expect(settings).toContainEqual({ name: 'cleanup.policy', value: 'delete', own: false });
      const again = port.createTopic(brokers, spec, AbortSignal.timeout(soon));
      await expect(again).rejects.toMatchObject({ kind: 'input' });
      await port.deleteTopic(brokers, name, AbortSignal.timeout(soon));
      await expect.poll(() => client.topics(), { timeout: soon }).not.toContain(name);
      const gone = port.deleteTopic(brokers, name, AbortSignal.timeout(soon));
      await expect(gone).rejects.toMatchObject({ kind: 'notFound' });
    });

    it('knows what groups have still to read, with members and without', async () => {
      const topic = await newTopic(2);
      await client.produce(topic, [...numbered(5), { value: 'x', partition: 1 }]);
      const without = `contract-${randomUUID()}`;
      await client.withAdmin((admin) =>
        admin.setOffsets({ groupId: without, topic, partitions: [{ partition: 0, offset: '2' }] }),
      );
      const withMember = `contract-${randomUUID()}`;
      await client.withConsumer(withMember, topic, async () => {
        const groups = async () => port.groups(brokers, AbortSignal.timeout(soon));
        const found = async (id: string) => (await groups()).find((group) => group.id === id);
        expect(await found(without)).toEqual({
          id: without,
          state: 'Empty',
          members: [],
          offsets: [{ topic, partition: 0, committed: '2', lag: '3' }],
        });
        await expect
          .poll(() => found(withMember), { timeout: soon })
          .toMatchObject({
            state: 'Stable',
            members: [{ clientId: 'test', partitions: [{ topic, partitions: [0, 1] }] }],
            offsets: [],
          });
      });
    });

    it('says which address is silent', async () => {
      const asked = port.clusterId(['127.0.0.1:1'], AbortSignal.timeout(soon));
      await expect(asked).rejects.toMatchObject({
        kind: 'unreachable',
        message: expect.stringContaining('127.0.0.1:1') as unknown,
      });
    });

    it('stops waiting when it is told to', async () => {
      const asked = port.clusterId(brokers, AbortSignal.abort());
      await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
    });

    it('passes on what Kafka refuses', async () => {
      const refused = port.ensureTopics(
        brokers,
        [{ name: `contract-${randomUUID()}`, partitions: 1, config: { 'retention.ms': 'often' } }],
        AbortSignal.timeout(soon),
      );
      await expect(refused).rejects.toSatisfy((error) => PlaygroundError.is(error, 'rejected'));
    });
  });

  describe('a tail', () => {
    it('shows the records that are there, as they are', async () => {
      const topic = await newTopic(2);
      await client.produce(topic, [
        { key: 'k', value: 'first', timestamp: 1_700_000_000_000 },
        { key: null, value: null, timestamp: 1_700_000_000_001 },
        { key: Buffer.from([0, 255]), value: 'ünï\u0007', partition: 1, timestamp: 1_700_000_000_002 },
      ]);
      await withTail(topic, {}, async (tail) => {
        const rows = await rowsOf(tail, 3);
        expect(rows.toSorted((a, b) => a.timestamp - b.timestamp)).toMatchObject([
          row({ key: 'k', value: 'first', timestamp: 1_700_000_000_000 }),
          row({ key: null, value: null, offset: '1', timestamp: 1_700_000_000_001 }),
          row({ key: '\u2400\uFFFD', value: 'ünï\u2407', partition: 1, timestamp: 1_700_000_000_002 }),
        ]);
      });
    });

    it('begins with new records when asked to', async () => {
      const topic = await newTopic(2);
      await client.produce(topic, [{ value: 'old' }, { value: 'old', partition: 1 }]);
      await withTail(topic, { from: 'latest' }, async (tail) => {
        await reaches(tail, 'live');
        await client.produce(topic, [{ value: 'new' }, { value: 'new', partition: 1 }]);
        expect((await rowsOf(tail, 2)).map(({ value, offset }) => [value, offset])).toEqual([
          ['new', '1'],
          ['new', '1'],
        ]);
      });
    });

    it('loses and repeats nothing over a pause', async () => {
      const topic = await newTopic(2);
      const produced: string[] = [];
      const produce = async (count: number): Promise<void> => {
        const records = Array.from({ length: count }, (_, index) => ({
          value: `v${produced.length + index}`,
          partition: index % 2,
        }));
        produced.push(...records.map(({ value }) => value));
        await client.produce(topic, records);
      };
      await withTail(topic, {}, async (tail) => {
        await reaches(tail, 'live');
        await produce(50);
        await tail.setPaused(true);
        await reaches(tail, 'paused');
        await produce(50);
        await new Promise((resolve) => setTimeout(resolve, 700));
        const paused = tail.state.value.total;
        expect(paused).toBeLessThanOrEqual(50);
        await tail.setPaused(false);
        const rows = await rowsOf(tail, 100);
        expect(values(rows)).toEqual(produced.toSorted());
        await reaches(tail, 'live');
      });
    });

    it('keeps no more than its capacity', async () => {
      const topic = await newTopic();
      await client.produce(topic, numbered(500));
      await withTail(topic, { capacity: 100 }, async (tail) => {
        await until(tail.state, ({ total }) => total === 500);
        expect(tail.state.value).toMatchObject({ first: 400, end: 500, total: 500, capacity: 100 });
        expect((await tail.rows(0, 500)).map(({ offset }) => offset)).toEqual(
          Array.from({ length: 100 }, (_, index) => String(400 + index)),
        );
        expect(await tail.value(399)).toBeUndefined();
        expect(await tail.value(499)).toBe('v499');
      });
    });

    it('cuts long values, and has them whole on request', async () => {
      const topic = await newTopic();
      const long = 'é'.repeat(2000);
      await client.produce(topic, [{ value: long }]);
      await withTail(topic, { maxValueLength: 101 }, async (tail) => {
        const [shown] = await rowsOf(tail, 1);
        expect(shown).toMatchObject({ value: 'é'.repeat(50), valueCut: true });
        expect(await tail.value(0)).toBe(long);
      });
    });

    it('shows only what transactions committed', async () => {
      const topic = await newTopic();
      await client.withProducer(async (producer) => {
        for (const [value, commits] of [
          ['kept', true],
          ['taken back', false],
          ['kept too', true],
        ] as const) {
          const transaction = await producer.transaction();
          await transaction.send({ topic, messages: [toMessage({ value })] });
          await (commits ? transaction.commit() : transaction.abort());
        }
      }, `contract-${randomUUID()}`);
      await withTail(topic, {}, async (tail) => {
        expect((await rowsOf(tail, 2)).map(({ value, offset }) => [value, offset])).toEqual([
          ['kept', '0'],
          ['kept too', '4'],
        ]);
      });
    });

    it('forgets its rows when it is cleared and goes on counting', async () => {
      const topic = await newTopic();
      await client.produce(topic, numbered(3));
      await withTail(topic, {}, async (tail) => {
        await until(tail.state, ({ total }) => total === 3);
        await tail.clear();
        await until(tail.state, ({ first, end }) => first === 3 && end === 3);
        await client.produce(topic, [{ value: 'after' }]);
        await until(tail.state, ({ total }) => total === 4);
        expect(await tail.rows(0, 10)).toMatchObject([{ seq: 3, value: 'after' }]);
      });
    });

    it('fails on a topic that does not exist, and does not make it', async () => {
      const topic = `missing-${randomUUID()}`;
      await withTail(topic, {}, async (tail) => {
        await reaches(tail, 'failed');
        expect(tail.state.value.message).toBe(`There is no topic ${topic}.`);
      });
      expect(await client.topics()).not.toContain(topic);
    });

    it('ends when its topic is deleted', async () => {
      const topic = await newTopic();
      await withTail(topic, {}, async (tail) => {
        await reaches(tail, 'live');
        await client.withAdmin((admin) => admin.deleteTopics({ topics: [topic] }));
        await reaches(tail, 'ended');
        expect(tail.state.value.message).toBe(`The topic ${topic} was deleted.`);
      });
      expect(await client.topics()).not.toContain(topic);
    });

    it('makes no group', async () => {
      const topic = await newTopic();
      const before = await client.groups();
      await withTail(topic, {}, async (tail) => {
        await reaches(tail, 'live');
        await client.produce(topic, numbered(3));
        await rowsOf(tail, 3);
        expect(await client.groups()).toEqual(before);
      });
    });

    it('goes on at the next record when the broker was gone', async () => {
      const topic = await newTopic(2);
      await client.produce(topic, numbered(10));
      await withTail(topic, { from: 'earliest' }, async (tail) => {
        await until(tail.state, ({ total }) => total === 10);
        await getFixture().kill();
        await reaches(tail, 'reconnecting');
        await getFixture().restart();
        await client.produce(topic, numbered(10, 10));
        const rows = await rowsOf(tail, 20);
        expect(values(rows)).toEqual(values(numbered(20)));
        await reaches(tail, 'live');
        expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, index) => index));
      });
    });
  });

  describe('a broker that hangs', () => {
    it('is not shown as live, and is read again when it goes on', async () => {
      const topic = await newTopic();
      await withTail(topic, {}, async (tail) => {
        await reaches(tail, 'live');
        try {
          getFixture().freeze(true);
          await reaches(tail, 'reconnecting');
        } finally {
          getFixture().freeze(false);
        }
        await reaches(tail, 'live');
        await client.produce(topic, [{ value: 'after' }]);
        expect(await rowsOf(tail, 1)).toMatchObject([{ value: 'after' }]);
      });
    });
  });

  describe('a ledger', () => {
    it('judges the windows of a topic and the gaps that were recorded', async () => {
      const output = await newTopic(2);
      const gaps = await newTopic();
      const ledger = await port.openLedger({
        brokers,
        topic: output,
        gapsTopic: gaps,
        windowMs: 15_000,
        expectedCount: 1000,
        pages: ['/help', '/shop'],
        from: 'earliest',
        eventTime: true,
        recoveries: [],
      });
      try {
        expect(ledger.summary.value.verdict).toBe('CANNOT TELL');
        await client.produce(
          output,
          [0, 1, 3, 4, 5].flatMap((index) => [windowRecord(index, '/help'), windowRecord(index, '/shop')]),
        );
        await client.produce(gaps, [{ value: JSON.stringify({ from: iso(2), to: iso(3) }) }]);
        await until(ledger.summary, ({ totals }) => totals.exactWindows === 5 && totals.notGenerated === 2);
        await until(ledger.summary, ({ reasons }) => !reasons.some(({ code }) => code === 'notConnected'));
        await client.produce(output, [windowRecord(6, '/help', 999), windowRecord(6, '/shop')]);
        await until(ledger.summary, ({ verdict }) => verdict === 'FAIL');
        const windows = await ledger.windows(3);
        expect(windows.map(({ cells }) => cells.map(({ status, count }) => [status, count]))).toEqual([
          ...[4, 5].map(() => ['exact', 'exact'].map((status) => [status, 1000])),
          [
            ['short', 999],
            ['exact', 1000],
          ],
        ]);
        expect(windows.map(({ start }) => new Date(start).toISOString())).toEqual([4, 5, 6].map(iso));
        expect(windows.every(({ writtenAt = 0 }) => Math.abs(writtenAt - Date.now()) < 60_000)).toBe(true);
        const skipped = (await ledger.windows(5)).find(({ start }) => start === Date.parse(iso(2)));
        expect(skipped).toMatchObject({
          closed: true,
          cells: [{ status: 'notGenerated' }, { status: 'notGenerated' }],
        });
      } finally {
        ledger.dispose();
      }
    });

    it('never fails while it reads a long topic whose partitions hold different numbers of pages', async () => {
      const output = await newTopic(2);
      const windows = Array.from({ length: 12_000 }, (_, index) => index);
      for (let from = 0; from < windows.length; from += 1000) {
        const records = windows
          .slice(from, from + 1000)
          .flatMap((index) => [
            windowRecord(index, '/help'),
            ...wide.map((page) => ({ ...windowRecord(index, page), partition: 1 })),
          ]);
        await client.produce(output, records);
      }
      const ledger = await port.openLedger({
        brokers,
        topic: output,
        windowMs: 15_000,
        expectedCount: 1000,
        pages: ['/help', ...wide],
        from: 'earliest',
        eventTime: true,
        recoveries: [],
      });
      const verdicts = new Set<string>();
      try {
        ledger.summary.onDidChange(({ next }) => verdicts.add(next.verdict));
        await until(ledger.summary, ({ verdict }) => verdict === 'PASS');
        expect(ledger.summary.value.totals).toMatchObject({ exactWindows: windows.length, missing: 0 });
        expect([...verdicts]).toEqual(['CANNOT TELL', 'PASS']);
      } finally {
        ledger.dispose();
      }
    });
  });
}

function row(change: Partial<TailRow>): Omit<TailRow, 'seq'> {
  return { partition: 0, offset: '0', timestamp: 0, key: null, value: null, keyCut: false, valueCut: false, ...change };
}

function iso(window: number): string {
  return new Date(1_700_000_010_000 + window * 15_000).toISOString();
}

function windowRecord(window: number, page: string, count = 1000): TestRecord {
  return { value: JSON.stringify({ windowStart: iso(window), windowEnd: iso(window + 1), page, count }) };
}
