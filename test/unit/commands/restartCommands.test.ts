import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { restartCommands } from '../../../src/commands/restartCommands';
import type { ClusterState } from '../../../src/core/engineApi';
import type { JobFacts } from '../../../src/core/savepoints/jobFacts';
import type { JobOperations } from '../../../src/core/savepoints/jobOperations';
import { savepointPath } from '../../../src/core/savepoints/savepointPath';
import { succeeded } from '../../../src/core/state/resource';
import type { JobOverview } from '../../../src/shared/model/flink';
import type { KnownRecipe, Restarted } from '../../../src/shared/model/operations';
import type { SavepointEntry, StoredSavepoint } from '../../../src/shared/model/savepoints';
import { commandServices } from '../../support/builders/commandServices';
import { engineDouble } from '../../support/builders/engine';
import { runningEnvironment } from '../../support/builders/environment';
import { jobDetail, jobOverview, noon, taskManager, tasks, vertex } from '../../support/builders/flink';

const job = jobOverview();
const path = '/data/savepoints/savepoint-694d7c-2a9dafb8eb8b';
const args = ['--bootstrap.servers', '127.0.0.1:9092', '--checkpointing', '--event-time'];
const ours: KnownRecipe = { jar: { from: 'playground', version: 'v1' }, args, parallelism: 2 };
const foreign: KnownRecipe = { args: ['--name', 'two words'], parallelism: 1 };

const facts: JobFacts = {
  job: jobDetail({ vertices: [vertex({ parallelism: 2, tasks: tasks({ RUNNING: 2 }) })] }),
  overview: { flinkVersion: '2.2.1', taskManagers: 1, slotsTotal: 2, slotsAvailable: 0 },
  taskManagers: [taskManager({ slotsTotal: 2, slotsFree: 0 })],
};

const readNow = (jobs: readonly JobOverview[]): ClusterState => ({
  overview: succeeded(facts.overview, Date.now()),
  taskManagers: succeeded(facts.taskManagers, Date.now()),
  jobs: succeeded(jobs, Date.now()),
});

const stored: StoredSavepoint = {
  path,
  kind: 'savepoint',
  condition: 'whole',
  jobId: '694d7c',
  filesChecked: 0,
  filesUnknown: 0,
};

const entry: SavepointEntry = {
  key: path,
  path: `file:${path}`,
  kind: 'savepoint',
  condition: 'whole',
  jobId: job.id,
  jobName: job.name,
  at: noon,
  drained: false,
  restores: [],
  filesUnknown: 0,
};

function setup(
  answers: readonly (string | readonly string[] | undefined)[] = [],
  options: {
    readonly jobs?: readonly JobOverview[];
    readonly recipe?: KnownRecipe;
    readonly files?: StoredSavepoint;
    readonly slotsAvailable?: number;
  } = {},
) {
  const { jobs = [job], recipe = ours, files = stored, slotsAvailable = 2 } = options;
  const done: unknown[] = [];
  const restarted: Restarted = { operationId: 'o', jobId: 'next', parallelism: 2, state: 'running', downtimeMs: 340 };
  const note =
    <T>(what: string, result: T) =>
    (...given: readonly unknown[]): Promise<T> => {
      done.push([what, given[0]]);
      return Promise.resolve(result);
    };
  const operations: Partial<JobOperations> = {
    recipeOf: () => Promise.resolve(recipe),
    remember: (name, what) => {
      done.push(['remember', name, what]);
      return Promise.resolve();
    },
    restart: note('restart', restarted),
    restore: note('restore', restarted),
  };
  const double = engineDouble(
    {
      environment: {
        scaleTaskManagers: note('scale', undefined),
        savepointStore: {
          restMs: 0,
          list: () => Promise.resolve([]),
          stat: (at) => Promise.resolve({ ...files, path: savepointPath(at) }),
          delete: () => Promise.resolve(),
          seenByAll: () => true,
          folder: () => Promise.resolve('/data/savepoints'),
        },
      },
      operations,
      savepoints: { read: () => Promise.resolve([entry]) },
      jobFacts: () => Promise.resolve(facts),
      slotFacts: () =>
        Promise.resolve({ taskManagers: facts.taskManagers, overview: { ...facts.overview, slotsAvailable } }),
    },
    runningEnvironment(),
  );
  double.engine.cluster.poke = () => void setImmediate(() => double.cluster.set(readNow(jobs)));
  const { services, asked, hints } = commandServices(double.engine, answers);
  return { commands: restartCommands(services), asked, hints, done };
}

