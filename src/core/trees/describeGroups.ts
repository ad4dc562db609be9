import * as l10n from '@vscode/l10n';
import { formatCount } from '../../shared/format/numbers';
import type { ConsumerGroupInfo, ConsumerGroupMember, ConsumerGroupOffset } from '../../shared/model/kafka';
import type { Resource } from '../state/resource';
import { dotted, escapeMarkdown, tooltip } from './markdown';
import type { TreeNode } from './node';
import { nodeId } from './nodeIds';
import { errorNode, staleMark, unknownIcon, type StaleMark } from './stale';

/** The node below which the consumer groups stand. */
export const consumersId = nodeId(['consumers', '']);

interface Context {
  readonly locale: string;
  readonly stale: StaleMark | undefined;
}

/**
 * The consumer groups with what they have still to read. `undefined` before the first read. A group without members is no
 * group that is idle: Flink's jobs take partitions by themselves and only commit.
 */
export function describeGroups(
  groups: Resource<readonly ConsumerGroupInfo[]>,
  locale: string,
): readonly TreeNode[] | undefined {
  if (groups.state === 'idle' || groups.state === 'loading') return undefined;
  if (groups.state === 'failed') {
    return [errorNode('error:consumers', l10n.t('Consumer groups cannot be read'), groups.error)];
  }
  const context = { locale, stale: staleMark(groups) };
  if (groups.value.length > 0) return groups.value.map((group) => describeGroup(group, context));
  return [{ id: `${consumersId}/none`, kind: 'none', label: l10n.t('There are none.') }];
}

function describeGroup(group: ConsumerGroupInfo, context: Context): TreeNode {
  const { id, state, members, offsets } = group;
  const groupId = `${consumersId}/${nodeId(['group', id])}`;
  const lag = lagWords(offsets, context.locale);
  const size = memberWords(members.length);
  const stateWords = state === '' ? undefined : state;
  return {
    id: groupId,
    kind: 'consumerGroup',
    label: id,
    description: dotted(context.stale?.brief, lag, context.stale === undefined ? stateWords : undefined, size),
    icon: context.stale === undefined ? { codicon: 'organization' } : unknownIcon,
    tooltip: tooltip(escapeMarkdown(id), [
      escapeMarkdown(dotted(stateWords, size, lag, context.stale?.words)),
      ...(state === 'Empty' ? [escapeMarkdown(l10n.t('Jobs of Flink commit offsets without being members.'))] : []),
    ]),
    accessibilityLabel: [l10n.t('Consumer group {0}', id), stateWords, size, lag, context.stale?.words]
      .filter((part) => part !== undefined)
      .join(', '),
    children: [
      ...offsets.map((offset) => describeOffset(groupId, offset, context)),
      ...members.map((member) => describeMember(groupId, member)),
    ],
  };
}

function describeOffset(groupId: string, offset: ConsumerGroupOffset, { locale, stale }: Context): TreeNode {
  const { topic, partition, committed, lag } = offset;
  const label = l10n.t('{0}, partition {1}', topic, partition);
  const at = l10n.t('at offset {0}', formatCount(BigInt(committed), locale));
  const words = lag === undefined ? l10n.t('the partition is gone') : lagWords([offset], locale);
  return {
    id: `${groupId}/${nodeId(['topic', topic], ['partition', String(partition)])}`,
    kind: 'groupOffset',
    label,
    description: dotted(stale?.brief, words, stale === undefined ? at : undefined),
    icon: stale === undefined ? { codicon: 'layers' } : unknownIcon,
    tooltip: tooltip(escapeMarkdown(label), [escapeMarkdown(dotted(words, at, stale?.words))]),
    accessibilityLabel: [label, words, at, stale?.words].filter((part) => part !== undefined).join(', '),
  };
}

function describeMember(groupId: string, { id, clientId, host, partitions }: ConsumerGroupMember): TreeNode {
  const assigned = partitions.map((each) => `${each.topic}: ${each.partitions.join(', ')}`).join('; ');
  return {
    id: `${groupId}/${nodeId(['member', id])}`,
    kind: 'groupMember',
    label: clientId,
    description: dotted(host.replace(/^\//, ''), assigned === '' ? l10n.t('no partitions') : assigned),
    icon: { codicon: 'person' },
    tooltip: tooltip(escapeMarkdown(clientId), [escapeMarkdown(id)]),
  };
}

function memberWords(count: number): string {
  if (count === 0) return l10n.t('no members');
  return count === 1 ? l10n.t('1 member') : l10n.t('{0} members', count);
}

function lagWords(offsets: readonly ConsumerGroupOffset[], locale: string): string | undefined {
  const known = offsets.filter(({ lag }) => lag !== undefined);
  if (known.length === 0) return undefined;
  const lag = known.reduce((sum, each) => sum + BigInt(each.lag ?? 0), 0n);
  return lag === 0n ? l10n.t('nothing to read') : l10n.t('lag {0}', formatCount(lag, locale));
}
