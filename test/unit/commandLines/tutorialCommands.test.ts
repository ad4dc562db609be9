import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CommandPlaces } from '../../../src/core/commandLines/commandPlaces';
import { gatherFacts, type FactsClient } from '../../../src/core/commandLines/gatherFacts';
import { tutorialCommands, type CommandFacts } from '../../../src/core/commandLines/tutorialCommands';
import { writeDocument, writeForm, type WritingOptions } from '../../../src/core/commandLines/writeCommands';
import { Store } from '../../../src/core/state/store';
import { PlaygroundError } from '../../../src/core/util/errors';
import { instance, runningEnvironment, taskManagerInstance } from '../../support/builders/environment';
import { jobDetail, jobOverview, vertex } from '../../support/builders/flink';

const posix: WritingOptions = { shell: 'posix', restUrl: 'http://127.0.0.1:8081' };
const powershell: WritingOptions = { shell: 'powershell', restUrl: 'http://127.0.0.1:8081' };

const local: CommandPlaces = {
  kind: 'local',
  flink: ['/home/me/flink playground/local/bin/flink'],
  consoleConsumer: ['/home/me/bin/kafka-console-consumer.sh', '--bootstrap-server', '127.0.0.1:9092'],
  job: {
    jar: '/home/me/jars/click-event-count-1.0.jar',
    file: '/home/me/jars/click-event-count-1.0.jar',
    arguments: ['--bootstrap.servers', '127.0.0.1:9092', '--checkpointing', '--event-time'],
    classPath: [],
    configuration: { 'pipeline.classpaths': 'file:///jars/connector.jar;file:///jars/clients.jar' },
  },
  savepoints: '/home/me/data/savepoints',
  logs: { jobmanager: '/home/me/logs/jobmanager.log', 'taskmanager-1': '/home/me/logs/taskmanager-1.log' },
};

const windows: CommandPlaces = {
  ...local,
  flink: [String.raw`C:\Users\Zoë O'Neil\flink.cmd`],
  job: { ...local.job, jar: String.raw`C:\jars\click.jar`, file: String.raw`C:\jars\click.jar` },
};

const compose: CommandPlaces = {
  kind: 'compose',
  engine: ['docker'],
  compose: ['docker', 'compose', '-p', 'flink-playground'],
  flink: ['docker', 'compose', '-p', 'flink-playground', 'run', '--rm', '--no-deps', 'client', 'flink'],
  consoleConsumer: [
    'docker',
    'compose',
    '-p',
    'flink-playground',
    'exec',
    'kafka',
    'kafka-console-consumer.sh',
    '--bootstrap-server',
    'localhost:9092',
  ],
  job: {
    jar: '/opt/click-event-count-1.0.jar',
    arguments: ['--bootstrap.servers', 'kafka:9092', '--checkpointing', '--event-time'],
    classPath: ['file:///opt/connector/kafka.jar'],
  },
  listSavepoints: ['docker', 'compose', '-p', 'flink-playground', 'exec', 'jobmanager', 'ls', '-la', '/savepoints'],
  containers: {
    jobmanager: 'flink-playground-jobmanager-1',
    'taskmanager-1': 'flink-playground-taskmanager-1',
    'taskmanager-2': 'flink-playground-taskmanager-2',
  },
};

function facts(changes: Partial<CommandFacts> = {}): CommandFacts {
  return {
    places: local,
    instances: [
      instance({ service: 'jobmanager' }),
      taskManagerInstance(1),
      taskManagerInstance(2, { state: 'killed' }),
    ],
    job: { id: '694d7c9d4f1f4b8e9a7e0d3c5b1a2f60', parallelism: 2 },
    savepoint: '/home/me/data/savepoints/savepoint-694d7c-2a9dafb8eb8b',
    triggerId: '0123456789abcdef0123456789abcdef',
    ...changes,
  };
}

function golden(name: string): string {
  return join(import.meta.dirname, '..', '..', 'fixtures', 'commandLines', name);
}

describe('the command lines of the tutorial', () => {
  it.each<[string, CommandFacts, WritingOptions]>([
    ['local.sh', facts(), posix],
    ['local-uploaded.sh', facts({ jarId: '4f1f_click-event-count-1.0.jar' }), posix],
    ['local.ps1', facts({ places: windows }), powershell],
    ['compose.sh', facts({ places: compose }), posix],
    ['remote.sh', facts({ places: { kind: 'remote' }, instances: [] }), posix],
  ])('are as in %s', async (file, known, options) => {
    const text = writeDocument('Command lines', tutorialCommands(known), options);
    await expect(text).toMatchFileSnapshot(golden(file));
  });

  it("keep the tutorial's placeholders where nothing is known", () => {
    const { job: _job, savepoint: _savepoint, ...rest } = facts();
    const entries = tutorialCommands(rest);
    const stop = entries.find(({ id }) => id === 'job.stop')?.forms.map((form) => writeForm(form, posix));
    expect(stop?.[0]).toBe("'/home/me/flink playground/local/bin/flink' stop '<job-id>'");
    expect(stop?.[1]).toContain("'http://127.0.0.1:8081/jobs/<job-id>/stop'");
  });

  it('let no name begin a line of its own', () => {
    const hostile = instance({ service: 'jobmanager', id: 'jobmanager\nrm -rf ~' });
    const entries = tutorialCommands(facts({ instances: [hostile] }));
    const text = writeDocument('Command\nlines', entries, posix);
    expect(text.split('\n').filter((line) => line.startsWith('rm') || line.startsWith('lines'))).toEqual([]);
  });
});

describe('the ids that are filled in', () => {
  const environment = {
    snapshot: new Store(runningEnvironment()),
    commandPlaces: () => Promise.resolve(local),
  };
  const never = new AbortController().signal;
  const client: FactsClient = {
    jobs: () =>
      Promise.resolve([
        jobOverview({ id: 'other', name: 'Other', startTime: 9 }),
        jobOverview({ id: 'old', startTime: 1 }),
        jobOverview({ id: 'new', startTime: 2 }),
        jobOverview({ id: 'ended', startTime: 3, state: 'FINISHED' }),
      ]),
    job: (id) => Promise.resolve(jobDetail({ id, vertices: [vertex(), vertex({ parallelism: 3 })] })),
    jars: () =>
      Promise.resolve([
        { id: 'a_click-event-count-1.0-x.jar', name: 'click-event-count-1.0-x.jar', uploadedAt: 1, entryClasses: [] },
        { id: 'b_click-event-count-1.0-y.jar', name: 'click-event-count-1.0-y.jar', uploadedAt: 2, entryClasses: [] },
        { id: 'c_own.jar', name: 'own.jar', uploadedAt: 3, entryClasses: [] },
      ]),
  };

  it('are those of the newest job of ours that runs, and of its jar', async () => {
    const found = await gatherFacts(environment, client, undefined, never);
    expect(found.job).toEqual({ id: 'new', parallelism: 3 });
    expect(found.jarId).toBe('b_click-event-count-1.0-y.jar');
    expect(found.triggerId).toMatch(/^[0-9a-f]{32}$/);
  });

  it('are those of the job that was asked for', async () => {
    expect((await gatherFacts(environment, client, 'other', never)).job?.id).toBe('other');
  });

  it('are left open while Flink does not answer', async () => {
    const silent = (): Promise<never> => Promise.reject(new PlaygroundError('unreachable', 'No answer.'));
    const found = await gatherFacts(environment, { jobs: silent, job: silent, jars: silent }, undefined, never);
    expect(found.job).toBeUndefined();
    expect(found.places).toBe(local);
  });
});
