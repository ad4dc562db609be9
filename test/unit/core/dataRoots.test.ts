import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataRoots } from '../../../src/core/dataRoots';

describe('the folders with data', () => {
  let home: string;
  let other: string;
  let roots: DataRoots;

  beforeEach(async () => {
    const directory = await mkdtemp(join(tmpdir(), 'flink-playground-roots-'));
    home = join(directory, 'home');
    other = join(directory, 'Täglich 1');
    await mkdir(other);
    roots = new DataRoots(home);
  });

  afterEach(() => rm(join(home, '..'), { recursive: true, force: true }));

  it('are the per-user one when no other was used', async () => {
    expect(await roots.list()).toEqual([home]);
  });

  it('are also those that were used', async () => {
    await roots.remember(other);
    await roots.remember(other);
    expect(await new DataRoots(home).list()).toEqual([home, other]);
  });

  it('do not have the per-user one twice', async () => {
    await roots.remember(home);
    expect(await roots.list()).toEqual([home]);
  });

  it('are forgotten when they are gone', async () => {
    await roots.remember(other);
    await rm(other, { recursive: true });
    expect(await roots.list()).toEqual([home]);
    expect(await readdir(join(home, 'roots'))).toEqual([]);
  });

  it.each(['', '{"version":1}', '{"version":1,"path":""}', 'no JSON'])(
    'are still found beside an entry that says %j',
    async (text) => {
      await roots.remember(other);
      await writeFile(join(home, 'roots', 'damaged.json'), text);
      expect(await roots.list()).toEqual([home, other]);
    },
  );
});
