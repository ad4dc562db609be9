import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import * as l10n from '@vscode/l10n';
import type {
  OperationKind,
  OperationProgress,
  OperationRecord,
  OperationView,
  SavepointTaken,
} from '../../shared/model/operations';
import type { Environment } from '../environment/environment';
import { TransitionLock, type HeldLock } from '../environment/common/lock';
import type { ProcessTable } from '../environment/common/processTable';
import type { FlinkClient } from '../flink/flinkClient';
import { Store } from '../state/store';
import { delay } from '../util/async';
import type { Clock } from '../util/clock';
import { DisposableStore } from '../util/disposable';
import { isAbort, messageOf, PlaygroundError } from '../util/errors';
import type { Logger } from '../util/logger';
import { notCompared, recordOf, runningElsewhere, runningHere, viewOf, type Standing } from './describeOperation';
import { Journal } from './journal';
import { beginning, journalVersion, type BeganLine, type JournalEntry, type OperationOwner } from './journalEntry';
import type { JobOperations, OperationSink, SavepointOptions, StopOptions } from './jobOperations';
import type { OperationContext } from './operationContext';
import { OperationLog } from './operationLog';
import { takeSavepoint } from './takeSavepoint';

export interface FlinkJobOperationsOptions {
  readonly environment: Pick<Environment, 'snapshot' | 'operationsDirectory' | 'jobSubmission'>;
  readonly createClient: (baseUrl: string) => FlinkClient;
  readonly table: ProcessTable;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called when an operation has changed what runs. */
  readonly changed: () => void;
}

const historyLength = 200;
const lockDeadlineMs = 10_000;
const lockPollMs = 50;

/** Operations on the jobs of the environment's Flink, by its REST API. */
export class FlinkJobOperations implements JobOperations {
  readonly #options: FlinkJobOperationsOptions;
  readonly #owned = new DisposableStore();
  readonly #open = this.#owned.add(new Store<readonly OperationView[]>([], same));
  readonly #history = this.#owned.add(new Store<readonly OperationRecord[]>([], same));
  readonly #token = randomUUID();
  readonly #ended = new AbortController();
  readonly #entries = new Map<string, JournalEntry>();
  readonly #standings = new Map<string, Standing>();
  readonly #progress = new Map<string, OperationProgress | undefined>();

  constructor(options: FlinkJobOperationsOptions) {
    this.#options = options;
  }

  get open(): Store<readonly OperationView[]> {
    return this.#open;
  }

  get history(): Store<readonly OperationRecord[]> {
    return this.#history;
  }

  async triggerSavepoint(
    options: SavepointOptions,
    progress: OperationSink,
    signal: AbortSignal,
  ): Promise<SavepointTaken> {
    return this.#savepoint('savepoint', options, progress, signal);
  }

  async stop(options: StopOptions, progress: OperationSink, signal: AbortSignal): Promise<SavepointTaken> {
    return this.#savepoint('stop', options, progress, signal);
  }

  readonly recipeOf = notYet;
  readonly remember = notYet;
  readonly restart = notYet;
  readonly restore = notYet;
  readonly rescale = notYet;
  readonly resume = notYet;
  readonly dismiss = notYet;

