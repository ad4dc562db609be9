import { describe, expect, it } from 'vitest';
import { nextOf } from '../../../src/core/environment/compose/nextContainerJob';
import type { Lineage } from '../../../src/core/savepoints/lineage';
import type { StoredSavepoint } from '../../../src/shared/model/savepoints';
import { noon } from '../../support/builders/flink';

const first = '1'.repeat(32);
const second = '2'.repeat(32);

function checkpoint(jobId: string, checkpointId: number, changes: Partial<StoredSavepoint> = {}): StoredSavepoint {
  const path = `/checkpoints/${jobId}/chk-${checkpointId}`;
  const facts = { path, kind: 'checkpoint', condition: 'whole', filesChecked: 0, filesUnknown: 0 } as const;
  return { ...facts, jobId, checkpointId, writtenAt: noon + checkpointId, ...changes };
}

function savepoint(folder: string, writtenAt: number, changes: Partial<StoredSavepoint> = {}): StoredSavepoint {
  const path = `/savepoints/${folder}/savepoint-111111-2a9dafb8eb8b`;
  return { path, kind: 'savepoint', condition: 'whole', filesChecked: 0, filesUnknown: 0, writtenAt, ...changes };
}

function lineage(changes: Partial<Lineage> = {}): Lineage {
  return { jobId: first, savepointPath: undefined, recipe: undefined, unsettledFolder: undefined, ...changes };
}

describe('the next job in containers', () => {
  it('begins anew where nothing was left', () => {
    expect(nextOf({ id: first }, lineage(), [])).toEqual({ state: undefined, recipe: undefined });
  });

  it('goes on from the checkpoint with the highest number of the job', () => {
    const stored = [checkpoint(first, 9), checkpoint(first, 10), checkpoint(second, 11)];
    expect(nextOf({ id: first }, lineage(), stored).state).toBe(`/checkpoints/${first}/chk-10`);
  });

  it('goes on from the newest checkpoint of any job where none is recorded', () => {
    expect(nextOf(undefined, undefined, [checkpoint(first, 3), checkpoint(second, 4)]).state).toBe(
      `/checkpoints/${second}/chk-4`,
    );
  });

  it('follows the job to the one that an operation started in its place', () => {
    const stored = [checkpoint(first, 10), checkpoint(second, 2), savepoint('restart-1', noon)];
    const now = lineage({ jobId: second, savepointPath: 'file:/savepoints/restart-1/savepoint-111111-2a9dafb8eb8b' });
    expect(nextOf({ id: first }, now, stored).state).toBe(`/checkpoints/${second}/chk-2`);
  });

  it('goes on from the savepoint of an operation until its job has made a checkpoint', () => {
    const stored = [checkpoint(first, 10), savepoint('restart-1', noon)];
    const now = lineage({ jobId: second, savepointPath: 'file:/savepoints/restart-1/savepoint-111111-2a9dafb8eb8b' });
    expect(nextOf({ id: first }, now, stored).state).toContain('/restart-1/');
  });

  it.each([
    ['newer', noon + 50, '/stop-1/'],
    ['older', noon - 50, '/chk-10'],
  ])('takes the savepoint of a stop that nobody saw end when it is %s than the checkpoint', (_age, at, expected) => {
    const stored = [checkpoint(first, 10), savepoint('stop-1', at)];
    const now = lineage({ unsettledFolder: 'file:///savepoints/stop-1' });
    expect(nextOf({ id: first }, now, stored).state).toContain(expected);
  });

  it('goes on from where the job came from while it has no checkpoint of its own', () => {
    const job = { id: second, restoredFrom: `/checkpoints/${first}/chk-7` };
    expect(nextOf(job, lineage({ jobId: second }), [checkpoint(first, 7)]).state).toBe(job.restoredFrom);
  });

  it('takes nothing that is half written', () => {
    const stored = [checkpoint(first, 9), checkpoint(first, 10, { condition: 'halfWritten' })];
    expect(nextOf({ id: first }, lineage(), stored).state).toBe(`/checkpoints/${first}/chk-9`);
  });
});
