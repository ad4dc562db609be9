import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ComposeEnvironment } from '../../src/core/environment/compose/composeEnvironment';
import { FlinkClient } from '../../src/core/flink/flinkClient';
import { Journal } from '../../src/core/savepoints/journal';
import { JobSubmitter } from '../../src/core/submit/jobSubmitter';
import { waitFor } from '../../src/core/util/async';
import { silentLogger } from '../../src/core/util/logger';
import { endedJobStates, type JobOverview } from '../../src/shared/model/flink';
import { ComposeTestBed } from '../support/composePlayground';
import { ignoreProgress, startOptions } from '../support/localPlayground';
import { openLedger } from '../support/operationsBed';

const seconds = (count: number): AbortSignal => AbortSignal.timeout(count * 1000);

describe('a job in containers that somebody runs beside the playground’s', () => {
  let bed: ComposeTestBed;
  let environment: ComposeEnvironment;

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

  beforeAll(async () => {
    bed = await ComposeTestBed.create();
    environment = bed.open();
    await environment.start(startOptions(), ignoreProgress, seconds(240));
    await new JobSubmitter({ environment, withClient }).submit(
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
    await environment.stop({ deleteData: false }, ignoreProgress, seconds(120));
    const { jobId } = await environment.start(startOptions(), ignoreProgress, seconds(240));

    const jobs = await both();
    const { entries } = await new Journal(environment.operationsDirectory ?? '').read();
    const restored = entries.find(({ kind, parked }) => kind === 'restore' && parked !== undefined);
    expect(restored).toMatchObject({ running: true, closed: { outcome: 'done' } });
    expect(restored?.wanted?.args).toContain('input-gaps');
    expect(new Set(jobs.map(({ id }) => id))).toEqual(new Set([jobId, restored?.successorId]));
  });

  it('does not change what the playground’s job counts', async () => {
    const account = await openLedger(environment.snapshot.value.endpoints?.brokers ?? []);
    await expect(account.afterMoreWindows(2)).resolves.toMatchObject({ verdict: 'PASS' });
    account.dispose();
  });
});
