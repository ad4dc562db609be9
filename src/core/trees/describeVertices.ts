import * as l10n from '@vscode/l10n';
import { formatBytes } from '../../shared/format/bytes';
import { formatRate, formatShare } from '../../shared/format/rates';
import { formatDateTime } from '../../shared/format/time';
import { endedJobStates, type JobDetail, type JobState, type Subtask, type Vertex } from '../../shared/model/flink';
import type { SubtaskWatermark, TaskRates } from '../../shared/model/jobReads';
import { valueOf, type Resource } from '../state/resource';
import { stateIcons, stateWords } from './describeJobs';
import { dotted, escapeMarkdown, oneLine, tooltip } from './markdown';
import type { NodeIcon, TreeNode } from './node';
import { nodeId } from './nodeIds';
import { mostRows, rangeNodes, type Range } from './ranges';
import { errorNode, seldomReadMark, staleMark, unknownIcon, type StaleMark } from './stale';
import { healthIcons, healthOf, healthWords, runningTasks, type TaskHealth } from './taskHealth';

/** From here on Flink's own pages call back pressure high. */
const highPressure = 0.5;
const somePressure = 0.1;

/** A job's vertices in the order of the data flow. `undefined` while the first read is under way. */
export function describeVertices(jobId: string, detail: Resource<JobDetail>): readonly TreeNode[] | undefined {
  if (detail.state === 'idle' || detail.state === 'loading') return undefined;
  if (detail.state === 'failed') {
    return [errorNode(`${nodeId(['job', jobId])}/error`, l10n.t('Vertices cannot be read'), detail.error)];
  }
  const stale = staleMark(detail);
  return detail.value.vertices.map((vertex) => describeVertex(jobId, vertex, detail.value.state, stale));
}

/**
 * A vertex's subtasks, those that do not run first, then the busiest; of very many the worst, and all in groups below them.
 * `undefined` while the first read is under way.
 */
export function describeSubtasks(
  jobId: string,
  vertexId: string,
  subtasks: Resource<readonly Subtask[]>,
  watermarks: Resource<readonly SubtaskWatermark[]>,
): readonly TreeNode[] | undefined {
  if (subtasks.state === 'idle' || subtasks.state === 'loading') return undefined;
  if (subtasks.state === 'failed') {
    const id = `${nodeId(['job', jobId], ['vertex', vertexId])}/error`;
    return [errorNode(id, l10n.t('Subtasks cannot be read'), subtasks.error)];
  }
  const parent = nodeId(['job', jobId], ['vertex', vertexId]);
  const worst = worstFirst(subtasks.value);
  const rows = describeRows(parent, worst.slice(0, mostRows), subtasks, watermarks);
  return worst.length <= mostRows ? rows : [...rows, everySubtask(parent, worst.length, subtasks)];
}

/** The subtasks of a group, by their numbers. `undefined` while there are none to be shown. */
export function describeSubtaskRange(
  parent: string,
  { from, to }: Range,
  subtasks: Resource<readonly Subtask[]>,
  watermarks: Resource<readonly SubtaskWatermark[]>,
): readonly TreeNode[] | undefined {
  const rows = valueOf(subtasks)?.filter(({ index }) => index >= from && index < to);
  return rows === undefined ? undefined : describeRows(parent, rows, subtasks, watermarks);
}

function everySubtask(parent: string, count: number, subtasks: Resource<unknown>): TreeNode {
  const id = `${parent}/${nodeId(['group', 'subtasks'])}`;
  return {
    id,
    kind: 'group',
    flags: ['subtasks'],
    label: l10n.t('All subtasks'),
    description: dotted(
      staleMark(subtasks)?.brief ?? seldomReadMark(subtasks, count),
      l10n.t('{0} in all, the {1} to look at first are above', count, mostRows),
    ),
    icon: { codicon: 'list-ordered' },
    tooltip: escapeMarkdown(l10n.t('So many are read less often than a few.')),
    children: rangeNodes(id, count, (first, last) => l10n.t('Subtasks {0} to {1}', first, last)),
  };
}

