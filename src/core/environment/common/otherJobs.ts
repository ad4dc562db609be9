import { join } from 'node:path';
import * as l10n from '@vscode/l10n';
import type { FlinkClient } from '../../flink/flinkClient';
import { Journal } from '../../savepoints/journal';
import { beginning, journalVersion, type BeganLine, type JournalEntry } from '../../savepoints/journalEntry';
import { OperationLog } from '../../savepoints/operationLog';
import { Owners } from '../../savepoints/owners';
import { provideJar } from '../../savepoints/provideJar';
import { startFromSavepoint } from '../../savepoints/restartJob';
import { SavepointNotes } from '../../savepoints/savepointNotes';
import { savepointKey } from '../../savepoints/savepointPath';
import type { SavepointStore } from '../../savepoints/savepointStore';
import { newId } from '../../savepoints/usableSavepoint';
import type { Clock } from '../../util/clock';
import { messageOf, PlaygroundError } from '../../util/errors';
import type { Logger } from '../../util/logger';
import type { JobSubmission } from '../environment';
import type { ProcessTable } from './processTable';

/** Whose jobs go on, and where what is kept of them lies. */
export interface OthersPlace {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly table: ProcessTable;
  /** The folder of this machine with the journal of operations. */
  readonly operations: string;
  readonly jobSubmission: (signal: AbortSignal) => Promise<JobSubmission>;
  /** The newest state that a stopped job left and that is still there, as Flink takes it. */
  readonly stateOf: (entry: JournalEntry) => Promise<string | undefined>;
}

const restoreTimeoutMs = 60_000;
/** Of each job, savepoints of so many stops are kept. */
const keptStops = 3;

/**
 * Restores the jobs beside the playground's that the last stop ended, each as an operation of its own.
 * @returns what a person should know: of jobs that could not be restored, and why.
 */
export async function restoreOthers(
  place: OthersPlace,
  client: FlinkClient,
  outer: AbortSignal,
): Promise<readonly string[]> {
  const waiting = waitingJobs((await new Journal(place.operations).read()).entries);
  if (waiting.length === 0) return [];
  const signal = AbortSignal.any([outer, AbortSignal.timeout(restoreTimeoutMs)]);
  const submission = await place.jobSubmission(signal);
  const said = await Promise.all(
    waiting.map(async (entry) => {
      try {
        return await restore(place, client, entry, submission, signal);
      } catch (error) {
        outer.throwIfAborted();
        place.logger.warn(`Job ${entry.jobId ?? ''} was not restored: ${messageOf(error)}`);
        const why = signal.aborted ? l10n.t('It took too long.') : messageOf(error);
        return l10n.t('The job "{0}" could not be restored; its savepoint is kept. {1}', entry.jobName, why);
      }
    }),
  );
  return said.filter((notice) => notice !== undefined);
}

/** Other jobs that the last stop ended and that nobody went on with. */
function waitingJobs(entries: readonly JournalEntry[]): readonly JournalEntry[] {
  const restored = entries.filter(({ kind, closed }) => kind === 'restore' && closed?.outcome !== 'failed');
  const ids = new Set(restored.flatMap(({ jobId }) => jobId ?? []));
  const paths = new Set(restored.flatMap(({ savepointPath }) => keyOf(savepointPath) ?? []));
  return lastStop(entries).filter(
    ({ parked, closed, jobId = '', savepointPath }) =>
      parked?.own === false &&
      closed !== undefined &&
      closed.outcome !== 'cancelled' &&
      !ids.has(jobId) &&
      !paths.has(keyOf(savepointPath) ?? ''),
  );
}

function keyOf(path: string | undefined): string | undefined {
  return path === undefined ? undefined : savepointKey(path);
}

function lastStop(entries: readonly JournalEntry[]): readonly JournalEntry[] {
  const stops = entries.filter(({ kind, parked }) => kind === 'stop' && parked !== undefined);
  const newest = stops.toSorted((a, b) => b.startedAt - a.startedAt)[0]?.parked?.stop;
  return stops.filter(({ parked }) => parked?.stop === newest);
}

