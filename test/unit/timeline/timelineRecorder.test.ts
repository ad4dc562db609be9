import { describe, expect, it } from 'vitest';
import { timelineText } from '../../../src/core/trees/timelineText';
import { taskManagersOf } from '../../../src/shared/model/instances';
import { environment, runningEnvironment, taskManagerInstance } from '../../support/builders/environment';
import { jobOverview, noon, taskManager, tasks } from '../../support/builders/flink';
import { checkpointAt, checkpointHistory, JobStory } from '../../support/builders/jobStory';
import { operationRecord, operationView } from '../../support/builders/operations';
import { golden } from '../../support/builders/printTree';

process.env['TZ'] = 'UTC';

const { id } = jobOverview();
const second = (seconds: number): number => noon + seconds * 1000;
/** All tasks run since then. */
const runs = (since: number) => ({ changedAt: second(since) });
const waits = (since: number) => ({ tasks: tasks({ SCHEDULED: 4 }), changedAt: second(since) });
const restarts = (since: number) => ({
  state: 'RESTARTING' as const,
  tasks: tasks({ CANCELED: 4 }),
  changedAt: second(since),
});

function environmentWith(...taskManagers: readonly ReturnType<typeof taskManagerInstance>[]) {
  const running = runningEnvironment();
  const services = running.services.map((service) =>
    service.name === 'taskmanager' ? { ...service, instances: taskManagers } : service,
  );
  return { ...running, services };
}

const lost =
  'org.apache.flink.runtime.JobException: Recovery\nCaused by: x.RemoteTransportException: Connection closed';

/** The tutorial's failure: the only TaskManager is killed, and a new one is started some seconds later. */
async function killStory(): Promise<JobStory> {
  const story = new JobStory();
  story.lists(runs(-58));
  story.entered({ INITIALIZING: -60, CREATED: -60, RUNNING: -59.5 });
  await story.at(10);
  story.lists(runs(-58));
  story.hasCheckpoints(checkpointHistory([8, 9, 10].map((at) => checkpointAt(at))));
  await story.at(11);
  story.environment.set(environmentWith(taskManagerInstance(1, { state: 'killed', endedAt: second(11) })));
  await story.at(12.3);
  story.lists(restarts(12.1));
  story.entered({ INITIALIZING: -60, CREATED: -60, RUNNING: -59.5, RESTARTING: 12 });
  story.failed([12, lost]);
  await story.at(13.2);
  story.lists(waits(13.1));
  story.entered({ INITIALIZING: -60, CREATED: -60, RUNNING: 13.1, RESTARTING: 12 });
  story.hasCheckpoints(
    checkpointHistory([
      ...[8, 9, 10].map((at) => checkpointAt(at)),
      checkpointAt(11, { status: 'FAILED', failureMessage: 'Not all required tasks are currently running.' }),
    ]),
  );
  await story.at(17);
  const started = { state: 'starting', startedAt: second(17) } as const;
  story.environment.set(environmentWith(taskManagerInstance(1, started)));
  await story.at(19);
  story.environment.set(environmentWith(taskManagerInstance(1, { ...started, state: 'healthy' })));
  story.lists(waits(13.1));
  await story.at(19.6);
  story.lists(runs(19.5));
  await story.at(23);
  story.lists(runs(19.5));
  story.hasCheckpoints(
    checkpointHistory(
      [
        ...[8, 9, 10].map((at) => checkpointAt(at)),
        checkpointAt(11, { status: 'FAILED', failureMessage: 'Not all required tasks are currently running.' }),
        ...[20, 21, 22].map((at) => checkpointAt(at)),
      ],
      { restored: { id: 10, restoredAt: second(13), isSavepoint: false } },
    ),
  );
  return story;
}

