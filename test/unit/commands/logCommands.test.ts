import { describe, expect, it } from 'vitest';
import { logCommands } from '../../../src/commands/logCommands';
import type { Machine } from '../../../src/core/flink/logFiles';
import type { TextTail } from '../../../src/core/flink/transport';
import type { EnvironmentSnapshot } from '../../../src/shared/model/environment';
import { commandServices } from '../../support/builders/commandServices';
import { engineDouble } from '../../support/builders/engine';
import { environment, runningEnvironment, taskManagerInstance } from '../../support/builders/environment';
import { taskManager } from '../../support/builders/flink';

const whole: TextTail = { text: 'INFO started\n', totalBytes: 13, skippedBytes: 0 };

function setup(
  answers: readonly string[] = [],
  { snapshot = runningEnvironment(), tail = whole }: { snapshot?: EnvironmentSnapshot; tail?: TextTail } = {},
): {
  readonly commands: ReturnType<typeof logCommands>;
  readonly asked: readonly string[];
  readonly read: { readonly machine: Machine; readonly name?: string }[];
  readonly shown: Map<string, string>;
  readonly cluster: ReturnType<typeof engineDouble>['cluster'];
} {
  const read: { machine: Machine; name?: string }[] = [];
  const shown = new Map<string, string>();
  const { engine, cluster } = engineDouble(
    {
      inspector: {
        logFiles: () =>
          Promise.resolve([
            { name: 'flink.log', size: 13 },
            { name: 'flink.log.1', size: 2048 },
          ]),
        readLogFile: (machine, name) => {
          read.push({ machine, name });
          return Promise.resolve(tail);
        },
        threadDump: (machine) => {
          read.push({ machine });
          return Promise.resolve('"main" Id=1 RUNNABLE');
        },
      },
    },
    snapshot,
  );
  const { services, asked } = commandServices(engine, answers);
  const commands = logCommands({
    ...services,
    followLog: (_engine, instance) => shown.set(instance, 'followed'),
    showDocument: (name, text) => {
      shown.set(name, text);
      return Promise.resolve();
    },
  });
  return { commands, asked, read, shown, cluster };
}

describe('Open Log File…', () => {
  it('asks for the machine and the file, and opens it as a document', async () => {
    const { commands, asked, read, shown } = setup(['taskmanager-1', 'flink.log.1']);
    expect(await commands.openLogFile.run({})).toBe('flink.log.1');
    expect(asked).toEqual(['The machine whose log files to list', 'The log file of taskmanager-1 to open']);
    expect(read).toEqual([{ machine: { kind: 'taskmanager', id: 'taskmanager-1-1700000000' }, name: 'flink.log.1' }]);
    expect(shown.get('taskmanager-1-flink.log.1.log')).toBe('INFO started\n');
  });

  it('says at the top how much of a big file is left out', async () => {
    const tail = { text: 'the end\n', totalBytes: 20 * 1024 * 1024, skippedBytes: 16 * 1024 * 1024 };
    const { commands, shown } = setup([], { tail });
    await commands.openLogFile.run({ instance: 'jobmanager', file: 'flink.log' });
    expect(shown.get('jobmanager-flink.log')).toBe('──── The first 16 MB of 20 MB are left out. ────\nthe end\n');
  });

  it('shows no control sequence, and takes no path from the name of a file', async () => {
    const { commands, shown } = setup([], { tail: { ...whole, text: '\u001b[31mERROR\u001b[0m\nx\u0007\n' } });
    await commands.openLogFile.run({ instance: 'jobmanager', file: '../../etc/passwd' });
    expect(Array.from(shown)).toEqual([['jobmanager-passwd.log', 'ERROR\nx␇\n']]);
  });

  it('offers the machines that Flink knows where the environment has none', async () => {
    const remote = environment({
      kind: 'remote',
      phase: 'running',
      endpoints: { rest: 'http://flink.example:8081', brokers: [] },
    });
    const { commands, cluster, read } = setup(['10.0.0.7:4321-ab'], { snapshot: remote });
    cluster.set({
      ...cluster.value,
      taskManagers: { state: 'ready', value: [taskManager({ id: '10.0.0.7:4321-ab' })], readAt: 1 },
    });
    await commands.threadDump.run({});
    expect(read).toEqual([{ machine: { kind: 'taskmanager', id: '10.0.0.7:4321-ab' } }]);
  });

  it('says what there is instead of a machine that ended', async () => {
    const snapshot = runningEnvironment({
      services: [{ name: 'taskmanager', instances: [taskManagerInstance(1, { state: 'killed' })] }],
    });
    const { commands } = setup([], { snapshot });
    await expect(commands.openLogFile.run({ instance: 'taskmanager-1' })).rejects.toMatchObject({
      kind: 'notFound',
      remedy: 'It has: jobmanager.',
    });
  });

  it('says that nothing runs', async () => {
    const { commands } = setup([], { snapshot: environment() });
    await expect(commands.threadDump.run({})).rejects.toMatchObject({ kind: 'input' });
    await expect(commands.showLogs.run({})).rejects.toMatchObject({ kind: 'input' });
  });
});

describe('Show Thread Dump', () => {
  it('opens what the threads of the machine do', async () => {
    const { commands, shown } = setup(['jobmanager']);
    expect(await commands.threadDump.run({})).toBe('jobmanager');
    expect(shown.get('jobmanager-threads.log')).toBe('"main" Id=1 RUNNABLE');
  });
});

describe('Show Logs…', () => {
  it('follows the log of the instance that was picked', async () => {
    const { commands, shown } = setup(['kafka']);
    expect(await commands.showLogs.run({})).toBe('kafka');
    expect(shown.get('kafka')).toBe('followed');
  });
});
