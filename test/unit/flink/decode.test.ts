import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCheckpoints, decodeTriggerId, decodeTriggerOutcome } from '../../../src/core/flink/decode/checkpoints';
import { decodeJobManagerConfig, decodeOverview, decodeTaskManagers } from '../../../src/core/flink/decode/cluster';
import { decodeJars, decodeRun, decodeUpload } from '../../../src/core/flink/decode/jars';
import { decodeJob, decodeJobs } from '../../../src/core/flink/decode/jobs';
import { decodeSubtasks } from '../../../src/core/flink/decode/jobReads';
import {
  decodeJavaVersion,
  decodeJobManagerHeap,
  decodeTaskManager,
} from '../../../src/core/flink/decode/taskManagers';
import { PlaygroundError } from '../../../src/core/util/errors';
import { recorded, recordedBodies, recordedVersions } from '../../support/builders/flinkFixtures';
import { tasks } from '../../support/builders/flink';

const jobId = '694d7c9d4f1f4b8e9a7e0d3c5b1a2f60';

/** Every decoder with recorded answers that it reads. */
const decoders: readonly (readonly [name: string, decode: (answer: unknown) => unknown, answers: readonly string[]])[] =
  [
    ['overview', decodeOverview, ['overview']],
    ['taskManagers', decodeTaskManagers, ['taskmanagers']],
    ['jobManagerConfig', decodeJobManagerConfig, ['jobmanager-config']],
    ['taskManager', decodeTaskManager, ['taskmanager']],
    ['jobManagerHeap', decodeJobManagerHeap, ['jobmanager-heap']],
    ['javaVersion', decodeJavaVersion, ['jobmanager-environment']],
    ['subtasks', decodeSubtasks, ['vertex-running', 'vertex-waiting']],
    ['jobs', decodeJobs, ['jobs-none', 'jobs-running', 'jobs-waiting', 'jobs-finished', 'jobs-after-bad-savepoint']],
    ['job', decodeJob, ['job-running', 'job-waiting', 'job-ended']],
    ['checkpoints', decodeCheckpoints, ['checkpoints', 'checkpoints-disabled']],
    ['triggerId', decodeTriggerId, ['trigger']],
    ['triggerOutcome', decodeTriggerOutcome, ['trigger-first', 'trigger-completed', 'trigger-failed']],
    ['jars', decodeJars, ['jars-none', 'jars']],
    ['upload', decodeUpload, ['upload']],
    ['run', decodeRun, ['run']],
  ];

