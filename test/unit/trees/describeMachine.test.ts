import { describe, expect, it } from 'vitest';
import { failed, idle, loading, succeeded, type Resource } from '../../../src/core/state/resource';
import { describeJobManager, describeTaskManager } from '../../../src/core/trees/describeMachine';
import { PlaygroundError } from '../../../src/core/util/errors';
import type { ClusterOverview, JobManagerDetail, TaskManagerDetail } from '../../../src/shared/model/flink';
import { jobOverview, noon, slotTask, taskManagerDetail } from '../../support/builders/flink';
import { golden, printTree } from '../../support/builders/printTree';

process.env['TZ'] = 'UTC';

const parent = 'service:taskmanager/instance:taskmanager-1';
const down = new PlaygroundError('unreachable', 'Flink does not answer.');
const overview: Resource<ClusterOverview> = succeeded(
  { flinkVersion: '2.2.1', taskManagers: 2, slotsTotal: 4, slotsAvailable: 1 },
  noon,
);
const jobManager: JobManagerDetail = { heap: { used: 123 * 2 ** 20, max: 512 * 2 ** 20 }, javaVersion: '17.0.15' };

function slots(detail: Resource<TaskManagerDetail>, show: Parameters<typeof printTree>[1] = {}): string {
  return printTree(describeTaskManager(parent, detail) ?? [], show);
}

describe('describeTaskManager', () => {
  it('shows what sits in each slot, which are free, and the heap', async () => {
    await expect(slots(succeeded(taskManagerDetail(), noon), { ids: true, tooltips: true })).toMatchFileSnapshot(
      golden('machine-slots'),
    );
  });

  it('tells tasks apart that start, are canceled or ran before', async () => {
    const { id: jobId } = jobOverview();
    const tasks = [
      slotTask({ vertexName: 'starts', state: 'INITIALIZING' }),
      slotTask({ vertexName: 'ends', state: 'CANCELING' }),
      slotTask({ vertexName: 'runs again', attempt: 2, index: 1 }),
      slotTask({ vertexName: 'does something new', state: 'unknown' }),
    ];
    const taken = [
      { jobId, jobName: 'restarts', slots: 1, tasks },
      { jobId, jobName: 'has a slot and no task', slots: 1, tasks: [] },
      { jobId, jobName: 'shares', slots: 2, tasks: [slotTask(), slotTask({ index: 1 }), slotTask({ index: 2 })] },
      { jobId: 'gone', slots: 1, tasks: [] },
    ];
    await expect(slots(succeeded(taskManagerDetail({ slotsTotal: 5, taken }), noon))).toMatchFileSnapshot(
      golden('machine-tasks'),
    );
  });

  it('marks what is not fresh', async () => {
    await expect(slots(failed(succeeded(taskManagerDetail(), noon), down))).toMatchFileSnapshot(
      golden('machine-stale'),
    );
  });

  it('says why slots cannot be read', async () => {
    await expect(slots(failed(idle, down))).toMatchFileSnapshot(golden('machine-failed'));
  });

  it('takes names of jobs and vertices as text', () => {
    const hostile = taskManagerDetail({
      taken: [{ jobId: 'x', jobName: '[a](command:x)', slots: 1, tasks: [slotTask({ vertexName: '$(zap) **b**' })] }],
    });
    const [slot] = describeTaskManager(parent, succeeded(hostile, noon)) ?? [];
    expect(slot?.tooltip).toContain(String.raw`\[a\]\(command\:x\)`);
    expect(slot?.tooltip).toContain(String.raw`\\$\(zap\) \*\*b\*\*`);
  });

  it('has nothing to say before the first answer', () => {
    expect(describeTaskManager(parent, idle)).toBeUndefined();
    expect(describeTaskManager(parent, loading(idle))).toBeUndefined();
  });
});

describe('describeJobManager', () => {
  it('shows versions, slots and heap', async () => {
    const nodes = describeJobManager('service:jobmanager/instance:jobmanager', succeeded(jobManager, noon), overview);
    await expect(printTree(nodes ?? [], { ids: true, tooltips: true })).toMatchFileSnapshot(
      golden('machine-jobmanager'),
    );
  });

  it('shows nothing that Flink has not told', () => {
    expect(describeJobManager('jm', succeeded({}, noon), idle)).toEqual([]);
  });
});
