import { describe, expect, it } from 'vitest';
import { topicCommands } from '../../../src/commands/topicCommands';
import type { KafkaPort } from '../../../src/core/kafka/kafkaPort';
import { Store } from '../../../src/core/state/store';
import type { TopicInfo } from '../../../src/shared/model/kafka';
import { commandServices } from '../../support/builders/commandServices';
import { engineDouble } from '../../support/builders/engine';
import { runningEnvironment } from '../../support/builders/environment';

const topic = (name: string, records = 5, internal = false): TopicInfo => ({
  name,
  internal,
  partitions: [{ id: 0, earliest: '0', latest: String(records), leader: 1 }],
});

function create(
  answers: readonly (string | undefined)[] = [],
  kafka: Partial<KafkaPort> = {},
  contracts: unknown = [],
) {
  const calls: string[] = [];
  const double = engineDouble(
    {
      kafka: {
        describeTopics: () =>
          Promise.resolve([topic('output', 1234), topic('mine', 1), topic('__transaction_state', 1, true)]),
        createTopic: (_brokers, { name, partitions, config }) => {
          calls.push(`create ${name} ${partitions} ${JSON.stringify(config)}`);
          return Promise.resolve();
        },
        deleteTopic: (_brokers, name) => {
          calls.push(`delete ${name}`);
          return Promise.resolve();
        },
        topicSettings: () =>
          Promise.resolve([
            { name: 'cleanup.policy', value: 'delete', own: false },
            { name: 'password', own: false },
            { name: 'retention.ms', value: '1000', own: true },
          ]),
        ...kafka,
      },
    },
    runningEnvironment(),
  );
  const script = commandServices(double.engine, answers, { 'ledger.contracts': contracts });
  const documents: string[] = [];
  const showInternal = new Store(false);
  const commands = topicCommands({
    ...script.services,
    openTopic: (name) => {
      calls.push(`tail ${name}`);
      return Promise.resolve();
    },
    checkWindows: (name) => {
      calls.push(`check ${name}`);
      return Promise.resolve();
    },
    openSettings: () => undefined,
    showDocument: (name, text) => {
      documents.push(`${name}\n${text}`);
      return Promise.resolve();
    },
    showInternal,
    locale: 'en',
  });
  return { ...script, commands, calls, documents, showInternal, snapshot: double.snapshot };
}

describe('creating a topic', () => {
  it('asks for what it was not told, and again for what Kafka would not take', async () => {
    const { commands, calls, asked } = create(['not a name', 'fine.name-1', '0', '3']);
    expect(await commands['topic.create'].run({})).toBe('fine.name-1');
    expect(calls).toEqual(['create fine.name-1 3 {}']);
    expect(asked).toEqual([
      'The name of the new topic',
      'A topic has a name of up to 249 letters, digits, dots, underscores and hyphens.',
      'How many partitions it has',
      'A number from 1 to 1000 is needed.',
    ]);
  });

  it('asks nothing when it was told everything', async () => {
    const { commands, calls, asked } = create();
    await commands['topic.create'].run({ topic: 't', partitions: 2, config: { 'retention.ms': '1' } });
    expect([calls, asked]).toEqual([['create t 2 {"retention.ms":"1"}'], []]);
  });

  it.each(['..', 'a/b', '', 'x'.repeat(250)])('refuses the name "%s"', async (name) => {
    await expect(create().commands['topic.create'].run({ topic: name, partitions: 1 })).rejects.toMatchObject({
      kind: 'input',
    });
  });

  it('does nothing when it is called off', async () => {
    const { commands, calls } = create(['name', undefined]);
    expect(await commands['topic.create'].run({})).toBeUndefined();
    expect(calls).toEqual([]);
  });
});

