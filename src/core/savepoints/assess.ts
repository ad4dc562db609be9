import * as l10n from '@vscode/l10n';
import { endedJobStates, type JobOverview } from '../../shared/model/flink';
import type { StoredSavepoint } from '../../shared/model/savepoints';
import type { SavepointOutcome } from '../flink/decode/savepoints';
import type { JournalEntry } from './journalEntry';
import type { LogLine } from './operationLog';
import { savepointFailure } from './savepointFailure';
import { savepointKey } from './savepointPath';

/** What the cluster says of an open entry that nobody is at. */
export interface ClusterFacts {
  /** All jobs that Flink knows. */
  readonly jobs: readonly JobOverview[];
  /** Of the request that was made last; `forgotten` when Flink does not know it (any more), `none` when none was made. */
  readonly request: SavepointOutcome | 'forgotten' | 'none';
  /** Complete savepoints and checkpoints from which the job can go on: those it told of, and those on disk. */
  readonly states: readonly KnownState[];
}

export interface KnownState {
  readonly path: string;
  readonly isSavepoint: boolean;
  readonly at: number;
}

/**
 * What there is to do about an entry.
 * - `close`: nothing; it is over as `outcome` says. `follow`: the savepoint is being taken.
 * - `submit`: the job is stopped and has no successor. `watch`: the successor is there and does not run yet.
 * - `lost`: the job is gone, and nothing is known from which it could go on.
 */
export type NextStep =
  | {
      readonly next: 'close';
      readonly outcome: 'done' | 'failed' | 'cancelled' | 'dismissed';
      readonly summary: string;
      readonly savepointPath?: string;
      /** The job that goes on is there, whatever the entry says. */
      readonly successorFound?: boolean;
    }
  | { readonly next: 'follow'; readonly triggerId: string; readonly summary: string }
  | {
      readonly next: 'submit';
      readonly savepointPath: string;
      readonly summary: string;
      /** The successor that was tried before came to an end: another one needs another id. */
      readonly triedInVain: boolean;
    }
  | { readonly next: 'watch'; readonly jobId: string; readonly summary: string }
  | { readonly next: 'lost'; readonly summary: string };

/**
 * What was found out and the entry does not say yet: those who read it later follow the job from line to line.
 */
export function linesOf(entry: JournalEntry, step: NextStep): readonly LogLine[] {
  const { successorId, wanted: recipe, submitted } = entry;
  const path = step.next === 'close' || step.next === 'submit' ? step.savepointPath : undefined;
  const started = step.next === 'watch' || (step.next === 'close' && step.successorFound === true);
  const stopped = step.next === 'submit' || (entry.kind === 'stop' && step.next === 'close' && step.outcome === 'done');
  const ended = started || stopped;
  return [
    ...(path === undefined || path === entry.savepointPath ? [] : [{ type: 'saved', path } as const]),
    ...(ended && !entry.stopped && entry.kind !== 'restore' ? [{ type: 'stopped' } as const] : []),
    ...(started && !submitted && successorId !== undefined && recipe !== undefined
      ? [{ type: 'submitting', successorId, recipe } as const]
      : []),
  ];
}

/** Compares an entry that was left open with what the cluster says. */
export function assess(entry: JournalEntry, facts: ClusterFacts): NextStep {
  const successor = facts.jobs.find(({ id }) => id === entry.successorId);
  if (successor !== undefined) return assessSuccessor(entry, successor);
  const rival = rivalOf(entry, facts.jobs);
  if (rival !== undefined) {
    return {
      next: 'close',
      outcome: 'dismissed',
      summary: l10n.t(
        'Another job of this name was started meanwhile and runs as {0}. There is nothing left to do.',
        rival.id,
      ),
    };
  }
  if (entry.kind === 'restore') return assessRestore(entry);
  if (entry.stopped && entry.savepointPath !== undefined) return stoppedWith(entry, entry.savepointPath);
  return assessRequest(entry, facts);
}

function assessSuccessor(entry: JournalEntry, successor: JobOverview): NextStep {
  const { id } = successor;
  if (!endedJobStates.has(successor.state)) {
    const runs = successor.totalTasks > 0 && successor.tasks.RUNNING === successor.totalTasks;
    if (runs) {
      const summary = l10n.t('It was finished: the job runs as {0}.', id);
      return { next: 'close', outcome: 'done', summary, successorFound: true };
    }
    return {
      next: 'watch',
      jobId: id,
      summary: l10n.t('The job was submitted as {0}; not all of its tasks run yet.', id),
    };
  }
  if (entry.running || successor.state !== 'FAILED') {
    return {
      next: 'close',
      outcome: 'done',
      successorFound: true,
      summary: l10n.t('It was finished: the job was submitted as {0}, and ended as {1} since.', id, successor.state),
    };
  }
  const { savepointPath } = entry;
  if (savepointPath === undefined) return lost(entry);
  return {
    next: 'submit',
    savepointPath,
    triedInVain: true,
    summary: l10n.t('The job is stopped, its savepoint is kept; starting it again failed.'),
  };
}

/** A job of the same name that was started after the operation began, by Start or by a person. */
function rivalOf(entry: JournalEntry, jobs: readonly JobOverview[]): JobOverview | undefined {
  if (entry.kind === 'savepoint' || entry.kind === 'stop') return undefined;
  return jobs.find(
    ({ id, name, state, startTime }) =>
      name === entry.jobName && id !== entry.jobId && !endedJobStates.has(state) && startTime > entry.startedAt,
  );
}

