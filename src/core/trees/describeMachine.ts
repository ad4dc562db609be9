import * as l10n from '@vscode/l10n';
import { formatBytes } from '../../shared/format/bytes';
import type {
  ClusterOverview,
  HeapUse,
  JobManagerDetail,
  SlotContent,
  SlotTask,
  Subtask,
  TaskManagerDetail,
} from '../../shared/model/flink';
import { valueOf, type Resource } from '../state/resource';
import { dotted, escapeMarkdown, tooltip } from './markdown';
import type { NodeIcon, TreeNode } from './node';
import { nodeId } from './nodeIds';
import { errorNode, staleMark, unknownIcon, type StaleMark } from './stale';

/** Words for the states in which a task is in a slot; functions, because texts are translated when they are shown. */
const taskWords: Readonly<Partial<Record<Subtask['state'], () => string>>> = {
  RUNNING: () => l10n.t('running'),
  DEPLOYING: () => l10n.t('starting'),
  INITIALIZING: () => l10n.t('starting'),
  CANCELING: () => l10n.t('being canceled'),
};

/**
 * What stands below a TaskManager that is expanded: its heap, and which subtask sits in which slot. `undefined` while the
 * first read is under way.
 * @param parent the id of the TaskManager's node
 */
export function describeTaskManager(
  parent: string,
  detail: Resource<TaskManagerDetail>,
): readonly TreeNode[] | undefined {
  if (detail.state === 'idle' || detail.state === 'loading') return undefined;
  if (detail.state === 'failed') {
    return [errorNode(`${parent}/error`, l10n.t('Slots cannot be read'), detail.error)];
  }
  const { heap, taken, slotsTotal } = detail.value;
  const stale = staleMark(detail);
  const nodes: TreeNode[] = [];
  let next = 1;
  for (const content of taken) {
    nodes.push(describeSlot(parent, next, content, stale));
    next += content.slots;
  }
  for (; next <= slotsTotal; next++) nodes.push(freeSlot(parent, next, stale));
  return heap === undefined ? nodes : [...nodes, describeHeap(parent, heap, stale)];
}

/** What stands below the JobManager when it is expanded. */
export function describeJobManager(
  parent: string,
  detail: Resource<JobManagerDetail>,
  overview: Resource<ClusterOverview>,
): readonly TreeNode[] | undefined {
  if (detail.state === 'idle' || detail.state === 'loading') return undefined;
  if (detail.state === 'failed') {
    return [errorNode(`${parent}/error`, l10n.t('The JobManager cannot be read'), detail.error)];
  }
  const { heap, javaVersion } = detail.value;
  const stale = staleMark(detail);
  const cluster = valueOf(overview);
  const java = javaVersion === undefined ? undefined : l10n.t('Java {0}', javaVersion);
  const version = dotted(cluster && l10n.t('Flink {0}', cluster.flinkVersion), java);
  const slots = cluster && l10n.t('{0} of {1} free', cluster.slotsAvailable, cluster.slotsTotal);
  const machines = cluster && l10n.t('{0} registered', cluster.taskManagers);
  return [
    ...(version === '' ? [] : [fact(parent, 'version', l10n.t('Version'), version, 'versions', undefined)]),
    ...(machines === undefined
      ? []
      : [fact(parent, 'taskmanagers', l10n.t('TaskManagers'), machines, 'vm', staleMark(overview))]),
    ...(slots === undefined
      ? []
      : [fact(parent, 'slots', l10n.t('Slots'), slots, 'layout-panel-justify', staleMark(overview))]),
    ...(heap === undefined ? [] : [describeHeap(parent, heap, stale)]),
  ];
}

function describeSlot(parent: string, number: number, content: SlotContent, stale: StaleMark | undefined): TreeNode {
  const { jobId, jobName = jobId, tasks, slots } = content;
  const id = `${parent}/${nodeId(['slot', String(number)])}`;
  const label = slots === 1 ? l10n.t('Slot {0}', number) : l10n.t('Slots {0} to {1}', number, number + slots - 1);
  const count = tasksIn(tasks.length);
  return {
    id,
    kind: 'slot',
    label,
    description: dotted(stale?.brief, jobName, count),
    icon: stale === undefined ? slotIcon(tasks) : unknownIcon,
    flags: ['taken'],
    tooltip: tooltip(escapeMarkdown(label), [
      escapeMarkdown(dotted(jobName, count, stale?.words)),
      ...tasks.map((task) => escapeMarkdown(dotted(taskLabel(task), wordsOf(task)))),
      slots === 1 ? undefined : escapeMarkdown(l10n.t('Flink does not tell which of them is in which slot.')),
      escapeMarkdown(l10n.t('Flink does not number slots; the numbers only tell them apart.')),
      escapeMarkdown(l10n.t('Job id: {0}', jobId)),
    ]),
    accessibilityLabel: [label, l10n.t('Job {0}', jobName), count, stale?.words]
      .filter((part) => part !== undefined)
      .join(', '),
    ...(tasks.length === 0 ? {} : { children: tasks.map((task) => describeTask(id, task, stale)) }),
  };
}

