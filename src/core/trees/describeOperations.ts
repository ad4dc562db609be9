import * as l10n from '@vscode/l10n';
import { formatDuration } from '../../shared/format/duration';
import { formatDateTime, formatTime } from '../../shared/format/time';
import type {
  OperationKind,
  OperationOutcome,
  OperationRecord,
  OperationStep,
  OperationView,
  OpenState,
} from '../../shared/model/operations';
import type { GapNote } from '../savepoints/savepointNotes';
import { dotted, escapeMarkdown, tooltip } from './markdown';
import type { NodeIcon, TreeNode } from './node';
import { nodeId } from './nodeIds';
import { unknownIcon } from './stale';

/** Shown of those that are over. */
const longest = 20;

/** What an operation does, with the job's name; functions, because texts are translated when they are shown. */
const titles: Readonly<Record<OperationKind, (job: string) => string>> = {
  savepoint: (job) => l10n.t('Savepoint of {0}', job),
  stop: (job) => l10n.t('Stop of {0}', job),
  restart: (job) => l10n.t('Restart of {0}', job),
  restore: (job) => l10n.t('Restore of {0}', job),
  rescale: (job) => l10n.t('Rescale of {0}', job),
};

/** What is being done in a step. */
export const stepWords: Readonly<Record<OperationStep, () => string>> = {
  prepare: () => l10n.t('Preparing'),
  slots: () => l10n.t('Looking for slots'),
  upload: () => l10n.t('Uploading the jar'),
  savepoint: () => l10n.t('Taking the savepoint'),
  submit: () => l10n.t('Submitting the job'),
  tasks: () => l10n.t('Waiting until all tasks run'),
  checkpoint: () => l10n.t('Waiting for the first checkpoint'),
};

const stateWords: Readonly<Record<OpenState, () => string>> = {
  running: () => l10n.t('under way'),
  elsewhere: () => l10n.t('in another window'),
  finished: () => l10n.t('finished meanwhile'),
  resumable: () => l10n.t('not finished'),
  lost: () => l10n.t('cannot go on'),
  unknown: () => l10n.t('not compared yet'),
};

const stateIcons: Readonly<Record<OpenState, NodeIcon>> = {
  running: { codicon: 'sync~spin', color: 'charts.blue' },
  elsewhere: { codicon: 'sync', color: 'list.deemphasizedForeground' },
  finished: { codicon: 'pass', color: 'testing.iconPassed' },
  resumable: { codicon: 'debug-pause', color: 'list.warningForeground' },
  lost: { codicon: 'error', color: 'list.errorForeground' },
  unknown: unknownIcon,
};

/** How an operation ended; functions, because texts are translated when they are shown. */
export const outcomeWords: Readonly<Record<OperationOutcome, () => string>> = {
  done: () => l10n.t('done'),
  failed: () => l10n.t('failed'),
  cancelled: () => l10n.t('called off'),
  dismissed: () => l10n.t('dismissed'),
};

/** Icons for how operations ended. */
export const outcomeIcons: Readonly<Record<OperationOutcome, NodeIcon>> = {
  done: { codicon: 'pass', color: 'testing.iconPassed' },
  failed: { codicon: 'error', color: 'list.errorForeground' },
  cancelled: { codicon: 'circle-slash', color: 'list.deemphasizedForeground' },
  dismissed: { codicon: 'circle-slash', color: 'list.deemphasizedForeground' },
};

const gapIcons: Readonly<Record<GapNote['outcome'], NodeIcon>> = {
  whole: { codicon: 'pass', color: 'testing.iconPassed' },
  duplicates: { codicon: 'pass', color: 'testing.iconPassed' },
  lost: { codicon: 'warning', color: 'list.errorForeground' },
  unclear: unknownIcon,
};

/** It was left in the middle, or ended while nobody watched: nothing comes of it by itself. */
export function waitsForPerson({ state }: Pick<OperationView, 'state'>): boolean {
  return state === 'resumable' || state === 'lost' || state === 'finished';
}

/** Operations that are not closed: what is under way, and what was left in the middle. */
export function describeOpenOperations(open: readonly OperationView[]): readonly TreeNode[] {
  return open.map(describeOpen);
}