  async refresh(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const directory = this.#options.environment.operationsDirectory;
    const entries = directory === undefined ? [] : (await new Journal(directory).read()).entries;
    const here = [...this.#entries.values()].filter(({ id }) => this.#progress.has(id));
    this.#entries.clear();
    for (const entry of [...entries, ...here]) this.#entries.set(entry.id, entry);
    this.#standings.clear();
    for (const entry of entries) this.#standings.set(entry.id, await this.#standing(entry));
    this.#publish();
  }

  dispose(): void {
    this.#ended.abort();
    this.#owned.dispose();
  }

  async #savepoint(
    kind: 'savepoint' | 'stop',
    { jobId, format, targetDirectory, drain }: StopOptions,
    progress: OperationSink,
    signal: AbortSignal,
  ): Promise<SavepointTaken> {
    return this.#inContext(signal, async (client, inner) => {
      const job = await client.job(jobId, inner);
      const id = randomBytes(16).toString('hex');
      const target = targetDirectory ?? (await this.#ownFolder(kind, id, inner));
      return this.#begin(
        {
          id,
          kind,
          jobId,
          jobName: job.name,
          format: format ?? 'canonical',
          ...(drain === undefined ? {} : { drain }),
          ...(target === undefined ? {} : { targetDirectory: target }),
        },
        client,
        progress,
        inner,
        async (context) => {
          const path = await takeSavepoint(context, { jobId, stop: kind === 'stop' });
          await context.log.note({ type: 'closed', outcome: 'done' });
          return { operationId: id, jobId, path };
        },
      );
    });
  }

  /** A folder for this savepoint alone: whatever lies there is its. */
  async #ownFolder(kind: OperationKind, id: string, signal: AbortSignal): Promise<string | undefined> {
    const { savepointDirectory } = await this.#options.environment.jobSubmission(signal);
    return savepointDirectory === undefined ? undefined : `${savepointDirectory}/${kind}-${id.slice(0, 12)}`;
  }

  async #inContext<T>(outer: AbortSignal, act: (client: FlinkClient, signal: AbortSignal) => Promise<T>): Promise<T> {
    const rest = this.#options.environment.snapshot.value.endpoints?.rest;
    if (rest === undefined) throw notRunning();
    const client = this.#options.createClient(rest);
    try {
      return await act(client, AbortSignal.any([outer, this.#ended.signal]));
    } finally {
      client.dispose();
      this.#options.changed();
    }
  }

  async #begin<T>(
    start: Omit<BeganLine, 'type' | 'version' | 'at' | 'owner'>,
    client: FlinkClient,
    progress: OperationSink,
    signal: AbortSignal,
    act: (context: OperationContext) => Promise<T>,
  ): Promise<T> {
    const { environment, clock, logger, table } = this.#options;
    const directory = environment.operationsDirectory;
    if (directory === undefined) throw notRunning();
    const journal = new Journal(directory);
    const startToken = (await table.read([process.pid])).get(process.pid)?.startToken ?? '';
    const owner: OperationOwner = { pid: process.pid, startToken, token: this.#token };
    const line: BeganLine = { type: 'began', version: journalVersion, at: clock.now(), owner, ...start };
    const lock = await this.#lock(directory, signal);
    try {
      const { entries } = await journal.read();
      await this.#assertFree(entries, start.jobId);
      await journal.begin(line);
    } finally {
      await lock.release();
    }
    const log = new OperationLog(journal, beginning(line), clock, logger, (entry) => this.#update(entry));
    this.#progress.set(start.id, undefined);
    this.#update(log.entry);
    const tell: OperationSink = (state) => {
      this.#progress.set(start.id, state);
      this.#publish();
      progress(state);
    };
    try {
      return await act({ client, log, clock, logger, progress: tell, signal });
    } catch (error) {
      await this.#ended_(log, error);
      throw error;
    } finally {
      this.#progress.delete(start.id);
      this.#publish();
    }
  }

  /** Writes down how an attempt ended. */
  async #ended_(log: OperationLog, error: unknown): Promise<void> {
    if (isAbort(error)) {
      await log.note(log.irreversible ? { type: 'released' } : { type: 'closed', outcome: 'cancelled' });
      return;
    }
    const failure = { message: messageOf(error) };
    await log.note({ type: 'closed', outcome: 'failed', failure });
  }

  /** @throws PlaygroundError `busy`. */
  async #assertFree(entries: readonly JournalEntry[], jobId: string | undefined): Promise<void> {
    for (const entry of entries) {
      const concerned = entry.closed === undefined && (entry.jobId === jobId || entry.successorId === jobId);
      if (!concerned || jobId === undefined || !(await this.#isLive(entry.owner))) continue;
      throw new PlaygroundError('busy', l10n.t('Another operation on the job "{0}" is in progress.', entry.jobName), {
        remedy: l10n.t('Wait until it is done, then try again.'),
      });
    }
  }

  async #isLive(owner: OperationOwner | undefined): Promise<boolean> {
    if (owner === undefined) return false;
    const facts = (await this.#options.table.read([owner.pid])).get(owner.pid);
    return facts !== undefined && facts.startToken === owner.startToken;
  }

  async #lock(directory: string, signal: AbortSignal): Promise<HeldLock> {
    const { table, clock } = this.#options;
    const lock = new TransitionLock(join(directory, 'lock'), table, () => clock.now());
    const deadline = clock.now() + lockDeadlineMs;
    for (;;) {
      try {
        return await lock.acquire('journal');
      } catch (error) {
        if (!PlaygroundError.is(error, 'busy') || clock.now() >= deadline) throw error;
        await delay(lockPollMs, signal, clock);
      }
    }
  }

  async #standing(entry: JournalEntry): Promise<Standing> {
    if (this.#progress.has(entry.id)) return runningHere();
    if (await this.#isLive(entry.owner)) return runningElsewhere(entry.owner?.pid ?? 0);
    return notCompared();
  }

  #update(entry: JournalEntry): void {
    this.#entries.set(entry.id, entry);
    this.#publish();
  }

  #publish(): void {
    if (this.#owned.isDisposed) return;
    const entries = [...this.#entries.values()].sort((a, b) => b.startedAt - a.startedAt);
    const unclosed = entries.filter(({ closed }) => closed === undefined);
    this.#open.set(
      unclosed.map((entry) => {
        const standing = this.#progress.has(entry.id)
          ? runningHere()
          : (this.#standings.get(entry.id) ?? notCompared());
        return viewOf(entry, standing, this.#progress.get(entry.id));
      }),
    );
    this.#history.set(entries.flatMap((entry) => recordOf(entry) ?? []).slice(0, historyLength));
  }
}

function notYet(): Promise<never> {
  return Promise.reject(new PlaygroundError('internal', 'This operation is not there yet.'));
}

function notRunning(): PlaygroundError {
  return new PlaygroundError('input', l10n.t('The playground is not running.'), {
    remedy: l10n.t('Start the playground first.'),
  });
}

function same(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
