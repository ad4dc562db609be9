import { describe, expect, it } from 'vitest';
import { cliCommands } from '../../../src/commands/cliCommands';
import { showCommandOfNode } from '../../../src/commands/nodes';
import type { CommandEntry } from '../../../src/core/commandLines/commandForms';
import type { TerminalCommand } from '../../../src/core/commandLines/commandPlaces';
import { nodeId } from '../../../src/core/trees/nodeIds';
import { commandServices } from '../../support/builders/commandServices';
import { engineDouble } from '../../support/builders/engine';
import { runningEnvironment } from '../../support/builders/environment';

const list: CommandEntry = {
  id: 'jobs.list',
  title: 'List running jobs',
  forms: [
    { kind: 'cli', steps: [{ kind: 'run', words: ['/bin/flink', 'list'] }] },
    { kind: 'rest', steps: [{ kind: 'request', method: 'GET', path: '/jobs' }] },
  ],
};

const kills = ['taskmanager-1', 'taskmanager-2'].map((subject, index): CommandEntry => ({
  id: 'taskManager.kill',
  subject,
  title: `Kill ${subject}`,
  forms: [{ kind: 'cli', steps: [{ kind: 'kill', pid: 200 + index }] }],
}));

const terminal: TerminalCommand = { name: 'Flink CLI', environment: {}, searchPath: ['/bin'], greeting: 'Hello' };

function setup(answers: readonly string[] = []): {
  readonly commands: ReturnType<typeof cliCommands>;
  readonly asked: readonly string[];
  readonly seen: { readonly copied: string[]; readonly opened: string[]; readonly jobs: (string | undefined)[] };
} {
  const seen = { copied: [] as string[], opened: [] as string[], jobs: [] as (string | undefined)[] };
  const { engine } = engineDouble(
    {
      environment: { flinkCli: () => Promise.resolve(terminal) },
      inspector: {
        commandLines: (job) => {
          seen.jobs.push(job);
          return Promise.resolve({ restUrl: 'http://127.0.0.1:8081', entries: [list, ...kills] });
        },
      },
    },
    runningEnvironment(),
  );
  const { services, asked } = commandServices(engine, answers);
  const commands = cliCommands({
    ...services,
    shell: 'posix',
    openTerminal: ({ name }) => seen.opened.push(name),
    showDocument: (name) => {
      seen.opened.push(name);
      return Promise.resolve();
    },
    copy: (text) => {
      seen.copied.push(text);
      return Promise.resolve();
    },
  });
  return { commands, asked, seen };
}

describe('Show Command…', () => {
  it('copies the command line that was picked', async () => {
    const { commands, asked, seen } = setup(['Kill taskmanager-2']);
    expect(await commands.showCommand.run({})).toBe('kill -9 201');
    expect(asked).toEqual(['The command line to copy']);
    expect(seen.copied).toEqual(['kill -9 201']);
  });

  it('asks nothing when the argument leaves one', async () => {
    const { commands, asked, seen } = setup();
    await commands.showCommand.run({ action: 'jobs.list', form: 'rest' });
    await commands.showCommand.run({ action: 'taskManager.kill', subject: 'taskmanager-1', shell: 'powershell' });
    expect(asked).toEqual([]);
    expect(seen.copied).toEqual(['curl http://127.0.0.1:8081/jobs', 'Stop-Process -Force -Id 200']);
  });

  it('shows all of them as a document, also from the list', async () => {
    const { commands, seen } = setup(['All command lines']);
    expect(await commands.showCommand.run({})).toContain('# ──── Kill taskmanager-1\n# Command line\nkill -9 200');
    await commands.showCommand.run({ document: true, shell: 'powershell' });
    expect(seen.opened).toEqual(['commands.sh', 'commands.ps1']);
    expect(seen.copied).toEqual([]);
  });

  it('copies nothing when it is called off', async () => {
    const { commands, seen } = setup();
    expect(await commands.showCommand.run({})).toBeUndefined();
    expect(seen.copied).toEqual([]);
  });

  it('fills in the job, and keeps to the instance, of the node from whose menu it comes', async () => {
    expect(showCommandOfNode({ id: nodeId(['job', '694d']), kind: 'job', label: '' })).toEqual({ job: '694d' });
    const node = { id: nodeId(['service', 'taskmanager'], ['instance', 'taskmanager-2']), kind: 'instance', label: '' };
    const { commands, seen } = setup();
    await commands.showCommand.run(showCommandOfNode(node));
    await commands.showCommand.run({ job: '694d', action: 'jobs.list', form: 'cli' });
    expect(seen.copied).toEqual(['kill -9 201', '/bin/flink list']);
    expect(seen.jobs).toEqual([undefined, '694d']);
  });

  it('says when there is no such command line', async () => {
    const { commands } = setup();
    await expect(commands.showCommand.run({ action: 'job.stop' })).rejects.toMatchObject({ kind: 'notFound' });
  });
});

describe('Open Flink CLI Terminal', () => {
  it('opens the terminal of the environment', async () => {
    const { commands, seen } = setup();
    expect(await commands.openFlinkCli.run({})).toBe('Flink CLI');
    expect(seen.opened).toEqual(['Flink CLI']);
  });
});
