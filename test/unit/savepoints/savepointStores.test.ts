import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ContainerSavepointStore } from '../../../src/core/environment/compose/containerSavepoints';
import { DiskSavepointStore, type SavepointFolders } from '../../../src/core/savepoints/diskSavepointStore';
import type { SavepointStore } from '../../../src/core/savepoints/savepointStore';
import { savepointMetadata, writeSavepoint } from '../../support/builders/savepointFiles';

const job = '694d7c00000000000000000000000000';
const file = '0d0c1c5e-1234-4abc-8def-0123456789ab';
const { signal } = new AbortController();

/** What a container runs, on this machine. */
const exec = async ([command = '', ...args]: readonly string[]): Promise<string> => (await execa(command, args)).stdout;

const stores: Readonly<Record<string, (folders: SavepointFolders) => SavepointStore>> = {
  'folders of this machine': (folders) => new DiskSavepointStore({ folders: () => Promise.resolve([folders]) }),
  // The programs of the images are GNU's, as Linux has them.
  ...(process.platform === 'linux'
    ? { 'volumes of containers': (folders) => new ContainerSavepointStore({ ...folders, exec }) }
    : {}),
};

describe.each(Object.entries(stores))('savepoints in %s', (_where, create) => {
  let root: string;
  let folders: SavepointFolders;
  let store: SavepointStore;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'savepoints-'));
    folders = { savepoints: join(root, 'savepoints'), checkpoints: join(root, 'checkpoints') };
    store = create(folders);
  });

  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const savepoint = (name = 'savepoint-694d7c-2a9dafb8eb8b'): string => join(folders.savepoints, name);
  const checkpoint = (number = 7): string => join(folders.checkpoints, job, `chk-${number}`);

  it('has nothing where nothing was written', async () => {
    expect(await store.list(signal)).toEqual([]);
  });

  it('knows a savepoint by its name, with its job, its size and its time', async () => {
    writeSavepoint(savepoint(), { extra: 'abc' });
    utimesSync(join(savepoint(), '_metadata'), 1_700_000_000, 1_700_000_000);
    expect(await store.list(signal)).toEqual([
      {
        path: savepoint(),
        kind: 'savepoint',
        condition: 'whole',
        jobId: '694d7c',
        sizeBytes: savepointMetadata().length + 3,
        writtenAt: 1_700_000_000_000,
        filesChecked: 0,
        filesUnknown: 0,
      },
    ]);
  });

  it('finds the savepoint in the folder of its operation', async () => {
    const path = writeSavepoint(join(folders.savepoints, 'restart-1', 'savepoint-694d7c-2a9dafb8eb8b'));
    expect((await store.list(signal)).map((each) => each.path)).toEqual([path]);
  });

  it('knows checkpoints that were kept, with their number and their job', async () => {
    writeSavepoint(checkpoint(7));
    const [stored] = await store.list(signal);
    expect(stored).toMatchObject({ kind: 'checkpoint', condition: 'whole', jobId: job, checkpointId: 7 });
  });

  it('lists the newest first', async () => {
    const names = ['savepoint-694d7c-000000000001', 'savepoint-694d7c-000000000002'];
    names.forEach((name, index) => {
      writeSavepoint(savepoint(name));
      utimesSync(join(savepoint(name), '_metadata'), 1000 + index, 1000 + index);
    });
    expect((await store.list(signal)).map(({ path }) => path)).toEqual(names.map(savepoint).toReversed());
  });

  it('says whose data it is when it is not that of what runs', async () => {
    writeSavepoint(savepoint());
    store = new DiskSavepointStore({ folders: () => Promise.resolve([{ ...folders, origin: 'flink-1.20.5-kraft' }]) });
    expect(await store.list(signal)).toMatchObject([{ origin: 'flink-1.20.5-kraft' }]);
    expect(await store.stat(savepoint(), signal)).toMatchObject({ origin: 'flink-1.20.5-kraft' });
  });

  describe('when a part is missing', () => {
    it('is half-written without its metadata', async () => {
      mkdirSync(savepoint(), { recursive: true });
      expect(await store.list(signal)).toMatchObject([
        { condition: 'halfWritten', problem: expect.stringMatching(/_metadata is missing/) },
      ]);
    });

    it('is half-written when its metadata is empty', async () => {
      writeSavepoint(savepoint(), { _metadata: '' });
      expect(await store.list(signal)).toMatchObject([
        { condition: 'halfWritten', problem: expect.stringMatching(/cannot be read/) },
      ]);
    });

    it.each([16, 17, 60])('is half-written when its metadata ends after %i bytes', async (length) => {
      const metadata = savepointMetadata([{ name: file, size: 4 }]).subarray(0, length);
      writeSavepoint(savepoint(), { _metadata: metadata, [file]: 'abcd' });
      expect(await store.list(signal)).toMatchObject([
        { condition: 'halfWritten', problem: expect.stringMatching(/_metadata is cut short/) },
      ]);
    });

    it('is taken as it is when its metadata is of a version that nobody knows', async () => {
      const metadata = savepointMetadata().subarray(0, 30);
      metadata.writeUInt32BE(99, 4);
      writeSavepoint(savepoint(), { _metadata: metadata });
      expect(await store.list(signal)).toMatchObject([{ condition: 'whole' }]);
    });

    it('is half-written without a file that its metadata names', async () => {
      writeSavepoint(savepoint(), { _metadata: savepointMetadata([{ name: file, size: 4 }]) });
      expect(await store.list(signal)).toMatchObject([
        { condition: 'halfWritten', problem: expect.stringContaining(file) },
      ]);
    });

    it('is half-written when such a file is cut short', async () => {
      writeSavepoint(savepoint(), { _metadata: savepointMetadata([{ name: file, size: 4 }]), [file]: 'abc' });
      expect(await store.list(signal)).toMatchObject([{ condition: 'halfWritten', filesChecked: 1 }]);
    });

    it('is whole with all of them', async () => {
      writeSavepoint(savepoint(), { _metadata: savepointMetadata([{ name: file, size: 4 }]), [file]: 'abcd' });
      expect(await store.list(signal)).toMatchObject([{ condition: 'whole', filesChecked: 1, filesUnknown: 0 }]);
    });

    it('looks for files that lie elsewhere on this machine', async () => {
      const gone = { name: `file:${join(root, 'checkpoints', 'shared', file)}`, size: 1 };
      writeSavepoint(checkpoint(), { _metadata: savepointMetadata([], [gone]) });
      expect(await store.list(signal)).toMatchObject([{ condition: 'halfWritten', filesChecked: 1 }]);
    });

    it('says of files in another file system that they are not known', async () => {
      const remote = { name: 's3://bucket/shared/1', size: 1 };
      writeSavepoint(checkpoint(), { _metadata: savepointMetadata([], [remote]) });
      expect(await store.list(signal)).toMatchObject([{ condition: 'whole', filesChecked: 0, filesUnknown: 1 }]);
    });
  });

  describe('looked at by its path', () => {
    it('is missing where nothing is', async () => {
      expect(await store.stat(join(root, 'nowhere'), signal)).toMatchObject({ condition: 'missing' });
    });

    it('is not a savepoint where something else is', async () => {
      expect(await store.stat(root, signal)).toMatchObject({ condition: 'notASavepoint' });
    });

    it('is not a savepoint when the metadata is somebody else’s', async () => {
      const path = writeSavepoint(join(root, 'other'), { _metadata: 'not a word of Flink in it' });
      expect(await store.stat(path, signal)).toMatchObject({ condition: 'notASavepoint' });
    });

    it('may lie anywhere, and be named as Flink does', async () => {
      const path = writeSavepoint(join(root, 'copied'));
      expect(await store.stat(`file:${path}/_metadata`, signal)).toMatchObject({ condition: 'whole', path });
    });

    it.each(['s3://bucket/sp', '../sp', '/a/../b'])('%s is refused', async (path) => {
      await expect(store.stat(path, signal)).rejects.toMatchObject({ kind: 'input' });
    });
  });

  describe('deleted', () => {
    it('is gone, with the folder of its operation', async () => {
      const path = writeSavepoint(join(folders.savepoints, 'restart-1', 'savepoint-694d7c-2a9dafb8eb8b'));
      await store.delete(path, signal);
      expect(existsSync(join(folders.savepoints, 'restart-1'))).toBe(false);
      expect(existsSync(folders.savepoints)).toBe(true);
    });

    it('leaves another savepoint of the same operation', async () => {
      const path = writeSavepoint(join(folders.savepoints, job, 'savepoint-694d7c-000000000001'));
      const other = writeSavepoint(join(folders.savepoints, job, 'savepoint-694d7c-000000000002'));
      await store.delete(path, signal);
      expect(existsSync(other)).toBe(true);
    });

    it('takes what the last checkpoint of a job shared', async () => {
      writeSavepoint(checkpoint());
      mkdirSync(join(folders.checkpoints, job, 'shared'));
      await store.delete(checkpoint(), signal);
      expect(existsSync(join(folders.checkpoints, job))).toBe(false);
    });

    it('was deleted already', async () => {
      await expect(store.delete(savepoint(), signal)).resolves.toBeUndefined();
    });

    it('is refused outside of the folders', async () => {
      const path = writeSavepoint(join(root, 'elsewhere', 'savepoint-694d7c-2a9dafb8eb8b'));
      await expect(store.delete(path, signal)).rejects.toMatchObject({ kind: 'input' });
      expect(existsSync(path)).toBe(true);
    });

    it.each(['', 'important'])('is refused for the folder "%s", which is no savepoint', async (name) => {
      mkdirSync(join(folders.savepoints, name), { recursive: true });
      await expect(store.delete(join(folders.savepoints, name), signal)).rejects.toMatchObject({ kind: 'input' });
    });

    it('is refused through a link that leads out', async () => {
      const path = writeSavepoint(join(root, 'elsewhere', 'savepoint-694d7c-2a9dafb8eb8b'));
      mkdirSync(folders.savepoints, { recursive: true });
      symlinkSync(join(root, 'elsewhere'), join(folders.savepoints, 'link'));
      const linked = join(folders.savepoints, 'link', 'savepoint-694d7c-2a9dafb8eb8b');
      await expect(store.delete(linked, signal)).rejects.toMatchObject({ kind: 'input' });
      expect(existsSync(path)).toBe(true);
    });
  });
});