describe.each(recordedVersions)('answers of Flink %s', (version) => {
  const bodies = recordedBodies(version);

  it('overview', () => {
    expect(decodeOverview(bodies['overview'])).toEqual({
      flinkVersion: version,
      taskManagers: 1,
      slotsTotal: expect.any(Number) as number,
      slotsAvailable: expect.any(Number) as number,
    });
  });

  it('configuration of the JobManager, with the key that marks our own', () => {
    expect(decodeJobManagerConfig(bodies['jobmanager-config'])).toContainEqual({
      key: 'flink-playground.instance',
      value: 'recorded',
    });
  });

  it('one TaskManager, with the job of each slot that is taken', () => {
    expect(decodeTaskManager(bodies['taskmanager'])).toEqual({
      id: 'taskmanager-1-1700000000',
      slotsTotal: 2,
      slotsFree: 0,
      heap: { used: expect.any(Number) as number, max: 259_522_560 },
      allocatedTo: [jobId, jobId],
    });
  });

  it('heap and Java of the JobManager', () => {
    expect(decodeJobManagerHeap(bodies['jobmanager-heap'])).toEqual({
      heap: { used: expect.any(Number) as number, max: 518_979_584 },
    });
    expect(decodeJobManagerHeap([])).toEqual({});
    expect(decodeJavaVersion(bodies['jobmanager-environment'])).toEqual({ javaVersion: '17.0.15' });
  });

  it('subtasks, which have a TaskManager only when they have a slot', () => {
    const taskManagerId = 'taskmanager-1-1700000000';
    expect(decodeSubtasks(bodies['vertex-running'])).toMatchObject([
      { index: 0, state: 'RUNNING', attempt: 0, taskManagerId },
      { index: 1, state: 'RUNNING', attempt: 0, taskManagerId },
    ]);
    const waiting = decodeSubtasks(bodies['vertex-waiting']);
    expect(waiting).toMatchObject([
      { index: 0, state: 'SCHEDULED', attempt: 1 },
      { index: 1, state: 'SCHEDULED', attempt: 1 },
    ]);
    expect(waiting.every((one) => one.taskManagerId === undefined)).toBe(true);
  });

  it('TaskManagers', () => {
    expect(decodeTaskManagers(bodies['taskmanagers'])).toEqual([
      {
        id: 'taskmanager-1-1700000000',
        path: expect.stringMatching(/^pekko\.tcp:/) as string,
        slotsTotal: 2,
        slotsFree: 2,
        lastHeartbeat: expect.any(Number) as number,
        cpuCores: expect.any(Number) as number,
        physicalMemory: expect.any(Number) as number,
      },
    ]);
  });

  it('a running job', () => {
    const [job] = decodeJobs(bodies['jobs-running']);
    expect(job).toMatchObject({ id: jobId, name: 'Endless', state: 'RUNNING', totalTasks: 4 });
    expect(job?.tasks).toEqual(tasks({ RUNNING: 4 }));
    expect(job).not.toHaveProperty('endTime');
  });

  it('a job that Flink calls RUNNING while its tasks wait for slots', () => {
    const job = decodeJobs(bodies['jobs-waiting']).find(({ id }) => id.startsWith('111'));
    expect(job).toMatchObject({ state: 'RUNNING', totalTasks: 6 });
    expect(job?.tasks).toEqual(tasks({ SCHEDULED: 6 }));
  });

  it('a job that ended', () => {
    const job = decodeJobs(bodies['jobs-finished']).find(({ state }) => state === 'FINISHED');
    expect(job?.endTime).toBe((job?.startTime ?? 0) + (job?.durationMs ?? 0));
  });

  it('vertices in the order of the data flow, with their tasks by upper-case names', () => {
    const { vertices, ...job } = decodeJob(bodies['job-running']);
    expect(job).toMatchObject({ id: jobId, state: 'RUNNING' });
    expect(vertices.map(({ name, parallelism, status }) => ({ name, parallelism, status }))).toEqual([
      { name: 'Source: Endless -> Slow', parallelism: 2, status: 'RUNNING' },
      { name: 'Same -> Nowhere: Writer', parallelism: 2, status: 'RUNNING' },
    ]);
    expect(vertices[0]?.tasks).toEqual(tasks({ RUNNING: 2 }));
  });

  it('when a job entered its states, without those that it was never in', () => {
    const { stateTimes, startTime, endTime } = decodeJob(bodies['job-ended']);
    expect(Object.keys(stateTimes ?? {}).toSorted()).toEqual([
      'CANCELED',
      'CANCELLING',
      'CREATED',
      'INITIALIZING',
      'RUNNING',
    ]);
    expect([stateTimes?.INITIALIZING, stateTimes?.CANCELED]).toEqual([startTime, endTime]);
  });

  it.each([[{ RUNNING: 'yesterday', CREATED: -1 }], [[1, 2]], ['none'], [null]])(
    'no times of states where there are none: %j',
    (timestamps) => {
      const body = { ...(bodies['job-running'] as object), timestamps };
      expect(decodeJob(body)).not.toHaveProperty('stateTimes');
    },
  );

  it('when a task of a job changed last, where it says so', () => {
    const [job] = decodeJobs(bodies['jobs-running']);
    expect(job?.changedAt).toBeGreaterThan(job?.startTime ?? Number.POSITIVE_INFINITY);
  });

  it('how the vertices of a job are joined', () => {
    const { vertices, edges } = decodeJob(bodies['job-running']);
    expect(edges).toEqual([{ from: vertices[0]?.id, to: vertices[1]?.id, shipStrategy: 'FORWARD' }]);
  });

  it.each([
    ['no plan', undefined],
    ['an empty plan', {}],
    ['a plan of another form', { nodes: { a: 1 } }],
    ['a plan that is text', '<html>'],
  ])('a job that has %s has no edges', (_what, plan) => {
    expect(decodeJob({ ...(bodies['job-running'] as object), plan })).toMatchObject({ id: jobId, edges: [] });
  });

  it('checkpoints that are complete, newest first', () => {
    const { available, completed } = decodeCheckpoints(bodies['checkpoints']);
    expect(completed).toBeGreaterThan(0);
    expect(available[0]).toMatchObject({
      isSavepoint: false,
      externalPath: expect.stringMatching(/chk-\d+$/) as string,
    });
    expect(available.map(({ id }) => id)).toEqual(available.map(({ id }) => id).sort((a, b) => b - a));
  });

  it('what a checkpoint took, how large it is, and the form of a savepoint', () => {
    const common = { status: 'COMPLETED', trigger_timestamp: 5, end_to_end_duration: 24, state_size: 530 };
    const answer = {
      counts: { restored: 1, in_progress: 1, completed: 2, failed: 0 },
      latest: { completed: null, savepoint: null, restored: { id: 1, external_path: 'file:/savepoint-1' } },
      history: [
        { ...common, id: 3, is_savepoint: true, savepointFormat: 'CANONICAL', status: 'IN_PROGRESS' },
        { ...common, id: 2, is_savepoint: true, savepointFormat: 'NATIVE' },
      ],
    };
    expect(decodeCheckpoints(answer)).toMatchObject({
      available: [{ id: 2, durationMs: 24, sizeBytes: 530, format: 'native' }],
      restoredFrom: 'file:/savepoint-1',
      underWaySince: 5,
    });
  });

  it('a job without checkpoints', () => {
    expect(decodeCheckpoints(bodies['checkpoints-disabled'])).toMatchObject({ completed: 0, available: [] });
  });

  it('a triggered checkpoint: under way, complete, failed', () => {
    expect(decodeTriggerOutcome(bodies['trigger-first'])).toBeUndefined();
    expect(decodeTriggerOutcome(bodies['trigger-completed'])).toEqual({ checkpointId: 4 });
    expect(decodeTriggerOutcome(bodies['trigger-failed'])).toEqual({
      failure: expect.stringContaining('Not all required tasks are currently running') as string,
    });
  });

  it('an upload, by the id that runs it', () => {
    const id = decodeUpload(bodies['upload']);
    expect(decodeJars(bodies['jars'])).toEqual([
      { id, name: 'endless.jar', uploadedAt: expect.any(Number) as number, entryClasses: [] },
    ]);
  });

  it.each(decoders)('never fail but with a clear error, whatever is changed in them: %s', (_name, decode, answers) => {
    const body = fc.constantFrom(...answers.map((answer) => bodies[answer]));
    fc.assert(
      fc.property(body, fc.array(mutation, { minLength: 1, maxLength: 3 }), (original, mutations) => {
        const mutated = mutations.reduce<unknown>((value, { at, change }) => mutate(value, at, change), original);
        let failure: unknown;
        try {
          decode(mutated);
        } catch (error) {
          failure = error;
        }
        expect(failure === undefined || PlaygroundError.is(failure, 'protocol')).toBe(true);
      }),
    );
  });
});

