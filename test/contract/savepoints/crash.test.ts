import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boundaries } from '../../support/crash/boundaries';
import { CrashScene } from '../../support/crash/crashScene';
import { recover } from '../../support/crash/recover';

/** Random moments, and JobManager and TaskManager killed: `npm run crash`. */
describe('a window that is killed while it restarts a job', () => {
  let scene: CrashScene;

  beforeAll(async () => {
    scene = await CrashScene.open();
  });

  afterAll(() => scene.end());

  it.each(boundaries)('%s leads back to a running job, and no window is lost', async (dieAt) => {
    const order = { operation: 'restart', parallelism: 1, dieAt } as const;
    await expect(scene.runUntilDead(order)).resolves.toBe(false);
    const { jobId, verdict } = await recover(scene.environment, scene.account);
    scene.jobId = jobId;
    expect(verdict).toMatch(/^PASS/);
  });
});
