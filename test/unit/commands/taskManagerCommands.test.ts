import { describe, expect, it } from 'vitest';
import { taskManagerCommands } from '../../../src/commands/taskManagerCommands';
import type { Capabilities } from '../../../src/core/environment/environment';
import type { SlotNeeds } from '../../../src/core/flink/slotNeeds';
import { PlaygroundError } from '../../../src/core/util/errors';
import type { EnvironmentSnapshot, InstanceState } from '../../../src/shared/model/environment';
import { commandServices } from '../../support/builders/commandServices';
import { engineDouble } from '../../support/builders/engine';
import { everything, lookingOnly, runningEnvironment, taskManagerInstance } from '../../support/builders/environment';

const two = withStates('healthy', 'killed');
const clickEventCount = { jobId: 'a', jobName: 'Click Event Count', slots: 3 };

/** A playground with a TaskManager in each of the states, and Kafka. */
function withStates(...states: readonly InstanceState[]): EnvironmentSnapshot {
  const taskManagers = states.map((state, index) => taskManagerInstance(index + 1, { state }));
  const others = runningEnvironment().services.filter(({ name }) => name !== 'taskmanager');
  return runningEnvironment({ services: [...others, { name: 'taskmanager', instances: taskManagers }] });
}

interface Says {
  readonly needs?: SlotNeeds | Error;
  readonly capabilities?: Capabilities;
  /** What the environment is after the action. */
  readonly after?: EnvironmentSnapshot;
}

function setup(
  answers: readonly string[] = [],
  state = two,
  { needs = { jobs: [], slotsPerTaskManager: 2 }, capabilities = everything, after }: Says = {},
): {
  readonly commands: ReturnType<typeof taskManagerCommands>;
  readonly asked: readonly string[];
  readonly details: readonly string[];
  readonly infos: readonly string[];
  readonly hints: readonly string[];
  readonly done: string[];
} {
  const done: string[] = [];
  const note =
    (what: string) =>
    (of: string | number): Promise<void> => {
      done.push(`${what} ${of}`);
      if (after !== undefined) snapshot.set(after);
      return Promise.resolve();
    };
  const { engine, snapshot } = engineDouble(
    {
      environment: {
        kill: note('kill'),
        startInstance: note('start'),
        scaleTaskManagers: note('scale to'),
        restart: note('restart'),
        capabilities,
      },
      slotNeeds: () => (needs instanceof Error ? Promise.reject(needs) : Promise.resolve(needs)),
    },
    state,
  );
  const { services, asked, details, infos, hints } = commandServices(engine, answers);
  return { commands: taskManagerCommands({ ...services, outcomeMs: 0 }), asked, details, infos, hints, done };
}

describe('Kill TaskManager…', () => {
  it('asks for one that is alive, and whether to', async () => {
    const { commands, asked, done } = setup(['taskmanager-1', 'yes']);
    expect(await commands['taskManager.kill'].run({})).toBe('taskmanager-1');
    expect(asked).toEqual(['The TaskManager to kill with SIGKILL', 'Kill taskmanager-1?']);
    expect(done).toEqual(['kill taskmanager-1']);
  });

  it('kills nothing when the person does not agree', async () => {
    const { commands, done } = setup(['no']);
    expect(await commands['taskManager.kill'].run({ instance: 'taskmanager-1' })).toBeUndefined();
    expect(done).toEqual([]);
  });

  it('asks nothing when our own code says everything', async () => {
    const { commands, asked, done } = setup();
    await commands['taskManager.kill'].run({ instance: 'taskmanager-1', confirmed: true });
    expect(asked).toEqual([]);
    expect(done).toEqual(['kill taskmanager-1']);
  });

  it('says so when nothing runs', async () => {
    const { commands } = setup([], { ...two, phase: 'absent' });
    await expect(commands['taskManager.kill'].run({})).rejects.toMatchObject({
      kind: 'input',
      message: 'The playground is not running.',
    });
  });

  it('says that one has ended already, instead of asking whether to kill it', async () => {
    const { commands, asked } = setup();
    await expect(commands['taskManager.kill'].run({ instance: 'taskmanager-2' })).rejects.toMatchObject({
      message: 'taskmanager-2 has ended already.',
      remedy: 'Start TaskManager… brings it back.',
    });
    expect(asked).toEqual([]);
  });

  it('says which TaskManagers there are when it is told of another', async () => {
    const { commands } = setup();
    await expect(commands['taskManager.kill'].run({ instance: 'kafka', confirmed: true })).rejects.toMatchObject({
      kind: 'notFound',
      message: 'There is no TaskManager "kafka".',
      remedy: 'There are: taskmanager-1, taskmanager-2.',
    });
  });

  it('says what had not come true when the time was up', async () => {
    const { commands, infos } = setup();
    await commands['taskManager.kill'].run({ instance: 'taskmanager-1', confirmed: true });
    expect(infos).toEqual(['taskmanager-1 still runs. It was watched for 0 s.']);
  });

  it('says nothing when the view shows what was done', async () => {
    const { commands, infos } = setup([], two, { after: withStates('killed', 'killed') });
    await commands['taskManager.kill'].run({ instance: 'taskmanager-1', confirmed: true });
    expect(infos).toEqual([]);
  });

  it('says so where processes are not ours to end', async () => {
    const { commands } = setup([], two, { capabilities: lookingOnly });
    await expect(commands['taskManager.kill'].run({})).rejects.toMatchObject({
      message: 'The processes of this cluster cannot be controlled from here.',
    });
  });
});

