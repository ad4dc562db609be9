import * as l10n from '@vscode/l10n';
import { formatCount } from '../../shared/format/numbers';
import type { PartitionInfo, TopicInfo } from '../../shared/model/kafka';
import type { Resource } from '../state/resource';
import { dotted, escapeMarkdown, tooltip } from './markdown';
import type { NodeIcon, TreeNode } from './node';
import { consumersId } from './describeGroups';
import { nodeId } from './nodeIds';
import { errorNode, staleMark, unknownIcon, type StaleMark } from './stale';

export interface TopicsOptions {
  /** The person's locale, for numbers: `en`, `de-CH`. */
  readonly locale: string;
  /** Kafka's own topics are left out unless it is true. */
  readonly showInternal?: boolean;
}

/** Less than a record in twenty seconds is told as nothing. */
const leastRate = 0.05;

/** What is the same for all nodes of one description. */
interface Context extends TopicsOptions {
  readonly stale: StaleMark | undefined;
}

/**
 * The Kafka Topics view: topics in alphabetical order, Kafka's own after them, and the consumer groups. Nothing before the
 * first read: welcome content says why.
 */
export function describeTopics(topics: Resource<readonly TopicInfo[]>, options: TopicsOptions): readonly TreeNode[] {
  if (topics.state === 'idle' || topics.state === 'loading') return [];
  if (topics.state === 'failed') return [errorNode('error:topics', l10n.t('Topics cannot be read'), topics.error)];
  const context = { ...options, stale: staleMark(topics) };
  const shown = topics.value.filter(({ internal }) => !internal || options.showInternal === true);
  if (topics.value.length === 0) return [];
  return [...shown.sort(ownThenInternal).map((topic) => describeTopic(topic, context)), groupsNode()];
}

/** Made anew each time, because texts are translated when they are asked for. */
function groupsNode(): TreeNode {
  return {
    id: consumersId,
    kind: 'consumers',
    label: l10n.t('Consumer Groups'),
    icon: { codicon: 'organization' },
    children: 'lazy',
  };
}

function ownThenInternal(a: TopicInfo, b: TopicInfo): number {
  return Number(a.internal) - Number(b.internal) || (a.name < b.name ? -1 : 1);
}

function describeTopic(topic: TopicInfo, context: Context): TreeNode {
  const partitions = [...topic.partitions].sort((a, b) => a.id - b.id);
  const leaderless = partitions.filter((partition) => partition.leader === undefined).length;
  const records = recordWords(
    partitions.reduce((sum, partition) => sum + recordsOf(partition), 0n),
    context.locale,
  );
  const size = partitions.length === 1 ? l10n.t('1 partition') : l10n.t('{0} partitions', partitions.length);
  const trouble = leaderless === 0 ? undefined : l10n.t('{0} without a leader', leaderless);
  const internal = topic.internal ? l10n.t('internal') : undefined;
  return {
    id: nodeId(['topic', topic.name]),
    kind: 'topic',
    label: topic.name,
    description: dotted(
      context.stale?.brief,
      trouble,
      records,
      context.stale === undefined ? rateWords(partitions, context.locale) : undefined,
      context.stale === undefined ? size : undefined,
    ),
    icon: topicIcon(topic, leaderless > 0, context),
    flags: topic.internal ? ['internal'] : ['tailable', 'deletable'],
    tooltip: tooltip(escapeMarkdown(topic.name), [
      escapeMarkdown(dotted(size, trouble, records, internal, context.stale?.words)),
      escapeMarkdown(l10n.t('Records are counted by offsets; markers of transactions count, too.')),
    ]),
    accessibilityLabel: [l10n.t('Topic {0}', topic.name), size, trouble, records, internal, context.stale?.words]
      .filter((part) => part !== undefined)
      .join(', '),
    children: partitions.map((partition) => describePartition(topic.name, partition, context)),
  };
}

function describePartition(topic: string, partition: PartitionInfo, context: Context): TreeNode {
  const { locale, stale } = context;
  const led = partition.leader !== undefined;
  const records = led ? recordWords(recordsOf(partition), locale) : undefined;
  const offsets = led ? offsetWords(partition, locale) : undefined;
  const label = l10n.t('Partition {0}', partition.id);
  const leader = partition.leader === undefined ? l10n.t('no leader') : l10n.t('leader: broker {0}', partition.leader);
  return {
    id: nodeId(['topic', topic], ['partition', String(partition.id)]),
    kind: 'partition',
    label,
    description: dotted(
      stale?.brief,
      led ? undefined : leader,
      records,
      stale === undefined ? rateWords([partition], locale) : undefined,
      stale === undefined ? offsets : undefined,
    ),
    icon: partitionIcon(partition, stale),
    tooltip: tooltip(escapeMarkdown(`${topic}, ${label}`), [
      escapeMarkdown(dotted(offsets, records, leader, stale?.words)),
    ]),
    accessibilityLabel: [label, leader, offsets, records, stale?.words].filter((part) => part !== undefined).join(', '),
  };
}

function topicIcon(topic: TopicInfo, trouble: boolean, { stale }: Context): NodeIcon {
  if (stale !== undefined) return unknownIcon;
  if (trouble) return { codicon: 'warning', color: 'list.warningForeground' };
  return topic.internal ? { codicon: 'lock', color: 'list.deemphasizedForeground' } : { codicon: 'inbox' };
}

function partitionIcon(partition: PartitionInfo, stale: StaleMark | undefined): NodeIcon {
  if (stale !== undefined) return unknownIcon;
  if (partition.leader === undefined) return { codicon: 'warning', color: 'list.warningForeground' };
  return { codicon: 'layers' };
}

/** Offsets begin at the first record that is kept and end after the last. */
function offsetWords({ earliest, latest }: PartitionInfo, locale: string): string {
  return l10n.t('offsets {0} to {1}', formatCount(BigInt(earliest), locale), formatCount(BigInt(latest), locale));
}

function recordsOf({ earliest, latest }: PartitionInfo): bigint {
  const records = BigInt(latest) - BigInt(earliest);
  return records > 0n ? records : 0n;
}

function recordWords(records: bigint, locale: string): string {
  return records === 1n ? l10n.t('1 record') : l10n.t('{0} records', formatCount(records, locale));
}

/** Records a second of partitions together; nothing where it is not known, or nothing comes. */
function rateWords(partitions: readonly PartitionInfo[], locale: string): string | undefined {
  const rate = partitions.reduce((sum, partition) => sum + (partition.rate ?? 0), 0);
  if (rate < leastRate) return undefined;
  return l10n.t(
    '{0}/s',
    rate < 10
      ? rate.toLocaleString(locale, { maximumFractionDigits: 1 })
      : formatCount(BigInt(Math.round(rate)), locale),
  );
}