describe('the timeline of a job whose TaskManager was killed', () => {
  it('answers what happened then, newest first', async () => {
    const story = await killStory();
    expect(story.told()).toEqual([
      '22:13:40 · 3 checkpoints completed',
      '22:13:39 · running',
      '22:13:39 · TaskManager taskmanager-1 is up',
      '22:13:33 · waiting for slots · 6.4 s',
      '22:13:33 · restored from checkpoint 10',
      '22:13:32 · restarting · 1.1 s · TaskManager taskmanager-1 was killed · all tasks ran again after 7.5 s',
      '22:13:32 · failed: RemoteTransportException: Connection closed',
      '22:13:31 · 1 checkpoint failed · Not all required tasks are currently running.',
      '22:13:31 · TaskManager taskmanager-1 was killed',
      '22:13:28 · 3 checkpoints completed',
      '22:12:22 · running · 1 min',
      '22:12:20 · starting · 2 s',
      '22:12:20 · Click-event generator is up',
      '22:12:20 · TaskManager taskmanager-1 is up',
      '22:12:20 · JobManager is up',
      '22:12:20 · Kafka is up',
    ]);
  });

  it('is the same as a document', async () => {
    const story = await killStory();
    await expect(timelineText(story.recorder.lineage(id), story.clock.now())).toMatchFileSnapshot(golden('timeline'));
  });

  it('is kept without a question to Flink', async () => {
    expect((await killStory()).asked).toEqual([]);
  });

  it('is known from what Flink keeps, when nobody looked until it was over', async () => {
    const story = new JobStory();
    await story.at(60);
    story.lists(runs(19.5));
    expect(story.told(['state'])).toEqual(['22:13:39 · running', '22:12:20 · not watched · 1 min']);
    story.entered({ INITIALIZING: -60, CREATED: -60, RUNNING: 13.1, RESTARTING: 12 });
    story.failed([12, lost]);
    expect(story.told(['state', 'failure'])).toEqual([
      '22:13:39 · running',
      '22:13:33 · starting · 6.4 s',
      '22:13:32 · restarting · 1.1 s · RemoteTransportException: Connection closed · all tasks ran again after 7.5 s',
      '22:13:32 · failed: RemoteTransportException: Connection closed',
      '22:12:20 · running · 1 min',
    ]);
  });
});

describe('the states of a job', () => {
  it('are not known of a time in which nobody looked and its tasks were started anew', async () => {
    const story = new JobStory();
    story.lists(runs(-58));
    await story.at(600);
    story.lists(runs(400));
    expect(story.told(['state'])).toEqual([
      '22:20:00 · running',
      '22:13:20 · not watched · 6 min',
      '22:12:22 · running · 58 s',
      '22:12:20 · starting · 2 s',
    ]);
  });

  it('are the same through a time in which nobody looked, where no task changed', async () => {
    const story = new JobStory();
    story.lists(runs(-58));
    await story.at(600);
    story.lists(runs(-58));
    expect(story.told(['state'])).toEqual(['22:12:22 · running', '22:12:20 · starting · 2 s']);
  });

  it('are not those of before while Flink does not answer', async () => {
    const story = new JobStory();
    story.lists(runs(-58));
    await story.at(30);
    story.lists(runs(-58));
    await story.at(40);
    story.falls();
    expect(story.told(['state'])[0]).toBe('22:13:50 · not watched');
    story.lists(runs(-58));
    expect(story.told(['state'])[0]).toBe('22:12:22 · running');
  });

  it('end where the job ended, by Flink’s own time', async () => {
    const story = new JobStory();
    story.lists(runs(-58));
    await story.at(20);
    story.lists({ state: 'CANCELED', tasks: tasks({ CANCELED: 4 }), endTime: second(15), changedAt: second(15) });
    expect(story.told(['state'])).toEqual([
      '22:13:35 · canceled',
      '22:12:22 · running · 1 min',
      '22:12:20 · starting · 2 s',
    ]);
    await story.at(4000);
    story.lists();
    expect(story.told(['state'])[0]).toBe('22:13:35 · canceled');
  });

  it('say that a new JobManager does not know the job', async () => {
    const story = new JobStory();
    story.lists(runs(-58));
    await story.at(20);
    story.lists();
    expect(story.told(['state'])[0]).toBe('22:13:40 · not known to Flink any more');
  });

  it('begin with the job, also where no task of it has a time yet', () => {
    const story = new JobStory();
    story.lists({ startTime: noon, tasks: tasks({ CREATED: 4 }), changedAt: 0 });
    expect(story.told(['state'])).toEqual(['22:13:20 · starting']);
  });

  it('are not begun anew by tasks that have done their work', async () => {
    const story = new JobStory();
    story.lists(runs(-58));
    await story.at(20);
    story.lists({ tasks: tasks({ RUNNING: 3, FINISHED: 1 }), changedAt: second(15) });
    expect(story.told(['state'])[0]).toBe('22:12:22 · running');
  });

  it('tell of failures of which Flink keeps the moments alone', () => {
    const story = new JobStory();
    story.lists({ ...runs(-8), startTime: second(-3600) });
    story.entered({ INITIALIZING: -3600, CREATED: -3600, RESTARTING: -10, RUNNING: -9 });
    story.failed([-10, 'a.B: c'], [-1000, 'a.B: c'], [-2000, 'a.B: c']);
    expect(story.told(['state'])).toEqual([
      '22:13:12 · running',
      '22:13:11 · starting · 1 s',
      '22:13:10 · restarting · 1 s · B: c · all tasks ran again after 2 s',
      '21:13:20 · running · 59 min · with 2 failures',
    ]);
  });

  it('are told by this machine’s clock when Flink’s is another', () => {
    const ahead = 3600_000;
    const story = new JobStory();
    story.lists({ startTime: noon - 60_000 - ahead, durationMs: 60_000, changedAt: noon - 58_000 - ahead });
    expect(story.told(['state'])).toEqual(['22:12:22 · running', '22:12:20 · starting · 2 s']);
  });
});

