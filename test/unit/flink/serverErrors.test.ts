import { describe, expect, it } from 'vitest';
import { explainErrors } from '../../../src/core/flink/serverErrors';

describe('explainErrors', () => {
  it('takes a plain sentence as it is', () => {
    expect(explainErrors(['Unable to load requested file /nothing.'])).toEqual({
      message: 'Unable to load requested file /nothing.',
    });
  });

  it('leaves out the names of exceptions that wrap each other', () => {
    const trace =
      'java.util.concurrent.CompletionException: org.apache.flink.FlinkJobNotFoundException: No such job\n\tat a.B';
    expect(explainErrors([trace])).toEqual({ message: 'No such job', detail: trace });
  });

  it('looks into the exception of an internal server error', () => {
    const trace =
      '<Exception on server side:\norg.a.RestHandlerException: Jar file x.jar does not exist\n\tat a.B\n\nEnd of exception on server side>';
    expect(explainErrors(['Internal server error.', trace]).message).toBe('Jar file x.jar does not exist');
  });

  it('names the innermost cause behind a sentence that says nothing', () => {
    const trace = [
      'org.a.RestHandlerException: Could not execute application.',
      '\tat a.B',
      'Caused by: org.a.FlinkRuntimeException: Could not execute application.',
      '\t... 1 more',
      'Caused by: org.a.DuplicateJobSubmissionException: Job has already been submitted.',
      '\t... 2 more',
    ].join('\n');
    expect(explainErrors([trace]).message).toBe('Could not execute application: Job has already been submitted.');
  });

  it('names the exception where it has no message', () => {
    expect(explainErrors(['java.lang.NullPointerException\n\tat a.B']).message).toBe('java.lang.NullPointerException');
  });

  it('says nothing where the server did not', () => {
    expect(explainErrors(['', ' '])).toEqual({ message: '' });
  });
});
