import * as l10n from '@vscode/l10n';
import { AssignerProtocol, ConfigResourceTypes, type Admin, type GroupDescription } from 'kafkajs';
import type {
  ConsumerGroupInfo,
  ConsumerGroupMember,
  ConsumerGroupOffset,
  TopicSetting,
  TopicSpec,
} from '../../shared/model/kafka';
import { PlaygroundError } from '../util/errors';
import { protocolErrorOf } from './kafkaErrors';

const deleteTimeoutMs = 10_000;
/** Where a setting comes from (`DescribeConfigsResponse`): 1 is the topic itself. */
const setOnTopic = 1;

/** All consumer groups with what they committed, also those that have no members. */
export async function readGroups(admin: Admin): Promise<readonly ConsumerGroupInfo[]> {
  const { groups } = await admin.listGroups();
  const ids = groups.map(({ groupId }) => groupId).sort();
  if (ids.length === 0) return [];
  const described = new Map((await admin.describeGroups(ids)).groups.map((group) => [group.groupId, group]));
  const committed = new Map<string, readonly ConsumerGroupOffset[]>();
  const ends = new Map<string, ReadonlyMap<number, bigint>>();
  for (const id of ids) committed.set(id, await readOffsets(admin, id, ends));
  return ids.map((id) => {
    const group = described.get(id);
    return {
      id,
      state: group?.state ?? '',
      members: group === undefined ? [] : group.members.map(describeMember),
      offsets: committed.get(id) ?? [],
    };
  });
}

async function readOffsets(
  admin: Admin,
  groupId: string,
  ends: Map<string, ReadonlyMap<number, bigint>>,
): Promise<readonly ConsumerGroupOffset[]> {
  const offsets: ConsumerGroupOffset[] = [];
  for (const { topic, partitions } of await admin.fetchOffsets({ groupId })) {
    const latest = ends.get(topic) ?? (await readEnds(admin, topic));
    ends.set(topic, latest);
    for (const { partition, offset } of partitions) {
      const next = BigInt(offset);
      if (next < 0n) continue;
      const end = latest.get(partition);
      const lag = end === undefined ? undefined : end - next;
      const known = lag === undefined ? {} : { lag: (lag > 0n ? lag : 0n).toString() };
      offsets.push({ topic, partition, committed: offset, ...known });
    }
  }
  return offsets.sort((a, b) => (a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1));
}

/** None for a topic that is gone: groups outlive their topics. */
async function readEnds(admin: Admin, topic: string): Promise<ReadonlyMap<number, bigint>> {
  try {
    return new Map((await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => [partition, BigInt(high)]));
  } catch (error) {
    if (protocolErrorOf(error) === 'UNKNOWN_TOPIC_OR_PARTITION') return new Map();
    throw error;
  }
}

function describeMember({
  memberId,
  clientId,
  clientHost,
  memberAssignment,
}: GroupDescription['members'][number]): ConsumerGroupMember {
  return { id: memberId, clientId, host: clientHost, partitions: assignedPartitions(memberAssignment) };
}

/** Assignments are for the members to read: other clients may write them in ways of their own. */
function assignedPartitions(assignment: Buffer): ConsumerGroupMember['partitions'] {
  try {
    const decoded = AssignerProtocol.MemberAssignment.decode(assignment);
    return Object.entries(decoded?.assignment ?? {}).map(([topic, partitions]) => ({
      topic,
      partitions: partitions.toSorted((a, b) => a - b),
    }));
  } catch {
    return [];
  }
}

/** How a topic is set up, in the order of the names. */
export async function readTopicSettings(admin: Admin, topic: string): Promise<readonly TopicSetting[]> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: ConfigResourceTypes.TOPIC, name: topic }],
  });
  const entries = resources.flatMap(({ configEntries }) => configEntries);
  return entries
    .map(({ configName, configValue, configSource, isSensitive }) => ({
      name: configName,
      ...(isSensitive || configValue === null ? {} : { value: configValue }),
      own: (configSource as number) === setOnTopic,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** @throws PlaygroundError `input` when the topic is there already. */
export async function assertNew(admin: Admin, { name }: TopicSpec): Promise<void> {
  if (!(await admin.listTopics()).includes(name)) return;
  throw new PlaygroundError('input', l10n.t('There is a topic {0} already.', name), {
    remedy: l10n.t('Choose another name, or delete that one first.'),
  });
}

export async function deleteTopic(admin: Admin, topic: string): Promise<void> {
  await admin.deleteTopics({ topics: [topic], timeout: deleteTimeoutMs });
}
