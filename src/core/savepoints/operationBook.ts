import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as l10n from '@vscode/l10n';
import type { OperationProgress, OperationRecord, OperationView } from '../../shared/model/operations';
import { TransitionLock, type HeldLock } from '../environment/common/lock';
import type { ProcessTable } from '../environment/common/processTable';
import type { Environment } from '../environment/environment';
import type { FlinkClient } from '../flink/flinkClient';
import { sameValue } from '../state/sameValue';
import { Store } from '../state/store';
import { delay } from '../util/async';
import type { Clock } from '../util/clock';
import { DisposableStore, type Disposable } from '../util/disposable';
import { isAbort, messageOf, PlaygroundError } from '../util/errors';
import type { Logger } from '../util/logger';
import { assess, linesOf, type NextStep } from './assess';
import { clusterFacts } from './clusterFacts';
import {
  endedUnwatched,
  notCompared,
  recordOf,
  runningElsewhere,
  runningHere,
  standingOf,
  viewOf,
  type Standing,
} from './describeOperation';
import { Journal } from './journal';
import { beginning, journalVersion, type BeganLine, type JournalEntry, type JournalLine } from './journalEntry';
import type { OperationSink } from './jobOperations';
import type { OperationContext } from './operationContext';
import { OperationLog } from './operationLog';
import { Owners } from './owners';
import { notRunning } from '../environment/notRunning';

export interface OperationBookOptions {
  readonly environment: Pick<Environment, 'snapshot' | 'operationsDirectory' | 'savepointStore'>;
  readonly createClient: (baseUrl: string) => FlinkClient;
  readonly table: ProcessTable;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The first line of an entry, as far as it is the operation's own. */
export type OperationStart = Omit<BeganLine, 'type' | 'version' | 'at' | 'owner'>;

type CloseStep = NextStep & { readonly next: 'close' };

const historyLength = 200;
/** More than is shown: what is known of a job is read from them, too. */
const keptEntries = 500;
const lockDeadlineMs = 10_000;
const lockPollMs = 50;
/** Other windows write to the journal, too, and their owners die. */
const lookEveryMs = 2000;
/** Entries that nobody is at are compared with the cluster this often while they are open. */
const compareEveryMs = 5000;
const compareTimeoutMs = 20_000;
const longestDetail = 8000;

/**
 * The journal as this window sees it: entries with their owners, those that were left open compared with the cluster, and the way
 * to begin one or to take one over so that no two windows are at the same job.
 */
export class OperationBook implements Disposable {
  readonly #options: OperationBookOptions;
  readonly #owned = new DisposableStore();
  readonly #owners: Owners;
  readonly #ended = new AbortController();
  readonly open = this.#owned.add(new Store<readonly OperationView[]>([], sameValue));
  readonly history = this.#owned.add(new Store<readonly OperationRecord[]>([], sameValue));
  #entries: ReadonlyMap<string, JournalEntry> = new Map();
  #standings: ReadonlyMap<string, Standing> = new Map();
  readonly #progress = new Map<string, OperationProgress | undefined>();
  #refreshing: Promise<void> = Promise.resolve();
  #seen = '';
  #comparedAt = 0;
  #directory: string | undefined;
  #timer: Disposable | undefined;

  constructor(options: OperationBookOptions) {
    this.#options = options;
    this.#owners = new Owners(options.table);
    this.#owned.add(options.environment.snapshot.onDidChange(() => this.#follow()));
    this.#watch(0);
  }

  /** @throws PlaygroundError `input` while it is not known whose jobs are operated. */
  get journal(): Journal {
    const directory = this.#options.environment.operationsDirectory;
    if (directory === undefined) throw notRunning();
    return new Journal(directory);
  }

