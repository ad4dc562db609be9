import * as l10n from '@vscode/l10n';
import { formatBytes } from '../../shared/format/bytes';
import { formatDuration } from '../../shared/format/duration';
import { formatDateTime, formatTime } from '../../shared/format/time';
import type { EnvironmentSnapshot, InstanceSnapshot, InstanceState, ServiceName } from '../../shared/model/environment';
import type { TaskManagerInfo } from '../../shared/model/flink';
import { isUp } from '../../shared/model/instances';
import type { ClusterState } from '../engineApi';
import type { Capabilities } from '../environment/environment';
import { errorOf, valueOf } from '../state/resource';
import { dotted, escapeMarkdown, tooltip } from './markdown';
import type { NodeIcon, TreeNode } from './node';
import { nodeId } from './nodeIds';
import { staleMark, unknownIcon } from './stale';

/** Well above every interval at which TaskManagers are asked to be alive (1 s here, 10 s by default). */
const oldHeartbeatMs = 15_000;

/** Names of services as people write them; functions, because texts are translated when they are shown. */
export const serviceLabels: Readonly<Record<ServiceName, () => string>> = {
  jobmanager: () => l10n.t('JobManager'),
  taskmanager: () => l10n.t('TaskManagers'),
  kafka: () => l10n.t('Kafka'),
  zookeeper: () => l10n.t('ZooKeeper'),
  'clickevent-generator': () => l10n.t('Click-event generator'),
  client: () => l10n.t('Client'),
};

const healthyIcons: Readonly<Record<ServiceName, string>> = {
  jobmanager: 'server-process',
  taskmanager: 'vm-running',
  kafka: 'server',
  zookeeper: 'server',
  'clickevent-generator': 'pulse',
  client: 'terminal',
};

const downIcons: Readonly<Record<Exclude<InstanceState, 'healthy'>, NodeIcon>> = {
  starting: { codicon: 'sync~spin', color: 'charts.blue' },
  unhealthy: { codicon: 'warning', color: 'list.warningForeground' },
  killed: { codicon: 'zap', color: 'list.warningForeground' },
  exited: { codicon: 'error', color: 'list.errorForeground' },
  stopped: { codicon: 'debug-stop', color: 'list.deemphasizedForeground' },
};

const stateWords: Readonly<Record<InstanceState, () => string>> = {
  starting: () => l10n.t('starting'),
  healthy: () => l10n.t('running'),
  unhealthy: () => l10n.t('not healthy'),
  killed: () => l10n.t('killed'),
  exited: () => l10n.t('exited'),
  stopped: () => l10n.t('stopped'),
};

