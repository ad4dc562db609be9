import type { StoredSavepoint } from '../../shared/model/savepoints';

/**
 * The savepoints and retained checkpoints of an environment, wherever it keeps them. All paths are absolute, with or without
 * `file:`.
 */
export interface SavepointStore {
  /** How long what was found counts while nothing is known to have changed, in milliseconds: 0 where looking costs nothing. */
  readonly restMs: number;
  /** Everything in the environment's folders, half-written ones too, the newest first. */
  list(signal: AbortSignal): Promise<readonly StoredSavepoint[]>;
  /**
   * Looks at one place, also outside of the environment's folders. Nothing there is a condition, not an error.
   * @throws PlaygroundError `input` when the path is none that can be looked at.
   */
  stat(path: string, signal: AbortSignal): Promise<StoredSavepoint>;
  /**
   * Deletes a savepoint or retained checkpoint in the environment's folders. One that is not there any more is no error.
   * @throws PlaygroundError `input` for a path that is not one of these; `disk` when it may not be removed.
   */
  delete(path: string, signal: AbortSignal): Promise<void>;
  /** Whether the JobManager and all TaskManagers see a path, and can write there as far as that depends on where it lies. */
  seenByAll(path: string): boolean;
  /** The folder of savepoints on this machine; `undefined` where there is none to show. */
  folder(): Promise<string | undefined>;
}
