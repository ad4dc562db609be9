import * as l10n from '@vscode/l10n';
import { endedJobStates, type JobDetail } from '../../shared/model/flink';
import type {
  JobRecipe,
  KnownRecipe,
  OperationKind,
  OperationRecord,
  OperationView,
  Restarted,
  SavepointFormat,
  SavepointTaken,
} from '../../shared/model/operations';
import type { Environment, JobSubmission } from '../environment/environment';
import { flinkUri } from '../environment/common/flinkUri';
import type { FlinkClient } from '../flink/flinkClient';
import { playground } from '../playground';
import type { ReadableStore } from '../state/store';
import { PlaygroundError } from '../util/errors';
import { linesOf, type NextStep } from './assess';
import { choicesOf } from './describeOperation';
import type {
  JobOperations,
  OperationSink,
  RescaleOptions,
  RestartOptions,
  RestoreOptions,
  ResumeOptions,
  SavepointOptions,
  StopOptions,
} from './jobOperations';
import { notRunning } from '../environment/notRunning';
import { OperationBook, type OperationBookOptions, type OperationStart } from './operationBook';
import type { OperationContext } from './operationContext';
import { provideJar } from './provideJar';
import {
  assertParallelism,
  chosenRecipe,
  knownRecipe,
  mostParallelOf,
  RememberedRecipes,
  wantedRecipe,
} from './recipes';
import {
  assertSlots,
  rescaleInPlace,
  restartJob,
  startFromSavepoint,
  watchStart,
  type Preparation,
} from './restartJob';
import { savepointPath } from './savepointPath';
import { isAdaptive } from './jobFacts';
import { newId, originOf, usableSavepoint } from './usableSavepoint';
import { followSavepoint, takeSavepoint } from './takeSavepoint';

export interface FlinkJobOperationsOptions extends OperationBookOptions {
  readonly environment: Pick<Environment, 'snapshot' | 'operationsDirectory' | 'savepointStore' | 'jobSubmission'>;
  /** Called when an operation has changed what runs. */
  readonly changed: () => void;
}

/** Operations on the jobs of the environment's Flink, by its REST API. */
export class FlinkJobOperations implements JobOperations {
  readonly #book: OperationBook;
  readonly #ended = new AbortController();

  constructor(private readonly options: FlinkJobOperationsOptions) {
    this.#book = new OperationBook(options);
  }

  get open(): ReadableStore<readonly OperationView[]> {
    return this.#book.open;
  }

  get history(): ReadableStore<readonly OperationRecord[]> {
    return this.#book.history;
  }