function freeSlot(parent: string, number: number, stale: StaleMark | undefined): TreeNode {
  const label = l10n.t('Slot {0}', number);
  const free = l10n.t('free');
  return {
    id: `${parent}/${nodeId(['slot', String(number)])}`,
    kind: 'slot',
    label,
    description: dotted(stale?.brief, free),
    icon: stale === undefined ? { codicon: 'circle-large-outline' } : unknownIcon,
    flags: ['free'],
    tooltip: tooltip(escapeMarkdown(label), [escapeMarkdown(dotted(free, stale?.words))]),
    accessibilityLabel: [label, free, stale?.words].filter((part) => part !== undefined).join(', '),
  };
}

function describeTask(parent: string, task: SlotTask, stale: StaleMark | undefined): TreeNode {
  const label = taskLabel(task);
  const again = task.attempt > 0 ? l10n.t('attempt {0}', task.attempt + 1) : undefined;
  return {
    id: `${parent}/${nodeId(['vertex', task.vertexId], ['subtask', String(task.index)])}`,
    kind: 'task',
    label,
    description: dotted(stale?.brief, wordsOf(task), again),
    icon: stale === undefined ? taskIcon(task) : unknownIcon,
    tooltip: tooltip(escapeMarkdown(label), [
      escapeMarkdown(dotted(wordsOf(task), again, stale?.words)),
      escapeMarkdown(l10n.t('Vertex id: {0}', task.vertexId)),
    ]),
    accessibilityLabel: [label, wordsOf(task), again, stale?.words].filter((part) => part !== undefined).join(', '),
  };
}

function describeHeap(parent: string, { used, max }: HeapUse, stale: StaleMark | undefined): TreeNode {
  const words = l10n.t('{0} of {1} used', formatBytes(used), formatBytes(max));
  return fact(parent, 'heap', l10n.t('Heap'), words, 'dashboard', stale);
}

function fact(
  parent: string,
  name: string,
  label: string,
  words: string,
  codicon: string,
  stale: StaleMark | undefined,
): TreeNode {
  return {
    id: `${parent}/${nodeId(['fact', name])}`,
    kind: 'fact',
    label,
    description: dotted(stale?.brief, words),
    icon: stale === undefined ? { codicon } : unknownIcon,
    tooltip: tooltip(escapeMarkdown(label), [escapeMarkdown(dotted(words, stale?.words))]),
    accessibilityLabel: [label, words, stale?.words].filter((part) => part !== undefined).join(', '),
  };
}

/** As Flink's web interface numbers them: "ClickEvent Counter (1/2)". */
function taskLabel({ vertexName, index, parallelism }: SlotTask): string {
  return `${vertexName} (${index + 1}/${parallelism})`;
}

function wordsOf({ state }: SlotTask): string {
  return taskWords[state]?.() ?? state;
}

function tasksIn(count: number): string {
  if (count === 0) return l10n.t('no task');
  return count === 1 ? l10n.t('1 task') : l10n.t('{0} tasks', count);
}

function slotIcon(tasks: readonly SlotTask[]): NodeIcon {
  if (tasks.length === 0) return { codicon: 'circle-large-outline', color: 'charts.blue' };
  const restless = tasks.find(({ state }) => state !== 'RUNNING');
  return restless === undefined ? { codicon: 'circle-large-filled', color: 'testing.iconPassed' } : taskIcon(restless);
}

function taskIcon({ state }: SlotTask): NodeIcon {
  if (state === 'RUNNING') return { codicon: 'circle-filled', color: 'testing.iconPassed' };
  if (taskWords[state] === undefined) return unknownIcon;
  const color = state === 'CANCELING' ? 'list.warningForeground' : 'charts.blue';
  return { codicon: 'sync~spin', color };
}
