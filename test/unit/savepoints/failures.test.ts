import { describe, expect, it } from 'vitest';
import { savepointFailure } from '../../../src/core/savepoints/savepointFailure';
import { startFailure } from '../../../src/core/savepoints/startFailure';

const folder = 'file:///data/savepoints/stop-0123456789ab';

/** A trace as Flink sends it: wrapped, with the reason at its end. */
function trace(...causes: readonly string[]): string {
  return causes
    .map((cause, index) => `${index === 0 ? '' : 'Caused by: '}${cause}\n\tat org.x.Y.z(Y.java:1)`)
    .join('\n');
}

describe('why a savepoint came to nothing', () => {
  it.each([
    [
      'notAllRunning',
      trace(
        'java.util.concurrent.CompletionException: org.apache.flink.runtime.checkpoint.CheckpointException: Checkpoint triggering task Source: ClickEvent Source (1/1) of job 694d is not being executed at the moment. Aborting checkpoint. Failure reason: Not all required tasks are currently running.',
      ),
    ],
    ['notAllRunning', trace('java.lang.Exception: The Flink job is currently not executing.')],
    [
      'jobGone',
      trace(
        'x.CompletionException: y',
        'org.apache.flink.runtime.messages.FlinkJobNotFoundException: Could not find Flink job (694d)',
      ),
    ],
    [
      'notWritable',
      trace(
        'x.CheckpointException: Failed to trigger savepoint',
        'java.io.IOException: Mkdirs failed to create file:/root/x',
      ),
    ],
    ['other', trace('x.CheckpointException: Checkpoint expired before completing.')],
    ['other', ''],
  ])('is known as %s', (kind, text) => {
    expect(savepointFailure(text, folder).kind).toBe(kind);
  });

  it('keeps the path of a savepoint with which the job did not stop', () => {
    const path = 'file:/data/with space/savepoint-694d7c-2a9dafb8eb8b';
    const text = trace(
      `org.apache.flink.runtime.scheduler.stopwithsavepoint.StopWithSavepointStoppingException: A savepoint has been created at: ${path}, but the corresponding job 694d failed during stopping. The savepoint is consistent, but might have uncommitted transactions.`,
    );
    expect(savepointFailure(text, folder)).toMatchObject({ kind: 'stoppedHalfway', path });
  });

  it('is said with the folder and the last cause', () => {
    const text = trace('x.CheckpointException: Failed', 'java.nio.file.AccessDeniedException: /data');
    expect(savepointFailure(text, folder).error.message).toBe(
      `Flink could not write the savepoint to "${folder}": /data`,
    );
  });
});

describe('why a job did not start', () => {
  it.each([
    [
      trace(
        'x.RestHandlerException: Could not execute application.',
        'java.lang.IllegalStateException: Failed to rollback to checkpoint/savepoint file:/s. Cannot map checkpoint/savepoint state for operator df592d541ea0f51ead2913082bc430e2 to the new program, because the operator is not available in the new program.',
      ),
      'The savepoint has state of the operator df592d541ea0f51ead2913082bc430e2 that the new program has no operator for.',
    ],
    [
      trace(
        'x: y',
        'org.apache.flink.util.StateMigrationException: The new state serializer must not be incompatible.',
      ),
      'The new program keeps its state in another form than the savepoint has it.',
    ],
    [
      trace('x: y', 'java.lang.NoClassDefFoundError: org/apache/flink/streaming/api/windowing/time/Time'),
      'The jar was made for Flink 1.x and cannot run on Flink 2.x.',
    ],
    [
      trace(
        'x: y',
        "java.io.FileNotFoundException: Cannot find checkpoint or savepoint file/directory '/nowhere' on file system 'file'.",
      ),
      'Flink does not find the savepoint.',
    ],
    [
      trace('x: y', "java.lang.IllegalArgumentException: The argument '--nonsense' is not known."),
      "The job did not start: The argument '--nonsense' is not known.",
    ],
  ])('is said in words', (text, message) => {
    expect(startFailure(text)).toMatchObject({
      kind: 'rejected',
      message,
      detail: text,
      remedy: expect.any(String) as string,
    });
  });
});