  recipeOf(jobId: string, outer: AbortSignal): Promise<KnownRecipe> {
    return this.#withClient(outer, async (client, signal) =>
      this.#known(client, await client.job(jobId, signal), signal),
    );
  }

  async remember(jobName: string, recipe: Pick<JobRecipe, 'jar'> & Partial<JobRecipe>): Promise<void> {
    const { directory } = this.#book.journal;
    await new RememberedRecipes(directory).write(jobName, { args: [], parallelism: 1, ...recipe });
  }

  triggerSavepoint(options: SavepointOptions, progress: OperationSink, signal: AbortSignal): Promise<SavepointTaken> {
    return this.#savepoint('savepoint', options, progress, signal);
  }

  stop(options: StopOptions, progress: OperationSink, signal: AbortSignal): Promise<SavepointTaken> {
    return this.#savepoint('stop', options, progress, signal);
  }

  restart(options: RestartOptions, progress: OperationSink, signal: AbortSignal): Promise<Restarted> {
    return this.#restart('restart', options, progress, signal);
  }

  rescale(options: RescaleOptions, progress: OperationSink, outer: AbortSignal): Promise<Restarted> {
    const { jobId, parallelism, how } = options;
    return this.#withClient(outer, async (client, signal) => {
      const adaptive = await isAdaptive(client, signal);
      if (how === 'inPlace' && !adaptive) throw notAdaptive();
      if (how === 'savepoint' || !adaptive) return this.#restart('rescale', options, progress, outer);
      const job = await runningJob(client, jobId, signal);
      assertParallelism(parallelism, mostParallelOf(job));
      if (options.acceptWaiting !== true) await assertSlots(client, parallelism, job, signal);
      const start = { id: newId(), kind: 'rescale', jobId, jobName: job.name } as const;
      return this.#book.begin(start, client, progress, signal, (context) => rescaleInPlace(context, job, parallelism));
    });
  }

  restore(options: RestoreOptions, progress: OperationSink, outer: AbortSignal): Promise<Restarted> {
    return this.#withClient(outer, async (client, signal) => {
      const path = await usableSavepoint(this.options.environment.savepointStore, options.savepointPath, signal);
      const origin = originOf(path, this.history.value);
      const known = origin?.recipe ?? { args: [], parallelism: 1 };
      const recipe = wantedRecipe(known, changeOf(options), undefined);
      const preparation = await this.#prepare(
        client,
        recipe,
        options.acceptWaiting ?? false,
        undefined,
        progress,
        signal,
      );
      const start: OperationStart = {
        id: newId(),
        kind: 'restore',
        jobName: origin?.jobName ?? (recipe.jar.from === 'playground' ? playground.job.name : l10n.t('a job')),
        savepointPath: path,
        successorId: newId(),
        wanted: recipe,
        ...(options.claimMode === undefined ? {} : { claimMode: options.claimMode }),
      };
      return this.#book.begin(start, client, progress, signal, (context) =>
        startFromSavepoint(context, preparation, 'same'),
      );
    });
  }

  resume(
    operationId: string,
    options: ResumeOptions,
    progress: OperationSink,
    outer: AbortSignal,
  ): Promise<Restarted | undefined> {
    return this.#withClient(outer, (client, signal) =>
      this.#book.takeOver(operationId, client, progress, signal, (context, assess) =>
        this.#goOn(context, assess, options),
      ),
    );
  }

  dismiss(operationId: string): Promise<void> {
    return this.#book.dismiss(operationId);
  }

  refresh(signal: AbortSignal): Promise<void> {
    return this.#book.refresh(signal);
  }

  dispose(): void {
    this.#ended.abort();
    this.#book.dispose();
  }

  #savepoint(
    kind: 'savepoint' | 'stop',
    options: StopOptions,
    progress: OperationSink,
    outer: AbortSignal,
  ): Promise<SavepointTaken> {
    return this.#withClient(outer, async (client, signal) => {
      const { jobId, drain } = options;
      const job = await runningJob(client, jobId, signal);
      const submission = await this.options.environment.jobSubmission(signal);
      const start: OperationStart = {
        ...this.#savepointStart(kind, options, submission),
        jobId,
        jobName: job.name,
        previous: await this.#known(client, job, signal),
        ...(drain === undefined ? {} : { drain }),
      };
      return this.#book.begin(start, client, progress, signal, async (context) => {
        const path = await takeSavepoint(context, { jobId, stop: kind === 'stop' });
        await context.log.note({ type: 'closed', outcome: 'done' });
        return { operationId: start.id, jobId, path };
      });
    });
  }

  #restart(
    kind: 'restart' | 'rescale',
    options: RestartOptions,
    progress: OperationSink,
    outer: AbortSignal,
  ): Promise<Restarted> {
    return this.#withClient(outer, async (client, signal) => {
      const { jobId, drain, claimMode } = options;
      const job = await runningJob(client, jobId, signal);
      const known = await this.#known(client, job, signal);
      const recipe = wantedRecipe(known, changeOf(options), mostParallelOf(job));
      const preparation = await this.#prepare(client, recipe, options.acceptWaiting ?? false, job, progress, signal);
      const start: OperationStart = {
        ...this.#savepointStart(kind, options, preparation.submission),
        jobId,
        jobName: job.name,
        successorId: newId(),
        previous: known,
        wanted: recipe,
        ...(drain === undefined ? {} : { drain }),
        ...(claimMode === undefined ? {} : { claimMode }),
      };
      return this.#book.begin(start, client, progress, signal, (context) => restartJob(context, jobId, preparation));
    });
  }

  /** Does what is next of an entry that was left open. */
  async #goOn(
    context: OperationContext,
    assess: () => Promise<NextStep>,
    options: ResumeOptions,
  ): Promise<Restarted | undefined> {
    const { log } = context;
    const step = await assess();
    switch (step.next) {
      case 'close':
        await log.note(...linesOf(log.entry, step), { type: 'closed', outcome: step.outcome });
        return undefined;
      case 'lost':
        throw new PlaygroundError('state', step.summary, { remedy: l10n.t('Dismiss it, or restore a savepoint.') });
      case 'watch':
        await log.note(...linesOf(log.entry, step));
        return watchStart(context, options.acceptWaiting ?? true);
      case 'follow': {
        const { jobId = '' } = log.entry;
        // Whether the job ends with it is another question: it may be the one that keeps a stop from arriving.
        await followSavepoint(context, { jobId, stop: false }, step.triggerId);
        return this.#goOn(context, assess, options);
      }
      case 'submit':
        break;
    }
    await log.intend({ type: 'saved', path: step.savepointPath }, { type: 'stopped' });
    return this.#startAgain(context, step.triedInVain ? 'new' : 'same', options);
  }

  async #startAgain(context: OperationContext, id: 'same' | 'new', options: ResumeOptions): Promise<Restarted> {
    const { client, log, progress, signal } = context;
    const recipe = wantedRecipe(
      chosenRecipe(log.entry, options.choice ?? choicesOf(log.entry)[0]),
      options.change ?? {},
      undefined,
    );
    const preparation = await this.#prepare(client, recipe, options.acceptWaiting ?? true, undefined, progress, signal);
    return startFromSavepoint(context, preparation, id);
  }

  /** Whatever can fail before the job is touched. */
  async #prepare(
    client: FlinkClient,
    recipe: JobRecipe,
    acceptWaiting: boolean,
    stopping: JobDetail | undefined,
    progress: OperationSink,
    signal: AbortSignal,
  ): Promise<Preparation> {
    progress({ step: 'prepare', cancellable: true });
    const submission = await this.options.environment.jobSubmission(signal);
    if (!acceptWaiting) {
      progress({ step: 'slots', cancellable: true });
      await assertSlots(client, recipe.parallelism, stopping, signal);
    }
    progress({ step: 'upload', cancellable: true });
    const jarId = await provideJar(client, recipe.jar, submission, signal);
    return { recipe, submission, jarId, acceptWaiting };
  }

  async #known(client: FlinkClient, job: JobDetail, signal: AbortSignal): Promise<KnownRecipe> {
    const { journal } = this.#book;
    const [config, { entries }, remembered] = await Promise.all([
      client.actions.jobConfig(job.id, signal),
      journal.read(),
      new RememberedRecipes(journal.directory).read(),
    ]);
    return knownRecipe(job, config, entries, remembered);
  }

  #savepointStart<K extends OperationKind>(
    kind: K,
    { format, targetDirectory }: SavepointOptions,
    { savepointDirectory }: JobSubmission,
  ): { id: string; kind: K; format: SavepointFormat; targetDirectory?: string } {
    const id = newId();
    const given = targetDirectory === undefined ? undefined : this.#folderForFlink(targetDirectory);
    const parent = given ?? savepointDirectory;
    return {
      id,
      kind,
      format: format ?? 'canonical',
      // A folder of its own: whatever savepoint lies there is this operation's.
      ...(parent === undefined ? {} : { targetDirectory: `${parent}/${kind}-${id.slice(0, 12)}` }),
    };
  }

  /** Where the folders of the environment are files, only those can be meant. @throws PlaygroundError `input`. */
  #folderForFlink(folder: string): string {
    const { savepointStore } = this.options.environment;
    return savepointStore === undefined ? folder.replace(/\/+$/, '') : flinkUri(savepointPath(folder));
  }

  async #withClient<T>(outer: AbortSignal, act: (client: FlinkClient, signal: AbortSignal) => Promise<T>): Promise<T> {
    const rest = this.options.environment.snapshot.value.endpoints?.rest;
    if (rest === undefined) throw notRunning();
    const client = this.options.createClient(rest);
    try {
      return await act(client, AbortSignal.any([outer, this.#ended.signal]));
    } finally {
      client.dispose();
      this.options.changed();
    }
  }
}

/** @throws PlaygroundError `notFound`; `input` for a job that has ended. */
async function runningJob(client: FlinkClient, jobId: string, signal: AbortSignal): Promise<JobDetail> {
  const job = await client.job(jobId, signal);
  if (!endedJobStates.has(job.state)) return job;
  throw new PlaygroundError('input', l10n.t('The job "{0}" does not run: it is {1}.', job.name, job.state), {
    remedy: l10n.t('Restore one of its savepoints instead.'),
  });
}

/** What of the options is to be different about the job. */
function changeOf(options: Partial<JobRecipe>): Partial<JobRecipe> {
  const { jar, entryClass, args, parallelism, allowNonRestoredState } = options;
  return {
    ...(jar === undefined ? {} : { jar }),
    ...(entryClass === undefined ? {} : { entryClass }),
    ...(args === undefined ? {} : { args }),
    ...(parallelism === undefined ? {} : { parallelism }),
    ...(allowNonRestoredState === undefined ? {} : { allowNonRestoredState }),
  };
}

function notAdaptive(): PlaygroundError {
  return new PlaygroundError('input', l10n.t('Only the adaptive scheduler rescales a job in place.'), {
    remedy: l10n.t('Rescale it by a savepoint, or start the playground with the adaptive scheduler.'),
  });
}
