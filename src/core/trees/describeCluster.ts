import * as l10n from '@vscode/l10n';
import { formatDuration } from '../../shared/format/duration';
import {
  serviceNames,
  type EnvironmentSnapshot,
  type InstanceSnapshot,
  type Phase,
  type ServiceSnapshot,
  type StartStep,
  type StepProgress,
} from '../../shared/model/environment';
import type { TaskManagerInfo } from '../../shared/model/flink';
import { instancesOf, isUp } from '../../shared/model/instances';
import type { ClusterState } from '../engineApi';
import type { Capabilities } from '../environment/environment';
import { valueOf } from '../state/resource';
import {
  describeInstance,
  describeStrayTaskManager,
  isSilent,
  serviceLabels,
  type ClusterSight,
} from './describeInstance';
import { dotted, escapeMarkdown, tooltip } from './markdown';
import type { NodeIcon, TreeNode } from './node';
import { nodeId } from './nodeIds';
import { phaseWords } from './phases';
import { mostRows, rangeNodes, type Range } from './ranges';
import { staleMark, unknownIcon, type StaleMark } from './stale';

const taskManagersId = nodeId(['service', 'taskmanager']);

const phaseIcons: Readonly<Record<Phase, NodeIcon>> = {
  absent: { codicon: 'circle-outline' },
  starting: { codicon: 'sync~spin', color: 'charts.blue' },
  running: { codicon: 'server-environment', color: 'testing.iconPassed' },
  degraded: { codicon: 'warning', color: 'list.warningForeground' },
  stopping: { codicon: 'sync~spin', color: 'list.deemphasizedForeground' },
  failed: { codicon: 'error', color: 'list.errorForeground' },
  unknown: unknownIcon,
};

const stepLabels: Readonly<Record<StartStep, () => string>> = {
  prepare: () => l10n.t('Prepare'),
  download: () => l10n.t('Download'),
  connect: () => l10n.t('Connect'),
  zookeeper: () => l10n.t('Start ZooKeeper'),
  kafka: () => l10n.t('Start Kafka'),
  flink: () => l10n.t('Start Flink'),
  topics: () => l10n.t('Create topics'),
  generator: () => l10n.t('Start the click-event generator'),
  job: () => l10n.t('Run the job'),
};

const stepIcons: Readonly<Record<StepProgress['state'], NodeIcon>> = {
  running: { codicon: 'sync~spin', color: 'charts.blue' },
  done: { codicon: 'pass', color: 'testing.iconPassed' },
  skipped: { codicon: 'circle-slash', color: 'list.deemphasizedForeground' },
  failed: { codicon: 'error', color: 'list.errorForeground' },
};

/**
 * The Cluster view: the environment with the steps of its start and what is to be known, then its services. Nothing where
 * welcome content says what is the matter: nothing runs, the start failed and left nothing, or it was not looked at. Why it
 * could not be looked at has a sentence of its own, and is shown alone: services of then are not those of now.
 * @param capabilities what the environment can do, so that nothing else is offered
 * @param now milliseconds since the epoch, to tell how old a heartbeat is
 */
export function describeCluster(
  environment: EnvironmentSnapshot,
  cluster: ClusterState,
  capabilities: Capabilities,
  now: number,
): readonly TreeNode[] {
  const { phase } = environment;
  const nothingUp = !instancesOf(environment).some(isUp);
  if (phase === 'unknown') return environment.error === undefined ? [] : [describeEnvironment(environment)];
  if (phase === 'absent' || (phase === 'failed' && nothingUp)) return [];
  if (phase === 'starting' && environment.steps.length === 0 && nothingUp) return [];
  return [describeEnvironment(environment), ...describeServices({ environment, cluster, capabilities, now })];
}

