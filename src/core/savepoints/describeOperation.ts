import * as l10n from '@vscode/l10n';
import type {
  OpenState,
  OperationProgress,
  OperationRecord,
  OperationView,
  ResumeChoice,
} from '../../shared/model/operations';
import type { JournalEntry } from './journalEntry';

/** What is known of an open entry beside its lines. */
export interface Standing {
  readonly state: OpenState;
  readonly summary: string;
  readonly choices: readonly ResumeChoice[];
}

function facts(entry: JournalEntry): Omit<OperationRecord, 'endedAt' | 'outcome'> {
  return {
    id: entry.id,
    kind: entry.kind,
    jobName: entry.jobName,
    startedAt: entry.startedAt,
    ...(entry.jobId === undefined ? {} : { jobId: entry.jobId }),
    ...(entry.kind === 'restore' ? {} : { format: entry.format }),
    ...(entry.kind === 'restart' || entry.kind === 'stop' ? { drain: entry.drain } : {}),
    ...(entry.savepointPath === undefined ? {} : { savepointPath: entry.savepointPath }),
    ...(entry.successorId === undefined || !entry.submitted ? {} : { successorId: entry.successorId }),
    ...(entry.previous === undefined ? {} : { previous: entry.previous }),
    ...(entry.wanted === undefined ? {} : { wanted: entry.wanted }),
    ...(entry.failure === undefined ? {} : { failure: entry.failure }),
  };
}

/** An open entry as it is shown. */
export function viewOf(
  entry: JournalEntry,
  standing: Standing,
  progress: OperationProgress | undefined,
): OperationView {
  return {
    ...facts(entry),
    ...standing,
    ...(progress === undefined ? {} : { progress }),
    dismissable: standing.state !== 'running' && standing.state !== 'elsewhere',
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

export function runningElsewhere(pid: number): Standing {
  return { state: 'elsewhere', summary: l10n.t('In progress in another window (process {0}).', pid), choices: [] };
}

export function notCompared(): Standing {
  return {
    state: 'unknown',
    summary: l10n.t('It was interrupted. What became of it is known when Flink answers.'),
    choices: [],
  };
}
