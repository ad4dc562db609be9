import * as l10n from '@vscode/l10n';
import { formatDuration } from '../../shared/format/duration';
import type { OperationKind } from '../../shared/model/operations';
import type {
  JobCondition,
  MachineChange,
  TimelineCause,
  TimelineEntry,
  TimelineEvent,
} from '../../shared/model/timeline';
import { cleanLine } from '../logs/cleanText';
import { serviceLabels } from './describeInstance';
import { stateIcons, stateWords } from './describeJobs';
import { outcomeIcons, outcomeWords } from './describeOperations';
import type { NodeIcon } from './node';
import { unknownIcon } from './stale';
import { healthIcons, healthWords } from './taskHealth';

/** What a line of a timeline says: the telling part first. */
export interface TimelineWords {
  readonly text: string;
  readonly details: readonly string[];
  readonly icon: NodeIcon;
}

type Said<K extends TimelineEvent['kind']> = Extract<TimelineEvent, { readonly kind: K }>;

/** Words for how a job is; functions, because texts are translated when they are shown. */
const conditionWords: Readonly<Record<JobCondition, () => string>> = {
  starting: healthWords.starting,
  running: healthWords.running,
  waiting: healthWords.waiting,
  recovering: healthWords.recovering,
  failing: stateWords.FAILING,
  restarting: stateWords.RESTARTING,
  canceling: stateWords.CANCELLING,
  suspended: stateWords.SUSPENDED,
  reconciling: stateWords.RECONCILING,
  failed: stateWords.FAILED,
  canceled: stateWords.CANCELED,
  finished: stateWords.FINISHED,
  gone: () => l10n.t('not known to Flink any more'),
  unknown: stateWords.unknown,
  unwatched: () => l10n.t('not watched'),
};

const conditionIcons: Readonly<Record<JobCondition, NodeIcon>> = {
  starting: { ...healthIcons.starting, codicon: 'rocket' },
  running: stateIcons.RUNNING,
  waiting: healthIcons.waiting,
  // Nothing turns in a timeline: what it tells of is over, but for its newest line.
  recovering: { ...healthIcons.recovering, codicon: 'debug-restart' },
  failing: stateIcons.FAILING,
  restarting: { ...stateIcons.RESTARTING, codicon: 'debug-restart' },
  canceling: { ...stateIcons.CANCELLING, codicon: 'circle-slash' },
  suspended: stateIcons.SUSPENDED,
  reconciling: { ...stateIcons.RECONCILING, codicon: 'sync' },
  failed: stateIcons.FAILED,
  canceled: stateIcons.CANCELED,
  finished: stateIcons.FINISHED,
  gone: unknownIcon,
  unknown: unknownIcon,
  unwatched: unknownIcon,
};

const changeIcons: Readonly<Record<MachineChange, NodeIcon>> = {
  up: { codicon: 'vm-running', color: 'testing.iconPassed' },
  killed: { codicon: 'zap', color: 'list.warningForeground' },
  died: { codicon: 'error', color: 'list.errorForeground' },
  lost: { codicon: 'debug-disconnect', color: 'list.errorForeground' },
  stopped: { codicon: 'debug-stop', color: 'list.deemphasizedForeground' },
};

const changeWords: Readonly<Record<MachineChange, (machine: string) => string>> = {
  up: (machine) => l10n.t('{0} is up', machine),
  killed: (machine) => l10n.t('{0} was killed', machine),
  died: (machine) => l10n.t('{0} ended by itself', machine),
  stopped: (machine) => l10n.t('{0} was stopped', machine),
  lost: (machine) => l10n.t('{0} was lost', machine),
};

const operationWords: Readonly<Record<OperationKind, () => string>> = {
  savepoint: () => l10n.t('savepoint'),
  stop: () => l10n.t('stop with a savepoint'),
  restart: () => l10n.t('restart from a savepoint'),
  restore: () => l10n.t('restore from a savepoint'),
  rescale: () => l10n.t('rescale'),
};

/** Foreign texts may have any length and any characters; a line is for reading. */
const longestPart = 300;

/** What an entry says beside its time, each part on one line. */
export function timelineWords(entry: TimelineEntry): TimelineWords {
  const { text, details, icon } = wordsOf(entry);
  return { text: tidy(text), details: details.map(tidy), icon };
}

function tidy(part: string): string {
  const line = cleanLine(part.replaceAll(/\s+/g, ' ').trim());
  return line.length <= longestPart ? line : `${line.slice(0, longestPart)} …`;
}

