import * as l10n from '@vscode/l10n';
import { formatBytes } from '../../shared/format/bytes';
import { formatDuration } from '../../shared/format/duration';
import { formatDateTime, formatTime } from '../../shared/format/time';
import type { JobDetail } from '../../shared/model/flink';
import type {
  CheckpointEntry,
  CheckpointHistory,
  ExceptionHistory,
  JobException,
  RestoredCheckpoint,
} from '../../shared/model/jobReads';
import type { TimelineEntry } from '../../shared/model/timeline';
import type { Resource } from '../state/resource';
import { PlaygroundError } from '../util/errors';
import { remembered } from '../util/remembered';
import { describeVertices } from './describeVertices';
import { rootCause } from '../flink/rootCause';
import { describeTimeline, timelineSummary } from './describeTimeline';
import { dotted, escapeMarkdown, oneLine, tooltip } from './markdown';
import type { NodeIcon, TreeNode } from './node';
import { nodeId } from './nodeIds';
import { errorNode, staleMark } from './stale';

/** The id of the command; a test holds it against the catalogue. */
const showExceptions = 'flinkPlayground.job.showExceptions';

/** What is read of a job while its node is expanded. */
export interface JobParts {
  readonly detail: Resource<JobDetail>;
  readonly checkpoints: Resource<CheckpointHistory>;
  readonly exceptions: Resource<ExceptionHistory>;
  /** What happened to it, newest first. */
  readonly timeline: readonly TimelineEntry[];
  /** Nodes of the metrics that are pinned. */
  readonly metrics: readonly TreeNode[];
}

/** How the groups of one job are described: each anew only when what it shows was read anew. */
export interface JobGroups {
  readonly vertices: (detail: JobParts['detail']) => TreeNode | undefined;
  readonly checkpoints: (checkpoints: JobParts['checkpoints']) => TreeNode;
  readonly exceptions: (exceptions: JobParts['exceptions']) => TreeNode;
  readonly timeline: (timeline: JobParts['timeline']) => TreeNode;
}

export function jobGroups(jobId: string): JobGroups {
  return {
    vertices: remembered((detail) => {
      const vertices = describeVertices(jobId, detail);
      return vertices && verticesGroup(jobId, detail, vertices);
    }),
    checkpoints: remembered((checkpoints) => checkpointsGroup(jobId, checkpoints)),
    exceptions: remembered((exceptions) => exceptionsGroup(jobId, exceptions)),
    timeline: remembered((timeline) => timelineGroup(jobId, timeline)),
  };
}

/** The children of a job's node: vertices, checkpoints, exceptions, timeline, metrics. `undefined` while the first read is under way. */
export function describeJobGroups(
  jobId: string,
  parts: JobParts,
  groups = jobGroups(jobId),
): readonly TreeNode[] | undefined {
  const vertices = groups.vertices(parts.detail);
  if (vertices === undefined) return undefined;
  return [
    vertices,
    groups.checkpoints(parts.checkpoints),
    groups.exceptions(parts.exceptions),
    groups.timeline(parts.timeline),
    metricsGroup(jobId, parts.metrics),
  ];
}

function metricsGroup(jobId: string, metrics: readonly TreeNode[]): TreeNode {
  const isEmpty = metrics.length === 0;
  const node = group(jobId, 'metrics', {
    label: l10n.t('Metrics'),
    description: isEmpty ? l10n.t('none pinned') : undefined,
    codicon: 'graph-line',
    children: metrics,
    expanded: true,
  });
  // A tree keeps a node that it knows folded; under another id it unfolds with the first metric that is pinned.
  return isEmpty ? { ...node, id: nodeId(['job', jobId], ['group', 'no-metrics']) } : node;
}

function verticesGroup(jobId: string, detail: Resource<JobDetail>, vertices: readonly TreeNode[]): TreeNode {
  const known = detail.state === 'ready' || detail.state === 'stale' ? detail.value.vertices : [];
  const running = known.reduce((sum, { tasks }) => sum + tasks.RUNNING, 0);
  const total = known.reduce((sum, { parallelism }) => sum + parallelism, 0);
  const tasks = l10n.t('{0}/{1} tasks running', running, total);
  return group(jobId, 'vertices', {
    label: l10n.t('Vertices'),
    description: detail.state === 'ready' ? tasks : staleMark(detail)?.brief,
    codicon: 'type-hierarchy',
    children: vertices,
    expanded: true,
  });
}

