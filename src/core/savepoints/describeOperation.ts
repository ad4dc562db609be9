import * as l10n from '@vscode/l10n';
import type {
  OpenState,
  OperationProgress,
  OperationRecord,
  OperationView,
  ResumeChoice,
} from '../../shared/model/operations';
import { linesOf, type NextStep } from './assess';
import type { JournalEntry } from './journalEntry';
import type { LogLine } from './operationLog';

/** What is known of an open entry beside its lines. */
export interface Standing {
  readonly state: OpenState;
  readonly summary: string;
  readonly choices: readonly ResumeChoice[];
  /** What the entry does not say yet and has to, should nobody resume it. */
  readonly found?: readonly LogLine[];
}

function facts(entry: JournalEntry): Omit<OperationRecord, 'endedAt' | 'outcome'> {
  const takesSavepoint = entry.kind !== 'restore';
  return {
    id: entry.id,
    kind: entry.kind,
    jobName: entry.jobName,
    startedAt: entry.startedAt,
    ...(entry.jobId === undefined ? {} : { jobId: entry.jobId }),
    ...(takesSavepoint ? { format: entry.format } : {}),
    ...(entry.drain ? { drain: true } : {}),
    ...(entry.savepointPath === undefined ? {} : { savepointPath: entry.savepointPath }),
    ...(entry.successorId === undefined || !entry.submitted ? {} : { successorId: entry.successorId }),
    ...(entry.previous === undefined ? {} : { previous: entry.previous }),
    ...(entry.wanted === undefined ? {} : { wanted: entry.wanted }),
    ...(entry.failure === undefined ? {} : { failure: entry.failure }),
  };
}

/** An entry that is open, or whose end the person was not told yet, as it is shown. */
export function viewOf(
  entry: JournalEntry,
  { state, summary, choices }: Standing,
  progress: OperationProgress | undefined,
): OperationView {
  const { failure, ...rest } = facts(entry);
  return {
    ...rest,
    ...(failure === undefined || state === 'running' ? {} : { failure }),
    state,
    summary,
    choices,
    ...(progress === undefined ? {} : { progress }),
    dismissable: state !== 'running' && state !== 'elsewhere',
  };
}

/** A closed entry as it is kept; `undefined` for one that is open. */
export function recordOf(entry: JournalEntry): OperationRecord | undefined {
  if (entry.closed === undefined) return undefined;
  return {
    ...facts(entry),
    endedAt: entry.closed.at,
    outcome: entry.closed.outcome,
    ...(entry.downtimeMs === undefined ? {} : { downtimeMs: entry.downtimeMs }),
  };
}

export function runningHere(): Standing {
  return { state: 'running', summary: l10n.t('In progress.'), choices: [] };
}

/** Of an owner that lives and is not these operations: another window, or the stop of the playground in this one. */
export function runningElsewhere(pid: number): Standing {
  const summary =
    pid === process.pid ? l10n.t('In progress.') : l10n.t('In progress in another window (process {0}).', pid);
  return { state: 'elsewhere', summary, choices: [] };
}

export function endedUnwatched(summary: string): Standing {
  return { state: 'finished', summary, choices: [] };
}

export function notCompared(): Standing {
  return {
    state: 'unknown',
    summary: l10n.t('It was interrupted. What became of it is known when Flink answers.'),
    choices: [],
  };
}

/** What an entry that was left open can do next. One that is to be closed is not asked. */
export function standingOf(entry: JournalEntry, step: NextStep): Standing {
  switch (step.next) {
    case 'close':
      return endedUnwatched(step.summary);
    case 'lost':
      return { state: 'lost', summary: step.summary, choices: [] };
    case 'follow':
    case 'watch':
      return { state: 'resumable', summary: step.summary, choices: ['wanted'] };
    case 'submit':
      break;
  }
  return { state: 'resumable', summary: step.summary, choices: choicesOf(entry), found: linesOf(entry, step) };
}

/** What was refused is refused again: then the way back comes first. */
export function choicesOf(entry: JournalEntry): readonly ResumeChoice[] {
  const previous: readonly ResumeChoice[] = entry.previous?.jar === undefined ? [] : ['previous'];
  const wanted: readonly ResumeChoice[] = entry.wanted === undefined ? [] : ['wanted'];
  const refused = entry.submitted && entry.failure !== undefined;
  return refused ? [...previous, ...wanted] : [...wanted, ...previous];
}
