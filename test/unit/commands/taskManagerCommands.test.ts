import { describe, expect, it } from 'vitest';
import { taskManagerCommands } from '../../../src/commands/taskManagerCommands';
import { commandServices } from '../../support/builders/commandServices';
import { engineDouble } from '../../support/builders/engine';
import { runningEnvironment, taskManagerInstance } from '../../support/builders/environment';

const two = runningEnvironment({
  services: [{ name: 'taskmanager', instances: [taskManagerInstance(1), taskManagerInstance(2, { state: 'killed' })] }],
});

function setup(
  answers: readonly string[] = [],
  snapshot = two,
): {
  readonly commands: ReturnType<typeof taskManagerCommands>;
  readonly asked: readonly string[];
  readonly done: string[];
} {
  const done: string[] = [];
  const note =
    (what: string) =>
    (of: string | number): Promise<void> => {
      done.push(`${what} ${of}`);
      return Promise.resolve();
    };
  const { engine } = engineDouble(
    {
      environment: {
        kill: note('kill'),
        startInstance: note('start'),
        scaleTaskManagers: note('scale to'),
        restart: note('restart'),
      },
    },
    snapshot,
  );
  const { services, asked } = commandServices(engine, answers);
  return { commands: taskManagerCommands(services), asked, done };
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
});

describe('Scale TaskManagers…', () => {
  it('asks how many, up to four', async () => {
    const { commands, done } = setup(['3']);
    expect(await commands['taskManager.scale'].run({})).toBe(3);
    expect(done).toEqual(['scale to 3']);
  });
});

describe('Restart Service…', () => {
  it('asks before it interrupts anything', async () => {
    const { commands, asked, done } = setup(['no']);
    await commands['service.restart'].run({ service: 'taskmanager' });
    expect(asked).toEqual(['Restart taskmanager?']);
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
