import { describe, expect, it } from 'vitest';
import type { ClusterState } from '../../../src/core/engineApi';
import { JobTroubles } from '../../../src/core/flink/jobTroubles';
import { idle, succeeded, type Resource } from '../../../src/core/state/resource';
import { Store } from '../../../src/core/state/store';
import type { JobDetail, JobOverview } from '../../../src/shared/model/flink';
import type { ExceptionHistory } from '../../../src/shared/model/jobReads';
import { FakeClock } from '../../support/builders/fakeClock';
import { jobDetail, jobOverview, noon, tasks, vertex } from '../../support/builders/flink';

const waits = { tasks: tasks({ SCHEDULED: 4 }) };
const { id } = jobOverview();

function setup(): {
  readonly troubles: JobTroubles;
  readonly clock: FakeClock;
  readonly detail: Store<Resource<JobDetail>>;
  readonly exceptions: Store<Resource<ExceptionHistory>>;
  /** What is read now. */
  readonly held: readonly string[];
  readonly jobs: (...rows: readonly JobOverview[]) => void;
} {
  const clock = new FakeClock(noon);
  const held: string[] = [];
  const hold = (name: string): { dispose(): void } => {
    held.push(name);
    return { dispose: () => void held.splice(held.indexOf(name), 1) };
  };
  const state = new Store<ClusterState>({
    overview: succeeded({ flinkVersion: '2.2.1', taskManagers: 1, slotsTotal: 2, slotsAvailable: 0 }, noon),
    jobs: idle,
    taskManagers: idle,
  });
  const detail = new Store<Resource<JobDetail>>(idle);
  const exceptions = new Store<Resource<ExceptionHistory>>(idle);
  const troubles = new JobTroubles({
    cluster: {
      state,
      watch: (parts) => hold(parts.join()),
      watchJob: (job) => ({ state: detail, ...hold(`job ${job}`) }),
    },
    jobs: { exceptions: (job) => ({ state: exceptions, ...hold(`exceptions ${job}`) }) },
    clock,
  });
  const jobs = (...rows: readonly JobOverview[]): void => state.set({ ...state.value, jobs: succeeded(rows, noon) });
  return { troubles, clock, detail, exceptions, held, jobs };
}

function failures(...traces: readonly (readonly [secondsAgo: number, trace: string])[]): Resource<ExceptionHistory> {
  const entries = traces.map(([ago, stackTrace]) => ({
    name: 'x',
    stackTrace,
    at: noon - ago * 1000,
    concurrent: [],
  }));
  return succeeded({ entries, truncated: false }, noon);
}

describe('why a job does not run', () => {
  it('is not asked of jobs that are well or over', () => {
    const { troubles, held, jobs } = setup();
    jobs(jobOverview(), jobOverview({ id: 'over', state: 'FAILED', tasks: tasks({ FAILED: 4 }) }));
    expect(held).toEqual([]);
    expect(troubles.state.value.size).toBe(0);
  });

  it('is that slots are missing: those that it needs, and those that there are', () => {
    const { troubles, held, jobs, detail } = setup();
    jobs(jobOverview(waits));
    expect(held).toEqual([`job ${id}`, `exceptions ${id}`, 'overview']);
    detail.set(succeeded(jobDetail({ vertices: [vertex({ parallelism: 3 }), vertex({ parallelism: 1 })] }), noon));
    expect(troubles.state.value.get(id)).toEqual({ slots: { needed: 3, there: 2 } });
  });

  it('does not count slots that another job may have taken', () => {
    const { troubles, jobs, detail } = setup();
    jobs(jobOverview(waits), jobOverview({ id: 'other' }));
    detail.set(succeeded(jobDetail(), noon));
    expect(troubles.state.value.get(id)).toEqual({ slots: { needed: 1 } });
  });

  it('is asked of the newest when very many wait, so that asking does not cost more than the loss of a machine', () => {
    const { held, jobs } = setup();
    jobs(...Array.from({ length: 500 }, (_, index) => jobOverview({ ...waits, id: `job-${index}`, startTime: index })));
    expect(held.filter((name) => name.startsWith('job '))).toEqual(
      [499, 498, 497, 496, 495].map((at) => `job job-${at}`),
    );
    jobs(jobOverview({ ...waits, id: 'job-1', startTime: 1 }));
    expect(held.filter((name) => name.startsWith('job '))).toEqual(['job job-1']);
  });

  it('is that it fails again and again with the same cause', () => {
    const { troubles, jobs, exceptions } = setup();
    jobs(jobOverview({ state: 'RESTARTING', tasks: tasks({ CANCELED: 4 }) }));
    const cause = 'x.JobException: a\nCaused by: java.lang.IllegalStateException: No topic.';
    exceptions.set(failures([1, cause], [5, cause]));
    expect(troubles.state.value.get(id)).toEqual({});
    exceptions.set(failures([1, cause], [5, cause], [9, cause], [200, cause]));
    expect(troubles.state.value.get(id)?.restarts).toEqual({
      times: 3,
      withinMs: 120_000,
      cause: { label: 'IllegalStateException', message: 'No topic.' },
    });
    exceptions.set(failures([1, cause], [5, 'a.Other: b'], [9, 'a.Third: c']));
    expect(troubles.state.value.get(id)).toEqual({});
  });

  it('is asked for a while after it runs, since a loop runs between its failures', async () => {
    const { held, jobs, clock, troubles } = setup();
    jobs(jobOverview(waits));
    jobs(jobOverview());
    expect(held).toHaveLength(3);
    await clock.advance(31_000);
    jobs(jobOverview());
    expect(held).toEqual([]);
    expect(troubles.state.value.size).toBe(0);
  });

  it('is not asked any more of a job that is gone, nor when nobody looks', () => {
    const { held, jobs, troubles } = setup();
    jobs(jobOverview(waits));
    jobs();
    expect(held).toEqual([]);
    jobs(jobOverview(waits));
    troubles.dispose();
    expect(held).toEqual([]);
  });
});
