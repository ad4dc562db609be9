/** How Flink writes a savepoint: `canonical` for every state backend, `native` in the form of the one that runs. */
export type SavepointFormat = 'canonical' | 'native';

/** Who owns the files of a checkpoint or savepoint from which a job goes on: Flink's `RestoreMode`. */
export type ClaimMode = 'CLAIM' | 'NO_CLAIM';

/** Versions of the playground's own job. */
export type PlaygroundJar = 'v1' | 'v2' | 'v3';

/** Where the program of a job comes from: one of the playground's versions, a file on this machine, or a jar that Flink has. */
export type JarSource =
  | { readonly from: 'playground'; readonly version: PlaygroundJar }
  | { readonly from: 'file'; readonly path: string }
  | { readonly from: 'cluster'; readonly id: string; readonly name: string };

/** All that is needed to run a job again as it ran. */
export interface JobRecipe {
  readonly jar: JarSource;
  /** The jar's manifest says it when absent. */
  readonly entryClass?: string;
  readonly args: readonly string[];
  readonly parallelism: number;
  /** Starts the job though the savepoint has state that no operator of it claims; that state is lost. */
  readonly allowNonRestoredState?: boolean;
}

/** What is known of how a job was started; of a job of somebody else's the jar is not. */
export type KnownRecipe = Partial<JobRecipe> & Pick<JobRecipe, 'args' | 'parallelism'>;

export type OperationKind = 'savepoint' | 'stop' | 'restart' | 'restore' | 'rescale';

/**
 * The steps of operations, in order; none has them all. `slots`: enough of them are there. `savepoint`: it is being taken, and the
 * job ends with it where the operation stops it. `upload`: Flink has the jar. `submit`: Flink has the job. `tasks`: all of them
 * run. `checkpoint`: the first one is complete.
 */
export type OperationStep = 'prepare' | 'slots' | 'upload' | 'savepoint' | 'submit' | 'tasks' | 'checkpoint';

/** How far an operation is. */
export interface OperationProgress {
  readonly step: OperationStep;
  /** Words for the person, localised: "8 of 12 subtasks". */
  readonly message?: string;
  /** 0 to 1 where a part of the whole is known. */
  readonly fraction?: number;
  /**
   * True while cancelling leaves everything as it was. From then on it can only mean to stop watching: Flink cannot abort a
   * savepoint, and a job that was stopped needs its successor.
   */
  readonly cancellable: boolean;
}

/** A savepoint that is complete. */
export interface SavepointTaken {
  readonly operationId: string;
  readonly jobId: string;
  /** As Flink names it: `file:/…/savepoint-694d7c-2a9dafb8eb8b`. */
  readonly path: string;
}

/** A job that goes on from a savepoint. */
export interface Restarted {
  readonly operationId: string;
  readonly jobId: string;
  /** The job before it; absent when a savepoint was restored. */
  readonly previousJobId?: string;
  /** Absent when the job was rescaled in place, which goes on from its last checkpoint. */
  readonly savepointPath?: string;
  /** With which it runs. */
  readonly parallelism: number;
  /** What was asked for, where the adaptive scheduler found slots for fewer subtasks; it takes more when there are some. */
  readonly wantedParallelism?: number;
  /** `waiting`: Flink has the job, and its tasks wait for slots. */
  readonly state: 'running' | 'waiting';
  /** Milliseconds from the end of the last task until all tasks ran, by the JobManager's clock; absent where there was no gap. */
  readonly downtimeMs?: number;
}

/**
 * What has become of an operation that is not closed.
 * - `running`: this window is at it. `elsewhere`: another living window is.
 * - `finished`: it reached its end though nobody watched. `resumable`: it stands between two steps and can go on.
 * - `lost`: it cannot go on; what is known says why. `unknown`: the cluster could not be asked yet.
 */
export type OpenState = 'running' | 'elsewhere' | 'finished' | 'resumable' | 'lost' | 'unknown';

/** How an operation can be gone on with: as it was meant, or with the job as it was before. */
export type ResumeChoice = 'wanted' | 'previous';

/** A failure as it is kept: what a person reads of a `PlaygroundError`. */
export interface OperationFailure {
  readonly message: string;
  readonly remedy?: string;
  readonly detail?: string;
}

interface OperationFacts {
  readonly id: string;
  readonly kind: OperationKind;
  /** The job that it began with; for a restore the one that made the savepoint, where that is known. */
  readonly jobId?: string;
  readonly jobName: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly format?: SavepointFormat;
  readonly drain?: boolean;
  /** The savepoint that was taken, or that is restored. */
  readonly savepointPath?: string;
  /** The job that goes on. */
  readonly successorId?: string;
  /** The job as it was before, where it is known. */
  readonly previous?: KnownRecipe;
  /** The job as it is to be. */
  readonly wanted?: JobRecipe;
}

/** An operation whose end this window has not told the person yet. */
export interface OperationView extends OperationFacts {
  readonly state: OpenState;
  /** What happened and what can be done, one or two sentences, localised. */
  readonly summary: string;
  /** Only while it runs here. */
  readonly progress?: OperationProgress;
  /** Why the last attempt ended. */
  readonly failure?: OperationFailure;
  /** What Resume can do, the best first; empty when it can do nothing. */
  readonly choices: readonly ResumeChoice[];
  readonly dismissable: boolean;
}

/** How an operation ended. `cancelled`: before anything was changed. `dismissed`: the person gave it up. */
export type OperationOutcome = 'done' | 'failed' | 'cancelled' | 'dismissed';

/** An operation that is over. */
export interface OperationRecord extends OperationFacts {
  readonly endedAt: number;
  readonly outcome: OperationOutcome;
  readonly failure?: OperationFailure;
  readonly downtimeMs?: number;
}
