import { describe, expect, it } from 'vitest';
import { mergeSavepoints, placesToLookAt, type SavepointSources } from '../../../src/core/savepoints/mergeSavepoints';
import type { OperationRecord } from '../../../src/shared/model/operations';
import type { StoredSavepoint } from '../../../src/shared/model/savepoints';
import { jobOverview, noon } from '../../support/builders/flink';
import { operationRecord, operationView } from '../../support/builders/operations';

const job = jobOverview();
const path = '/data/savepoints/savepoint-694d7c-2a9dafb8eb8b';

const file: StoredSavepoint = {
  path,
  kind: 'savepoint',
  condition: 'whole',
  jobId: '694d7c',
  writtenAt: noon,
  sizeBytes: 4711,
  filesChecked: 0,
  filesUnknown: 0,
};

const merge = (changes: Partial<SavepointSources>): ReturnType<typeof mergeSavepoints> =>
  mergeSavepoints({
    stored: [],
    elsewhere: new Map(),
    jobs: [],
    statistics: new Map(),
    open: [],
    history: [],
    deleted: new Set(),
    ...changes,
  });

const stop = (changes: Partial<OperationRecord> = {}): OperationRecord =>
  operationRecord({
    kind: 'stop',
    savepointPath: `file:${path}`,
    format: 'canonical',
    previous: { args: ['--checkpointing', '--event-time'], parallelism: 2 },
    ...changes,
  });

describe('all that is known of savepoints', () => {
  it('is of each savepoint one entry, under whatever name it is known', () => {
    const statistics = new Map([
      [
        job.id,
        {
          isFinal: true,
          available: [
            { id: 7, isSavepoint: true, triggeredAt: noon - 20, externalPath: `file://${path}/`, sizeBytes: 530 },
          ],
        },
      ],
    ]);
    const entries = merge({ stored: [file], statistics, history: [stop()], jobs: [job] });
    expect(entries).toEqual([
      {
        key: path,
        path: `file://${path}/`,
        kind: 'savepoint',
        condition: 'whole',
        jobId: job.id,
        jobName: 'Click Event Count',
        at: noon,
        sizeBytes: 4711,
        format: 'canonical',
        drained: false,
        parallelism: 2,
        args: ['--checkpointing', '--event-time'],
        restores: [],
        filesUnknown: 0,
      },
    ]);
  });

  it('names the job of a file by its first digits, or whole where only one job has them', () => {
    expect(merge({ stored: [file] })[0]).toMatchObject({ jobId: '694d7c' });
    expect(merge({ stored: [file], jobs: [job] })[0]).toMatchObject({ jobId: job.id, jobName: job.name });
  });

  it('says who went on from it', () => {
    const restored = operationRecord({
      id: 'b'.repeat(32),
      kind: 'restore',
      savepointPath: path,
      successorId: 'a1b2c3',
      startedAt: noon + 10,
      endedAt: noon + 20,
    });
    const failed = { ...restored, id: 'c'.repeat(32), outcome: 'failed' as const, successorId: 'ffffff' };
    const [entry] = merge({ stored: [file], history: [failed, restored, stop()] });
    expect(entry?.restores).toEqual([{ jobId: 'a1b2c3', at: noon + 20 }]);
  });

  it('says that a job was drained before', () => {
    expect(merge({ stored: [file], history: [stop({ drain: true })] })[0]).toMatchObject({ drained: true });
  });

  it('marks what the journal knows and nobody finds', () => {
    const sources = { history: [stop()], stored: [] };
    expect(placesToLookAt({ ...sources, jobs: [], statistics: new Map(), open: [], deleted: new Set() })).toEqual([
      `file:${path}`,
    ]);
    const missing = new Map([[path, { ...file, condition: 'missing' as const }]]);
    expect(merge({ ...sources, elsewhere: missing })[0]).toMatchObject({ condition: 'missing' });
  });

  it('does not call a savepoint missing that was deleted from here', () => {
    const missing = new Map([[path, { ...file, condition: 'missing' as const }]]);
    expect(merge({ history: [stop()], elsewhere: missing, deleted: new Set([path]) })).toEqual([]);
  });

  it('does not know of files where folders cannot be looked at', () => {
    expect(merge({ stored: undefined, history: [stop()] })[0]).toMatchObject({ condition: 'unknown' });
  });

  it('has the newest first', () => {
    const older = { ...file, path: '/data/savepoints/savepoint-694d7c-000000000000', writtenAt: noon - 1 };
    expect(merge({ stored: [older, file] }).map((entry) => entry.key)).toEqual([path, older.path]);
  });

  describe('with checkpoints', () => {
    const checkpoint: StoredSavepoint = {
      ...file,
      path: `/data/checkpoints/${job.id}/chk-7`,
      kind: 'checkpoint',
      jobId: job.id,
    };

    it.each(['FAILED', 'CANCELED'] as const)('offers those of a job that is %s', (state) => {
      expect(merge({ stored: [checkpoint], jobs: [{ ...job, state }] })).toMatchObject([{ kind: 'checkpoint' }]);
    });

    it('offers those of jobs that Flink does not know any more', () => {
      expect(merge({ stored: [checkpoint], jobs: [] })).toHaveLength(1);
    });

    it('leaves out those of a job that runs, which come and go', () => {
      expect(merge({ stored: [checkpoint], jobs: [job] })).toEqual([]);
    });

    it('leaves them out while it is not known which jobs run', () => {
      expect(merge({ stored: [checkpoint], jobs: undefined })).toEqual([]);
    });
  });

  describe('knows what is in use', () => {
    const restoredFrom = `file:${path}`;
    const own = { id: 8, isSavepoint: false, triggeredAt: noon };

    it('by a job that has made no checkpoint of its own since', () => {
      const statistics = new Map([[job.id, { isFinal: false, available: [], restoredFrom }]]);
      expect(merge({ stored: [file], jobs: [job], statistics })[0]).toMatchObject({
        use: { by: 'job', jobName: job.name },
      });
    });

    it('and no longer when the job has, or has ended', () => {
      const whole = new Map([[job.id, { isFinal: false, available: [own], restoredFrom }]]);
      expect(merge({ stored: [file], jobs: [job], statistics: whole })[0]).not.toHaveProperty('use');
      const ended = new Map([[job.id, { isFinal: true, available: [], restoredFrom }]]);
      expect(merge({ stored: [file], jobs: [{ ...job, state: 'FINISHED' }], statistics: ended })[0]).not.toHaveProperty(
        'use',
      );
    });

    it('by an operation that is not finished, unless it is lost anyway', () => {
      const resumable = operationView({ state: 'resumable', savepointPath: path });
      expect(merge({ stored: [file], open: [resumable] })[0]).toMatchObject({ use: { by: 'operation' } });
      expect(merge({ stored: [file], open: [{ ...resumable, state: 'lost' }] })[0]).not.toHaveProperty('use');
    });
  });
});