describe('the checkpoints of a job', () => {
  it('are counted where Flink has forgotten them', () => {
    const story = new JobStory();
    story.lists(runs(-58));
    const last = [41, 42].map((at) => checkpointAt(at));
    const counts = { restored: 0, total: 45, inProgress: 0, completed: 42, failed: 3 };
    story.hasCheckpoints(checkpointHistory(last, { counts }));
    expect(story.told(['checkpoints'])).toEqual([
      '22:14:01 · 2 checkpoints completed',
      '22:14:01 · 3 checkpoints failed',
      '22:12:20 · 40 checkpoints completed',
    ]);
  });

  it('that Flink only counts go with those before them that ended alike', () => {
    const story = new JobStory();
    story.lists(runs(-58));
    const before = [checkpointAt(1), checkpointAt(2, { status: 'FAILED' })];
    const counts = { restored: 1, total: 6, inProgress: 0, completed: 2, failed: 4 };
    const restored = { id: 1, restoredAt: second(8), isSavepoint: false };
    story.hasCheckpoints(checkpointHistory(before));
    story.hasCheckpoints(checkpointHistory([...before, checkpointAt(9)], { counts, restored }));
    expect(story.told(['checkpoints'])).toEqual([
      '22:13:29 · 1 checkpoint completed',
      '22:13:22 · 4 checkpoints failed',
      '22:13:21 · 1 checkpoint completed',
    ]);
  });

  it('are one line as long as they end alike, however often they are read', () => {
    const story = new JobStory();
    story.lists(runs(-58));
    for (let end = 10; end < 500; end++) {
      const entries = Array.from({ length: 10 }, (_none, index) => checkpointAt(end - index));
      const counts = { restored: 0, total: end, inProgress: 0, completed: end, failed: 0 };
      story.hasCheckpoints(checkpointHistory(entries, { counts }));
    }
    expect(story.told(['checkpoints'])).toEqual(['22:13:21 · 499 checkpoints completed']);
  });

  it('are counted when they are over', () => {
    const story = new JobStory();
    story.lists(runs(-58));
    story.hasCheckpoints(checkpointHistory([checkpointAt(1), checkpointAt(2, { status: 'IN_PROGRESS' })]));
    expect(story.told(['checkpoints'])).toEqual(['22:13:21 · 1 checkpoint completed']);
    story.hasCheckpoints(checkpointHistory([checkpointAt(1), checkpointAt(2)]));
    expect(story.told(['checkpoints'])).toEqual(['22:13:21 · 2 checkpoints completed']);
  });

  it('are told apart from savepoints, of which those of an operation are told with it', () => {
    const story = new JobStory();
    story.lists(runs(-58));
    const savepoint = { isSavepoint: true } as const;
    story.hasCheckpoints(
      checkpointHistory([
        checkpointAt(1, { ...savepoint, externalPath: 'file:/s/savepoint-1' }),
        checkpointAt(2, { ...savepoint, externalPath: 'file:/s/savepoint-2' }),
      ]),
    );
    story.history.set([operationRecord({ kind: 'savepoint', savepointPath: 'file:/s/savepoint-2' })]);
    expect(story.told(['checkpoints', 'savepoint', 'operation'])).toEqual([
      '22:13:21 · savepoint 1 completed · file:/s/savepoint-1',
      '22:13:20 · savepoint · file:/s/savepoint-2',
    ]);
  });
});