describe('decoders', () => {
  const job = (changes: object) => ({
    jobs: [
      {
        jid: 'a',
        name: 'b',
        state: 'RUNNING',
        'start-time': 1,
        'end-time': -1,
        duration: 5,
        tasks: { total: 1, running: 1 },
        ...changes,
      },
    ],
  });

  it('call a state that is not known unknown instead of guessing', () => {
    expect(decodeJobs(job({ state: 'HIBERNATING' }))[0]?.state).toBe('unknown');
  });

  it('count tasks in states that are not known in the total', () => {
    const [decoded] = decodeJobs(job({ tasks: { total: 3, running: 1, hibernating: 2 } }));
    expect(decoded).toMatchObject({ totalTasks: 3, tasks: tasks({ RUNNING: 1 }) });
  });

  it.each([[-1], [-9223372036854775808], [null], ['NaN'], [undefined]])('take an end time of %s as none', (endTime) => {
    expect(decodeJobs(job({ 'end-time': endTime }))[0]).not.toHaveProperty('endTime');
  });

  it('do without fields that are only nice to have', () => {
    const row = { id: 'a', path: 'b', slotsNumber: 2, freeSlots: 1 };
    expect(decodeTaskManagers({ taskmanagers: [row] })).toEqual([
      { id: 'a', path: 'b', slotsTotal: 2, slotsFree: 1, lastHeartbeat: 0 },
    ]);
  });

  it.each([
    ['a missing id', { jid: undefined }],
    ['an empty id', { jid: '' }],
    ['tasks that are not counts', { tasks: { total: 1, running: 'NaN' } }],
    ['no tasks at all', { tasks: undefined }],
    ['a count that cannot be', { tasks: { total: 1, running: -1 } }],
  ])('refuse %s, because what is shown would be a guess', (_what, changes) => {
    expect(() => decodeJobs(job(changes))).toThrow(PlaygroundError);
  });

  it('say what does not fit, and where', () => {
    let failure: unknown;
    try {
      decodeOverview({ ...(recorded('2.2.1', 'overview').body as object), 'slots-total': 'two' });
    } catch (error) {
      failure = error;
    }
    expect(failure).toMatchObject({
      kind: 'protocol',
      message: 'Flink answered /overview in a form that is not known here.',
      detail: expect.stringContaining('slots-total') as string,
    });
  });

  it('know checkpoints that are gone or lie in memory only', () => {
    const item = { id: 1, status: 'COMPLETED', is_savepoint: false, trigger_timestamp: 5 };
    const answer = {
      counts: { restored: 1, in_progress: 0, completed: 3, failed: 0 },
      latest: {
        completed: { ...item, id: 3, external_path: '<checkpoint-not-externally-addressable>' },
        savepoint: null,
      },
      history: [
        { ...item, id: 2, discarded: true, external_path: 'file:/chk-2' },
        { ...item, status: 'FAILED' },
      ],
    };
    expect(decodeCheckpoints(answer).available).toEqual([{ id: 3, isSavepoint: false, triggeredAt: 5 }]);
  });

  it.each(['a_b.jar', '/var/upload/a_b.jar', 'C:\\upload\\a_b.jar'])(
    'find the id of a jar at the end of %s',
    (filename) => {
      expect(decodeUpload({ filename, status: 'success' })).toBe('a_b.jar');
    },
  );
});

/** Where to change an answer (by the number of a place in it) and how. */
const mutation = fc.record({
  at: fc.nat(),
  change: fc.oneof(
    fc.constant({ remove: true } as const),
    fc.record({
      put: fc.oneof(
        fc.constantFrom<unknown>('NaN', -1, 2 ** 63, -(2 ** 63), 0.5, null, '', [], {}, '__proto__'),
        fc.jsonValue(),
      ),
    }),
  ),
});

type Change = { readonly remove: true } | { readonly put: unknown };

function mutate(root: unknown, at: number, change: Change): unknown {
  const copy: Record<string, unknown> = { root: structuredClone(root) };
  const places: (readonly [holder: Record<string, unknown>, key: string])[] = [];
  const visit = (holder: Record<string, unknown>): void => {
    for (const [key, value] of Object.entries(holder)) {
      places.push([holder, key]);
      if (typeof value === 'object' && value !== null) visit(value as Record<string, unknown>);
    }
  };
  visit(copy);
  const [holder, key] = places[at % places.length] ?? [copy, 'root'];
  if ('put' in change) holder[key] = change.put;
  else delete holder[key];
  return copy['root'];
}