function describeEnvironment(environment: EnvironmentSnapshot): TreeNode {
  const { phase, steps, notices, error, flinkVersion, kafkaVersion, inProgressElsewhere } = environment;
  const down = instancesOf(environment).filter((instance) => !isUp(instance));
  const flink = flinkVersion === undefined ? undefined : l10n.t('Flink {0}', flinkVersion);
  const kafka = kafkaVersion === undefined ? undefined : l10n.t('Kafka {0}', kafkaVersion);
  const mode = environment.kafkaMode === 'zookeeper' ? l10n.t('with ZooKeeper') : undefined;
  const missing =
    phase === 'degraded' && down.length > 0
      ? l10n.t('{0} not running', down.map((instance) => instance.id).join(', '))
      : undefined;
  const downCount = missing === undefined ? undefined : l10n.t('{0} down', down.length);
  const elsewhere = inProgressElsewhere === undefined ? undefined : l10n.t('by {0}', inProgressElsewhere);
  const showSteps = phase === 'starting' || phase === 'failed' || phase === 'stopping';
  const children = [
    ...(error === undefined ? [] : [describeError(error)]),
    ...notices.map((notice, index) => describeNotice(notice, index)),
    ...(showSteps ? steps.map(describeStep) : []),
  ];
  return {
    id: 'environment',
    kind: 'environment',
    label: l10n.t('Flink Playground'),
    description: dotted(phaseWords[phase](), elsewhere, downCount),
    icon: phaseIcons[phase],
    flags: [phase],
    tooltip: tooltip(escapeMarkdown(l10n.t('Flink Playground')), [
      escapeMarkdown(dotted(phaseWords[phase](), elsewhere, missing)),
      escapeMarkdown(dotted(flink, kafka, mode)),
      environment.endpoints === undefined ? undefined : escapeMarkdown(l10n.t('REST: {0}', environment.endpoints.rest)),
      environment.endpoints === undefined
        ? undefined
        : escapeMarkdown(l10n.t('Kafka: {0}', environment.endpoints.brokers.join(', '))),
    ]),
    accessibilityLabel: [l10n.t('Flink Playground'), phaseWords[phase](), elsewhere, missing, flink, kafka, mode]
      .filter((part) => part !== undefined)
      .join(', '),
    ...(children.length === 0 ? {} : { children, expanded: true }),
  };
}

function describeError(error: NonNullable<EnvironmentSnapshot['error']>): TreeNode {
  return {
    id: 'environment/error',
    kind: 'error',
    label: error.message,
    ...(error.remedy === undefined ? {} : { description: error.remedy }),
    icon: { codicon: 'error', color: 'list.errorForeground' },
    tooltip: tooltip(escapeMarkdown(error.message), [escapeMarkdown(error.remedy ?? '')]),
  };
}

function describeNotice(notice: string, index: number): TreeNode {
  return {
    id: `environment/${nodeId(['notice', String(index)])}`,
    kind: 'notice',
    label: notice,
    icon: { codicon: 'info', color: 'charts.blue' },
    tooltip: escapeMarkdown(notice),
  };
}

function describeStep({ step, state, message, fraction, elapsedMs }: StepProgress): TreeNode {
  const label = stepLabels[step]();
  const part = state === 'running' && fraction !== undefined ? `${Math.floor(fraction * 100)} %` : undefined;
  const words = state === 'failed' ? l10n.t('failed') : state === 'skipped' ? l10n.t('not needed') : undefined;
  const time = state === 'skipped' ? undefined : formatDuration(elapsedMs);
  const description = dotted(words, part, message, time);
  return {
    id: `environment/${nodeId(['step', step])}`,
    kind: 'step',
    label,
    description,
    icon: stepIcons[state],
    flags: [state],
    tooltip: tooltip(escapeMarkdown(label), [escapeMarkdown(description)]),
    accessibilityLabel: dottedAloud(label, state === 'running' ? l10n.t('under way') : words, part, message),
  };
}

function dottedAloud(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join(', ');
}

function describeServices(sight: ClusterSight): readonly TreeNode[] {
  const known = new Map(sight.environment.services.map((service) => [service.name, service]));
  return serviceNames.flatMap((name) => {
    const service = known.get(name);
    if (name === 'taskmanager') return describeTaskManagers(service, sight);
    return (service?.instances ?? []).map((instance) => describeInstance(instance, sight));
  });
}

