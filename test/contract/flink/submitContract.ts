import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Environment } from '../../../src/core/environment/environment';
import { FlinkClient } from '../../../src/core/flink/flinkClient';
import { JobSubmitter } from '../../../src/core/submit/jobSubmitter';
import { waitFor } from '../../../src/core/util/async';
import { silentLogger } from '../../../src/core/util/logger';
import { buildJars, type Program } from '../../support/jars';

const signal = new AbortController().signal;
/** A zip file with nothing in it: the end of its central directory alone. */
const emptyZip = Buffer.from('504b0506'.padEnd(44, '0'), 'hex');
const jar = { from: 'playground', version: 'v1' } as const;
const args = ['--checkpointing', '--event-time', '--output-topic', 'submitted'];

export interface SubmitUnderTest {
  readonly restUrl: () => string;
  readonly environment: () => Pick<Environment, 'jobSubmission' | 'operationsDirectory'>;
  readonly version: string;
}

/** Programs that Flink takes no job of. */
function programs(version: string): readonly (Program & { readonly title: string })[] {
  // Removed in 2.0, and new in 2.0.
  const type = version.startsWith('2')
    ? 'org.apache.flink.streaming.api.windowing.time.Time'
    : 'org.apache.flink.streaming.api.functions.sink.legacy.PrintSinkFunction';
  const missing = { [type]: 'public static void use() {}' };
  return [
    { title: 'a program that throws', name: 'Throws', main: 'throw new IllegalStateException("No topic was given.");' },
    { title: 'a program for the other line of Flink', name: 'OtherLine', main: `${type}.use();`, missing },
    { title: 'a jar that names no program', name: 'Unnamed', main: '', named: false },
    { title: 'a program that starts no job', name: 'Idle', main: '' },
  ];
}

/** Jars and jobs that a person brings to a real cluster. */
export function submitContract({ restUrl, environment, version }: SubmitUnderTest): void {
  describe(`Flink ${version} is brought a job`, () => {
    let folder: string;
    let client: FlinkClient;
    let submitter: JobSubmitter;

    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'flink submit '));
      client = new FlinkClient({ baseUrl: restUrl(), logger: silentLogger });
      submitter = new JobSubmitter({ environment: environment(), withClient: (act) => act(client) });
    });

    afterAll(() => {
      client.dispose();
      rmSync(folder, { recursive: true });
    });

    function file(name: string, content: Buffer | string): { readonly from: 'file'; readonly path: string } {
      const path = join(folder, name);
      writeFileSync(path, content);
      return { from: 'file', path };
    }

    it('and tells no program of a jar whose classes want more than the cluster has', async () => {
      expect(await submitter.prepare(jar, signal)).toEqual([]);
    });

    it('and shows its plan, without starting it', async () => {
      const before = (await client.jobs(signal)).length;
      const plan = await submitter.plan({ jar, args, parallelism: 2 }, signal);
      expect(JSON.parse(plan)).toMatchObject({ nodes: expect.arrayContaining([]) as unknown[] });
      expect(plan).toContain('HASH');
      expect(await client.jobs(signal)).toHaveLength(before);
    });

    it('and runs it under the id that was chosen', async () => {
      const id = await submitter.submit({ jar, args, parallelism: 1 }, signal);
      const job = await waitFor(
        async () => {
          const job = await client.job(id, signal);
          return job.state === 'RUNNING' ? job : undefined;
        },
        { what: 'the job to run', timeoutMs: 60_000, intervalMs: 200, signal },
      );
      expect(job.id).toBe(id);
      await client.cancel(id, signal);
    });

    it('that it refuses in a sentence: a jar without a program', async () => {
      const empty = file('empty.jar', emptyZip);
      expect(await submitter.prepare(empty, signal)).toEqual([]);
      await expect(submitter.submit({ jar: empty, args: [] }, signal)).rejects.toMatchObject({
        message: 'The jar does not say which class to run.',
      });
    });

    it('that it refuses in a sentence: a class that is not there', async () => {
      await expect(
        submitter.plan({ jar: file('empty.jar', emptyZip), entryClass: 'not.There', args }, signal),
      ).rejects.toMatchObject({
        message: 'The jar has no class not.There.',
      });
    });

    it('that it refuses in a sentence: a program that fails', async () => {
      const failure = await submitter
        .submit({ jar, args: ['--checkpoint-interval', 'often'] }, signal)
        .catch((error: unknown) => error);
      expect(failure).toMatchObject({
        kind: 'rejected',
        message: expect.stringMatching(/^The program failed: /) as string,
      });
    });

    describe('that it refuses in a sentence:', () => {
      let jars: readonly string[];

      beforeAll(async () => {
        jars = await buildJars(folder, programs(version));
      });

      it.each([
        ['a program that throws', 'The program failed: No topic was given.'],
        ['a program for the other line of Flink', `The jar was made for another line of Flink than ${version}.`],
        ['a jar that names no program', 'The jar does not say which class to run.'],
        ['a program that starts no job', 'The program ended without starting a job.'],
      ])('%s', async (title, message) => {
        const path = jars[programs(version).findIndex((program) => program.title === title)] ?? '';
        const own = { from: 'file', path } as const;
        await submitter.prepare(own, signal);
        await expect(submitter.plan({ jar: own, args: [] }, signal)).rejects.toMatchObject({
          kind: 'rejected',
          message,
        });
        await expect(submitter.submit({ jar: own, args: [] }, signal)).rejects.toMatchObject({ message });
      });
    });

    it('that is too large to be taken: nothing is uploaded', async () => {
      const before = (await client.jars(signal)).length;
      const huge = file('huge.jar', emptyZip);
      truncateSync(huge.path, 500 * 2 ** 20);
      await expect(submitter.submit({ jar: huge, args: [] }, signal)).rejects.toMatchObject({
        kind: 'input',
        message: `The jar "${huge.path}" has 500 MB, and Flink takes 100 MB at most.`,
      });
      expect(await client.jars(signal)).toHaveLength(before);
    });

    it('that is none: nothing is uploaded', async () => {
      const before = (await client.jars(signal)).length;
      await expect(submitter.prepare(file('text.jar', 'no jar'), signal)).rejects.toMatchObject({ kind: 'input' });
      expect(await client.jars(signal)).toHaveLength(before);
    });
  });
}