describe('operations', () => {
  const successor = 'b'.repeat(32);

  it('stand in the timelines of the job before and of the one that goes on, which lead to each other', () => {
    const story = new JobStory();
    story.lists(
      { state: 'FINISHED', endTime: second(1), tasks: tasks({ FINISHED: 4 }) },
      { id: successor, startTime: second(2), changedAt: second(3) },
    );
    story.history.set([operationRecord({ successorId: successor, downtimeMs: 1400 })]);
    expect(story.told(['operation'])).toEqual([
      '22:13:20 · restart from a savepoint · goes on as job bbbbbb · 1.4 s down',
    ]);
    const [now, before] = story.recorder.lineage(successor);
    expect(now?.entries.at(-1)?.what).toMatchObject({ kind: 'operation', previousJob: id });
    expect(before?.jobId).toBe(id);
  });

  it('are not told of other jobs, and said to be open as long as they are', () => {
    const story = new JobStory();
    story.lists(runs(-58));
    story.open.set([
      operationView({ state: 'resumable' }),
      operationView({ id: 'other', jobId: 'other', kind: 'stop' }),
    ]);
    expect(story.told(['operation'])).toEqual(['22:13:20 · restart from a savepoint · not finished']);
  });
});

describe('machines', () => {
  it('that only Flink tells of come and go with its list, which begins with what was there before', async () => {
    const story = new JobStory(environment({ kind: 'remote', phase: 'running' }));
    story.lists(runs(-58));
    story.listsTaskManagers(taskManager({ id: 'tm-a' }), taskManager({ id: 'tm-b' }));
    await story.at(10);
    story.listsTaskManagers(taskManager({ id: 'tm-a' }));
    await story.at(11);
    story.lists(restarts(11));
    await story.at(20);
    story.listsTaskManagers(taskManager({ id: 'tm-a' }), taskManager({ id: 'tm-c' }));
    expect(story.told(['machine', 'state']).slice(0, 3)).toEqual([
      '22:13:40 · TaskManager tm-c is up',
      '22:13:31 · restarting · TaskManager tm-b was lost',
      '22:13:30 · TaskManager tm-b was lost',
    ]);
  });

  it('that go without a word were stopped, and those that cannot be looked at are not gone', async () => {
    const story = new JobStory(environmentWith(taskManagerInstance(1), taskManagerInstance(2)));
    story.lists(runs(-58));
    await story.at(5);
    story.environment.set(environment({ phase: 'unknown' }));
    await story.at(10);
    story.environment.set(environmentWith(taskManagerInstance(1)));
    expect(story.told(['machine'])[0]).toBe('22:13:30 · TaskManager taskmanager-2 was stopped');
    expect(story.told(['machine'])).toHaveLength(6);
  });

  it('are told of the time in which the job was there', async () => {
    const story = new JobStory();
    story.lists({ ...runs(1), startTime: second(0) });
    await story.at(10);
    story.lists({ startTime: second(0), state: 'FINISHED', endTime: second(5), tasks: tasks({ FINISHED: 4 }) });
    await story.at(100);
    const [only] = taskManagersOf(runningEnvironment());
    if (only === undefined) throw new Error('There is a TaskManager.');
    story.environment.set(environmentWith({ ...only, state: 'killed', endedAt: second(100) }));
    expect(story.told(['machine'])).toEqual([]);
  });
});

describe('what is kept', () => {
  it('is bounded by numbers: of a job that fails for ever the newest is kept', async () => {
    const story = new JobStory();
    for (let round = 0; round < 2000; round++) {
      await story.at(round * 2);
      story.lists(round % 2 === 0 ? runs(round * 2) : restarts(round * 2));
      story.entered({ RESTARTING: round * 2 });
      story.failed([round * 2, 'a.B: c']);
    }
    expect(story.entries().length).toBeLessThan(1500);
    expect(story.entries()[0]?.at).toBe(second(3998));
  });

  it('is bounded in the number of jobs, of which those that are over go first', () => {
    const story = new JobStory();
    for (let number = 0; number < 3000; number += 500) {
      const ended = Array.from({ length: 500 }, (_none, index) => ({
        id: `job-${number + index}`,
        state: 'FINISHED' as const,
        endTime: noon,
        tasks: tasks({ FINISHED: 4 }),
      }));
      story.lists(runs(-58), ...ended);
    }
    expect(story.entries()).not.toEqual([]);
    expect(story.recorder.of('job-0')).toEqual([]);
    expect(story.recorder.of('job-2999')).not.toEqual([]);
  });
});

describe('asking Flink for what it keeps of the past', () => {
  it('reads the job, its checkpoints and its exceptions, once', async () => {
    const story = new JobStory();
    story.lists(runs(-58));
    const [timeline] = await story.recorder.read(id, AbortSignal.timeout(1000));
    expect(story.asked).toEqual([`job ${id}`, `checkpoints ${id}`, `exceptions ${id}`]);
    expect(timeline?.jobName).toBe('Click Event Count');
  });
});