function describeTaskManagers(service: ServiceSnapshot | undefined, sight: ClusterSight): readonly TreeNode[] {
  const { environment, cluster, capabilities } = sight;
  const instances = [...(service?.instances ?? [])].sort(byNumber);
  const strays = straysOf(sight);
  // One that was scaled to none has to be there to be scaled up again.
  const isScaledToNone = capabilities.scale && environment.services.some(({ name }) => name === 'jobmanager');
  if (instances.length + strays.length === 0 && !isScaledToNone) return [];
  const label = serviceLabels.taskmanager();
  const all = instances.length + strays.length;
  const up = instances.filter(isUp).length + strays.length;
  const running = all === 0 ? l10n.t('none') : l10n.t('{0} of {1} running', up, all);
  const upWords = all === 0 ? l10n.t('none') : l10n.t('{0}/{1} up', up, all);
  const overview = valueOf(cluster.overview);
  const stale = staleMark(cluster.overview);
  const fresh = stale === undefined && all > 0 ? overview : undefined;
  const slots = fresh && l10n.t('{0} of {1} slots free', fresh.slotsAvailable, fresh.slotsTotal);
  const freeSlots = fresh && l10n.t('{0}/{1} slots free', fresh.slotsAvailable, fresh.slotsTotal);
  return [
    {
      id: taskManagersId,
      kind: 'service',
      label,
      description: dotted(stale?.brief, upWords, freeSlots),
      icon: groupIcon(up, all, stale),
      flags: [
        'taskmanager',
        ...(capabilities.scale ? ['scalable'] : []),
        ...(capabilities.processes && instances.length > 0 ? ['restartable'] : []),
      ],
      tooltip: tooltip(escapeMarkdown(label), [escapeMarkdown(dotted(running, slots, stale?.words))]),
      accessibilityLabel: dottedAloud(label, running, slots, stale?.words),
      children: [...instances.map((instance) => describeInstance(instance, sight)), ...describeStrays(strays, sight)],
      expanded: true,
    },
  ];
}

/** Of very many those that are silent, and all in groups below them. */
function describeStrays(strays: readonly TaskManagerInfo[], sight: ClusterSight): readonly TreeNode[] {
  const { cluster } = sight;
  const now = readAt(sight);
  const many = strays.length > mostRows;
  const shown = many ? strays.filter((taskManager) => isSilent(taskManager, now)).slice(0, mostRows) : strays;
  return [
    ...shown.map((taskManager) => describeStrayTaskManager(taskManagersId, taskManager, cluster, now)),
    ...(many
      ? rangeNodes(taskManagersId, strays.length, (first, last) => l10n.t('TaskManagers {0} to {1}', first, last))
      : []),
  ];
}

/** The TaskManagers of a group, in Flink's order. */
export function describeTaskManagerRange(
  parent: string,
  { from, to }: Range,
  sight: ClusterSight,
): readonly TreeNode[] {
  return straysOf(sight)
    .slice(from, to)
    .map((taskManager) => describeStrayTaskManager(parent, taskManager, sight.cluster, readAt(sight)));
}

/** Very many are read less often: a heartbeat is as old as it was then. */
function readAt({ cluster: { taskManagers }, now }: ClusterSight): number {
  return taskManagers.state === 'ready' ? Math.min(taskManagers.readAt, now) : now;
}

/** Those that are no instances of ours. */
function straysOf({ environment, cluster, capabilities }: ClusterSight): readonly TaskManagerInfo[] {
  if (capabilities.processes) return [];
  const ours = new Set(instancesOf(environment).map(({ flinkId }) => flinkId));
  return (valueOf(cluster.taskManagers) ?? []).filter(({ id }) => !ours.has(id));
}

function groupIcon(up: number, all: number, stale: StaleMark | undefined): NodeIcon {
  if (stale !== undefined) return unknownIcon;
  return up === all && all > 0 ? { codicon: 'vm' } : { codicon: 'warning', color: 'list.warningForeground' };
}

/** `taskmanager-10` after `taskmanager-9`. */
function byNumber(a: InstanceSnapshot, b: InstanceSnapshot): number {
  return a.id.localeCompare(b.id, 'en', { numeric: true });
}
