import * as l10n from '@vscode/l10n';
import { formatDuration } from '../../shared/format/duration';
import type { StoredSavepoint } from '../../shared/model/savepoints';
import { flagArgument, flagsOf, variantFlags } from './variantArguments';

/** From here on a stop takes so long that a person should know it before. */
const slowMs = 3000;

/** How the slots that a job needs stand to those that there are. */
export interface SlotOutlook {
  readonly needed: number;
  /** Free now, and those that the job gives back when it stops. */
  readonly there: number;
  /** How many TaskManagers would be enough; absent when there are enough slots, or when no number of them helps. */
  readonly taskManagers?: number;
  /** The job does not wait for those that are missing. */
  readonly adaptive?: true;
}

export interface SlotSituation {
  /** Of the job as it is to be. All its operators share slots, so that it needs as many as its widest one has subtasks. */
  readonly parallelism: number;
  /** Slots that the job holds now and gives back. */
  readonly held: number;
  readonly slotsAvailable: number;
  readonly taskManagers: number;
  readonly slotsPerTaskManager: number;
}

/** Whether the job will find its slots, before it is stopped for them. */
export function predictSlots(situation: SlotSituation): SlotOutlook {
  const { parallelism, held, slotsAvailable, taskManagers, slotsPerTaskManager } = situation;
  const there = slotsAvailable + held;
  const common = { needed: parallelism, there };
  if (there >= parallelism || slotsPerTaskManager < 1) return common;
  return { ...common, taskManagers: taskManagers + Math.ceil((parallelism - there) / slotsPerTaskManager) };
}

/**
 * What is wrong with a parallelism that a person typed; `undefined` when it can be taken.
 * @param max the job's maximum, which is a part of its state; absent where it is not known
 */
export function parallelismProblem(text: string, max: number | undefined): string | undefined {
  const typed = text.trim();
  if (!/^[+-]?\d+([.,]\d+)?$/.test(typed)) return l10n.t('Parallelism is a whole number, 1 or more.');
  const value = Number(typed.replace(',', '.'));
  if (!Number.isInteger(value)) return l10n.t('{0} is no whole number: a job runs in 1, 2, 3 … subtasks.', typed);
  if (value < 1) return l10n.t('{0} is too low: a job has at least 1 subtask.', typed);
  if (value > (max ?? 32_768)) {
    return l10n.t('{0} is too high: the state of this job can be split into {1} parts at most.', typed, max ?? 32_768);
  }
  return undefined;
}

/** What will come of an act, known before it is done. */
export type Prediction =
  /** `--event-time` is switched: windows keep their state under another name, so the open ones are lost. */
  | { readonly code: 'openWindowsLost' }
  /** The job is drained and then resumed: its open windows come out in two parts. */
  | { readonly code: 'partialWindows' }
  /** A job without checkpoints that begins with a savepoint goes back to that savepoint with each failure. */
  | { readonly code: 'backToSavepoint' }
  /** Flags that change the plan of the job but not the names of its state. */
  | { readonly code: 'planChanges'; readonly flags: readonly string[] }
  /** Operators of a foreign job may have no names of their own, so that another plan does not find its state. */
  | { readonly code: 'stateMayNotMap' }
  /** The third version of the job: made to be refused. */
  | { readonly code: 'isRefused' }
  /** Results are written in transactions, or no longer. */
  | { readonly code: 'exactlyOnce'; readonly on: boolean }
  | { readonly code: 'slowStop'; readonly durationMs: number }
  /** Flink's machines may not all see the folder. */
  | { readonly code: 'folderNotShared'; readonly folder: string }
  | { readonly code: 'otherJob'; readonly savepointOf: string }
  | { readonly code: 'otherData'; readonly origin: string }
  | { readonly code: 'filesNotKnown'; readonly files: number };

export interface StopSituation {
  /** Milliseconds that the newest checkpoint took. */
  readonly lastCheckpointMs?: number | undefined;
  /** Milliseconds for which the oldest one under way has been so. */
  readonly underWayMs?: number | undefined;
  readonly targetDirectory?: string | undefined;
  /** Whether all of Flink's machines see the folder; `undefined` when that is not known. */
  readonly seenByAll?: boolean | undefined;
}

/** What a savepoint, or a stop with one, will be like. Savepoints wait for records on their way, as aligned checkpoints do. */
export function predictStop(situation: StopSituation): readonly Prediction[] {
  const { lastCheckpointMs = 0, underWayMs = 0, targetDirectory, seenByAll } = situation;
  const durationMs = Math.max(lastCheckpointMs, underWayMs);
  return [
    ...(durationMs >= slowMs ? [{ code: 'slowStop' as const, durationMs }] : []),
    ...(targetDirectory === undefined || seenByAll === true
      ? []
      : [{ code: 'folderNotShared' as const, folder: targetDirectory }]),
  ];
}

export interface GoingOnSituation {
  readonly argsBefore?: readonly string[] | undefined;
  readonly argsAfter: readonly string[];
  /** The job is one of the playground's versions, whose operators have names that stay. */
  readonly isOurs: boolean;
  readonly refusedVersion: boolean;
  /** Another program than before. */
  readonly otherJar: boolean;
  readonly drain: boolean;
  /** What the job is to go on from, where that is chosen and not taken now. */
  readonly savepoint?: StoredSavepoint | undefined;
  /** The job whose savepoint is wanted, where one is. */
  readonly jobId?: string | undefined;
}

