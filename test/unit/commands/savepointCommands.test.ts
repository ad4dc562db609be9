import { describe, expect, it } from 'vitest';
import { savepointCommands } from '../../../src/commands/savepointCommands';
import type { OperationView } from '../../../src/shared/model/operations';
import type { SavepointEntry } from '../../../src/shared/model/savepoints';
import { commandServices } from '../../support/builders/commandServices';
import { engineDouble } from '../../support/builders/engine';
import { runningEnvironment } from '../../support/builders/environment';
import { noon } from '../../support/builders/flink';
import { operationView } from '../../support/builders/operations';

const path = '/data/savepoints/savepoint-694d7c-2a9dafb8eb8b';
const entry: SavepointEntry = {
  key: path,
  path: `file:${path}`,
  kind: 'savepoint',
  condition: 'whole',
  jobName: 'Click Event Count',
  at: noon,
  drained: false,
  restores: [],
  filesUnknown: 0,
};

function setup(
  answers: readonly (string | undefined)[] = [],
  options: { readonly open?: readonly OperationView[]; readonly folder?: string | undefined } = {},
) {
  const done: unknown[] = [];
  const note =
    <T>(what: string, result: T) =>
    (...given: readonly unknown[]): Promise<T> => {
      done.push([what, ...given.slice(0, 2)]);
      return Promise.resolve(result);
    };
  const double = engineDouble(
    {
      environment: {
        savepointStore: {
          restMs: 0,
          list: () => Promise.resolve([]),
          stat: () => Promise.reject(new Error('not asked for')),
          delete: () => Promise.reject(new Error('the monitor deletes')),
          seenByAll: () => true,
          folder: () => Promise.resolve('folder' in options ? options.folder : '/data/savepoints'),
        },
      },
      savepoints: {
        read: () => Promise.resolve([entry]),
        delete: (at) => {
          done.push(['delete', at]);
          return Promise.resolve();
        },
      },
      operations: {
        resume: note('resume', { operationId: 'o', jobId: 'n', parallelism: 2, state: 'running' as const }),
        dismiss: note('dismiss', undefined),
      },
    },
    runningEnvironment(),
  );
  double.operations.set(options.open ?? []);
  const { services, asked, hints } = commandServices(double.engine, answers);
  const shown: string[] = [];
  const commands = savepointCommands({
    ...services,
    copy: (text) => {
      shown.push(text);
      return Promise.resolve();
    },
    reveal: (folder) => {
      shown.push(folder);
      return Promise.resolve();
    },
  });
  return { commands, asked, hints, done, shown };
}

describe('Delete Savepoint…', () => {
  it('names it and asks', async () => {
    const { commands, asked, done } = setup(['no', 'yes']);
    expect(await commands['savepoint.delete'].run({ savepoint: path })).toBeUndefined();
    expect(await commands['savepoint.delete'].run({ savepoint: path })).toBe(`file:${path}`);
    expect(asked).toEqual(['Delete this savepoint?', 'Delete this savepoint?']);
    expect(done).toEqual([['delete', `file:${path}`]]);
  });

  it('lets the person choose which', async () => {
    const { commands, done } = setup(['Click Event Count', 'yes']);
    await commands['savepoint.delete'].run({});
    expect(done).toEqual([['delete', `file:${path}`]]);
  });
});

describe('Copy Savepoint Path', () => {
  it('copies it as Flink takes it', async () => {
    const { commands, shown } = setup();
    await commands['savepoint.copyPath'].run({ savepoint: path });
    expect(shown).toEqual([`file:${path}`]);
  });
});

describe('Reveal Savepoint Folder', () => {
  it('shows the folder of one, or that of all', async () => {
    const { commands, shown } = setup();
    await commands['savepoint.reveal'].run({ savepoint: `file:${path}` });
    await commands['savepoint.reveal'].run({});
    expect(shown).toEqual([path, '/data/savepoints']);
  });

  it('says so where they lie on no folder of this machine', async () => {
    const { commands } = setup([], { folder: undefined });
    await expect(commands['savepoint.reveal'].run({ savepoint: path })).rejects.toMatchObject({ kind: 'input' });
  });
});

const resumable = operationView({
  state: 'resumable',
  choices: ['wanted', 'previous'],
  dismissable: true,
  summary: 'The job was stopped.',
});

describe('Resume Operation', () => {
  it('goes on with the only one, as it was meant to or as before', async () => {
    const { commands, done } = setup(['As it was before'], { open: [resumable] });
    await commands['operation.resume'].run({});
    expect(done).toEqual([['resume', resumable.id, { choice: 'previous' }]]);
  });

  it('asks nothing where there is one way only', async () => {
    const { commands, asked, done } = setup([], { open: [{ ...resumable, choices: ['wanted'] }] });
    await commands['operation.resume'].run({ operation: resumable.id });
    expect([asked, done]).toEqual([[], [['resume', resumable.id, { choice: 'wanted' }]]]);
  });

  it('says that nothing was left in the middle, or that it is closed meanwhile', async () => {
    await expect(setup().commands['operation.resume'].run({})).rejects.toMatchObject({ kind: 'input' });
    await expect(setup().commands['operation.resume'].run({ operation: 'x' })).rejects.toMatchObject({ kind: 'input' });
  });
});

describe('Dismiss Operation…', () => {
  it('asks while it could still be finished', async () => {
    const { commands, asked, done } = setup(['no', 'yes'], { open: [resumable] });
    expect(await commands['operation.dismiss'].run({})).toBeUndefined();
    expect(await commands['operation.dismiss'].run({})).toBe(resumable.id);
    expect(asked).toEqual(['Dismiss this operation?', 'Dismiss this operation?']);
    expect(done).toEqual([['dismiss', resumable.id]]);
  });

  it('only takes notice of one that is finished or lost', async () => {
    const { commands, asked } = setup([], { open: [{ ...resumable, state: 'lost', choices: [] }] });
    await commands['operation.dismiss'].run({});
    expect(asked).toEqual([]);
  });
});
