import { describe, expect, it } from 'vitest';
import { readTaskManager, takenSlots, type PlacedJob, type SlotClient } from '../../../src/core/flink/slotMap';
import { PlaygroundError } from '../../../src/core/util/errors';
import type { JobDetail, Subtask, TaskManagerInfo } from '../../../src/shared/model/flink';
import { jobDetail, subtask, taskManager, vertex } from '../../support/builders/flink';

const source = vertex({ id: 'source', name: 'Source', parallelism: 2 });
const counter = vertex({ id: 'counter', name: 'Counter', parallelism: 2 });
const sink = vertex({ id: 'sink', name: 'Sink', parallelism: 1 });
const { id: here }: TaskManagerInfo = taskManager();
const elsewhere = 'taskmanager-2-1700000000';

function placed(job: JobDetail, subtasks: Readonly<Record<string, readonly Subtask[]>>): Map<string, PlacedJob> {
  return new Map([[job.id, { job, subtasks: new Map(Object.entries(subtasks)) }]]);
}

/** Slots as text: `count: vertex number, …`. */
function slots(jobs: Map<string, PlacedJob>, ...allocatedTo: readonly string[]): readonly string[] {
  return takenSlots({ id: here, allocatedTo }, jobs).map(
    ({ slots: count, tasks }) =>
      `${count}: ${tasks.map(({ vertexName, index }) => `${vertexName} ${index}`).join(', ')}`,
  );
}

describe('which subtask sits in which slot', () => {
  it('puts subtasks with the same number together', () => {
    const job = jobDetail({ vertices: [source, counter, sink] });
    const jobs = placed(job, {
      source: [subtask(0), subtask(1)],
      counter: [subtask(0), subtask(1)],
      sink: [subtask(0)],
    });
    expect(slots(jobs, job.id, job.id)).toEqual(['1: Source 0, Counter 0, Sink 0', '1: Source 1, Counter 1']);
  });

  it('shows of a job only what runs on this TaskManager', () => {
    const job = jobDetail({ vertices: [source, counter] });
    const jobs = placed(job, {
      source: [subtask(0, { taskManagerId: elsewhere }), subtask(1)],
      counter: [subtask(0, { taskManagerId: elsewhere }), subtask(1)],
    });
    expect(slots(jobs, job.id)).toEqual(['1: Source 1, Counter 1']);
  });

  it('keeps groups apart that do not share slots', () => {
    const job = jobDetail({ vertices: [source, { ...counter, slotSharingGroup: 'other' }] });
    const jobs = placed(job, { source: [subtask(0)], counter: [subtask(0)] });
    expect(slots(jobs, job.id, job.id)).toEqual(['1: Source 0', '1: Counter 0']);
  });

  it('does not claim a place when numbers and slots do not add up', () => {
    const job = jobDetail({ vertices: [source, sink] });
    const jobs = placed(job, { source: [subtask(1)], sink: [subtask(0)] });
    expect(slots(jobs, job.id)).toEqual(['1: Sink 0, Source 1']);
  });

  it('leaves out subtasks that hold no slot any more, and those that have none yet', () => {
    const job = jobDetail({ vertices: [source] });
    const waiting: Subtask = { index: 1, state: 'SCHEDULED', attempt: 1, counters: {} };
    const jobs = placed(job, { source: [subtask(0, { state: 'FAILED' }), waiting] });
    expect(slots(jobs, job.id)).toEqual(['1: ']);
  });

  it('shows a slot of a job that is not known any more, without its name', () => {
    expect(takenSlots({ id: here, allocatedTo: ['gone'] }, new Map())).toEqual([
      { jobId: 'gone', slots: 1, tasks: [] },
    ]);
  });
});

describe('reading a TaskManager', () => {
  const signal = new AbortController().signal;
  const status = { id: here, slotsTotal: 2, slotsFree: 1, allocatedTo: [jobDetail().id] };
  const calls: string[] = [];
  const client = (changes: Partial<SlotClient> = {}): SlotClient => ({
    job: (id) => {
      calls.push(`job ${id}`);
      return Promise.resolve(jobDetail({ id, vertices: [source, counter] }));
    },
    machines: {
      taskManager: () => Promise.resolve(status),
      subtasks: (_job, id) => {
        calls.push(`subtasks of ${id}`);
        return Promise.resolve([subtask(0)]);
      },
    },
    ...changes,
  });

  it('asks once for a job that has several slots', async () => {
    calls.length = 0;
    const machines = {
      ...client().machines,
      taskManager: () => Promise.resolve({ ...status, allocatedTo: ['a', 'a'] }),
    };
    await readTaskManager(client({ machines }), here, signal);
    expect(calls).toEqual(['job a', 'subtasks of source', 'subtasks of counter']);
  });

  it('does without a job that ended in between', async () => {
    const gone = client({ job: () => Promise.reject(new PlaygroundError('notFound', 'Job not found.')) });
    const detail = await readTaskManager(gone, here, signal);
    expect(detail.taken).toEqual([{ jobId: jobDetail().id, slots: 1, tasks: [] }]);
  });

  it('asks for no more than forty vertices of one job', async () => {
    calls.length = 0;
    const vertices = Array.from({ length: 100 }, (_, index) => vertex({ id: String(index) }));
    await readTaskManager(client({ job: () => Promise.resolve(jobDetail({ vertices })) }), here, signal);
    expect(calls).toHaveLength(40);
  });
});