function wordsOf({ at, until, what }: TimelineEntry): TimelineWords {
  if (what.kind === 'state') return stateLine(what, until === undefined ? undefined : until - at);
  if (what.kind === 'failure') return failureLine(what);
  if (what.kind === 'checkpoints') return checkpointsLine(what);
  if (what.kind === 'savepoint') return savepointLine(what);
  if (what.kind === 'restored') return restoredLine(what);
  if (what.kind === 'operation') return operationLine(what);
  return { text: machineWords(what), details: [], icon: changeIcons[what.change] };
}

function stateLine(what: Said<'state'>, lasted: number | undefined): TimelineWords {
  const { condition, cause, downMs, failures } = what;
  return {
    text: conditionWords[condition](),
    details: [
      ...(lasted === undefined ? [] : [formatDuration(lasted)]),
      ...(cause === undefined ? [] : [causeWords(cause)]),
      ...(downMs === undefined ? [] : [l10n.t('all tasks ran again after {0}', formatDuration(downMs))]),
      ...(failures === undefined ? [] : [l10n.t('with {0} failures', failures)]),
    ],
    icon: conditionIcons[condition],
  };
}

function failureLine({ label, message, task, others }: Said<'failure'>): TimelineWords {
  return {
    text: l10n.t('failed: {0}', message === '' ? label : `${label}: ${message}`),
    details: [
      ...(task === undefined ? [] : [task]),
      ...(others === 0 ? [] : [l10n.t('{0} other tasks failed at the same time', others)]),
    ],
    icon: { codicon: 'error', color: 'list.errorForeground' },
  };
}

function savepointLine({ id, outcome, message, path }: Said<'savepoint'>): TimelineWords {
  return {
    text: outcome === 'completed' ? l10n.t('savepoint {0} completed', id) : l10n.t('savepoint {0} failed', id),
    details: [message, path].filter((part) => part !== undefined),
    icon: outcomeIcons[outcome === 'completed' ? 'done' : 'failed'],
  };
}

function restoredLine({ id, isSavepoint, path }: Said<'restored'>): TimelineWords {
  return {
    text: isSavepoint ? l10n.t('restored from savepoint {0}', id) : l10n.t('restored from checkpoint {0}', id),
    details: path === undefined ? [] : [path],
    icon: { codicon: 'discard', color: 'charts.blue' },
  };
}

function causeWords(cause: TimelineCause): string {
  if (cause.kind === 'machine') return machineWords({ ...cause, service: 'taskmanager' });
  return cause.message === '' ? cause.label : `${cause.label}: ${cause.message}`;
}

function machineWords({ service, name, change }: Pick<Said<'machine'>, 'service' | 'name' | 'change'>): string {
  return changeWords[change](service === 'taskmanager' ? l10n.t('TaskManager {0}', name) : serviceLabels[service]());
}

function checkpointsLine({ outcome, count, message }: Said<'checkpoints'>): TimelineWords {
  const done = outcome === 'completed';
  const one = done ? l10n.t('1 checkpoint completed') : l10n.t('1 checkpoint failed');
  const many = done ? l10n.t('{0} checkpoints completed', count) : l10n.t('{0} checkpoints failed', count);
  return {
    text: count === 1 ? one : many,
    details: message === undefined ? [] : [message],
    icon: done
      ? { codicon: 'pass', color: 'testing.iconPassed' }
      : { codicon: 'warning', color: 'list.warningForeground' },
  };
}

function operationLine(what: Said<'operation'>): TimelineWords {
  const { operation, outcome, previousJob, successor, downtimeMs, savepointPath, failure } = what;
  return {
    text: operationWords[operation](),
    details: [
      ...(outcome === undefined ? [l10n.t('not finished')] : outcome === 'done' ? [] : [outcomeWords[outcome]()]),
      ...(previousJob === undefined ? [] : [l10n.t('goes on from job {0}', previousJob.slice(0, 6))]),
      ...(successor === undefined || outcome !== 'done' ? [] : [l10n.t('goes on as job {0}', successor.slice(0, 6))]),
      ...(downtimeMs === undefined ? [] : [l10n.t('{0} down', formatDuration(downtimeMs))]),
      ...(failure === undefined ? [] : [failure]),
      ...(savepointPath === undefined ? [] : [savepointPath]),
    ],
    icon: outcome === undefined ? { codicon: 'debug-pause', color: 'list.warningForeground' } : outcomeIcons[outcome],
  };
}