describe('Restart Job from Savepoint…', () => {
  it('restarts the only job as it is with one more key press', async () => {
    const { commands, asked, done, hints } = setup(['As it is']);
    await commands['job.restart'].run({});
    expect(asked).toEqual(['What is to be different?']);
    expect(done).toEqual([['restart', { jobId: job.id, jar: ours.jar }]]);
    expect(hints).toEqual(['The job runs with parallelism 2, after 0.3 s without it.']);
  });

  it('switches flags, and says before what is lost with --event-time', async () => {
    const { commands, asked, done } = setup(['With other flags…', ['--checkpointing', '--backpressure'], 'yes']);
    await commands['job.restart'].run({});
    expect(asked).toEqual([
      'What is to be different?',
      'Arguments of the Click Event Count job',
      'Click Event Count: before you go on',
    ]);
    expect(done).toMatchObject([
      ['restart', { args: ['--bootstrap.servers', '127.0.0.1:9092', '--checkpointing', '--backpressure'] }],
    ]);
  });

  it('upgrades to version 2 without a warning, and to version 3 with one', async () => {
    const second = setup(['With version 2 of the job']);
    await second.commands['job.restart'].run({});
    expect(second.done).toMatchObject([['restart', { jar: { from: 'playground', version: 'v2' } }]]);
    const third = setup(['With version 3 of the job', 'no']);
    expect(await third.commands['job.restart'].run({})).toBeUndefined();
    expect(third.done).toEqual([]);
  });

  it('looks for slots when the parallelism is changed', async () => {
    const { commands, asked, done } = setup(['With other parallelism…', '3', 'Rescale anyway']);
    await commands['job.restart'].run({});
    expect(asked.at(-1)).toBe('Parallelism 3 needs 3 slots, and 2 will be there');
    expect(done).toMatchObject([['restart', { parallelism: 3, acceptWaiting: true }]]);
  });

  it('warns before a drain, after which windows come in two parts', async () => {
    const { commands, done } = setup(['no']);
    expect(await commands['job.restart'].run({ drain: true })).toBeUndefined();
    expect(done).toEqual([]);
  });

  it('asks nothing when our own code says everything', async () => {
    const { commands, asked, done } = setup();
    await commands['job.restart'].run({ job: job.id, jar: 'v2', confirmed: true });
    expect(asked).toEqual([]);
    expect(done).toMatchObject([['restart', { jar: { version: 'v2' } }]]);
  });

  it.each([0, -1, 1.5, 129])('refuses parallelism %d', async (parallelism) => {
    const { commands, done } = setup();
    await expect(commands['job.restart'].run({ parallelism, confirmed: true })).rejects.toMatchObject({
      kind: 'input',
    });
    expect(done).toEqual([]);
  });

  describe('of somebody else’s job', () => {
    let directory: string;
    let jar: string;

    beforeEach(() => {
      directory = mkdtempSync(join(tmpdir(), 'jar-'));
      jar = join(directory, 'job.jar');
      writeFileSync(jar, '');
    });

    afterEach(() => rmSync(directory, { recursive: true, force: true }));

    it('asks for its jar once, and remembers it', async () => {
      const missing = join(directory, 'gone.jar');
      const answers = ['job.txt', 'job.jar', missing, jar, 'not a class', 'org.example.Job', 'As it is'];
      const { commands, asked, done } = setup(answers, { recipe: foreign });
      await commands['job.restart'].run({});
      expect(asked).toEqual([
        'Path of the jar with the job',
        'The name of the file must end in .jar.',
        'Give the whole path, from the root.',
        'There is no such file that can be read.',
        'Main class; empty where the jar’s manifest names it',
        'That is no name of a class.',
        'What is to be different?',
      ]);
      const known = { jar: { from: 'file', path: jar }, entryClass: 'org.example.Job' };
      expect(done).toMatchObject([
        ['remember', job.name, known],
        ['restart', { jar: known.jar }],
      ]);
    });

    it('says that a changed plan may not find its state', async () => {
      const recipe: KnownRecipe = { ...foreign, jar: { from: 'file', path: jar } };
      const { commands, asked, done } = setup(['With other arguments…', '--name "three words', '--name three', 'yes'], {
        recipe,
      });
      await commands['job.restart'].run({});
      expect(asked).toContain('A quotation mark is not closed.');
      expect(asked.at(-1)).toBe('Click Event Count: before you go on');
      expect(done).toMatchObject([['restart', { args: ['--name', 'three'] }]]);
    });
  });
});

