import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { delay } from '../../src/core/util/async';
import { tutorialVariant, type JobVariant } from '../../src/shared/model/environment';
import { noTotals, type LedgerTotals } from '../../src/shared/model/ledger';
import { boundaries, type VictimOrder } from '../support/crash/boundaries';
import { CrashScene } from '../support/crash/crashScene';
import { recover, theOneJob } from '../support/crash/recover';
import { never, startOptions } from '../support/localPlayground';
import { operationsOf, watchNothing } from '../support/operationsBed';

/** How many random moments of a restart, and of a rescale; `npm run crash -- <rounds> <seed>`. */
const rounds = Number(process.env['CRASH_ROUNDS'] ?? '50');
const seed = Number(process.env['CRASH_SEED'] ?? '1');
/** A restart takes about 1.2 s on an idle machine, its process 0.3 s to begin. */
const longestMs = 1600;

interface Row {
  readonly variant: string;
  readonly operation: string;
  readonly moment: string;
  readonly found: string;
  readonly verdict: string;
}

const rows: Row[] = [];

/** Numbers between 0 and 1 that are the same in every run with the same seed (mulberry32). */
function randomNumbers(from: number): () => number {
  let state = from;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const variants: readonly (readonly [string, JobVariant, number])[] = [
  ['at-least-once', tutorialVariant, rounds],
  ['exactly-once', { ...tutorialVariant, exactlyOnce: true }, Math.ceil(rounds / 5)],
];

describe.each(variants)('what dies in the middle of an operation on a job, %s', (variant, flags, count) => {
  let scene: CrashScene;
  let parallelism = 1;
  let counted: LedgerTotals = noTotals;
  const random = randomNumbers(seed);

  beforeAll(async () => {
    scene = await CrashScene.open(startOptions({ variant: flags }));
  });

  afterAll(async () => {
    await scene.end();
    const folder = join(import.meta.dirname, '..', '..', 'test-results');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'crash.json'), `${JSON.stringify({ seed, rows }, undefined, 2)}\n`);
  });

  async function round(
    operation: VictimOrder['operation'],
    moment: Partial<VictimOrder>,
    afterMs?: number,
  ): Promise<string> {
    const order = { operation, parallelism: parallelism === 1 ? 2 : 1, ...moment };
    const done = await scene.runUntilDead(order, afterMs);
    return judge(operation, moment.dieAt ?? `${Math.round(afterMs ?? 0)} ms${done ? ', too late' : ''}`);
  }

  async function judge(operation: string, moment: string): Promise<string> {
    const recovery = await recover(scene.environment, scene.account, counted).catch((error: unknown) => {
      rows.push({ variant, operation, moment, found: '', verdict: `FAIL: ${String(error)}` });
      throw error;
    });
    counted = scene.account.ledger.summary.value.totals;
    scene.jobId = recovery.jobId;
    const { verdict } = recovery;
    rows.push({ variant, operation, moment, found: recovery.found, verdict });
    if (operation === 'rescale') parallelism = await parallelismNow();
    return verdict;
  }

  async function parallelismNow(): Promise<number> {
    const operations = operationsOf(scene.environment);
    try {
      return (await operations.recipeOf(scene.jobId, AbortSignal.timeout(10_000))).parallelism;
    } finally {
      operations.dispose();
    }
  }

  it.each(boundaries)('the window, %s', async (dieAt) => {
    expect(await round('restart', { dieAt })).toMatch(/^PASS/);
    expect(await round('rescale', { dieAt })).toMatch(/^PASS/);
  });

  it('the window, at random moments of a restart', { timeout: 3_600_000 }, async () => {
    for (let index = 0; index < count; index++) {
      expect.soft(await round('restart', {}, random() * longestMs)).toMatch(/^PASS/);
    }
  });

  it('the window, at random moments of a rescale', { timeout: 3_600_000 }, async () => {
    for (let index = 0; index < count; index++) {
      expect.soft(await round('rescale', {}, random() * longestMs)).toMatch(/^PASS/);
    }
  });

  const moments = ['jobmanager', 'taskmanager-1'].flatMap((instance) =>
    [100, 400, 700].map((afterMs) => [instance, afterMs] as const),
  );
  it.each(moments)('%s, %i ms after a restart began', async (instance, afterMs) => {
    const { environment, account, jobId } = scene;
    const operations = operationsOf(environment);
    const restarting = operations.restart({ jobId }, watchNothing, AbortSignal.timeout(60_000)).catch(() => undefined);
    await delay(afterMs, never);
    await environment.kill(instance, AbortSignal.timeout(10_000));
    account.ledger.noteRecovery(Date.now());
    await environment.startInstance(instance, AbortSignal.timeout(120_000));
    await restarting;
    operations.dispose();
    expect(await judge('restart', `${instance} killed after ${afterMs} ms`)).toMatch(/^PASS/);
  });

  it('and one job runs in the end', async () => {
    await expect(theOneJob(scene.environment, AbortSignal.timeout(10_000))).resolves.toBe(scene.jobId);
  });
});
