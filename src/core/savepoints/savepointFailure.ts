import * as l10n from '@vscode/l10n';
import { innermostCause } from '../flink/serverErrors';
import { PlaygroundError } from '../util/errors';

/**
 * Why a savepoint, or a stop with one, came to nothing.
 * - `notAllRunning`: passes when all tasks run. `jobGone`: Flink does not know the job, or it ended.
 * - `stoppedHalfway`: the savepoint is complete, and the job did not end with it but goes on from its last checkpoint.
 * - `notWritable`: the folder. `other`: in Flink's words.
 */
export type SavepointFailure =
  | { readonly kind: 'notAllRunning' | 'jobGone' | 'notWritable' | 'other'; readonly error: PlaygroundError }
  | { readonly kind: 'stoppedHalfway'; readonly path: string; readonly error: PlaygroundError };

/** `CheckpointFailureReason.NOT_ALL_REQUIRED_TASKS_RUNNING`, and the adaptive scheduler's word for the same. */
const notAllRunning = /Not all required tasks are currently running|The Flink job is currently not executing/;
/** `StopWithSavepointStoppingException`. */
const stoppedHalfway = /A savepoint has been created at: (.+?),? but the corresponding job/;
const jobGone = /FlinkJobNotFoundException|Could not find Flink job|FlinkJobTerminatedWithoutCancellationException/;
const notWritable =
  /Permission denied|Read-only file system|Mkdirs failed|Failed to create|could not create|No such file or directory|AccessDeniedException|Not a directory/i;

/** Reads the failure cause of an outcome, a Java stack trace from a server that may be anybody's. */
export function savepointFailure(trace: string, targetDirectory: string | undefined): SavepointFailure {
  const words = innermostCause(trace);
  const options = { detail: trace };
  const halfway = stoppedHalfway.exec(trace);
  if (halfway?.[1] !== undefined) {
    const path = halfway[1];
    const sentence = l10n.t('The savepoint is complete, but the job did not stop with it and goes on running.');
    return {
      kind: 'stoppedHalfway',
      path,
      error: new PlaygroundError('rejected', sentence, {
        ...options,
        remedy: l10n.t('Stop the job once more; the savepoint "{0}" is kept.', path),
      }),
    };
  }
  if (notAllRunning.test(trace)) {
    const sentence = l10n.t('Not all tasks of the job run, so Flink took no savepoint.');
    return {
      kind: 'notAllRunning',
      error: new PlaygroundError('rejected', sentence, {
        ...options,
        remedy: l10n.t('Wait until all tasks run, then try again.'),
      }),
    };
  }
  if (jobGone.test(trace)) {
    return {
      kind: 'jobGone',
      error: new PlaygroundError('notFound', l10n.t('The job is not there any more.'), options),
    };
  }
  if (notWritable.test(trace)) {
    const sentence =
      targetDirectory === undefined
        ? l10n.t('Flink could not write the savepoint: {0}', words)
        : l10n.t('Flink could not write the savepoint to "{0}": {1}', targetDirectory, words);
    return {
      kind: 'notWritable',
      error: new PlaygroundError('rejected', sentence, {
        ...options,
        remedy: l10n.t('Choose a folder that the JobManager and all TaskManagers can write to.'),
      }),
    };
  }
  return {
    kind: 'other',
    error: new PlaygroundError('rejected', l10n.t('Flink took no savepoint: {0}', words), options),
  };
}
