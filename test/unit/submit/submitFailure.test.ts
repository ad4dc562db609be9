import { describe, expect, it } from 'vitest';
import { submitFailure } from '../../../src/core/submit/submitFailure';

const wrapped = (cause: string): string =>
  `java.util.concurrent.CompletionException: org.apache.flink.client.program.ProgramInvocationException: ${cause}\n\tat a.b(C.java:1)\n`;

describe('Flink takes no job of a jar', () => {
  it.each([
    [
      'The main method caused an error\nCaused by: java.lang.NoClassDefFoundError: org/apache/flink/streaming/api/windowing/time/Time',
      'The jar was made for another line of Flink than 2.2.1.',
    ],
    [
      "The main method caused an error\nCaused by: java.lang.NoSuchMethodError: 'void org.apache.flink.api.java.ExecutionEnvironment.x()'",
      'The jar was made for another line of Flink than 2.2.1.',
    ],
    [
      'x\nCaused by: java.lang.ClassNotFoundException: org.apache.flink.connector.kafka.source.KafkaSource',
      'The jar needs the connector org.apache.flink.connector.kafka.source.KafkaSource, which is not there.',
    ],
    [
      'x\nCaused by: java.lang.UnsupportedClassVersionError: com/shop/Orders has been compiled by a more recent version',
      'The jar was compiled for a newer Java than Flink runs on.',
    ],
    [
      "The program's entry point class 'does.not.Exist' was not found in the jar file.",
      'The jar has no class does.not.Exist.',
    ],
    [
      "Neither a 'Main-Class', nor a 'program-class' entry was found in the jar file.",
      'The jar does not say which class to run.',
    ],
    [
      "No manifest found in jar file '/uploads/a_empty.jar'. The manifest is need to point to the program's main class.",
      'The jar does not say which class to run.',
    ],
    [
      'The main method caused an error: boom\nCaused by: java.lang.IllegalStateException: No topic was given.',
      'The program failed: No topic was given.',
    ],
    [
      "The program didn't contain a Flink job. Perhaps you forgot to call execute()",
      'The program ended without starting a job.',
    ],
    [
      'The program plan could not be fetched - the program aborted pre-maturely.',
      'The program ended without starting a job.',
    ],
    ['No jobs included in application.', 'The program ended without starting a job.'],
    ['x\nCaused by: java.util.zip.ZipException: zip END header not found', 'The file is no jar.'],
  ])('because %j', (cause, sentence) => {
    const failure = submitFailure(wrapped(cause), '2.2.1');
    expect(failure).toMatchObject({ kind: 'rejected', message: sentence, detail: wrapped(cause) });
    expect(failure.remedy).toBeDefined();
  });

  it('says of what is not known here what Flink says', () => {
    expect(submitFailure('java.lang.Error: something new', '2.2.1').message).toContain('something new');
  });
});