/** What will come of going on from a savepoint with these changes. */
export function predictGoingOn(situation: GoingOnSituation): readonly Prediction[] {
  const { argsBefore, argsAfter, isOurs, refusedVersion, otherJar, drain, savepoint, jobId } = situation;
  const before = argsBefore === undefined ? undefined : new Set(flagsOf(argsBefore));
  const after = new Set(flagsOf(argsAfter));
  const changed = before === undefined ? [] : variantFlags.filter((flag) => before.has(flag) !== after.has(flag));
  const plan = changed.filter((flag) => flag === 'backpressure' || flag === 'chaining').map(flagArgument);
  const differs = otherJar || (argsBefore !== undefined && argsBefore.join('\n') !== argsAfter.join('\n'));
  const found: Prediction[] = [];
  if (refusedVersion) found.push({ code: 'isRefused' });
  if (drain) found.push({ code: 'partialWindows' });
  if (isOurs) {
    if (changed.includes('eventTime')) found.push({ code: 'openWindowsLost' });
    if (!after.has('checkpointing')) found.push({ code: 'backToSavepoint' });
    if (changed.includes('exactlyOnce')) found.push({ code: 'exactlyOnce', on: after.has('exactlyOnce') });
    if (plan.length > 0) found.push({ code: 'planChanges', flags: plan });
  } else if (differs) {
    found.push({ code: 'stateMayNotMap' });
  }
  if (savepoint?.origin !== undefined) found.push({ code: 'otherData', origin: savepoint.origin });
  const savepointOf = savepoint?.jobId;
  if (savepointOf !== undefined && jobId !== undefined && !jobId.startsWith(savepointOf)) {
    found.push({ code: 'otherJob', savepointOf });
  }
  if (savepoint !== undefined && savepoint.filesUnknown > 0) {
    found.push({ code: 'filesNotKnown', files: savepoint.filesUnknown });
  }
  return found;
}

/** A prediction as a sentence. */
export function predictionText(prediction: Prediction): string {
  switch (prediction.code) {
    case 'openWindowsLost':
      return l10n.t(
        'The clicks counted so far in the open window are lost: with --event-time windows keep their state under another name than without.',
      );
    case 'partialWindows':
      return l10n.t(
        'Draining closes the open windows early. When the job goes on from there, these windows come out in two parts.',
      );
    case 'backToSavepoint':
      return l10n.t(
        'Without --checkpointing each failure takes the job back to this savepoint: nothing is lost, but everything since is counted again.',
      );
    case 'planChanges':
      return l10n.t(
        '{0} changes the plan of the job. Its operators have names of their own, so their state is found.',
        prediction.flags.join(', '),
      );
    case 'stateMayNotMap':
      return l10n.t(
        'Flink finds state by the names of operators. Where the program gives none, a changed plan does not find its state, and Flink refuses the savepoint.',
      );
    case 'isRefused':
      return l10n.t(
        'Version 3 keeps its state in another form: Flink refuses the savepoint and says why. The job can be resumed as it was.',
      );
    case 'exactlyOnce':
      return prediction.on
        ? l10n.t('Results appear in the topic with each checkpoint, not before.')
        : l10n.t('Results may appear twice after a failure.');
    case 'slowStop':
      return l10n.t(
        'The last checkpoint took {0}, as under back pressure: the savepoint takes at least as long, and cannot be called off once it has begun.',
        formatDuration(prediction.durationMs),
      );
    case 'folderNotShared':
      return l10n.t(
        'It is not known whether the JobManager and all TaskManagers see "{0}". If they do not, the savepoint fails and the job goes on.',
        prediction.folder,
      );
    case 'otherJob':
      return l10n.t(
        'This savepoint was made by another job ({0}…). Flink refuses it unless the operators are the same.',
        prediction.savepointOf.slice(0, 6),
      );
    case 'otherData':
      return l10n.t(
        'This savepoint belongs to other data ({0}): its positions in Kafka’s topics mean nothing to the broker that runs.',
        prediction.origin,
      );
    case 'filesNotKnown':
      break;
  }
  return prediction.files === 1
    ? l10n.t('1 file of it lies where it cannot be looked for from here.')
    : l10n.t('{0} files of it lie where they cannot be looked for from here.', prediction.files);
}

/** What a stored savepoint lacks to be gone on from, as a sentence; `undefined` when nothing is known to be wrong. */
export function savepointProblem({ condition, path, problem, kind }: StoredSavepoint): string | undefined {
  switch (condition) {
    case 'whole':
      return undefined;
    case 'missing':
      return l10n.t('There is nothing at "{0}".', path);
    case 'notASavepoint':
      return l10n.t('"{0}" is not a savepoint.', path);
    case 'halfWritten':
      break;
  }
  return kind === 'savepoint'
    ? l10n.t('The savepoint "{0}" is not whole: {1}.', path, problem ?? '')
    : l10n.t('The checkpoint "{0}" is not whole: {1}.', path, problem ?? '');
}
