import type {
  ClaimMode,
  JobRecipe,
  KnownRecipe,
  OperationProgress,
  OperationRecord,
  OperationView,
  Restarted,
  ResumeChoice,
  SavepointFormat,
  SavepointTaken,
} from '../../shared/model/operations';
import type { ReadableStore } from '../state/store';
import type { Disposable } from '../util/disposable';

export type OperationSink = (progress: OperationProgress) => void;

export interface SavepointOptions {
  readonly jobId: string;
  /** `canonical` unless given. */
  readonly format?: SavepointFormat;
  /** A URI or an absolute path that Flink sees; the environment's folder of savepoints when absent. */
  readonly targetDirectory?: string;
}

export interface StopOptions extends SavepointOptions {
  /**
   * Lets all open windows fire before the savepoint: for a job that ends for good. Resumed from such a savepoint, windows that were
   * open come out in two parts.
   */
  readonly drain?: boolean;
}

/** What is to be different of a job that is started again. What is left out stays as it is known. */
export interface RecipeChange extends Partial<JobRecipe> {
  readonly claimMode?: ClaimMode;
}

export interface RestartOptions extends StopOptions, RecipeChange {
  /** Goes on though slots are missing; the job then waits for them. */
  readonly acceptWaiting?: boolean;
}

export interface RestoreOptions extends RecipeChange {
  /** The folder of the savepoint or retained checkpoint, a path or a URI. */
  readonly savepointPath: string;
  readonly acceptWaiting?: boolean;
}

export interface RescaleOptions extends SavepointOptions {
  readonly parallelism: number;
  readonly acceptWaiting?: boolean;
  /** `inPlace` wants the adaptive scheduler; chosen by what runs when absent. */
  readonly how?: 'savepoint' | 'inPlace';
}

export interface ResumeOptions {
  /** The first of the entry's choices when absent. */
  readonly choice?: ResumeChoice;
  /** Changes to what is chosen: another jar after one that was refused. */
  readonly change?: RecipeChange;
  readonly acceptWaiting?: boolean;
}

/**
 * Operations on running jobs that cannot lose them: each writes down what it is about to do before it does it, so that whatever
 * dies in the middle, the next start knows what happened and can finish it.
 *
 * All of them throw `PlaygroundError`: `input` for what cannot be done, `busy` when an operation on the job is open, here or
 * elsewhere, `disk` when the journal cannot be written (then nothing was done), `rejected` with Flink's reason, `timeout`,
 * `unreachable`. Aborting the signal before the first irreversible step leaves everything as it was; afterwards it means to stop
 * watching, and the operation stays open to be resumed.
 */
export interface JobOperations extends Disposable {
  /** What is not closed, or ended while nobody watched; newest first. */
  readonly open: ReadableStore<readonly OperationView[]>;
  /** What is over, newest first, at most 200. */
  readonly history: ReadableStore<readonly OperationRecord[]>;

  /**
   * How the job was started: remembered, or read back from Flink. `jar` is absent for a job of somebody else's of which nothing
   * was remembered.
   */
  recipeOf(jobId: string, signal: AbortSignal): Promise<KnownRecipe>;
  /** Remembers how a job of somebody else's is started, under its name, so that it is asked once. */
  remember(jobName: string, recipe: Pick<JobRecipe, 'jar'> & Partial<JobRecipe>): Promise<void>;

  triggerSavepoint(options: SavepointOptions, progress: OperationSink, signal: AbortSignal): Promise<SavepointTaken>;
  stop(options: StopOptions, progress: OperationSink, signal: AbortSignal): Promise<SavepointTaken>;
  /** Stops the job with a savepoint and starts it again from there, changed or not. */
  restart(options: RestartOptions, progress: OperationSink, signal: AbortSignal): Promise<Restarted>;
  /** Starts a job from a savepoint or retained checkpoint; stops nothing. */
  restore(options: RestoreOptions, progress: OperationSink, signal: AbortSignal): Promise<Restarted>;
  rescale(options: RescaleOptions, progress: OperationSink, signal: AbortSignal): Promise<Restarted>;

  /**
   * Finishes what was left in the middle, from the step that is next.
   * @returns `undefined` when there was nothing left to do but to close the entry, or the operation took a savepoint only.
   */
  resume(
    operationId: string,
    options: ResumeOptions,
    progress: OperationSink,
    signal: AbortSignal,
  ): Promise<Restarted | undefined>;
  /** Closes an entry without doing anything about it. What it knew stays in the history. */
  dismiss(operationId: string): Promise<void>;
  /** Reads the journal and compares its open entries with the cluster now. */
  refresh(signal: AbortSignal): Promise<void>;
}