describe('deleting a topic', () => {
  it('names the topic and its records before it does so', async () => {
    const { commands, calls, asked, details } = create(['mine', 'yes']);
    expect(await commands['topic.delete'].run({})).toBe('mine');
    expect(asked).toEqual(['The topic to delete', 'Delete the topic mine?']);
    expect(details).toEqual(['Its 1 record is deleted and cannot be brought back.']);
    expect(calls).toEqual(['delete mine']);
  });

  it('says what it means for the playground', async () => {
    const { commands, details, calls } = create(['no']);
    expect(await commands['topic.delete'].run({ topic: 'output' })).toBeUndefined();
    expect(details[0]).toMatch(/^Its 1,234 records are deleted.*its job and its generator fail without it/);
    expect(calls).toEqual([]);
  });

  it('asks nothing when it was confirmed', async () => {
    const { commands, calls, asked } = create();
    await commands['topic.delete'].run({ topic: 'mine', confirmed: true });
    expect([calls, asked]).toEqual([['delete mine'], []]);
  });

  it.each([
    ['__transaction_state', 'input'],
    ['absent', 'notFound'],
  ])('refuses %s', async (name, kind) => {
    const { commands, calls } = create();
    await expect(commands['topic.delete'].run({ topic: name, confirmed: true })).rejects.toMatchObject({ kind });
    expect(calls).toEqual([]);
  });
});

describe('the other commands of topics', () => {
  it('show a configuration, what is set on the topic first', async () => {
    const { commands, documents } = create();
    await commands['topic.showConfiguration'].run({ topic: 'mine' });
    expect(documents).toEqual([
      [
        'mine.properties',
        '# Set on the topic mine',
        'retention.ms=1000',
        '',
        '# As the broker has it',
        'cleanup.policy=delete',
        '# password: secret',
        '',
      ].join('\n'),
    ]);
  });

  it('show and hide topics of Kafka itself', async () => {
    const { commands, showInternal, context } = create();
    await commands['topics.showInternal'].run({});
    expect([showInternal.value, context.get('internalTopics')]).toEqual([true, true]);
    await commands['topics.hideInternal'].run({});
    expect([showInternal.value, context.get('internalTopics')]).toEqual([false, false]);
  });

  it('tail the topic that is chosen', async () => {
    const { commands, calls } = create(['output']);
    expect(await commands['topic.tail'].run({})).toBe('output');
    expect(calls).toEqual(['tail output']);
  });

  it.each(['topic.tail', 'topic.checkWindows', 'topic.create', 'topic.delete', 'topic.showConfiguration'] as const)(
    'say that nothing runs (%s)',
    async (name) => {
      const { commands, snapshot } = create();
      const { endpoints, ...rest } = snapshot.value;
      expect(endpoints).toBeDefined();
      snapshot.set(rest);
      await expect(commands[name].run({ topic: 'mine' })).rejects.toThrow('The playground is not running.');
    },
  );
});

describe('checking windows', () => {
  const contract = {
    topic: 'sales',
    windowStartField: 'from',
    windowSeconds: 60,
    keyField: 'shop',
    countField: 'sold',
    expectedCount: 5,
  };

  it('is done for the counts of the playground unless something else is described', async () => {
    const { commands, calls, asked } = create();
    expect(await commands['topic.checkWindows'].run({})).toBe('output');
    expect([calls, asked]).toEqual([['check output'], []]);
  });

  it('asks for the topic when several can be judged', async () => {
    const { commands, calls } = create(['sales'], {}, [contract]);
    await commands['topic.checkWindows'].run({});
    expect(calls).toEqual(['check sales']);
  });

  it('refuses a topic of which it is not known what counts', async () => {
    const { commands, calls } = create();
    await expect(commands['topic.checkWindows'].run({ topic: 'mine' })).rejects.toThrow(
      'It is not known what counts in the topic mine.',
    );
    expect(calls).toEqual([]);
  });

  it('says what is wrong with a description, and goes on where it is not needed', async () => {
    const bad = { ...contract, expectedCount: 'many' };
    const problem = 'The contract of the topic sales needs a whole number for expectedCount.';
    const { commands, calls, infos } = create([], {}, [bad]);
    await expect(commands['topic.checkWindows'].run({ topic: 'sales' })).rejects.toThrow(problem);
    await commands['topic.checkWindows'].run({ topic: 'output' });
    expect([calls, infos]).toEqual([['check output'], [problem]]);
  });
});
