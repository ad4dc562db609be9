import { describe, expect, it } from 'vitest';
import { readSlotNeeds, slotsOf } from '../../../src/core/flink/slotNeeds';
import { PlaygroundError } from '../../../src/core/util/errors';
import type { JobOverview } from '../../../src/shared/model/flink';
import { jobDetail, jobOverview, taskManager, vertex } from '../../support/builders/flink';

describe('the slots that a job takes', () => {
  it('are as many as its widest vertex has subtasks', () => {
    expect(slotsOf({ vertices: [vertex({ parallelism: 1 }), vertex({ parallelism: 3 })] })).toBe(3);
  });

  it('are added up over groups that do not share slots', () => {
    const vertices = [
      vertex({ parallelism: 2, slotSharingGroup: 'a' }),
      vertex({ parallelism: 3, slotSharingGroup: 'b' }),
      vertex({ parallelism: 1, slotSharingGroup: 'b' }),
    ];
    expect(slotsOf({ vertices })).toBe(5);
  });

  it('are none for a job of which nothing is planned yet', () => {
    expect(slotsOf({ vertices: [] })).toBe(0);
  });
});

describe('what a cluster needs', () => {
  const signal = new AbortController().signal;
  const cluster = (...jobs: readonly JobOverview[]): Parameters<typeof readSlotNeeds>[0] => ({
    jobs: () => Promise.resolve(jobs),
    taskManagers: () => Promise.resolve([taskManager({ slotsTotal: 2 }), taskManager({ slotsTotal: 4 })]),
    job: (id) =>
      id === 'gone'
        ? Promise.reject(new PlaygroundError('notFound', 'Job not found.'))
        : Promise.resolve(jobDetail({ id, vertices: [vertex({ parallelism: 3 })] })),
  });

  it('is what the jobs need that have not ended', async () => {
    const jobs = [
      jobOverview({ id: 'runs' }),
      jobOverview({ id: 'restarts', state: 'RESTARTING' }),
      jobOverview({ id: 'ended', state: 'FINISHED' }),
      jobOverview({ id: 'gone' }),
    ];
    const needs = await readSlotNeeds(cluster(...jobs), signal);
    expect(needs.jobs.map(({ jobId, slots }) => `${jobId}: ${slots}`)).toEqual(['runs: 3', 'restarts: 3']);
  });

  it('counts with the most slots that a TaskManager has', async () => {
    expect((await readSlotNeeds(cluster(), signal)).slotsPerTaskManager).toBe(4);
  });
});