function assessRestore(entry: JournalEntry): NextStep {
  if (!entry.submitted || entry.savepointPath === undefined) return untouched();
  return {
    next: 'submit',
    savepointPath: entry.savepointPath,
    triedInVain: false,
    summary: l10n.t('Flink does not know the job that was to be restored. It can be submitted again.'),
  };
}

function assessRequest(entry: JournalEntry, facts: ClusterFacts): NextStep {
  const { request } = facts;
  const job = facts.jobs.find(({ id }) => id === entry.jobId);
  if (request === 'none') {
    return job !== undefined && !endedJobStates.has(job.state) ? untouched() : gone(entry, facts);
  }
  if (request === undefined) {
    return {
      next: 'follow',
      triggerId: entry.triggerId ?? '',
      summary: l10n.t('Flink is still taking the savepoint.'),
    };
  }
  if (request === 'forgotten')
    return job === undefined || endedJobStates.has(job.state) ? gone(entry, facts) : notDone(entry, facts);
  if ('location' in request) {
    if (entry.kind === 'savepoint') return taken(request.location);
    const runs = job !== undefined && !endedJobStates.has(job.state);
    return runs ? notDone(entry, facts, request.location) : stoppedWith(entry, request.location);
  }
  const failure = savepointFailure(request.failure, entry.targetDirectory);
  if (job === undefined || endedJobStates.has(job.state)) return gone(entry, facts);
  return {
    next: 'close',
    outcome: 'failed',
    summary: `${failure.error.message} ${l10n.t('The job runs on as it was.')}`,
    ...(failure.kind === 'stoppedHalfway' ? { savepointPath: failure.path } : {}),
  };
}

/** The job runs, and no stop of ours will end it: the request never arrived, or it came to an end long ago. */
function notDone(entry: JournalEntry, facts: ClusterFacts, location?: string): NextStep {
  const savepointPath = location ?? ownSavepoint(entry, facts.states)?.path;
  if (savepointPath !== undefined && entry.kind === 'savepoint') return taken(savepointPath);
  return {
    next: 'close',
    outcome: 'cancelled',
    summary: l10n.t('It was interrupted before Flink acted on it. The job runs on as it was.'),
    ...(savepointPath === undefined ? {} : { savepointPath }),
  };
}

/** The job ended, or the JobManager forgot it: whatever it can go on from is what counts. */
function gone(entry: JournalEntry, facts: ClusterFacts): NextStep {
  const own = ownSavepoint(entry, facts.states);
  if (entry.kind === 'savepoint') {
    if (own !== undefined) return taken(own.path);
    return { next: 'close', outcome: 'failed', summary: l10n.t('The job ended before its savepoint was complete.') };
  }
  if (own !== undefined) return stoppedWith(entry, own.path);
  const newest = [...facts.states].sort((a, b) => b.at - a.at)[0];
  if (newest === undefined) return lost(entry);
  if (entry.kind === 'stop') {
    return {
      next: 'close',
      outcome: 'failed',
      savepointPath: newest.path,
      summary: l10n.t(
        'The job ended without the savepoint that was asked for. Its newest state is "{0}".',
        newest.path,
      ),
    };
  }
  return {
    next: 'submit',
    savepointPath: newest.path,
    triedInVain: false,
    summary: l10n.t(
      'The job ended without the savepoint that was asked for. It can go on from "{0}", its newest state.',
      newest.path,
    ),
  };
}

/** Whatever complete savepoint lies in the folder that the operation has for itself. */
function ownSavepoint(entry: JournalEntry, states: readonly KnownState[]): KnownState | undefined {
  const folder = entry.targetDirectory === undefined ? undefined : `${savepointKey(entry.targetDirectory)}/`;
  return states.find(
    ({ path, isSavepoint, at }) =>
      isSavepoint && (folder === undefined ? at >= entry.startedAt : savepointKey(path).startsWith(folder)),
  );
}

function stoppedWith(entry: JournalEntry, savepointPath: string): NextStep {
  if (entry.kind === 'stop') {
    return {
      next: 'close',
      outcome: 'done',
      savepointPath,
      summary: l10n.t('It was finished: the job is stopped, its savepoint is "{0}".', savepointPath),
    };
  }
  return {
    next: 'submit',
    savepointPath,
    triedInVain: false,
    summary: l10n.t('The job is stopped with the savepoint "{0}" and was not started again.', savepointPath),
  };
}

function taken(savepointPath: string): NextStep {
  return {
    next: 'close',
    outcome: 'done',
    savepointPath,
    summary: l10n.t('It was finished: the savepoint is "{0}".', savepointPath),
  };
}

function untouched(): NextStep {
  return {
    next: 'close',
    outcome: 'cancelled',
    summary: l10n.t('It was interrupted before anything was changed.'),
  };
}

function lost({ jobId, savepointPath }: JournalEntry): NextStep {
  const known = savepointPath ?? l10n.t('none');
  return {
    next: 'lost',
    summary: l10n.t(
      'The job {0} is gone and no state of it was found. Savepoint that was known: {1}.',
      jobId ?? '',
      known,
    ),
  };
}

/** What lies on disk for the job, as states that it can go on from. */
export function statesOnDisk(entry: JournalEntry, stored: readonly StoredSavepoint[]): readonly KnownState[] {
  const folder = entry.targetDirectory === undefined ? undefined : `${savepointKey(entry.targetDirectory)}/`;
  return stored
    .filter(({ condition }) => condition === 'whole')
    .filter(({ kind, jobId, path }) =>
      kind === 'checkpoint' ? jobId === entry.jobId : folder !== undefined && path.startsWith(folder),
    )
    .map(({ path, kind, writtenAt }) => ({ path, isSavepoint: kind === 'savepoint', at: writtenAt ?? 0 }));
}