function describeRows(
  parent: string,
  rows: readonly Subtask[],
  subtasks: Resource<unknown>,
  watermarks: Resource<readonly SubtaskWatermark[]>,
): readonly TreeNode[] {
  const stale = staleMark(subtasks);
  // An old watermark beside figures that are fresh would be taken for one of now.
  const marks = new Map(
    watermarks.state === 'ready' ? watermarks.value.map(({ index, watermark }) => [index, watermark]) : [],
  );
  return rows.map((subtask) => describeSubtask(parent, subtask, marks.get(subtask.index), stale));
}

function describeVertex(jobId: string, vertex: Vertex, job: JobState, stale: StaleMark | undefined): TreeNode {
  const health = healthOf(vertex.tasks, vertex.parallelism);
  const over = endedJobStates.has(job);
  const tasks = runningTasks(vertex.tasks, vertex.parallelism);
  const state = over ? stateWords[job]() : healthWords[health]();
  const rates = over || health !== 'running' || stale !== undefined ? undefined : vertex.rates;
  const fresh = dotted(
    health === 'running' && !over ? undefined : state,
    over ? undefined : tasks,
    ...(rates === undefined ? [] : [flowWords(rates), loadWords(rates)]),
  );
  const parallelism = l10n.t('parallelism {0}', vertex.parallelism);
  return {
    id: nodeId(['job', jobId], ['vertex', vertex.id]),
    kind: 'vertex',
    label: oneLine(vertex.name),
    description: stale === undefined ? fresh : dotted(stale.brief, state),
    icon: stale === undefined ? vertexIcon(job, health, rates) : unknownIcon,
    tooltip: tooltip(escapeMarkdown(vertex.name), [
      escapeMarkdown(dotted(state, over ? undefined : tasks, stale?.words)),
      escapeMarkdown(parallelismWords(vertex)),
      escapeMarkdown(taskWords(vertex)),
      ...rateLines(rates),
      escapeMarkdown(l10n.t('Vertex id: {0}', vertex.id)),
    ]),
    accessibilityLabel: [
      l10n.t('Vertex {0}', oneLine(vertex.name)),
      parallelism,
      state,
      over ? undefined : tasks,
      ...(rates === undefined ? [] : [flowWords(rates), loadWords(rates)]),
      stale?.words,
    ]
      .filter((part) => part !== undefined)
      .join(', '),
    children: 'lazy',
  };
}

function describeSubtask(
  parent: string,
  subtask: Subtask,
  watermark: number | undefined,
  stale: StaleMark | undefined,
): TreeNode {
  const { index, attempt, state, taskManagerId, endpoint, startTime, counters, rates } = subtask;
  const place = taskManagerId ?? endpoint;
  const attempts = attempt === 0 ? undefined : l10n.t('attempt {0}', attempt + 1);
  const words = state === 'unknown' ? l10n.t('state not known') : state;
  const description =
    stale === undefined
      ? dotted(
          state === 'RUNNING' ? undefined : words,
          place,
          attempts,
          ...(rates === undefined ? [] : [flowWords(rates), loadWords(rates)]),
        )
      : dotted(stale.brief, words);
  return {
    id: `${parent}/${nodeId(['subtask', String(index)])}`,
    kind: 'subtask',
    label: l10n.t('Subtask {0}', index + 1),
    description,
    icon: stale === undefined ? subtaskIcon(subtask) : unknownIcon,
    tooltip: tooltip(escapeMarkdown(l10n.t('Subtask {0}', index + 1)), [
      escapeMarkdown(dotted(words, attempts, stale?.words)),
      place === undefined ? undefined : escapeMarkdown(l10n.t('TaskManager: {0}', place)),
      endpoint === undefined || endpoint === place ? undefined : escapeMarkdown(l10n.t('Host: {0}', endpoint)),
      startTime === undefined ? undefined : escapeMarkdown(l10n.t('Started: {0}', formatDateTime(startTime))),
      counters.recordsIn === undefined && counters.recordsOut === undefined
        ? undefined
        : escapeMarkdown(l10n.t('Records in: {0}, out: {1}', counters.recordsIn ?? 0, counters.recordsOut ?? 0)),
      counters.bytesIn === undefined && counters.bytesOut === undefined
        ? undefined
        : escapeMarkdown(
            l10n.t('Bytes in: {0}, out: {1}', formatBytes(counters.bytesIn ?? 0), formatBytes(counters.bytesOut ?? 0)),
          ),
      ...rateLines(rates),
      watermark === undefined ? undefined : escapeMarkdown(l10n.t('Watermark: {0}', formatDateTime(watermark))),
    ]),
    accessibilityLabel: dotted(l10n.t('Subtask {0}', index + 1), state === 'RUNNING' ? words : undefined, description),
  };
}

