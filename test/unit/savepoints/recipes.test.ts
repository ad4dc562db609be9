import { describe, expect, it } from 'vitest';
import type { JobSubmission } from '../../../src/core/environment/environment';
import { argumentsToday, knownRecipe, wantedRecipe } from '../../../src/core/savepoints/recipes';
import { jobDetail, vertex } from '../../support/builders/flink';
import { entry, recipe, savepoint, stoppedJob, triggerId } from '../../support/builders/journalEntries';

const userConfig = { 'bootstrap.servers': 'localhost:9092', checkpointing: 'true', 'checkpoint-interval': '500' };
const config = { name: 'Click Event Count', parallelism: 1, userConfig };
const submission: JobSubmission = {
  jars: { v1: { path: '/1', name: '1' }, v2: { path: '/2', name: '2' }, v3: { path: '/3', name: '3' } },
  flinkConfiguration: {},
  bootstrapServers: '127.0.0.1:9099',
};

describe('what is known of how a job was started', () => {
  it('is read back from the parameters of the playground job', () => {
    expect(knownRecipe(jobDetail({ vertices: [vertex({ parallelism: 2 })] }), config, [], {})).toEqual({
      jar: { from: 'playground', version: 'v1' },
      entryClass: 'flinkplayground.clickcount.ClickEventCount',
      args: ['--bootstrap.servers', 'localhost:9092', '--checkpointing', '--checkpoint-interval', '500'],
      parallelism: 2,
    });
  });

  it('knows version 2 by the operator that the others have not', () => {
    const job = jobDetail({ vertices: [vertex(), vertex({ name: 'ClickEvent Normalizer' })] });
    expect(knownRecipe(job, config, [], {}).jar).toEqual({ from: 'playground', version: 'v2' });
  });

  it('is what an operation started', () => {
    const wanted = recipe({ jar: { from: 'playground', version: 'v3' }, parallelism: 3 });
    const started = entry(
      {},
      { type: 'requested', triggerId },
      { type: 'saved', path: savepoint },
      {
        type: 'submitting',
        successorId: stoppedJob,
        recipe: wanted,
      },
    );
    expect(knownRecipe(jobDetail(), config, [started], {})).toEqual({ ...wanted, parallelism: 1 });
  });

  it('has no jar for a job of somebody else that only has the same name', () => {
    const other = { ...config, userConfig: { ...userConfig, secret: 'x' } };
    expect(knownRecipe(jobDetail(), other, [], {}).jar).toBeUndefined();
  });

  it('is what was remembered of a job of somebody else', () => {
    const jar = { from: 'file', path: '/jars/other.jar' } as const;
    const job = jobDetail({ name: 'Other' });
    expect(knownRecipe(job, { ...config, name: 'Other' }, [], { Other: recipe({ jar }) }).jar).toEqual(jar);
  });
});

describe('the arguments of today', () => {
  it('have the address of the broker of today', () => {
    expect(argumentsToday(recipe(), submission).slice(0, 2)).toEqual(['--bootstrap.servers', '127.0.0.1:9099']);
  });

  it('get an address where there was none', () => {
    expect(argumentsToday(recipe({ args: ['--event-time'] }), submission)).toEqual([
      '--bootstrap.servers',
      '127.0.0.1:9099',
      '--event-time',
    ]);
  });

  it('of a job of somebody else stay as they are', () => {
    const args = ['--bootstrap.servers', 'elsewhere:9092'];
    expect(argumentsToday(recipe({ jar: { from: 'file', path: '/x.jar' }, args }), submission)).toEqual(args);
  });
});

describe('the job that is wanted', () => {
  it('has the class of its own jar, not that of the jar before', () => {
    const jar = { from: 'file', path: '/x.jar' } as const;
    expect(wantedRecipe(recipe(), { jar }, undefined).entryClass).toBeUndefined();
    expect(wantedRecipe(recipe({ jar }), { jar: { from: 'playground', version: 'v2' } }, undefined).entryClass).toBe(
      'flinkplayground.clickcount.ClickEventCount',
    );
  });

  it('may lose state only where that is said anew', () => {
    expect(wantedRecipe(recipe({ allowNonRestoredState: true }), {}, undefined).allowNonRestoredState).toBeUndefined();
  });
});