function checkpointsGroup(jobId: string, checkpoints: Resource<CheckpointHistory>): TreeNode {
  const label = l10n.t('Checkpoints');
  if (checkpoints.state === 'idle' || checkpoints.state === 'loading') {
    return group(jobId, 'checkpoints', { label, codicon: 'history', children: [] });
  }
  if (checkpoints.state === 'failed') {
    const off = PlaygroundError.is(checkpoints.error, 'notFound');
    return off
      ? group(jobId, 'checkpoints', {
          label,
          description: l10n.t('none: not enabled'),
          codicon: 'history',
          children: [],
        })
      : errorNode(nodeId(['job', jobId], ['group', 'checkpoints']), label, checkpoints.error);
  }
  const { counts, entries, restored } = checkpoints.value;
  const last = checkpoints.value.latestCompleted;
  const stale = staleMark(checkpoints);
  const words =
    counts.total === 0 && restored === undefined
      ? l10n.t('none yet')
      : dotted(
          l10n.t('{0} completed', counts.completed),
          counts.failed === 0 ? undefined : l10n.t('{0} failed', counts.failed),
          last === undefined ? undefined : l10n.t('last at {0}', formatTime(last.triggeredAt)),
        );
  return group(jobId, 'checkpoints', {
    label,
    description: stale === undefined ? words : dotted(stale.brief, words),
    codicon: 'history',
    children: [
      ...(restored === undefined ? [] : [restoredNode(jobId, restored)]),
      ...entries.map((entry) => checkpointNode(jobId, entry)),
    ],
  });
}

function restoredNode(jobId: string, { id, restoredAt, isSavepoint, externalPath }: RestoredCheckpoint): TreeNode {
  const label = isSavepoint ? l10n.t('Restored from savepoint {0}', id) : l10n.t('Restored from checkpoint {0}', id);
  return {
    id: nodeId(['job', jobId], ['checkpoint', 'restored']),
    kind: 'restored',
    label,
    description: l10n.t('at {0}', formatTime(restoredAt)),
    icon: { codicon: 'discard', color: 'charts.blue' },
    tooltip: tooltip(escapeMarkdown(label), [
      escapeMarkdown(l10n.t('Restored: {0}', formatDateTime(restoredAt))),
      externalPath === undefined ? undefined : escapeMarkdown(l10n.t('Path: {0}', externalPath)),
    ]),
  };
}

const checkpointIcons: Readonly<Record<CheckpointEntry['status'], NodeIcon>> = {
  COMPLETED: { codicon: 'pass', color: 'testing.iconPassed' },
  FAILED: { codicon: 'error', color: 'list.errorForeground' },
  IN_PROGRESS: { codicon: 'sync~spin', color: 'charts.blue' },
  unknown: { codicon: 'question', color: 'list.deemphasizedForeground' },
};

const checkpointWords: Readonly<Record<CheckpointEntry['status'], () => string>> = {
  COMPLETED: () => l10n.t('completed'),
  FAILED: () => l10n.t('failed'),
  IN_PROGRESS: () => l10n.t('in progress'),
  unknown: () => l10n.t('state not known'),
};

function checkpointNode(jobId: string, entry: CheckpointEntry): TreeNode {
  const { id, status, isSavepoint, subtasks, acknowledged, externalPath, failureMessage, discarded } = entry;
  const label = isSavepoint ? l10n.t('Savepoint {0}', id) : l10n.t('Checkpoint {0}', id);
  const words = checkpointWords[status]();
  const size = entry.stateSize === undefined ? undefined : formatBytes(entry.stateSize);
  const duration = status === 'IN_PROGRESS' ? undefined : formatMilliseconds(entry.durationMs);
  const progress = l10n.t('{0}/{1} subtasks', acknowledged, subtasks);
  return {
    id: nodeId(['job', jobId], ['checkpoint', String(id)]),
    kind: 'checkpoint',
    label,
    description: dotted(
      status === 'COMPLETED' ? undefined : words,
      status === 'IN_PROGRESS' ? progress : undefined,
      formatTime(entry.triggeredAt),
      duration,
      size,
    ),
    icon: checkpointIcons[status],
    flags: [
      status.toLowerCase(),
      ...(isSavepoint ? ['savepoint'] : []),
      ...(status === 'COMPLETED' && !discarded && externalPath !== undefined ? ['addressable'] : []),
    ],
    tooltip: tooltip(escapeMarkdown(label), [
      escapeMarkdown(dotted(words, entry.type)),
      escapeMarkdown(l10n.t('Triggered: {0}', formatDateTime(entry.triggeredAt))),
      duration === undefined ? undefined : escapeMarkdown(l10n.t('Duration: {0}', duration)),
      escapeMarkdown(l10n.t('Acknowledged: {0}', progress)),
      size === undefined ? undefined : escapeMarkdown(l10n.t('State: {0}', size)),
      failureMessage === undefined ? undefined : escapeMarkdown(failureMessage),
      discarded ? escapeMarkdown(l10n.t('Its files are removed: a newer checkpoint took its place.')) : undefined,
      externalPath === undefined || discarded || status !== 'COMPLETED'
        ? undefined
        : escapeMarkdown(l10n.t('Path: {0}', externalPath)),
    ]),
    accessibilityLabel: dotted(label, words, formatTime(entry.triggeredAt), duration, size),
  };
}

