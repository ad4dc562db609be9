import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  decodeCheckpointConfiguration,
  decodeCheckpointHistory,
  decodeExceptions,
  decodeSubtasks,
  decodeWatermarks,
} from '../../../src/core/flink/decode/jobReads';
import { decodeVertexFigures, figureMetrics } from '../../../src/core/flink/decode/vertexFigures';
import { FlinkClient } from '../../../src/core/flink/flinkClient';
import { readMetricNames } from '../../../src/core/flink/jobReads';
import { slotsOf } from '../../../src/core/flink/slotNeeds';
import { JobSubmitter } from '../../../src/core/submit/jobSubmitter';
import { healthOf } from '../../../src/core/trees/taskHealth';
import { waitFor } from '../../../src/core/util/async';
import { PlaygroundError } from '../../../src/core/util/errors';
import { silentLogger } from '../../../src/core/util/logger';
import type { JobDetail } from '../../../src/shared/model/flink';
import type { SubmitUnderTest } from './submitContract';

const signal = new AbortController().signal;
const jar = { from: 'playground', version: 'v1' } as const;
/** A topic with next to nothing in it: no window comes of it, so nothing is written. */
const always = ['--event-time', '--input-topic', 'input-gaps', '--output-topic', 'states'];

/**
 * Everything that is read of a job, in each state that a job can be in beside running. It takes the slot that the job of the
 * cluster under test leaves free, and leaves that job as it was.
 */
