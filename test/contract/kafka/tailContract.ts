import { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } from 'kafkajs';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KafkaPort, TailRequest, TailSession } from '../../../src/core/kafka/kafkaPort';
import type { TailRow } from '../../../src/shared/protocol/topicPanel';
import { KafkaTestClient, toMessage, type TestRecord } from '../../support/kafkaClient';
import { lostAddress } from '../../support/kafkaBroker';
import { numbered, reaches, rowsOf, soon, until, values } from '../../support/tails';
import type { KafkaFixture } from './kafkaContract';

const megabyte = 1024 * 1024;

/** What a tail makes of everything that a real Kafka can hold and do, of every version and mode that we run. */
export function tailContract(getFixture: () => KafkaFixture, createPort: () => KafkaPort): void {
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
    const name = `tail-${randomUUID()}`;
    await port.ensureTopics(brokers, [{ name, partitions, config }], AbortSignal.timeout(soon));
    return name;
  };
  const withTail = async (
    topic: string,
    change: Partial<TailRequest>,
    use: (tail: TailSession) => Promise<void>,
  ): Promise<void> => {
    const tail = await port.openTail({
      brokers,
      topic,
      from: 'earliest',
      capacity: 1000,
      maxValueLength: 1024,
      ...change,
    });
    try {
      await use(tail);
    } finally {
      tail.dispose();
    }
  };
  /** The newest rows, also gaps, when their records and what is missing are all that was ever written. */
  const whenAccountedFor = async (tail: TailSession, offsets: number): Promise<readonly TailRow[]> => {
    const rows = async (): Promise<readonly TailRow[]> => tail.rows(0, tail.state.value.end);
    await expect.poll(async () => accounted(await rows()), { timeout: soon, interval: 50 }).toBe(offsets);
    return rows();
  };

  describe('a tail begins', () => {
    const start = async (): Promise<string> => {
      const topic = await newTopic(2);
      const at = (index: number): TestRecord => ({ value: `v${index}`, timestamp: 1_700_000_000_000 + index * 1000 });
      await client.produce(topic, [0, 1, 2, 3, 4, 5].map(at));
      await client.produce(topic, [{ ...at(6), partition: 1 }]);
      return topic;
    };

    it.each([
      ['with the last records of all partitions', { last: 3 }, ['v4', 'v5', 'v6']],
      ['with a time', { time: 1_700_000_004_500 }, ['v5', 'v6']],
      ['with a time that is to come', { time: 1_900_000_000_000 }, []],
      ['at an offset of each partition', { offset: 4n }, ['v4', 'v5']],
      ['at an offset before all', { offset: 0n }, ['v0', 'v1', 'v2', 'v3', 'v4', 'v5', 'v6']],
    ] as const)('%s', async (_name, from, expected) => {
      const topic = await start();
      await withTail(topic, { from }, async (tail) => {
        await reaches(tail, 'live');
        await client.produce(topic, [{ value: 'x', partition: 1 }]);
        expect(values(await rowsOf(tail, expected.length + 1))).toEqual([...expected, 'x']);
      });
    });

    it('with the partitions that were chosen, and stays with them', async () => {
      const topic = await start();
      await withTail(topic, { partitions: [1] }, async (tail) => {
        await rowsOf(tail, 1);
        await client.produce(topic, [{ value: 'other' }, { value: 'chosen', partition: 1 }]);
        expect(values(await rowsOf(tail, 2))).toEqual(['chosen', 'v6']);
      });
    });
  });

  describe('a tail reads', () => {
    it.each(['gzip', 'snappy', 'lz4', 'zstd'])('a topic that is compressed by %s', async (codec) => {
      const topic = await newTopic(1, { 'compression.type': codec });
      const records = [...numbered(300), { value: 'x'.repeat(200_000) }, { value: randomUUID().repeat(2000) }];
      await client.produce(topic, records);
      await withTail(topic, { maxValueLength: megabyte }, async (tail) => {
        expect(values(await rowsOf(tail, records.length))).toEqual(values(records));
      });
    });

    it('headers, in their order and more than one of a name', async () => {
      const topic = await newTopic();
      await client.produce(topic, [
        { value: 'v', headers: { trace: 'a1', tag: ['x', 'y'], bin: Buffer.from([0, 255]) } },
      ]);
      await withTail(topic, {}, async (tail) => {
        expect(await rowsOf(tail, 1)).toMatchObject([{ headers: 'trace: a1, tag: x, tag: y, bin: \u2400\uFFFD' }]);
      });
    });

    it('keys and values that are hostile, as text', async () => {
      const topic = await newTopic();
      const deep = '['.repeat(5000) + ']'.repeat(5000);
      const hostile = [
        { key: '__proto__', value: '{"__proto__":{"polluted":true},"constructor":1}' },
        { key: '<img src=x onerror=alert(1)>', value: '</script><script>alert(1)</script>' },
        { key: '=1+1', value: deep },
        { key: null, value: null },
        { key: '', value: '' },
        { key: Buffer.from([0xc3]), value: Buffer.from([0xff, 0xfe, 0x41]) },
      ];
      await client.produce(topic, hostile);
      await withTail(topic, { maxValueLength: 20_000 }, async (tail) => {
        const rows = await rowsOf(tail, hostile.length);
        expect(rows.slice(0, 5).map(({ key, value }) => ({ key, value }))).toEqual(hostile.slice(0, 5));
        expect(rows[5]).toMatchObject({ key: '\uFFFD', value: '\uFFFD\uFFFDA' });
        expect(Reflect.get({}, 'polluted')).toBeUndefined();
      });
    });

    it('a record of 10 MB, cut in its row and whole on request', async () => {
      const topic = await newTopic(1, { 'max.message.bytes': String(12 * megabyte) });
      const value = 'é'.repeat(5 * megabyte);
      await client.produce(topic, [{ value: 'before' }]);
      await client.produce(topic, [{ value }]);
      await client.produce(topic, [{ value: 'after' }]);
      await withTail(topic, {}, async (tail) => {
        const rows = await rowsOf(tail, 3);
        expect(rows.map(({ valueCut }) => valueCut)).toEqual([false, true, false]);
        expect(await tail.value(1)).toBe(value);
      });
    });

    it('what transactions wrote only when they commit, unless it is asked to read everything', async () => {
      const topic = await newTopic();
      await client.withProducer(async (producer) => {
        for (const commits of [true, false]) {
          const transaction = await producer.transaction();
          await transaction.send({ topic, messages: numbered(3, commits ? 0 : 3).map(toMessage) });
          await (commits ? transaction.commit() : transaction.abort());
        }
      }, `tail-${randomUUID()}`);
      // A broker acknowledges the end of a transaction before it writes the marker: this record may come before it.
      await client.produce(topic, [{ value: 'last' }]);
      await withTail(topic, {}, async (tail) => {
        expect(values(await rowsOf(tail, 4))).toEqual(['last', 'v0', 'v1', 'v2']);
      });
      await withTail(topic, { isolation: 'uncommitted' }, async (tail) => {
        expect(await rowsOf(tail, 7)).toHaveLength(7);
      });
    });

    it('up to an open transaction, and says that it is held back', async () => {
      const topic = await newTopic();
      await client.withProducer(async (producer) => {
        const transaction = await producer.transaction();
        await transaction.send({ topic, messages: numbered(2).map(toMessage) });
        await client.produce(topic, [{ value: 'waits' }]);
        await withTail(topic, {}, async (tail) => {
          await until(tail.state, ({ openTransactions }) => openTransactions !== undefined);
          const { total, openTransactions, behind } = tail.state.value;
          expect([total, behind]).toEqual([0, 3]);
          expect(openTransactions).toMatchObject([{ partition: 0, offset: '0', waiting: '3' }]);
          await transaction.commit();
          expect(values(await rowsOf(tail, 3))).toEqual(['v0', 'v1', 'waits']);
          await until(tail.state, (state) => state.openTransactions === undefined && state.behind === 0);
        });
      }, `tail-${randomUUID()}`);
    });
  });

  it('filters, counts, describes and exports what a tail keeps', async () => {
    const topic = await newTopic(2);
    const clicks = Array.from({ length: 200 }, (_, index) => ({
      key: index % 2 === 0 ? '/shop' : '/help',
      value: JSON.stringify({ page: index % 2 === 0 ? '/shop' : '/help', count: index }),
      partition: index % 2,
      timestamp: 1_700_000_000_000 + index,
    }));
    await client.produce(topic, clicks.slice(0, 100));
    await withTail(topic, {}, async (tail) => {
      await rowsOf(tail, 100);
      expect(await tail.fields()).toEqual(['page', 'count']);
      await tail.setFilter({ text: 'SHOP', field: { name: 'count', text: '9' } });
      await client.produce(topic, clicks.slice(100));
      await rowsOf(tail, 200);
      const wanted = clicks.filter(({ value, key }) => key === '/shop' && /"count":\d*9/.test(value));
      await until(tail.state, ({ matches }) => matches?.left === 0 && matches.end === wanted.length);
      const found = await tail.matches(0, 500, ['count']);
      expect(found.map(({ fields }) => fields?.[0])).toEqual(wanted.map(({ value }) => /\d+/.exec(value)?.[0]));
      const { counts, matched } = await tail.histogram({ buckets: 4 });
      expect([counts, matched?.reduce((sum, count) => sum + count)]).toEqual([[50, 50, 50, 50], wanted.length]);
      expect(await tail.record(found[0]?.seq ?? -1)).toMatchObject({ value: { kind: 'json' } });
      let text = '';
      for await (const chunk of tail.export('jsonLines')) text += chunk.text;
      expect(text.trim().split('\n')).toHaveLength(wanted.length);
    });
  });

  describe('a tail shows as a gap', () => {
    const whilePaused = async (topic: string, what: () => Promise<void>): Promise<readonly TailRow[]> => {
      let rows: readonly TailRow[] = [];
      await withTail(topic, {}, async (tail) => {
        await rowsOf(tail, 10);
        await tail.setPaused(true);
        await reaches(tail, 'paused');
        await what();
        await tail.setPaused(false);
        rows = await whenAccountedFor(tail, 30);
      });
      return rows;
    };

    it('records that somebody deleted', async () => {
      const topic = await newTopic();
      await client.produce(topic, numbered(10));
      const rows = await whilePaused(topic, async () => {
        await client.produce(topic, numbered(20, 10));
        await client.withAdmin(async (admin) => {
          await admin.fetchTopicOffsets(topic);
          await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '25' }] });
        });
      });
      expect(rows[10]).toMatchObject({
        offset: '10',
        value: '15 records were deleted before they could be read.',
        gap: { to: '25', missing: '15', cause: 'deleted' },
      });
      expect(rows.slice(11).map(({ offset }) => offset)).toEqual(['25', '26', '27', '28', '29']);
    });

    it('records that retention took', async () => {
      const topic = await newTopic(1, { 'retention.ms': '3600000' });
      await client.produce(topic, numbered(10));
      const rows = await whilePaused(topic, async () => {
        await client.produce(
          topic,
          numbered(19, 10).map((record) => ({ ...record, timestamp: 1000 })),
        );
        // A segment goes when its newest record is too old, so what was written before has to be old, too.
        await client.withAdmin((admin) => admin.alterConfigs(topicConfig(topic, { 'retention.ms': '1' })));
        await expect
          .poll(async () => (await client.withAdmin((admin) => admin.fetchTopicOffsets(topic)))[0]?.low, {
            timeout: soon,
          })
          .toBe('29');
        await client.withAdmin((admin) => admin.alterConfigs(topicConfig(topic, { 'retention.ms': '-1' })));
        await client.produce(topic, numbered(1, 29));
      });
      expect(rows[10]).toMatchObject({ offset: '10', gap: { to: '29', missing: '19', cause: 'deleted' } });
      expect(rows.slice(11)).toMatchObject([{ offset: '29', value: 'v29' }]);
    });

    it('records that compaction left out, so that every offset is accounted for', async () => {
      const topic = await newTopic(1, {
        'cleanup.policy': 'compact',
        'min.cleanable.dirty.ratio': '0.01',
        'segment.ms': '200',
        'delete.retention.ms': '100',
      });
      for (let round = 0; round < 4; round += 1) {
        await client.produce(topic, [
          { key: 'same', value: `r${round}` },
          { key: `other${round}`, value: 'kept' },
          { key: 'same', value: `r${round} again` },
          { key: 'removed', value: round === 3 ? null : 'there' },
        ]);
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
      const compacted = async (): Promise<number> => {
        let gaps = 0;
        await withTail(topic, {}, async (tail) => {
          gaps = (await whenAccountedFor(tail, 16)).filter(({ gap }) => gap?.cause === 'compacted').length;
        });
        return gaps;
      };
      await expect.poll(compacted, { timeout: soon, interval: 300 }).toBeGreaterThan(1);
    });

    it('a topic that was made anew', async () => {
      const topic = await newTopic();
      await client.produce(topic, numbered(10));
      await withTail(topic, {}, async (tail) => {
        await rowsOf(tail, 10);
        await tail.setPaused(true);
        await client.withAdmin(async (admin) => admin.deleteTopics({ topics: [topic] }));
        await expect.poll(() => client.topics(), { timeout: soon }).not.toContain(topic);
        await port.ensureTopics(brokers, [{ name: topic, partitions: 1, config: {} }], AbortSignal.timeout(soon));
        await client.produce(topic, [{ value: 'anew' }]);
        await tail.setPaused(false);
        const rows = await rowsOf(tail, 11);
        expect(rows[10]).toMatchObject({ gap: { cause: 'recreated' } });
        expect(rows[11]).toMatchObject({ offset: '0', value: 'anew' });
      });
    });
  });

  describe('a tail notices', () => {
    it('a partition that is added, and reads it from its beginning', async () => {
      const topic = await newTopic();
      await withTail(topic, { from: 'latest' }, async (tail) => {
        await reaches(tail, 'live');
        await client.withAdmin((admin) => admin.createPartitions({ topicPartitions: [{ topic, count: 2 }] }));
        await expect
          .poll(() => client.produce(topic, [{ value: 'new', partition: 1 }]).then(() => true), { timeout: soon })
          .toBe(true);
        expect(await rowsOf(tail, 1)).toMatchObject([{ partition: 1, offset: '0', value: 'new' }]);
      });
    });

    it('that a broker advertises an address that cannot be reached, and says which and why', async () => {
      const topic = await newTopic();
      const [asked = ''] = getFixture().misadvertised;
      await withTail(topic, { brokers: [asked] }, async (tail) => {
        await reaches(tail, 'reconnecting');
        const { message = '' } = tail.state.value;
        expect(message).toContain(`Kafka at ${asked} answers but calls itself ${lostAddress}`);
        expect(message).toContain('in Docker it is often the name of the container');
      });
    });

    it('that it may not read a topic, and does not try for ever', async () => {
      const topic = await newTopic();
      const mayDescribe = {
        resourceType: AclResourceTypes.TOPIC,
        resourceName: topic,
        resourcePatternType: ResourcePatternTypes.LITERAL,
        principal: 'User:ANONYMOUS',
        host: '*',
        operation: AclOperationTypes.DESCRIBE,
        permissionType: AclPermissionTypes.ALLOW,
      };
      await client.withAdmin((admin) => admin.createAcls({ acl: [mayDescribe] }));
      await withTail(topic, {}, async (tail) => {
        await reaches(tail, 'failed');
        expect(tail.state.value.message).toBe(
          `Kafka does not allow us to read the topic ${topic}. Ask who runs this Kafka for the right to read it.`,
        );
      });
    });
  });
}

/** Records, and offsets that are told to be without one. */
function accounted(rows: readonly TailRow[]): number {
  return rows.reduce((sum, { gap }) => sum + (gap === undefined ? 1 : Number(gap.missing)), 0);
}

function topicConfig(topic: string, config: Readonly<Record<string, string>>) {
  const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }));
  return { validateOnly: false, resources: [{ type: 2, name: topic, configEntries }] };
}
