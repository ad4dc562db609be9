import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FlinkClient } from '../../../src/core/flink/flinkClient';
import { PlaygroundError } from '../../../src/core/util/errors';
import { silentLogger } from '../../../src/core/util/logger';
import { recorded, recordedVersions, type RecordedAnswer } from '../../support/builders/flinkFixtures';

const signal = new AbortController().signal;
const jobId = '694d7c9d4f1f4b8e9a7e0d3c5b1a2f60';

interface Seen {
  readonly request: string;
  readonly type: string;
  readonly body: string;
}

describe.each(recordedVersions)('FlinkClient with answers of Flink %s', (version) => {
  let server: Server;
  let client: FlinkClient;
  let seen: Seen[];
  let answers: RecordedAnswer[];

  beforeEach(async () => {
    seen = [];
    answers = [];
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString('latin1');
        const type = request.headers['content-type'] ?? '';
        seen.push({ request: `${request.method} ${request.url}`, type, body });
        const answer = answers.length > 1 ? answers.shift() : answers[0];
        response.writeHead(answer?.status ?? 599).end(JSON.stringify(answer?.body));
      });
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    client = new FlinkClient({ baseUrl: `http://127.0.0.1:${port}`, logger: silentLogger });
  });

  afterEach(async () => {
    client.dispose();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });

  function answer(...names: readonly string[]): void {
    answers = names.map((name) => recorded(version, name));
  }

  async function failure(call: Promise<unknown>): Promise<PlaygroundError> {
    const outcome = await call.catch((error: unknown) => error);
    expect(outcome).toBeInstanceOf(PlaygroundError);
    return outcome as PlaygroundError;
  }

  it('takes the error 500 of an unknown TaskManager for what it means', async () => {
    answer('taskmanager-unknown');
    expect(await failure(client.machines.taskManager('nobody', signal))).toMatchObject({
      kind: 'notFound',
      message: 'Flink knows no TaskManager nobody, or not any more.',
    });
    // Asked twice, as after any failure within Flink.
    expect(seen.map(({ request }) => request)).toEqual(['GET /taskmanagers/nobody', 'GET /taskmanagers/nobody']);
  });

  it('asks for a job that is not known', async () => {
    answer('job-unknown');
    const error = await failure(client.job('0'.repeat(32), signal));
    expect(error.kind).toBe('notFound');
    expect(error.message).toBe(`Job ${'0'.repeat(32)} not found`);
    expect(seen[0]?.request).toBe(`GET /jobs/${'0'.repeat(32)}`);
  });

  it('encodes ids from elsewhere', async () => {
    answer('job-unknown');
    await failure(client.job('a/../b?c', signal));
    expect(seen[0]?.request).toBe('GET /jobs/a%2F..%2Fb%3Fc');
  });

  describe('checkpoints', () => {
    it('has none for a job without checkpointing', async () => {
      answers = [
        { status: 404, body: { errors: ['org.a.RestHandlerException: Checkpointing has not been enabled.'] } },
      ];
      expect(await client.checkpoints(jobId, signal)).toBeUndefined();
    });

    it('does not take a job that is not known for one without checkpointing', async () => {
      answer('checkpoints-unknown');
      expect((await failure(client.checkpoints(jobId, signal))).kind).toBe('notFound');
    });
  });

  describe('triggerCheckpoint', () => {
    it('waits until the checkpoint is complete', async () => {
      answer('trigger', 'trigger-first', 'trigger-first', 'trigger-completed');
      expect(await client.triggerCheckpoint(jobId, signal)).toBe(4);
      expect(seen.map(({ request }) => request)).toEqual([
        `POST /jobs/${jobId}/checkpoints`,
        ...Array.from({ length: 3 }, () => `GET /jobs/${jobId}/checkpoints/${'a'.repeat(32)}`),
      ]);
      expect(JSON.parse(seen[0]?.body ?? '')).toEqual({
        checkpointType: 'CONFIGURED',
        triggerId: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      });
    });

    it('says why a checkpoint failed, though HTTP says 200', async () => {
      answer('trigger', 'trigger-failed');
      const error = await failure(client.triggerCheckpoint(jobId, signal));
      expect(error.kind).toBe('rejected');
      expect(error.message).toMatch(/^The checkpoint failed: .*Not all required tasks are currently running\.$/);
    });

    it('ends when it is cancelled', async () => {
      answer('trigger', 'trigger-first');
      const caller = new AbortController();
      const call = client.triggerCheckpoint(jobId, caller.signal);
      setTimeout(() => caller.abort(), 50);
      await expect(call).rejects.toMatchObject({ name: 'AbortError' });
    });
  });

  describe('cancel', () => {
    it('asks for the end of a job', async () => {
      answer('cancel');
      await client.cancel(jobId, signal);
      expect(seen[0]?.request).toBe(`PATCH /jobs/${jobId}?mode=cancel`);
    });

    it.each(['cancel-unknown', 'cancel-finished'])('takes a job that is over for success (%s)', async (name) => {
      answer(name);
      await expect(client.cancel(jobId, signal)).resolves.toBeUndefined();
    });

    it('fails when Flink is not ready', async () => {
      answers = [{ status: 503, body: { errors: ['leader election'] } }];
      expect((await failure(client.cancel(jobId, signal))).kind).toBe('unreachable');
    });
  });

  describe('jars', () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'jars of Ž-'));
    });
    afterEach(() => {
      rmSync(folder, { recursive: true });
    });

    it('uploads a jar as one part of its own type and name', async () => {
      const path = join(folder, 'job.jar');
      writeFileSync(path, 'PK…');
      answer('upload');
      expect(await client.uploadJar(path, undefined, signal)).toMatch(/^[0-9a-f-]{36}_endless\.jar$/);
      expect(seen[0]?.request).toBe('POST /jars/upload');
      expect(seen[0]?.type).toMatch(/^multipart\/form-data; boundary=/);
      expect(seen[0]?.body).toContain('filename="job.jar"\r\nContent-Type: application/x-java-archive\r\n\r\nPK');
    });

    it('uploads a jar under another name', async () => {
      const path = join(folder, 'cache-entry');
      writeFileSync(path, 'PK');
      answer('upload');
      await client.uploadJar(path, 'click-event-count.jar', signal);
      expect(seen[0]?.body).toContain('filename="click-event-count.jar"');
    });

    it('runs a jar with its arguments as a list, which every version reads', async () => {
      answer('run');
      const request = { entryClass: 'a.B', programArgs: ['--event-time', 'a b'], parallelism: 2, jobId };
      expect(await client.runJar('x_y.jar', request, signal)).toBe(jobId);
      expect(seen[0]?.request).toBe('POST /jars/x_y.jar/run');
      expect(JSON.parse(seen[0]?.body ?? '')).toEqual({
        entryClass: 'a.B',
        programArgsList: ['--event-time', 'a b'],
        parallelism: 2,
        jobId,
      });
    });

    it('takes a job that is there already under the id that we chose for success', async () => {
      answer('run-duplicate');
      expect(await client.runJar('x.jar', { jobId }, signal)).toBe(jobId);
    });

    it('says why a job was refused', async () => {
      answer('run-bad-savepoint');
      const error = await failure(client.runJar('x.jar', { jobId, savepointPath: 'file:///playground/none' }, signal));
      expect(error.kind).toBe('rejected');
      expect(error.message).toMatch(/^Could not execute application: Cannot find checkpoint or savepoint file/);
      expect(error.detail).toContain('JobInitializationException');
    });

    it.each([
      ['run-bad-class', "The program's entry point class 'does.not.Exist' was not found in the jar file."],
      ['run-unknown', 'Jar file /playground/upload/flink-web-upload/none.jar does not exist'],
    ])('says what was wrong behind an internal server error (%s)', async (name, message) => {
      answer(name);
      expect((await failure(client.runJar('x.jar', {}, signal))).message).toBe(message);
    });

    it('deletes a jar', async () => {
      answer('delete-jar');
      await client.deleteJar('x_y.jar', signal);
      expect(seen[0]?.request).toBe('DELETE /jars/x_y.jar');
    });
  });
});
