import { describe, expect, it } from 'vitest';
import { failed, idle, loading, succeeded } from '../../../src/core/state/resource';
import { describeGroups } from '../../../src/core/trees/describeGroups';
import { PlaygroundError } from '../../../src/core/util/errors';
import type { ConsumerGroupInfo } from '../../../src/shared/model/kafka';
import { noon } from '../../support/builders/flink';
import { golden, printTree } from '../../support/builders/printTree';

process.env['TZ'] = 'UTC';

const down = new PlaygroundError('unreachable', 'Kafka does not answer.');
const groups: readonly ConsumerGroupInfo[] = [
  {
    id: 'click-event-count',
    state: 'Empty',
    members: [],
    offsets: [
      { topic: 'input', partition: 0, committed: '1000', lag: '234' },
      { topic: 'input', partition: 1, committed: '9007199254740993', lag: '1000' },
    ],
  },
  {
    id: 'readers *with* markup',
    state: 'Stable',
    members: [
      { id: 'a-1', clientId: 'a', host: '/127.0.0.1', partitions: [{ topic: 'input', partitions: [0, 1] }] },
      { id: 'b-1', clientId: 'b', host: '/127.0.0.1', partitions: [] },
    ],
    offsets: [
      { topic: 'input', partition: 0, committed: '5', lag: '0' },
      { topic: 'gone', partition: 0, committed: '7' },
    ],
  },
  { id: 'unknown', state: '', members: [], offsets: [] },
];
const print = (resource: Parameters<typeof describeGroups>[0]): string =>
  printTree(describeGroups(resource, 'en') ?? []);

describe('describeGroups', () => {
  it('shows state, members and what is still to be read, also of groups without members', async () => {
    await expect(
      printTree(describeGroups(succeeded(groups, noon), 'en') ?? [], { ids: true, tooltips: true }),
    ).toMatchFileSnapshot(golden('groups-ready'));
  });

  it('marks what is not fresh', async () => {
    await expect(print(failed(succeeded(groups, noon), down))).toMatchFileSnapshot(golden('groups-stale'));
  });

  it('says what is the matter, and that there are none', () => {
    expect(print(failed(idle, down))).toContain('Consumer groups cannot be read  Kafka does not answer.');
    expect(print(succeeded<readonly ConsumerGroupInfo[]>([], noon))).toContain('There are none.');
  });

  it.each([idle, loading(idle)])('waits for the first read (%o)', (resource) => {
    expect(describeGroups(resource, 'en')).toBeUndefined();
  });
});
