import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalEnvironment } from '../../../src/core/environment/local/localEnvironment';
import { boundaries } from '../../support/crash/boundaries';
import { buildVictim, runUntilDead } from '../../support/crash/crash';
import { recover } from '../../support/crash/recover';
import { ignoreProgress, LocalTestBed, startOptions } from '../../support/localPlayground';
import { openLedger, type OpenLedger } from '../../support/operationsBed';

/** Random moments, and JobManager and TaskManager killed: `npm run crash`. */
describe('a window that is killed while it restarts a job', () => {
  let bed: LocalTestBed;
  let environment: LocalEnvironment;
  let account: OpenLedger;
  let victim = '';
  let jobId = '';

  beforeAll(async () => {
    bed = await LocalTestBed.create();
    environment = bed.open();
    const result = await environment.start(startOptions(), ignoreProgress, AbortSignal.timeout(180_000));
    jobId = result.jobId ?? '';
    account = await openLedger(environment.snapshot.value.endpoints?.brokers ?? []);
    victim = await buildVictim(bed.root);
  });

  afterAll(async () => {
    account.dispose();
    await bed.remove();
  });

  it.each(boundaries)('%s leads back to a running job, and no window is lost', async (dieAt) => {
    const order = { root: bed.root, jobId, operation: 'restart', parallelism: 1, dieAt } as const;
    await expect(runUntilDead(victim, order)).resolves.toBe(false);
    const recovery = await recover(environment, account);
    jobId = recovery.jobId;
    expect(recovery.verdict).toMatch(/^PASS/);
  });
});
