import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ComposeEnvironment } from '../../src/core/environment/compose/composeEnvironment';
import { runningJob } from '../../src/core/environment/common/clickEventJob';
import { FlinkClient } from '../../src/core/flink/flinkClient';
import type { FlinkJobOperations } from '../../src/core/savepoints/flinkJobOperations';
import { silentLogger } from '../../src/core/util/logger';
import { savepointsContract } from '../contract/savepoints/savepointsContract';
import { ComposeTestBed } from '../support/composePlayground';
import { ignoreProgress, startOptions } from '../support/localPlayground';
import { openLedger, operationsOf, watchNothing } from '../support/operationsBed';

const seconds = (count: number): AbortSignal => AbortSignal.timeout(count * 1000);

describe('operations on the job in containers', () => {
  savepointsContract(() => ComposeTestBed.create(), {});
});

describe('a job in containers that operations changed', () => {
  let bed: ComposeTestBed;
  let environment: ComposeEnvironment;
  let operations: FlinkJobOperations;
  /** When what could repeat windows was done. */
  const recoveries: number[] = [];
  const upgraded = { jar: { from: 'playground', version: 'v2' }, parallelism: 2 } as const;

  beforeAll(async () => {
    bed = await ComposeTestBed.create();
    environment = bed.open();
    const { jobId = '' } = await environment.start(startOptions(), ignoreProgress, seconds(240));
    operations = operationsOf(environment);
    await operations.restart({ jobId, ...upgraded }, watchNothing, seconds(60));
  });

  afterAll(async () => {
    operations.dispose();
    await bed.remove();
  });

  const recipe = async (): Promise<unknown> => {
    const client = new FlinkClient({ baseUrl: environment.snapshot.value.endpoints?.rest ?? '', logger: silentLogger });
    const job = await runningJob(client, seconds(30)).finally(() => client.dispose());
    return operations.recipeOf(job?.id ?? '', seconds(10));
  };

  const verdict = async (): Promise<string> => {
    const account = await openLedger(environment.snapshot.value.endpoints?.brokers ?? [], recoveries);
    try {
      return (await account.afterMoreWindows(4)).verdict;
    } finally {
      account.dispose();
    }
  };

  it('goes on as it was changed, with its state, when the JobManager died', async () => {
    recoveries.push(Date.now());
    await environment.kill('jobmanager', seconds(60));
    await environment.startInstance('jobmanager', seconds(120));
    recoveries.push(Date.now());

    expect(await recipe()).toMatchObject(upgraded);
    expect(await verdict()).toMatch(/^PASS/);
  });

  it('goes on as it was changed, from the savepoint of Stop, at the next Start', async () => {
    await environment.stop({ deleteData: false }, ignoreProgress, seconds(120));
    const { restoredFrom } = await environment.start(startOptions(), ignoreProgress, seconds(240));

    expect(restoredFrom).toMatch(/\/stop-[0-9a-f]{12}\/savepoint-/);
    expect(await recipe()).toMatchObject(upgraded);
    expect(await verdict()).toMatch(/^PASS/);
  });
});