/** Everything from which the Cluster view is described. */
export interface ClusterSight {
  readonly environment: EnvironmentSnapshot;
  readonly cluster: ClusterState;
  readonly capabilities: Capabilities;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What Flink knows of an instance beyond the process: `trouble` when it contradicts "running". */
interface Sight {
  readonly words?: string;
  /** What of it a description has room for. */
  readonly brief?: string;
  readonly trouble: boolean;
  /** How it is can not be told now. */
  readonly unknown: boolean;
}

const nothingSeen: Sight = { trouble: false, unknown: false };

/** One instance of a service; a service with one instance is shown as that instance, under the service's name. */
export function describeInstance(
  instance: InstanceSnapshot,
  { environment, cluster, capabilities, now }: ClusterSight,
): TreeNode {
  const { service, state } = instance;
  const label = service === 'taskmanager' ? instance.id : serviceLabels[service]();
  const sight = see(instance, cluster, now);
  const done = service === 'client' && state === 'exited' && instance.exitCode === 0;
  const words = done ? l10n.t('completed') : stateWithTime(instance);
  const taskManager = taskManagerOf(instance, cluster);
  const extra = sight.words ?? endpointOf(service, environment);
  // What is wrong comes before where it is reached.
  const detail =
    isUp(instance) && (state === 'healthy' || instance.detail === undefined)
      ? (extra ?? instance.detail)
      : instance.detail;
  const isShort = isUp(instance) || detail === undefined;
  return {
    id: nodeId(['service', service], ['instance', instance.id]),
    kind: 'instance',
    label,
    description: dotted(
      sight.trouble ? undefined : isShort || done ? words : stateWords[state](),
      sight.brief ?? detail,
    ),
    icon: done ? { codicon: 'pass' } : iconOf(instance, sight),
    flags: flagsOf(instance, capabilities),
    tooltip: tooltip(escapeMarkdown(label), [
      escapeMarkdown(dotted(words, extra)),
      escapeMarkdown(instance.detail ?? ''),
      ...factsOf(instance, environment),
      ...taskManagerFacts(taskManager),
      ...lastLinesOf(instance),
    ]),
    accessibilityLabel: [label, words, detail].filter((part) => part !== undefined).join(', '),
    ...((service === 'jobmanager' && state === 'healthy') || taskManager !== undefined ? { children: 'lazy' } : {}),
  };
}

/** A TaskManager of which Flink alone knows: all there are where the environment has no processes of its own. */
export function describeStrayTaskManager(
  parent: string,
  taskManager: TaskManagerInfo,
  cluster: ClusterState,
  now: number,
): TreeNode {
  const sight = seeTaskManager(taskManager, cluster, now);
  return {
    id: `${parent}/${nodeId(['instance', taskManager.id])}`,
    kind: 'taskManager',
    label: taskManager.id,
    description: sight.brief ?? '',
    icon: sightIcon(sight) ?? { codicon: 'vm-running', color: 'testing.iconPassed' },
    tooltip: tooltip(escapeMarkdown(taskManager.id), [
      escapeMarkdown(sight.words ?? ''),
      ...taskManagerFacts(taskManager),
    ]),
    accessibilityLabel: [l10n.t('TaskManager {0}', taskManager.id), sight.words].filter(Boolean).join(', '),
    children: 'lazy',
  };
}

function iconOf({ service, state }: InstanceSnapshot, sight: Sight): NodeIcon {
  if (state !== 'healthy') return downIcons[state];
  return sightIcon(sight) ?? { codicon: healthyIcons[service], color: 'testing.iconPassed' };
}

function sightIcon({ trouble, unknown }: Sight): NodeIcon | undefined {
  if (unknown) return unknownIcon;
  return trouble ? { codicon: 'warning', color: 'list.warningForeground' } : undefined;
}

function flagsOf(instance: InstanceSnapshot, { processes, logs }: Capabilities): readonly string[] {
  const { service, state } = instance;
  const flags: string[] = [service, state];
  if (logs) flags.push('hasLog');
  if (!processes) return flags;
  if (service === 'taskmanager') flags.push(isUp(instance) ? 'killable' : 'startable');
  else if (service !== 'client') flags.push('restartable');
  return flags;
}

function stateWithTime({ state, endedAt }: InstanceSnapshot): string {
  const words = stateWords[state]();
  const over = state === 'killed' || state === 'exited' || state === 'stopped';
  return over && endedAt !== undefined ? l10n.t('{0} at {1}', words, formatTime(endedAt)) : words;
}

function see(instance: InstanceSnapshot, cluster: ClusterState, now: number): Sight {
  if (instance.state !== 'healthy') return nothingSeen;
  if (instance.service === 'jobmanager') return seeJobManager(cluster);
  if (instance.service !== 'taskmanager') return nothingSeen;
  const taskManager = taskManagerOf(instance, cluster);
  if (taskManager !== undefined) return seeTaskManager(taskManager, cluster, now);
  if (errorOf(cluster.taskManagers) !== undefined) {
    const words = l10n.t('slots not known');
    return { words, brief: words, trouble: false, unknown: true };
  }
  const missing = cluster.taskManagers.state === 'ready' && instance.flinkId !== undefined;
  if (!missing) return nothingSeen;
  return {
    words: l10n.t('not registered with Flink'),
    brief: l10n.t('not registered'),
    trouble: true,
    unknown: false,
  };
}

function seeJobManager({ overview }: ClusterState): Sight {
  if (errorOf(overview) === undefined) return nothingSeen;
  const brief = l10n.t('REST does not answer');
  return { words: dotted(brief, staleMark(overview)?.words), brief, trouble: true, unknown: false };
}

function seeTaskManager(taskManager: TaskManagerInfo, cluster: ClusterState, now: number): Sight {
  const slots = l10n.t('{0} of {1} slots free', taskManager.slotsFree, taskManager.slotsTotal);
  const stale = staleMark(cluster.taskManagers);
  if (stale !== undefined) {
    return { words: dotted(slots, stale.words), brief: l10n.t('slots not known'), trouble: false, unknown: true };
  }
  const silentFor = silenceOf(taskManager, now);
  if (silentFor < oldHeartbeatMs) {
    const brief = l10n.t('{0}/{1} slots free', taskManager.slotsFree, taskManager.slotsTotal);
    return { words: slots, brief, trouble: false, unknown: false };
  }
  const silent = l10n.t('no heartbeat for {0}', formatDuration(silentFor));
  return {
    words: dotted(slots, silent),
    brief: silent,
    trouble: true,
    unknown: false,
  };
}

/** Nothing was heard of it for longer than is usual. */
export function isSilent(taskManager: TaskManagerInfo, now: number): boolean {
  return silenceOf(taskManager, now) >= oldHeartbeatMs;
}

/** In milliseconds; one that was never heard of has just come. */
function silenceOf({ lastHeartbeat }: TaskManagerInfo, now: number): number {
  return lastHeartbeat === 0 ? 0 : now - lastHeartbeat;
}

/** The TaskManager that is this very process: matched by the id of this start, not by a name that the next one has too. */
function taskManagerOf(instance: InstanceSnapshot, cluster: ClusterState): TaskManagerInfo | undefined {
  const { flinkId } = instance;
  if (flinkId === undefined || !isUp(instance)) return undefined;
  return valueOf(cluster.taskManagers)?.find((taskManager) => taskManager.id === flinkId);
}

function endpointOf(service: ServiceName, { endpoints }: EnvironmentSnapshot): string | undefined {
  if (service === 'jobmanager') return endpoints?.rest.replace(/^https?:\/\//, '');
  return service === 'kafka' ? endpoints?.brokers.join(', ') : undefined;
}

function factsOf(
  { id, service, pid, startedAt, exitCode }: InstanceSnapshot,
  { flinkVersion, kafkaVersion }: EnvironmentSnapshot,
): readonly (string | undefined)[] {
  const isFlink = service === 'jobmanager' || service === 'taskmanager';
  return [
    isFlink && flinkVersion !== undefined ? escapeMarkdown(l10n.t('Flink {0}', flinkVersion)) : undefined,
    service === 'kafka' && kafkaVersion !== undefined ? escapeMarkdown(l10n.t('Kafka {0}', kafkaVersion)) : undefined,
    escapeMarkdown(l10n.t('Instance: {0}', id)),
    pid === undefined ? undefined : escapeMarkdown(l10n.t('Process: {0}', pid)),
    startedAt === undefined ? undefined : escapeMarkdown(l10n.t('Started: {0}', formatDateTime(startedAt))),
    exitCode === undefined ? undefined : escapeMarkdown(l10n.t('Exit code: {0}', exitCode)),
  ];
}

/** As one paragraph, line by line. */
function lastLinesOf({ lastLines = [] }: InstanceSnapshot): readonly string[] {
  if (lastLines.length === 0) return [];
  return [escapeMarkdown(l10n.t('The last lines of its log:')), lastLines.map(escapeMarkdown).join('  \n')];
}

function taskManagerFacts(taskManager: TaskManagerInfo | undefined): readonly (string | undefined)[] {
  if (taskManager === undefined) return [];
  const { id, cpuCores, physicalMemory } = taskManager;
  return [
    escapeMarkdown(l10n.t('Flink id: {0}', id)),
    cpuCores === undefined ? undefined : escapeMarkdown(l10n.t('CPU cores: {0}', cpuCores)),
    physicalMemory === undefined
      ? undefined
      : escapeMarkdown(l10n.t('Memory of the machine: {0}', formatBytes(physicalMemory))),
  ];
}