async function restore(
  place: OthersPlace,
  client: FlinkClient,
  stopped: JournalEntry,
  submission: JobSubmission,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { clock, logger, table, operations } = place;
  const { jobName, jobId, previous, parked } = stopped;
  const savepointPath = await place.stateOf(stopped);
  // Deleted meanwhile, by somebody who does not want it any more.
  if (savepointPath === undefined || parked === undefined) return undefined;
  const jar = previous?.jar;
  if (jar === undefined) {
    return l10n.t(
      'The job "{0}" was stopped with a savepoint, and it is not known of which jar it was started: restore it from the Savepoints view.',
      jobName,
    );
  }
  const recipe = { ...previous, jar, args: previous?.args ?? [], parallelism: previous?.parallelism ?? 1 };
  const jarId = await provideJar(client, jar, submission, signal);
  const line: BeganLine = {
    type: 'began',
    version: journalVersion,
    at: clock.now(),
    id: newId(),
    kind: 'restore',
    owner: await new Owners(table).self(),
    ...(jobId === undefined ? {} : { jobId }),
    jobName,
    savepointPath,
    successorId: newId(),
    wanted: recipe,
    parked,
  };
  const journal = new Journal(operations);
  await journal.begin(line);
  const log = new OperationLog(journal, beginning(line), clock, logger, () => undefined);
  const context = { client, log, clock, logger, progress: () => undefined, signal };
  try {
    await startFromSavepoint(context, { recipe, submission, jarId, acceptWaiting: true }, 'same');
    return undefined;
  } catch (error) {
    // Accepted by Flink it goes on by itself, and whoever looks at the entry next sees how far it is.
    if (signal.aborted) await log.note({ type: 'released' });
    else await log.note({ type: 'closed', outcome: 'failed', failure: failureOf(error) });
    throw error;
  }
}

function failureOf(error: unknown): { readonly message: string; readonly remedy?: string } {
  const remedy = PlaygroundError.is(error) ? error.remedy : undefined;
  return { message: messageOf(error), ...(remedy === undefined ? {} : { remedy }) };
}

/**
 * Deletes savepoints that stops of the playground took, but for the newest few of each job: those of the last stop stay, and those
 * that a person restored, that an unfinished operation needs, or that are needed otherwise.
 */
export async function pruneStops(
  { operations, logger }: Pick<OthersPlace, 'operations' | 'logger'>,
  store: Pick<SavepointStore, 'delete'>,
  needed: readonly (string | undefined)[],
  signal: AbortSignal,
): Promise<void> {
  const { entries } = await new Journal(operations).read();
  const notes = new SavepointNotes(join(operations, 'notes.json'));
  const { deleted } = await notes.read();
  const wanted = entries.filter(
    ({ closed, kind, parked }) => closed === undefined || (kind !== 'stop' && parked === undefined),
  );
  const paths = [...wanted, ...lastStop(entries)].map(({ savepointPath }) => savepointPath);
  const kept = new Set([...needed, ...paths].map(keyOf));
  for (const path of oldStops(entries)) {
    const key = savepointKey(path);
    if (kept.has(key) || deleted.has(key)) continue;
    await store.delete(path, signal);
    await notes.noteDeleted(key);
    logger.info(`The savepoint of an earlier stop was deleted: ${key}`);
  }
}

/** Savepoints of stops beyond the newest few of each job: a job has another id after each start, and keeps its name. */
function oldStops(entries: readonly JournalEntry[]): readonly string[] {
  const byName = new Map<string, string[]>();
  for (const entry of entries.toSorted((a, b) => b.startedAt - a.startedAt)) {
    const { kind, parked, savepointPath, jobName } = entry;
    if (kind !== 'stop' || parked === undefined || savepointPath === undefined) continue;
    const name = `${parked.own} ${jobName}`;
    byName.set(name, [...(byName.get(name) ?? []), savepointPath]);
  }
  return [...byName.values()].flatMap((paths) => paths.slice(keptStops));
}