function worstFirst(subtasks: readonly Subtask[]): readonly Subtask[] {
  return subtasks
    .map((subtask) => ({ subtask, running: Number(subtask.state === 'RUNNING'), load: load(subtask) }))
    .sort((a, b) => a.running - b.running || b.load - a.load || a.subtask.index - b.subtask.index)
    .map(({ subtask }) => subtask);
}

function load({ rates }: Subtask): number {
  // Whole percents in steps of ten: an order that changes with every read cannot be read.
  return Math.round(Math.max(rates?.busy ?? 0, rates?.backPressured ?? 0) * 10);
}

/** "400/s in, 0.4/s out". A source has no input of Flink's and a sink no output: what stays at zero is left out. */
function flowWords({ recordsInPerSecond, recordsOutPerSecond }: TaskRates): string | undefined {
  const inWords = recordsInPerSecond === undefined ? undefined : l10n.t('{0} in', formatRate(recordsInPerSecond));
  const outWords = recordsOutPerSecond === undefined ? undefined : l10n.t('{0} out', formatRate(recordsOutPerSecond));
  const telling = [
    (recordsInPerSecond ?? 0) > 0 || (recordsOutPerSecond ?? 0) === 0 ? inWords : undefined,
    (recordsOutPerSecond ?? 0) > 0 ? outWords : undefined,
  ].filter((part) => part !== undefined);
  return telling.length === 0 ? undefined : telling.join(', ');
}

/** What keeps the tasks: being held up tells more than being busy. */
function loadWords({ busy, backPressured }: TaskRates): string | undefined {
  if (backPressured !== undefined && backPressured > somePressure) {
    return l10n.t('{0} back-pressured', formatShare(backPressured));
  }
  return busy === undefined ? undefined : l10n.t('{0} busy', formatShare(busy));
}

function rateLines(rates: TaskRates | undefined): readonly (string | undefined)[] {
  if (rates === undefined) return [];
  const shares = [
    rates.busy === undefined ? undefined : l10n.t('{0} busy', formatShare(rates.busy)),
    rates.backPressured === undefined ? undefined : l10n.t('{0} back-pressured', formatShare(rates.backPressured)),
    rates.idle === undefined ? undefined : l10n.t('{0} idle', formatShare(rates.idle)),
  ];
  return [flowWords(rates) ?? '', dotted(...shares)].map((line) => escapeMarkdown(line));
}

function vertexIcon(job: JobState, health: TaskHealth, rates: TaskRates | undefined): NodeIcon {
  if (endedJobStates.has(job)) return stateIcons[job];
  if (health !== 'running') return healthIcons[health];
  if ((rates?.backPressured ?? 0) > highPressure)
    return { codicon: 'arrow-circle-left', color: 'list.warningForeground' };
  return { codicon: 'circle-filled', color: 'testing.iconPassed' };
}

function subtaskIcon({ state, rates }: Subtask): NodeIcon {
  if (state === 'RUNNING') {
    return (rates?.backPressured ?? 0) > highPressure
      ? { codicon: 'arrow-circle-left', color: 'list.warningForeground' }
      : { codicon: 'circle-small-filled', color: 'testing.iconPassed' };
  }
  if (state === 'FAILED') return { codicon: 'error', color: 'list.errorForeground' };
  if (state === 'FINISHED' || state === 'CANCELED') return { codicon: 'pass', color: 'list.deemphasizedForeground' };
  return state === 'unknown' ? unknownIcon : { codicon: 'circle-outline', color: 'list.warningForeground' };
}

function parallelismWords({ parallelism, maxParallelism }: Vertex): string {
  return maxParallelism === undefined
    ? l10n.t('Parallelism: {0}', parallelism)
    : l10n.t('Parallelism: {0} of at most {1}', parallelism, maxParallelism);
}

function taskWords({ tasks }: Vertex): string {
  const some = Object.entries(tasks).filter(([, count]) => count > 0);
  return some.map(([state, count]) => `${count} ${state}`).join(', ');
}
