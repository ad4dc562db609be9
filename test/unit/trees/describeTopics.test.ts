import { describe, expect, it } from 'vitest';
import { failed, idle, loading, succeeded } from '../../../src/core/state/resource';
import { describeTopics } from '../../../src/core/trees/describeTopics';
import { PlaygroundError } from '../../../src/core/util/errors';
import type { TopicInfo } from '../../../src/shared/model/kafka';
import { noon } from '../../support/builders/flink';
import { golden, printTree } from '../../support/builders/printTree';

process.env['TZ'] = 'UTC';

const down = new PlaygroundError('unreachable', 'Kafka does not answer.', { remedy: 'Look at its log.' });

const topics: readonly TopicInfo[] = [
  {
    name: '__consumer_offsets',
    internal: true,
    partitions: [{ id: 0, earliest: '0', latest: '7', leader: 1 }],
  },
  {
    name: 'output',
    internal: false,
    partitions: [
      { id: 1, earliest: '9007199254740993', latest: '9007199254740994', leader: 1 },
      { id: 0, earliest: '0', latest: '1234567', leader: 1 },
    ],
  },
  { name: 'input', internal: false, partitions: [{ id: 0, earliest: '10', latest: '11', leader: 1 }] },
  {
    name: 'lost',
    internal: false,
    partitions: [
      { id: 0, earliest: '0', latest: '0' },
      { id: 1, earliest: '0', latest: '0', leader: 1 },
    ],
  },
];

describe('describeTopics', () => {
  it('shows topics with partitions, offsets beyond 53 bits and records', async () => {
    await expect(
      printTree(describeTopics(succeeded(topics, noon), { locale: 'en', showInternal: true })),
    ).toMatchFileSnapshot(golden('topics-ready'));
  });

  it('has ids, tooltips and words for screen readers', async () => {
    await expect(
      printTree(describeTopics(succeeded(topics.slice(2, 3), noon), { locale: 'en' }), {
        ids: true,
        tooltips: true,
      }),
    ).toMatchFileSnapshot(golden('topics-whole'));
  });

  it('has no markup of a name in a tooltip, whatever a broker calls its topics', () => {
    const name = '<img src=x onerror=alert(1)>[run](command:x)';
    const partitions = [{ id: 0, earliest: '0', latest: '1', leader: 1 }];
    const [node] = describeTopics(succeeded([{ name, internal: false, partitions }], noon), { locale: 'en' });
    const shown = [node?.tooltip, node?.children === 'lazy' ? undefined : node?.children?.[0]?.tooltip].join();
    expect(node?.label).toBe(name);
    expect(shown).toContain('onerror');
    expect(shown).not.toMatch(/(?<!\\)[<[]/);
  });

  it('writes numbers as the locale does', () => {
    const [, , output] = describeTopics(succeeded(topics, noon), { locale: 'de' });
    expect(output?.description).toBe('1.234.568 records · 2 partitions');
  });

  it('shows how fast topics and their partitions grow', async () => {
    const growing = (name: string, ...rates: number[]): TopicInfo => ({
      name,
      internal: false,
      partitions: rates.map((rate, id) => ({ id, earliest: '0', latest: '9000', leader: 1, rate })),
    });
    const shown = [growing('input', 245.6, 154.4), growing('output', 0.4, 0), growing('quiet', 0, 0.01)];
    await expect(printTree(describeTopics(succeeded(shown, noon), { locale: 'en' }))).toMatchFileSnapshot(
      golden('topics-rates'),
    );
  });

  it('leaves topics of Kafka itself out unless they are asked for', () => {
    const labels = describeTopics(succeeded(topics, noon), { locale: 'en' }).map(({ label }) => label);
    expect(labels).toEqual(['input', 'lost', 'output', 'Consumer Groups']);
  });

  it('marks topics that are not fresh', async () => {
    await expect(
      printTree(describeTopics(failed(succeeded(topics, noon), down), { locale: 'en' })),
    ).toMatchFileSnapshot(golden('topics-stale'));
  });

  it('says what is the matter when they cannot be read', async () => {
    await expect(
      printTree(describeTopics(failed(idle, down), { locale: 'en' }), { tooltips: true }),
    ).toMatchFileSnapshot(golden('topics-failed'));
  });

  it.each([idle, loading(idle), succeeded<readonly TopicInfo[]>([], noon)])(
    'leaves the view to welcome content where there is nothing to show (%o)',
    (resource) => {
      expect(describeTopics(resource, { locale: 'en' })).toEqual([]);
    },
  );
});