/** The operations that are over, as one node below the jobs; none when there were none. */
export function describeOperationHistory(
  history: readonly OperationRecord[],
  gaps: ReadonlyMap<string, GapNote>,
): readonly TreeNode[] {
  if (history.length === 0) return [];
  const label = l10n.t('Operations');
  const count = String(history.length);
  return [
    {
      id: 'operations',
      kind: 'operations',
      label,
      description: count,
      icon: { codicon: 'checklist' },
      tooltip: escapeMarkdown(l10n.t('Savepoints, stops, restarts and rescales that are over.')),
      accessibilityLabel: `${label}, ${count}`,
      children: history.slice(0, longest).map((record) => describeRecord(record, gaps.get(record.id))),
    },
  ];
}

/** What an operation is, in words: "Restart of Click Event Count". */
export function operationTitle({ kind, jobName }: Pick<OperationView, 'kind' | 'jobName'>): string {
  return titles[kind](jobName);
}

function describeOpen(operation: OperationView): TreeNode {
  const { id, state, progress, summary, failure, choices, dismissable, savepointPath } = operation;
  const label = operationTitle(operation);
  const step = progress === undefined ? undefined : stepWords[progress.step]();
  const words = state === 'running' ? (step ?? stateWords.running()) : stateWords[state]();
  return {
    id: nodeId(['operation', id]),
    kind: 'operation',
    label,
    description: dotted(words, state === 'running' ? progress?.message : summary),
    icon: stateIcons[state],
    flags: [state, ...(choices.length > 0 ? ['continuable'] : []), ...(dismissable ? ['dismissable'] : [])],
    tooltip: tooltip(escapeMarkdown(label), [
      escapeMarkdown(dotted(words, progress?.message)),
      escapeMarkdown(summary),
      escapeMarkdown(failure?.message ?? ''),
      escapeMarkdown(failure?.remedy ?? ''),
      savepointPath === undefined ? undefined : escapeMarkdown(l10n.t('Savepoint: {0}', savepointPath)),
      escapeMarkdown(l10n.t('Begun: {0}', formatDateTime(operation.startedAt))),
    ]),
    accessibilityLabel: [label, words, state === 'running' ? progress?.message : summary]
      .filter((part) => part !== undefined)
      .join(', '),
  };
}

function describeRecord(record: OperationRecord, gap: GapNote | undefined): TreeNode {
  const { id, outcome, endedAt, downtimeMs, failure, savepointPath, successorId } = record;
  const label = operationTitle(record);
  const words = outcomeWords[outcome]();
  const downtime = downtimeMs === undefined ? undefined : l10n.t('{0} down', formatDuration(downtimeMs));
  const path = nodeId(['operation', id]);
  const icon = outcome === 'done' && gap !== undefined ? gapIcons[gap.outcome] : outcomeIcons[outcome];
  const lines = [
    ...(gap === undefined ? [] : [detail(path, 'windows', gap.text, gapIcons[gap.outcome])]),
    ...(failure === undefined ? [] : [detail(path, 'failure', failure.message, outcomeIcons.failed)]),
    ...(successorId === undefined || outcome !== 'done'
      ? []
      : [detail(path, 'job', l10n.t('Job id: {0}', successorId), { codicon: 'play-circle' })]),
    ...(savepointPath === undefined
      ? []
      : [detail(path, 'savepoint', l10n.t('Savepoint: {0}', savepointPath), { codicon: 'save' })]),
  ];
  return {
    id: path,
    kind: 'record',
    label,
    description: dotted(outcome === 'done' ? undefined : words, formatTime(endedAt), downtime, gap?.text),
    icon,
    flags: [outcome],
    tooltip: tooltip(escapeMarkdown(label), [
      escapeMarkdown(dotted(words, formatDateTime(endedAt), downtime)),
      ...lines.map((line) => escapeMarkdown(line.label)),
      escapeMarkdown(failure?.remedy ?? ''),
    ]),
    accessibilityLabel: [label, words, formatTime(endedAt), gap?.text].filter((part) => part !== undefined).join(', '),
    ...(lines.length === 0 ? {} : { children: lines }),
  };
}

function detail(parent: string, name: string, label: string, icon: NodeIcon): TreeNode {
  return { id: `${parent}/${name}`, kind: 'detail', label, icon, tooltip: escapeMarkdown(label) };
}