describe('Restore Job from Savepoint…', () => {
  it('restores the job as it was', async () => {
    const { commands, done } = setup(['As it was'], { jobs: [] });
    await commands['savepoint.restore'].run({ savepoint: path });
    expect(done).toEqual([['restore', { savepointPath: `file:${path}`, ...ours }]]);
  });

  it('lets the person choose, or type a path, which must be one', async () => {
    const chosen = setup(['Click Event Count', 'As it was'], { jobs: [] });
    await chosen.commands['savepoint.restore'].run({});
    expect(chosen.done).toMatchObject([['restore', { savepointPath: `file:${path}` }]]);
    const typed = setup(['Another path…', '../sp', 's3://bucket/sp', '/other/sp', 'Click Event Count', 'As it was'], {
      jobs: [],
    });
    await typed.commands['savepoint.restore'].run({});
    expect(typed.asked).toContain('The path "../sp" does not begin at the root.');
    expect(typed.asked).toContainEqual(expect.stringMatching(/"s3" cannot be looked at/));
    expect(typed.done).toMatchObject([
      [
        'restore',
        {
          savepointPath: '/other/sp',
          jar: { from: 'playground', version: 'v1' },
          args: ['--checkpointing', '--event-time'],
        },
      ],
    ]);
  });

  it.each([
    ['missing', /There is nothing at/],
    ['notASavepoint', /is not a savepoint/],
    ['halfWritten', /is not whole: half/],
  ] as const)('refuses one that is %s', async (condition, message) => {
    const { commands, done } = setup([], { files: { ...stored, condition, problem: 'half' } });
    await expect(commands['savepoint.restore'].run({ savepoint: path, confirmed: true })).rejects.toMatchObject({
      kind: 'input',
      message: expect.stringMatching(message) as string,
    });
    expect(done).toEqual([]);
  });

  it('warns before a second job would write to the same topic', async () => {
    const { commands, asked, done } = setup(['As it was', 'no']);
    expect(await commands['savepoint.restore'].run({ savepoint: path })).toBeUndefined();
    expect(asked.at(-1)).toBe('Click Event Count is running already. Restore a second one?');
    expect(done).toEqual([]);
  });

  it('offers to add TaskManagers for the parallelism that is wanted', async () => {
    const { commands, asked, done } = setup(['With other parallelism…', '5', 'Scale TaskManagers to 3 first'], {
      jobs: [],
    });
    await commands['savepoint.restore'].run({ savepoint: path });
    expect(asked.at(-1)).toBe('Parallelism 5 needs 5 slots, and 2 will be there');
    expect(done).toMatchObject([
      ['scale', 3],
      ['restore', { parallelism: 5 }],
    ]);
  });

  it('lets the job wait for its slots', async () => {
    const { commands, done } = setup(['As it was', 'Restore anyway'], { jobs: [], slotsAvailable: 0 });
    await commands['savepoint.restore'].run({ savepoint: path });
    expect(done).toMatchObject([['restore', { parallelism: 2, acceptWaiting: true }]]);
  });

  it('restores nothing when nobody says how to come by the slots', async () => {
    const { commands, done } = setup(['As it was', undefined], { jobs: [], slotsAvailable: 0 });
    expect(await commands['savepoint.restore'].run({ savepoint: path })).toBeUndefined();
    expect(done).toEqual([]);
  });

  it('says that a savepoint of other data does not fit', async () => {
    const { commands, asked } = setup(['As it was', 'no'], {
      jobs: [],
      files: { ...stored, origin: 'flink-1.20.5-kraft' },
    });
    expect(await commands['savepoint.restore'].run({ savepoint: path })).toBeUndefined();
    expect(asked.at(-1)).toBe('Click Event Count: before you go on');
  });
});
