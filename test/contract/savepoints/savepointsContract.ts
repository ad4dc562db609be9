import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Environment } from '../../../src/core/environment/environment';
import type { FlinkJobOperations } from '../../../src/core/savepoints/flinkJobOperations';
import type { StartOptions } from '../../../src/shared/model/environment';
import { ignoreProgress, startOptions } from '../../support/localPlayground';
import { openLedger, operationsOf, watchNothing, type OpenLedger } from '../../support/operationsBed';

const seconds = (count: number): AbortSignal => AbortSignal.timeout(count * 1000);

/** Where an environment is kept, and how it is done away with. */
export interface EnvironmentBed {
  open(): Environment;
  remove(): Promise<void>;
}

/** What every environment, line of Flink and way of keeping Kafka has to do with the job of the playground. */
export function savepointsContract(createBed: () => Promise<EnvironmentBed>, options: Partial<StartOptions>): void {
  let bed: EnvironmentBed;
  let environment: Environment;
  let operations: FlinkJobOperations;
  let account: OpenLedger;
  let jobId = '';

  beforeAll(async () => {
    bed = await createBed();
    environment = bed.open();
    const result = await environment.start(startOptions(options), ignoreProgress, seconds(240));
    jobId = result.jobId ?? '';
    operations = operationsOf(environment);
    account = await openLedger(environment.snapshot.value.endpoints?.brokers ?? []);
  });

  afterAll(async () => {
    account.dispose();
    operations.dispose();
    await bed.remove();
  });

  it('takes a savepoint while the job runs, in a folder of its own', async () => {
    const { path } = await operations.triggerSavepoint({ jobId, format: 'native' }, watchNothing, seconds(30));
    expect(path).toMatch(/\/savepoint-[0-9a-f]{12}\/savepoint-[0-9a-f]{6}-[0-9a-f]{12}$/);
    await expect(environment.savepointStore?.stat(path, seconds(30))).resolves.toMatchObject({ condition: 'whole' });
  });

  it('refuses the savepoint of a job that is not known', async () => {
    const unknown = operations.triggerSavepoint({ jobId: '0'.repeat(32) }, watchNothing, seconds(30));
    await expect(unknown).rejects.toMatchObject({ kind: 'notFound' });
  });

  it('restarts the job as it was, and no window is lost', async () => {
    const restarted = await operations.restart({ jobId }, watchNothing, seconds(60));
    expect(restarted).toMatchObject({ previousJobId: jobId, parallelism: 1, state: 'running' });
    expect(restarted.downtimeMs).toBeGreaterThan(0);
    jobId = restarted.jobId;
    await expect(account.afterMoreWindows(2)).resolves.toMatchObject({ verdict: 'PASS' });
  });

  it('upgrades the job to version 2 and knows from then on that it is that', async () => {
    const jar = { from: 'playground', version: 'v2' } as const;
    ({ jobId } = await operations.restart({ jobId, jar }, watchNothing, seconds(60)));
    await expect(operations.recipeOf(jobId, seconds(30))).resolves.toMatchObject({ jar, parallelism: 1 });
    await expect(account.afterMoreWindows(2)).resolves.toMatchObject({ verdict: 'PASS' });
  });

  it('says why version 3 does not start, and goes back to version 2 by Resume', async () => {
    const jar = { from: 'playground', version: 'v3' } as const;
    await expect(operations.restart({ jobId, jar }, watchNothing, seconds(60))).rejects.toMatchObject({
      message: expect.stringMatching(/has state of the operator \w{32} that the new program has no/) as string,
      remedy: expect.stringMatching(/Resume with the job as it was/) as string,
    });
    const [open] = operations.open.value;
    expect(open).toMatchObject({ kind: 'restart', state: 'resumable', choices: ['previous', 'wanted'] });
    const resumed = await operations.resume(open?.id ?? '', {}, watchNothing, seconds(60));
    jobId = resumed?.jobId ?? '';
    expect(operations.open.value).toEqual([]);
    await expect(operations.recipeOf(jobId, seconds(30))).resolves.toMatchObject({ jar: { version: 'v2' } });
    await expect(account.afterMoreWindows(2)).resolves.toMatchObject({ verdict: 'PASS' });
  });

  it('rescales to 3 once there are slots for it, and to 2', async () => {
    await expect(operations.rescale({ jobId, parallelism: 3 }, watchNothing, seconds(30))).rejects.toMatchObject({
      kind: 'input',
      message: 'The job needs 3 slots and there are 2.',
    });
    await environment.scaleTaskManagers(2, seconds(60));
    const up = await operations.rescale({ jobId, parallelism: 3 }, watchNothing, seconds(60));
    expect(up).toMatchObject({ parallelism: 3, state: 'running' });
    const down = await operations.rescale({ jobId: up.jobId, parallelism: 2 }, watchNothing, seconds(60));
    expect(down).toMatchObject({ parallelism: 2, state: 'running' });
    jobId = down.jobId;
    await expect(account.afterMoreWindows(2)).resolves.toMatchObject({ verdict: 'PASS' });
  });

  it('stops the job and restores it from the savepoint', async () => {
    const stopped = await operations.stop({ jobId }, watchNothing, seconds(60));
    const restored = await operations.restore({ savepointPath: stopped.path }, watchNothing, seconds(60));
    expect(restored).toMatchObject({ parallelism: 2, state: 'running' });
    jobId = restored.jobId;
    await expect(account.afterMoreWindows(2)).resolves.toMatchObject({ verdict: 'PASS' });
  });

  it('drains the job when it is to end for good', async () => {
    const { path } = await operations.stop({ jobId, drain: true }, watchNothing, seconds(60));
    expect(path).toMatch(/\/stop-[0-9a-f]{12}\/savepoint-/);
    expect(operations.history.value[0]).toMatchObject({
      kind: 'stop',
      drain: true,
      outcome: 'done',
      savepointPath: path,
    });
    const stored = (await environment.savepointStore?.list(seconds(30))) ?? [];
    expect(stored.filter(({ kind }) => kind === 'savepoint')).toHaveLength(8);
    expect(stored.map(({ condition }) => condition)).not.toContain('halfWritten');
    await expect(operations.restart({ jobId }, watchNothing, seconds(30))).rejects.toMatchObject({
      kind: 'input',
      message: 'The job "Click Event Count" does not run: it is FINISHED.',
    });
  });
}
