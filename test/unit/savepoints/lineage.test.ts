import { describe, expect, it } from 'vitest';
import { lineageOf } from '../../../src/core/savepoints/lineage';
import { noon } from '../../support/builders/flink';
import { entry, recipe, savepoint, stoppedJob, successorId, triggerId } from '../../support/builders/journalEntries';

const requested = { type: 'requested', triggerId } as const;
const stopped = [requested, { type: 'saved', path: savepoint }, { type: 'stopped' }] as const;
const wanted = recipe({ parallelism: 3 });
const submitting = { type: 'submitting', successorId, recipe: wanted } as const;
const nothing = { savepointPath: undefined, recipe: undefined, unsettledFolder: undefined };

describe('where the work of a job is now', () => {
  it('is in the job itself while nothing was done to it', () => {
    expect(lineageOf(stoppedJob, [])).toEqual({ jobId: stoppedJob, ...nothing });
  });

  it('is in the job itself after a savepoint of it', () => {
    const taken = entry({ kind: 'savepoint' }, requested, { type: 'saved', path: savepoint });
    expect(lineageOf(stoppedJob, [taken])).toEqual({ jobId: stoppedJob, ...nothing });
  });

  it('is in the job that was started in its place, however often', () => {
    const second = 'e'.repeat(32);
    const first = entry({}, ...stopped, submitting, { type: 'running' });
    const other = entry(
      { id: 'a'.repeat(32), at: noon + 60_000, jobId: successorId, successorId: second },
      ...stopped,
      { type: 'submitting', successorId: second, recipe: recipe({ parallelism: 2 }) },
      { type: 'running' },
    );
    expect(lineageOf(stoppedJob, [other, first])).toMatchObject({ jobId: second, recipe: { parallelism: 2 } });
  });

  it('is in the savepoint while nobody started the job again', () => {
    expect(lineageOf(stoppedJob, [entry({}, ...stopped)])).toMatchObject({
      jobId: undefined,
      savepointPath: savepoint,
    });
  });

  it('is in the savepoint, with the job as it was, when the new one was refused', () => {
    const refused = entry({ wanted }, ...stopped, submitting, { type: 'failed', failure: { message: 'no' } });
    expect(lineageOf(stoppedJob, [refused])).toMatchObject({
      jobId: undefined,
      savepointPath: savepoint,
      recipe: { parallelism: 1 },
    });
  });

  it('may be in the folder of a stop of whose outcome nothing is written', () => {
    const left = entry({}, requested);
    expect(lineageOf(stoppedJob, [left])).toMatchObject({ jobId: stoppedJob, unsettledFolder: left.targetDirectory });
  });

  it('may be there also when somebody has called the stop off', () => {
    const left = entry({}, requested, { type: 'closed', outcome: 'dismissed' });
    expect(lineageOf(stoppedJob, [left])).toMatchObject({ jobId: stoppedJob, unsettledFolder: left.targetDirectory });
  });

  it('is in the job that was restored after a stop', () => {
    const restored = entry(
      { id: 'b'.repeat(32), kind: 'restore', at: noon + 60_000, savepointPath: savepoint, successorId },
      submitting,
      { type: 'running' },
    );
    expect(lineageOf(stoppedJob, [entry({ kind: 'stop' }, ...stopped), restored])).toMatchObject({
      jobId: successorId,
      recipe: { parallelism: 3 },
    });
  });
});
