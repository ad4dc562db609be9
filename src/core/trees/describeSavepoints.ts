import * as l10n from '@vscode/l10n';
import { formatBytes } from '../../shared/format/bytes';
import { formatDateTime, formatTime } from '../../shared/format/time';
import type { SavepointEntry, SavepointRestore } from '../../shared/model/savepoints';
import type { Resource } from '../state/resource';
import { dotted, escapeMarkdown, tooltip } from './markdown';
import type { NodeIcon, TreeNode } from './node';
import { nodeId } from './nodeIds';
import { errorNode, staleMark, unknownIcon, type StaleMark } from './stale';

export interface SavepointsOptions {
  /** Milliseconds since the epoch: savepoints of today are shown with the time alone. */
  readonly now: number;
}

const icons: Readonly<Record<'savepoint' | 'checkpoint', NodeIcon>> = {
  savepoint: { codicon: 'save', color: 'charts.blue' },
  checkpoint: { codicon: 'history', color: 'charts.blue' },
};

const missingIcon: NodeIcon = { codicon: 'error', color: 'list.errorForeground' };
const halfIcon: NodeIcon = { codicon: 'warning', color: 'list.warningForeground' };

/** The Savepoints view, the newest first. Nothing before the first read, or when there are none: welcome content says why. */
export function describeSavepoints(
  savepoints: Resource<readonly SavepointEntry[]>,
  options: SavepointsOptions,
): readonly TreeNode[] {
  if (savepoints.state === 'idle' || savepoints.state === 'loading') return [];
  if (savepoints.state === 'failed') {
    return [errorNode('error:savepoints', l10n.t('Savepoints cannot be read'), savepoints.error)];
  }
  const stale = staleMark(savepoints);
  return savepoints.value.map((savepoint) => describeSavepoint(savepoint, options, stale));
}

function describeSavepoint(
  savepoint: SavepointEntry,
  { now }: SavepointsOptions,
  stale: StaleMark | undefined,
): TreeNode {
  const { key, path, kind, at, sizeBytes, parallelism, origin, restores, condition } = savepoint;
  const job = jobWords(savepoint);
  const time = at === undefined ? l10n.t('time not known') : shortTime(at, now);
  const kindWords = kind === 'savepoint' ? l10n.t('Savepoint') : l10n.t('Checkpoint');
  const trouble = conditionWords(savepoint);
  const size = sizeBytes === undefined ? undefined : formatBytes(sizeBytes);
  const wide = parallelism === undefined ? undefined : l10n.t('parallelism {0}', parallelism);
  const times =
    restores.length === 0
      ? undefined
      : restores.length === 1
        ? l10n.t('restored once')
        : l10n.t('restored {0} times', restores.length);
  const retained = kind === 'checkpoint' ? l10n.t('retained checkpoint') : undefined;
  return {
    id: nodeId(['savepoint', key]),
    kind,
    label: job,
    description: dotted(stale?.brief, trouble, time, retained, size, wide, times, origin),
    icon: stale === undefined ? iconOf(savepoint) : unknownIcon,
    flags: flagsOf(savepoint),
    tooltip: tooltip(escapeMarkdown(`${kindWords}: ${job}`), [
      escapeMarkdown(dotted(trouble, stale?.words)),
      escapeMarkdown(savepoint.problem ?? ''),
      ...facts(savepoint).map((line) => escapeMarkdown(line)),
      escapeMarkdown(path),
    ]),
    accessibilityLabel: [`${kindWords} ${job}`, trouble, time, size, wide, times, stale?.words]
      .filter((part) => part !== undefined)
      .join(', '),
    ...(restores.length === 0 || condition === 'missing'
      ? {}
      : { children: restores.toReversed().map((restore) => describeRestore(key, restore, now)) }),
  };
}

function describeRestore(key: string, { jobId, at }: SavepointRestore, now: number): TreeNode {
  const label = l10n.t('Restored by job {0}', jobId.slice(0, 6));
  return {
    id: nodeId(['savepoint', key], ['restore', `${jobId}-${at}`]),
    kind: 'restore',
    label,
    description: shortTime(at, now),
    icon: { codicon: 'arrow-right' },
    tooltip: tooltip(escapeMarkdown(label), [
      escapeMarkdown(l10n.t('Job id: {0}', jobId)),
      escapeMarkdown(l10n.t('Since: {0}', formatDateTime(at))),
    ]),
  };
}

/** The job's name; where only files are there, the beginning of its id. */
function jobWords({ jobName, jobId }: SavepointEntry): string {
  if (jobName !== undefined) return jobName;
  return jobId === undefined ? l10n.t('Unknown job') : l10n.t('Job {0}', jobId.slice(0, 6));
}

function conditionWords({ condition, filesUnknown }: SavepointEntry): string | undefined {
  switch (condition) {
    case 'whole':
      return filesUnknown === 0 ? undefined : l10n.t('not all files known');
    case 'halfWritten':
      return l10n.t('not whole');
    case 'missing':
      return l10n.t('missing');
    case 'notASavepoint':
      return l10n.t('not a savepoint');
    case 'unknown':
      break;
  }
  return l10n.t('files not known');
}

function iconOf({ condition, kind }: SavepointEntry): NodeIcon {
  if (condition === 'whole') return icons[kind];
  if (condition === 'unknown') return unknownIcon;
  return condition === 'halfWritten' ? halfIcon : missingIcon;
}

/** `restorable`: nothing is known to be wrong with it. `deletable`: nobody needs it. */
function flagsOf({ condition, use }: SavepointEntry): readonly string[] {
  return [
    condition,
    ...(condition === 'whole' || condition === 'unknown' ? ['restorable'] : []),
    ...(use === undefined && condition !== 'unknown' ? ['deletable'] : []),
  ];
}

function facts(savepoint: SavepointEntry): readonly string[] {
  const { at, sizeBytes, format, drained, parallelism, args, use, jobId, origin } = savepoint;
  const lines = [
    jobId === undefined ? undefined : l10n.t('Job id: {0}', jobId),
    at === undefined ? undefined : l10n.t('Taken: {0}', formatDateTime(at)),
    sizeBytes === undefined ? undefined : l10n.t('Size: {0}', formatBytes(sizeBytes)),
    format === undefined ? undefined : format === 'native' ? l10n.t('Format: native') : l10n.t('Format: canonical'),
    parallelism === undefined ? undefined : l10n.t('Parallelism: {0}', parallelism),
    args === undefined || args.length === 0 ? undefined : l10n.t('Arguments: {0}', args.join(' ')),
    drained ? l10n.t('The job was drained: its open windows were closed early.') : undefined,
    origin === undefined ? undefined : l10n.t('Belongs to other data: {0}', origin),
    useWords(use),
  ];
  return lines.filter((line) => line !== undefined);
}

function useWords(use: SavepointEntry['use']): string | undefined {
  if (use === undefined) return undefined;
  return use.by === 'job'
    ? l10n.t('In use: {0} would go back to it after a failure.', use.jobName)
    : l10n.t('In use by an operation that is not finished.');
}

function shortTime(at: number, now: number): string {
  const isToday = new Date(at).toDateString() === new Date(now).toDateString();
  return isToday ? formatTime(at) : formatDateTime(at);
}
