import type { KnownRecipe } from '../../shared/model/operations';
import type { JournalEntry } from './journalEntry';

/** Where a job's work is now. */
export interface Lineage {
  /** The job that goes on; absent when it was stopped and nobody started another. */
  readonly jobId: string | undefined;
  /** The savepoint from which that job went on, or with which the last one stopped. */
  readonly savepointPath: string | undefined;
  /** How it runs, or ran last; absent when no operation changed anything. */
  readonly recipe: KnownRecipe | undefined;
  /** The folder of a stop that was asked for and of whose success nothing is written: a savepoint there counts if it is newer. */
  readonly unsettledFolder: string | undefined;
}

/** Follows a job through the operations that stopped it and started others in its place, as the journal has them. */
export function lineageOf(jobId: string, entries: readonly JournalEntry[]): Lineage {
  let now: Lineage = { jobId, savepointPath: undefined, recipe: undefined, unsettledFolder: undefined };
  for (const entry of [...entries].sort((a, b) => a.startedAt - b.startedAt)) {
    now = entry.kind === 'restore' ? afterRestore(now, entry) : afterStop(now, entry);
  }
  return now;
}

function afterStop(now: Lineage, entry: JournalEntry): Lineage {
  if (entry.jobId !== now.jobId || now.jobId === undefined || entry.kind === 'savepoint') return now;
  if (!entry.stopped) {
    return entry.triggerId !== undefined ? { ...now, unsettledFolder: entry.targetDirectory } : now;
  }
  const refused = entry.submitted && !entry.running && entry.failure !== undefined;
  const recipe = refused || entry.wanted === undefined ? entry.previous : entry.wanted;
  return {
    jobId: entry.submitted && !refused ? entry.successorId : undefined,
    savepointPath: entry.savepointPath,
    recipe: recipe ?? now.recipe,
    unsettledFolder: undefined,
  };
}

/** Only where nothing runs: a restore beside a job that runs is another job, and so is what Start restores by itself. */
function afterRestore(now: Lineage, entry: JournalEntry): Lineage {
  if (now.jobId !== undefined || !entry.running || entry.parked !== undefined) return now;
  return {
    jobId: entry.successorId,
    savepointPath: entry.savepointPath,
    recipe: entry.wanted ?? now.recipe,
    unsettledFolder: undefined,
  };
}