export function jobStatesContract({ restUrl, environment, version }: SubmitUnderTest): void {
  describe(`Flink ${version} tells everything of a job`, () => {
    let client: FlinkClient;
    let submitter: JobSubmitter;
    /** It runs, makes no checkpoints, and is stopped in the end. */
    let plain: string;
    let looping: string;
    let waiting: string;

    beforeAll(async () => {
      client = new FlinkClient({ baseUrl: restUrl(), logger: silentLogger });
      submitter = new JobSubmitter({ environment: environment(), withClient: (act) => act(client) });
      plain = await submitter.submit({ jar, args: always, parallelism: 1 }, signal);
      await until(plain, ({ state, vertices }) => state === 'RUNNING' && vertices.every(runs));
      // No broker has a topic of such a name: the source fails, is started anew, and fails.
      const args = ['--checkpointing', '--input-topic', 'no topic!', '--output-topic', 'states'];
      [looping, waiting] = await Promise.all([
        submitter.submit({ jar, args, parallelism: 1 }, signal),
        submitter.submit({ jar, args: ['--checkpointing', ...always], parallelism: 3 }, signal),
      ]);
    });

    afterAll(async () => {
      for (const id of [plain, looping, waiting]) await client.cancel(id, signal);
      client.dispose();
    });

    function until(id: string, isSo: (job: JobDetail) => boolean): Promise<JobDetail> {
      const read = async (): Promise<JobDetail | undefined> => {
        const job = await client.job(id, signal);
        return isSo(job) ? job : undefined;
      };
      return waitFor(read, { what: 'the state of the job', timeoutMs: 30_000, intervalMs: 50, signal });
    }

    const isScheduled = ({ tasks, parallelism }: JobDetail['vertices'][number]): boolean =>
      tasks.SCHEDULED === parallelism;
    const runs = ({ tasks, parallelism }: JobDetail['vertices'][number]): boolean => tasks.RUNNING === parallelism;

    /** How the reads ended that failed. */
    async function everything(id: string): Promise<Readonly<Record<string, string>>> {
      const { transport, actions } = client;
      const base = `/jobs/${id}`;
      const get = (path: string): Promise<unknown> => transport.send({ method: 'GET', path: base + path }, signal);
      const { vertices } = await client.job(id, signal);
      const reads: Readonly<Record<string, () => Promise<unknown>>> = {
        row: async () => expect((await client.jobs(signal)).map((job) => job.id)).toContain(id),
        checkpoints: async () => decodeCheckpointHistory(await get('/checkpoints')),
        checkpointConfiguration: async () => decodeCheckpointConfiguration(await get('/checkpoints/config')),
        checkpointStatistics: () => client.checkpoints(id, signal),
        exceptions: async () => decodeExceptions(await get('/exceptions')),
        newestException: () => actions.newestException(id, signal),
        jobConfig: () => actions.jobConfig(id, signal),
        checkpointConfig: () => actions.checkpointConfig(id, signal),
        metrics: () => readMetricNames(transport, { kind: 'job', jobId: id }, signal),
        ...Object.fromEntries(
          vertices.flatMap(({ id: vertexId }, index) => {
            const path = `/vertices/${vertexId}`;
            const figures = `${path}/subtasks/metrics?get=${figureMetrics.join()}`;
            const scope = { jobId: id, vertexId };
            return Object.entries({
              subtasks: async () => decodeSubtasks(await get(path)),
              watermarks: async () => decodeWatermarks(await get(`${path}/watermarks`)),
              figures: async () => decodeVertexFigures(await get(figures)),
              times: () => actions.taskTimes(id, vertexId, signal),
              metrics: () => readMetricNames(transport, { kind: 'vertex', ...scope }, signal),
              ofSubtask: () => readMetricNames(transport, { kind: 'subtask', ...scope, subtask: 0 }, signal),
            }).map(([name, read]) => [`${name} of vertex ${index}`, read]);
          }),
        ),
      };
      const ended = Object.entries(reads).map(async ([name, read]): Promise<[string, string]> => {
        try {
          await read();
          return [name, 'read'];
        } catch (error) {
          return [name, error instanceof PlaygroundError ? `${error.kind}: ${error.detail}` : String(error)];
        }
      });
      const all = await Promise.all(ended);
      return Object.fromEntries(all.filter(([, how]) => how !== 'read'));
    }

    it('that makes no checkpoints', async () => {
      expect(await everything(plain)).toEqual({});
      expect(await client.actions.checkpointConfig(plain, signal)).toEqual({ intervalMs: undefined });
    });

    it('that waits for slots', async () => {
      const job = await until(waiting, ({ vertices }) => vertices.every(isScheduled));
      expect(job.state).toBe('RUNNING');
      expect(job.vertices.map(({ tasks, parallelism }) => healthOf(tasks, parallelism))).toContain('waiting');
      expect(slotsOf(job)).toBe(3);
      expect(await everything(waiting)).toEqual({});
    });

    it('that is restarted again and again', async () => {
      await until(looping, ({ state }) => state === 'RESTARTING');
      expect(await everything(looping)).toEqual({});
      expect(await client.actions.newestException(looping, signal)).toMatch(/InvalidTopicException/);
    });

    it('that failed', async () => {
      const run = { jar, args: always, savepointPath: 'file:/not/there' };
      await expect(submitter.submit(run, signal)).rejects.toBeInstanceOf(PlaygroundError);
      const failed = (await client.jobs(signal)).find(({ state }) => state === 'FAILED');
      expect(await everything(failed?.id ?? '')).toEqual({});
    });

    it('that was canceled', async () => {
      await client.cancel(waiting, signal);
      await until(waiting, ({ state }) => state === 'CANCELED');
      expect(await everything(waiting)).toEqual({});
    });

    it('that has finished', async () => {
      const triggerId = 'f'.repeat(32);
      await client.actions.requestStop(plain, { triggerId, format: 'canonical', drain: false }, signal);
      const outcome = await waitFor(() => client.actions.savepointOutcome(plain, triggerId, signal), {
        what: 'the stop',
        timeoutMs: 30_000,
        intervalMs: 50,
        signal,
      });
      expect(outcome).toHaveProperty('location');
      await until(plain, ({ state }) => state === 'FINISHED');
      expect(await everything(plain)).toEqual({});
    });
  });
}