describe('Start TaskManager…', () => {
  it('starts the only one that has ended without a question', async () => {
    const { commands, asked, done } = setup();
    await commands['taskManager.start'].run({});
    expect(asked).toEqual([]);
    expect(done).toEqual(['start taskmanager-2']);
  });

  it('says what else there is when all of them run', async () => {
    const { commands } = setup([], runningEnvironment());
    await expect(commands['taskManager.start'].run({})).rejects.toMatchObject({
      message: 'All TaskManagers are running.',
      remedy: 'To have more of them, use Scale TaskManagers…',
    });
  });

  it('leaves one alone that runs', async () => {
    const { commands, hints, done } = setup();
    expect(await commands['taskManager.start'].run({ instance: 'taskmanager-1' })).toBe('taskmanager-1');
    expect(hints).toEqual(['taskmanager-1 is running already.']);
    expect(done).toEqual([]);
  });
});

describe('Scale TaskManagers…', () => {
  it('asks how many, up to eight', async () => {
    const { commands, done } = setup(['8']);
    expect(await commands['taskManager.scale'].run({})).toBe(8);
    expect(done).toEqual(['scale to 8']);
  });

  it.each([-1, 1.5, 10_000, Number.NaN])('refuses %d before it asks or does anything', async (count) => {
    const { commands, asked, done } = setup();
    await expect(commands['taskManager.scale'].run({ count })).rejects.toMatchObject({
      kind: 'input',
      message: `There can be 0 to 16 TaskManagers, a whole number of them, not ${count}.`,
    });
    expect([...asked, ...done]).toEqual([]);
  });

  it('does not ask when enough slots are left', async () => {
    const { commands, asked, done } = setup([], withStates('healthy', 'healthy', 'healthy'), {
      needs: { jobs: [clickEventCount], slotsPerTaskManager: 2 },
    });
    await commands['taskManager.scale'].run({ count: 2 });
    expect(asked).toEqual([]);
    expect(done).toEqual(['scale to 2']);
  });

  it.each([
    [
      'a job',
      { jobs: [clickEventCount], slotsPerTaskManager: 2 },
      'Click Event Count needs 3 slots, and 2 will be there. Flink restarts it, and it waits until there are enough slots again.',
    ],
    [
      'several jobs',
      { jobs: [clickEventCount, { jobId: 'b', jobName: 'Other', slots: 1 }], slotsPerTaskManager: 2 },
      'The jobs need 4 slots (Click Event Count: 3, Other: 1), and 2 will be there. Flink restarts those that lose theirs, and they wait until there are enough slots again.',
    ],
    [
      'jobs that cannot be asked for',
      new PlaygroundError('unreachable', 'Flink does not answer.'),
      'What the running jobs need is not known: Flink does not answer. A job that loses its slots restarts, and waits until there are enough again.',
    ],
  ])('says first what becomes of %s that would have too few slots', async (_what, needs, detail) => {
    const { commands, asked, details, done } = setup(['no'], withStates('healthy', 'healthy'), { needs });
    expect(await commands['taskManager.scale'].run({ count: 1 })).toBeUndefined();
    expect([asked, details]).toEqual([['Scale TaskManagers to 1?'], [detail]]);
    expect(done).toEqual([]);
  });

  it('asks before it takes the last one, also when no job runs', async () => {
    const { commands, details, done } = setup(['yes'], withStates('healthy'));
    expect(await commands['taskManager.scale'].run({ count: 0 })).toBe(0);
    expect(details).toEqual(['Without a TaskManager there are no slots, and no job can run.']);
    expect(done).toEqual(['scale to 0']);
  });
});

describe('Restart Service…', () => {
  it('asks before it interrupts anything', async () => {
    const { commands, asked, done } = setup(['no']);
    await commands['service.restart'].run({ service: 'taskmanager' });
    expect(asked).toEqual(['Restart taskmanager?']);
    expect(done).toEqual([]);
  });

  it('does not offer the client, which would submit a second job', async () => {
    const { commands, done } = setup();
    await expect(commands['service.restart'].run({ service: 'client', confirmed: true })).rejects.toMatchObject({
      message: 'There is no service "client" that can be restarted.',
      remedy: 'There are: kafka, jobmanager, clickevent-generator, taskmanager.',
    });
    expect(done).toEqual([]);
  });
});

describe('a node of the Cluster view', () => {
  it('fills in its instance and its service', () => {
    const node = { id: 'service:taskmanager/instance:taskmanager-2', kind: 'instance', label: 'taskmanager-2' };
    const { commands } = setup();
    expect(commands['taskManager.kill'].fromNode?.(node)).toEqual({ instance: 'taskmanager-2' });
    expect(commands['service.restart'].fromNode?.(node)).toEqual({ service: 'taskmanager' });
  });
});
