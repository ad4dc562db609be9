import type { SavepointFormat } from './operations';

/**
 * What lies at a path. `whole`: `_metadata` is there, which Flink writes last, and so is every file it names that could be looked
 * for. `halfWritten`: some of it is not, because Flink was interrupted or the copy was. `missing`: nothing is there.
 * `notASavepoint`: something else is.
 */
export type SavepointCondition = 'whole' | 'halfWritten' | 'missing' | 'notASavepoint';

/** A savepoint, or a checkpoint that its job left behind, as it lies in a file system. */
export interface StoredSavepoint {
  /** The absolute path of the folder, without a scheme: `/data/savepoints/savepoint-694d7c-2a9dafb8eb8b`. */
  readonly path: string;
  readonly kind: 'savepoint' | 'checkpoint';
  readonly condition: SavepointCondition;
  /** What is wrong with it, in words: the names of the files that are not there. */
  readonly problem?: string;
  /** Flink's id of the job that made it; of a savepoint only the first six digits stand in its name. */
  readonly jobId?: string;
  /** The number of a checkpoint. */
  readonly checkpointId?: number;
  /** When it was finished, milliseconds since the epoch. */
  readonly writtenAt?: number;
  /** Bytes of its own folder; what a checkpoint shares with others is not in it. */
  readonly sizeBytes?: number;
  /** The files that it needs beyond `_metadata` and that were looked for. */
  readonly filesChecked: number;
  /** Files that it needs and that could not be looked for, because they lie elsewhere than in this file system. */
  readonly filesUnknown: number;
  /** Of which data it is a part, where that is not the data of what runs: `flink-1.20.5-kraft`. */
  readonly origin?: string;
}

/** Who went on from a savepoint. */
export interface SavepointRestore {
  readonly jobId: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/**
 * A savepoint or retained checkpoint with all that is known of it, from the journal of operations, Flink's statistics of
 * checkpoints, and the files.
 */
export interface SavepointEntry {
  /** The same for all names of one savepoint. */
  readonly key: string;
  /** As Flink takes it. */
  readonly path: string;
  readonly kind: 'savepoint' | 'checkpoint';
  /** `unknown`: its files cannot be looked at from here. */
  readonly condition: SavepointCondition | 'unknown';
  readonly problem?: string;
  /** Flink's id of the job; its first six digits where nothing but the name of the savepoint is known. */
  readonly jobId?: string;
  readonly jobName?: string;
  /** When it was finished, milliseconds since the epoch. */
  readonly at?: number;
  readonly sizeBytes?: number;
  readonly format?: SavepointFormat;
  /** Its job was drained before: it is not meant to be gone on from. */
  readonly drained: boolean;
  /** Of the job when it was taken. */
  readonly parallelism?: number;
  readonly args?: readonly string[];
  /** The newest last. */
  readonly restores: readonly SavepointRestore[];
  /** Why it must not be deleted now. */
  readonly use?: SavepointUse;
  readonly filesUnknown: number;
  readonly origin?: string;
}

/** `job`: a running job would go back to it after a failure. `operation`: one that is open needs it. */
export type SavepointUse = { readonly by: 'job'; readonly jobName: string } | { readonly by: 'operation' };