  /** Reads the journal and compares what was left open with the cluster. Refreshes run one after another. */
  refresh(signal: AbortSignal): Promise<void> {
    const done = this.#refreshing.then(async () => {
      signal.throwIfAborted();
      await this.#refreshNow(signal);
    });
    this.#refreshing = done.catch(() => undefined);
    return done;
  }

  /**
   * Writes down the intent and carries the operation out.
   * @throws PlaygroundError `busy` while an operation on the job is open; `disk`; what `act` throws.
   */
  async begin<T>(
    start: OperationStart,
    client: FlinkClient,
    progress: OperationSink,
    signal: AbortSignal,
    act: (context: OperationContext) => Promise<T>,
  ): Promise<T> {
    const { journal } = this;
    const owner = await this.#owners.self();
    const line: BeganLine = { type: 'began', version: journalVersion, at: this.#options.clock.now(), owner, ...start };
    await this.#locked(journal, signal, async () => {
      await this.#assertFree(journal, start.jobId, client, signal);
      await journal.begin(line);
      await journal.prune(keptEntries);
    });
    return this.#carryOut(journal, beginning(line), client, progress, signal, act);
  }

  /**
   * Goes on with an entry that nobody is at. `assess` says what is next of it now.
   * @throws PlaygroundError `notFound`, `busy`, `disk`; what `act` throws.
   */
  async takeOver<T>(
    id: string,
    client: FlinkClient,
    progress: OperationSink,
    signal: AbortSignal,
    act: (context: OperationContext, assess: () => Promise<NextStep>) => Promise<T>,
  ): Promise<T> {
    const { journal } = this;
    const owner = await this.#owners.self();
    const entry = await this.#locked(journal, signal, async () => {
      const found = await this.#requireIdle(journal, id);
      if (found.closed !== undefined) throw closed(found);
      await journal.append(id, [{ type: 'owner', at: this.#options.clock.now(), owner }]);
      return (await journal.readOne(id)) ?? found;
    });
    return this.#carryOut(journal, entry, client, progress, signal, async (context) =>
      act(context, async () => this.#assess(context.log.entry, client, signal)),
    );
  }

  /** Closes an entry that nobody is at, or forgets to tell of one that ended. */
  async dismiss(id: string): Promise<void> {
    const { journal } = this;
    await this.#locked(journal, this.#ended.signal, async () => {
      const entry = await this.#requireIdle(journal, id);
      const at = this.#options.clock.now();
      const found = (this.#standings.get(id)?.found ?? []).map((line): JournalLine => ({ ...line, at }));
      await journal.append(
        id,
        entry.closed === undefined ? [...found, { type: 'closed', at, outcome: 'dismissed' }] : [{ type: 'seen', at }],
      );
    });
    await this.refresh(this.#ended.signal);
  }

  dispose(): void {
    this.#ended.abort();
    this.#timer?.dispose();
    this.#owned.dispose();
  }

  async #carryOut<T>(
    journal: Journal,
    entry: JournalEntry,
    client: FlinkClient,
    progress: OperationSink,
    signal: AbortSignal,
    act: (context: OperationContext) => Promise<T>,
  ): Promise<T> {
    const { clock, logger } = this.#options;
    const log = new OperationLog(journal, entry, clock, logger, (changed) => {
      this.#entries = new Map(this.#entries).set(changed.id, changed);
      this.#publish();
    });
    const tell: OperationSink = (state) => {
      this.#progress.set(entry.id, state);
      this.#publish();
      progress(state);
    };
    this.#progress.set(entry.id, undefined);
    this.#entries = new Map(this.#entries).set(entry.id, entry);
    this.#publish();
    try {
      return await act({ client, log, clock, logger, progress: tell, signal });
    } catch (error) {
      await this.#endAttempt(log, client, error);
      throw error;
    } finally {
      this.#progress.delete(entry.id);
      this.#publish();
    }
  }

  /** An attempt that failed is closed when nothing is left to do, and stays open to be resumed otherwise. */
  async #endAttempt(log: OperationLog, client: FlinkClient, error: unknown): Promise<void> {
    if (isAbort(error)) {
      await log.note(log.irreversible ? { type: 'released' } : { type: 'closed', outcome: 'cancelled' });
      return;
    }
    const failure = failureOf(error);
    await log.note({ type: 'failed', failure });
    const step = await this.#assess(log.entry, client, AbortSignal.timeout(compareTimeoutMs)).catch(() => undefined);
    if (step?.next === 'close') {
      const outcome = step.outcome === 'done' ? 'done' : 'failed';
      await log.note(...linesOf(log.entry, step), { type: 'closed', outcome, failure });
      return;
    }
    await log.note({ type: 'released' });
    if (step !== undefined) this.#standings = new Map(this.#standings).set(log.entry.id, standingOf(log.entry, step));
  }

  async #refreshNow(signal: AbortSignal): Promise<void> {
    const { environment, clock } = this.#options;
    const directory = environment.operationsDirectory;
    const entries = directory === undefined ? [] : (await new Journal(directory).read()).entries;
    const here = [...this.#entries.values()].filter(({ id }) => this.#progress.has(id));
    const standings = new Map<string, Standing>();
    const read = new Map(entries.map((entry) => [entry.id, entry]));
    for (const entry of entries) {
      if (entry.closed !== undefined || this.#progress.has(entry.id)) continue;
      const elsewhere = await this.#owners.isElsewhere(entry.owner);
      standings.set(entry.id, elsewhere ? runningElsewhere(entry.owner?.pid ?? 0) : await this.#compare(entry, signal));
      const closedNow = await this.journal.readOne(entry.id);
      if (closedNow !== undefined) read.set(entry.id, closedNow);
    }
    for (const entry of here) read.set(entry.id, entry);
    this.#comparedAt = clock.now();
    this.#entries = read;
    this.#standings = standings;
    this.#publish();
  }

  /** What became of an entry that nobody is at; closes it when nothing is left to do. */
  async #compare(entry: JournalEntry, signal: AbortSignal): Promise<Standing> {
    const { environment, createClient, logger } = this.#options;
    const rest = environment.snapshot.value.endpoints?.rest;
    if (rest === undefined) return notCompared();
    const client = createClient(rest);
    try {
      const step = await this.#assess(entry, client, signal);
      if (step.next === 'close') await this.#closeUnwatched(entry, step, signal);
      return standingOf(entry, step);
    } catch (error) {
      signal.throwIfAborted();
      logger.debug(`Operation ${entry.id} could not be compared with the cluster: ${messageOf(error)}`);
      return notCompared();
    } finally {
      client.dispose();
    }
  }

  async #closeUnwatched(entry: JournalEntry, step: CloseStep, signal: AbortSignal): Promise<void> {
    const { journal } = this;
    await this.#locked(journal, signal, async () => {
      const current = await journal.readOne(entry.id);
      if (current === undefined || current.closed !== undefined || this.#progress.has(entry.id)) return;
      if (!(await this.#owners.isElsewhere(current.owner))) await this.#writeClosed(journal, entry, step);
    });
  }

  async #writeClosed(journal: Journal, entry: JournalEntry, step: CloseStep): Promise<void> {
    const { outcome, summary } = step;
    const at = this.#options.clock.now();
    const found = linesOf(entry, step).map((line): JournalLine => ({ ...line, at }));
    await journal.append(entry.id, [...found, { type: 'closed', at, outcome, unwatched: true, summary }]);
  }

  async #assess(entry: JournalEntry, client: FlinkClient, signal: AbortSignal): Promise<NextStep> {
    const { savepointStore } = this.#options.environment;
    const stored = async (): ReturnType<NonNullable<typeof savepointStore>['list']> =>
      savepointStore === undefined ? [] : savepointStore.list(signal);
    return assess(entry, await clusterFacts(entry, client, stored, this.#options.clock, signal));
  }

  /** @throws PlaygroundError `busy` when somebody is at the job, or was and has not finished. */
  async #assertFree(
    journal: Journal,
    jobId: string | undefined,
    client: FlinkClient,
    signal: AbortSignal,
  ): Promise<void> {
    if (jobId === undefined) return;
    for (const entry of (await journal.read()).entries) {
      if (entry.closed !== undefined || (entry.jobId !== jobId && entry.successorId !== jobId)) continue;
      const busy = this.#progress.has(entry.id) || (await this.#owners.isElsewhere(entry.owner));
      const step = busy ? undefined : await this.#assess(entry, client, signal);
      if (step?.next === 'close') {
        await this.#writeClosed(journal, entry, step);
        continue;
      }
      throw new PlaygroundError(
        'busy',
        busy
          ? l10n.t('Another operation on the job "{0}" is in progress.', entry.jobName)
          : l10n.t('An earlier operation on the job "{0}" was not finished.', entry.jobName),
        {
          remedy: busy
            ? l10n.t('Wait until it is done, then try again.')
            : l10n.t('Resume or dismiss it first; it is shown with the jobs.'),
        },
      );
    }
  }

  async #requireIdle(journal: Journal, id: string): Promise<JournalEntry> {
    const entry = await journal.readOne(id);
    if (entry === undefined) throw new PlaygroundError('notFound', l10n.t('There is no such operation any more.'));
    if (this.#progress.has(id) || (await this.#owners.isElsewhere(entry.owner))) {
      throw new PlaygroundError('busy', l10n.t('The operation on the job "{0}" is in progress.', entry.jobName), {
        remedy: l10n.t('Wait until it is done.'),
      });
    }
    return entry;
  }

  /** One window at a time decides who is at what; within this window, too. */
  async #locked<T>(journal: Journal, signal: AbortSignal, act: () => Promise<T>): Promise<T> {
    const { table, clock } = this.#options;
    const lock = new TransitionLock(join(journal.directory, 'lock'), table, () => clock.now());
    const deadline = clock.now() + lockDeadlineMs;
    let held: HeldLock | undefined;
    while (held === undefined) {
      try {
        held = await lock.acquire('journal');
      } catch (error) {
        if (!PlaygroundError.is(error, 'busy') || clock.now() >= deadline) throw error;
        await delay(lockPollMs, signal, clock);
      }
    }
    try {
      return await act();
    } finally {
      await held.release();
    }
  }

  /** Looks at once when it becomes known whose data is operated: a window that is opened or reloaded says what was left open. */
  #follow(): void {
    const directory = this.#options.environment.operationsDirectory;
    if (directory === this.#directory) return;
    this.#directory = directory;
    this.#watch(0);
  }

  /** Looks at the folder now and then: other windows write there. */
  #watch(restMs = lookEveryMs): void {
    if (this.#ended.signal.aborted) return;
    this.#timer?.dispose();
    this.#timer = this.#options.clock.schedule(restMs, () => {
      this.#look()
        .catch((error: unknown) => this.#options.logger.debug(`The journal was not looked at: ${messageOf(error)}`))
        .finally(() => this.#watch());
    });
  }

  async #look(): Promise<void> {
    const { environment, clock } = this.#options;
    const directory = environment.operationsDirectory;
    const changed = directory === undefined ? '' : `${directory} ${await changeTime(directory)}`;
    const unsettled = [...this.#standings.values()].some(({ state }) => state !== 'finished');
    const due = unsettled && clock.now() - this.#comparedAt >= compareEveryMs;
    if (changed === this.#seen && !due) return;
    this.#seen = changed;
    await this.refresh(AbortSignal.any([this.#ended.signal, AbortSignal.timeout(compareTimeoutMs)]));
  }

  #publish(): void {
    if (this.#ended.signal.aborted) return;
    const entries = [...this.#entries.values()].sort((a, b) => b.startedAt - a.startedAt);
    this.open.set(
      entries.flatMap((entry) => {
        const standing = this.#standingOf(entry);
        return standing === undefined ? [] : [viewOf(entry, standing, this.#progress.get(entry.id))];
      }),
    );
    this.history.set(entries.flatMap((entry) => recordOf(entry) ?? []).slice(0, historyLength));
  }

  #standingOf(entry: JournalEntry): Standing | undefined {
    if (this.#progress.has(entry.id)) return runningHere();
    if (entry.closed === undefined) return this.#standings.get(entry.id) ?? notCompared();
    return entry.closed.summary === undefined || entry.seen ? undefined : endedUnwatched(entry.closed.summary);
  }
}

/** Changes with every file that comes or goes; a line that is appended changes the file alone, and it is compared anyway. */
async function changeTime(directory: string): Promise<string> {
  return stat(directory).then(
    ({ mtimeMs }) => String(mtimeMs),
    () => '',
  );
}

function failureOf(error: unknown): { message: string; remedy?: string; detail?: string } {
  const { remedy, detail } = error instanceof PlaygroundError ? error : {};
  return {
    message: messageOf(error),
    ...(remedy === undefined ? {} : { remedy }),
    ...(detail === undefined ? {} : { detail: detail.slice(0, longestDetail) }),
  };
}

function closed(entry: JournalEntry): PlaygroundError {
  return new PlaygroundError('input', l10n.t('The operation on the job "{0}" is over.', entry.jobName));
}