function exceptionsGroup(jobId: string, exceptions: Resource<ExceptionHistory>): TreeNode {
  const label = l10n.t('Exceptions');
  if (exceptions.state === 'idle' || exceptions.state === 'loading') {
    return group(jobId, 'exceptions', { label, codicon: 'bug', children: [] });
  }
  if (exceptions.state === 'failed') {
    return errorNode(nodeId(['job', jobId], ['group', 'exceptions']), label, exceptions.error);
  }
  const { entries, truncated } = exceptions.value;
  const newest = entries[0];
  const stale = staleMark(exceptions);
  const count = truncated ? l10n.t('the last {0}', entries.length) : String(entries.length);
  const words = newest === undefined ? l10n.t('none') : dotted(count, l10n.t('last at {0}', formatTime(newest.at)));
  return group(jobId, 'exceptions', {
    label,
    description: stale === undefined ? words : dotted(stale.brief, words),
    codicon: 'bug',
    children: entries.map((entry, index) => exceptionNode(jobId, entry, index)),
  });
}

function exceptionNode(jobId: string, exception: JobException, index: number): TreeNode {
  const { at, taskName, taskManagerId, endpoint, concurrent } = exception;
  const cause = rootCause(exception);
  return {
    // Several exceptions may have the same moment.
    id: nodeId(['job', jobId], ['exception', `${at}-${index}`]),
    kind: 'exception',
    label: cause.label,
    description: dotted(formatTime(at), taskName && oneLine(taskName)),
    icon: { codicon: 'error', color: 'list.errorForeground' },
    flags: concurrent.length === 0 ? [] : ['concurrent'],
    tooltip: tooltip(escapeMarkdown(cause.label), [
      cause.message === '' ? undefined : escapeMarkdown(cause.message),
      escapeMarkdown(formatDateTime(at)),
      taskName === undefined ? undefined : escapeMarkdown(l10n.t('Task: {0}', taskName)),
      taskManagerId === undefined ? undefined : escapeMarkdown(l10n.t('TaskManager: {0}', taskManagerId)),
      endpoint === undefined ? undefined : escapeMarkdown(l10n.t('Host: {0}', endpoint)),
      concurrent.length === 0
        ? undefined
        : escapeMarkdown(l10n.t('{0} other tasks failed at the same time.', concurrent.length)),
    ]),
    accessibilityLabel: dotted(cause.label, cause.message, formatDateTime(at), taskName),
    command: { id: showExceptions, args: [{ job: jobId }] },
  };
}

function timelineGroup(jobId: string, timeline: readonly TimelineEntry[]): TreeNode {
  return group(jobId, 'timeline', {
    label: l10n.t('Timeline'),
    description: timelineSummary(timeline),
    codicon: 'watch',
    children: describeTimeline(jobId, timeline),
  });
}

interface Group {
  readonly label: string;
  readonly description?: string | undefined;
  readonly codicon: string;
  readonly children: readonly TreeNode[];
  readonly expanded?: boolean;
}

function group(jobId: string, name: string, { label, description, codicon, children, expanded }: Group): TreeNode {
  return {
    id: nodeId(['job', jobId], ['group', name]),
    kind: 'group',
    flags: [name],
    label,
    ...(description === undefined ? {} : { description }),
    icon: { codicon },
    ...(children.length === 0 ? {} : { children, expanded: expanded === true }),
  };
}

function formatMilliseconds(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : formatDuration(ms);
}
