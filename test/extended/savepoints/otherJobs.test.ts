import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalEnvironment } from '../../../src/core/environment/local/localEnvironment';
import { FlinkClient } from '../../../src/core/flink/flinkClient';
import { Journal } from '../../../src/core/savepoints/journal';
import { savepointKey } from '../../../src/core/savepoints/savepointPath';
import { JobSubmitter } from '../../../src/core/submit/jobSubmitter';
import { waitFor } from '../../../src/core/util/async';
import { silentLogger } from '../../../src/core/util/logger';
import { endedJobStates, type JobOverview } from '../../../src/shared/model/flink';
import type { StartResult } from '../../../src/core/environment/environment';
import { ignoreProgress, LocalTestBed, startOptions } from '../../support/localPlayground';
import { openLedger } from '../../support/operationsBed';

const seconds = (count: number): AbortSignal => AbortSignal.timeout(count * 1000);
const stops = 5;

describe('a job that somebody runs beside the playground’s', () => {
  let bed: LocalTestBed;
  let environment: LocalEnvironment;
  let started: StartResult;

  const withClient = async <T>(act: (client: FlinkClient) => Promise<T>): Promise<T> => {
    const client = new FlinkClient({
      baseUrl: environment.snapshot.value.endpoints?.rest ?? '',
      logger: silentLogger,
    });
    return act(client).finally(() => client.dispose());
  };
  /** Both jobs, once all tasks of both run. */
  const both = (): Promise<readonly JobOverview[]> =>
    waitFor(
      async () => {
        const jobs = await withClient((client) => client.jobs(seconds(10)));
        const alive = jobs.filter(({ state }) => !endedJobStates.has(state));
        const run = alive.every(({ tasks, totalTasks }) => totalTasks > 0 && tasks.RUNNING === totalTasks);
        return run && alive.length === 2 ? alive : undefined;
      },
      { what: 'both jobs to run', timeoutMs: 90_000, intervalMs: 200, signal: seconds(100) },
    );
  const stopAndStart = async (): Promise<void> => {
    await environment.stop({ deleteData: false }, ignoreProgress, seconds(90));
    started = await environment.start(startOptions(), ignoreProgress, seconds(240));
  };
  const entries = async (): ReturnType<Journal['read']> => new Journal(environment.operationsDirectory ?? '').read();

  beforeAll(async () => {
    bed = await LocalTestBed.create();
    environment = bed.open();
    started = await environment.start(startOptions(), ignoreProgress, seconds(240));
    const submitter = new JobSubmitter({ environment, withClient });
    await submitter.submit(
      {
        jar: { from: 'playground', version: 'v1' },
        args: ['--checkpointing', '--event-time', '--input-topic', 'input-gaps'],
        parallelism: 1,
      },
      seconds(60),
    );
    await both();
  });

  afterAll(() => bed.remove());

  it('is stopped with a savepoint by Stop, and restored by Start from that, beside the playground’s', async () => {
    await stopAndStart();
    const jobs = await both();
    expect(jobs.map(({ id }) => id)).toContain(started.jobId);
    const parked = (await entries()).entries.filter(({ parked: found }) => found !== undefined);
    const restored = parked.find(({ kind }) => kind === 'restore');
    const stopped = parked.find(({ kind, jobId }) => kind === 'stop' && jobId === restored?.jobId);
    expect(restored).toMatchObject({ running: true, closed: { outcome: 'done' } });
    expect(restored?.wanted?.args).toContain('input-gaps');
    expect(savepointKey(restored?.savepointPath ?? '')).toBe(savepointKey(stopped?.savepointPath ?? 'none'));
    expect(new Set(jobs.map(({ id }) => id))).toEqual(new Set([started.jobId, restored?.successorId]));
  });

  it('does not change what the playground’s job counts', async () => {
    const account = await openLedger(environment.snapshot.value.endpoints?.brokers ?? []);
    await expect(account.afterMoreWindows(2)).resolves.toMatchObject({ verdict: 'PASS' });
    account.dispose();
  });

  it('goes on over many stops, of which the savepoints of the newest three are kept', async () => {
    for (let count = 1; count < stops; count++) {
      await stopAndStart();
      await both();
    }
    const stored = (await environment.savepointStore?.list(seconds(10))) ?? [];
    const parked = (await entries()).entries
      .filter(({ kind, parked: found }) => kind === 'stop' && found !== undefined)
      .toSorted((a, b) => b.startedAt - a.startedAt);
    expect(parked).toHaveLength(2 * stops);
    // On a machine that is very busy a stop may go without one, and keeps a checkpoint.
    const newest = [true, false].flatMap((own) =>
      parked.flatMap((entry) => (entry.parked?.own === own ? (entry.savepointPath ?? []) : [])).slice(0, 3),
    );
    const paths = stored.filter(({ kind }) => kind === 'savepoint').map(({ path }) => path);
    expect(new Set(paths)).toEqual(new Set(newest.map(savepointKey)));
  });
});
