import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HeldLock } from '../../../src/core/environment/common/lock';
import { StateFile, type LocalState } from '../../../src/core/environment/local/stateFile';
import { PlaygroundError } from '../../../src/core/util/errors';

const held: HeldLock = { generation: 12, assertHeld: async () => undefined, release: async () => undefined };

const state: LocalState = {
  version: 1,
  generation: 0,
  profiles: { 'flink-2.2.1-kraft': { kafkaClusterId: 'abc', retiredJobs: [] } },
};

describe('the record of what runs', () => {
  let folder: string;
  let path: string;
  let file: StateFile;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'state-'));
    path = join(folder, 'state.json');
    file = new StateFile(path, () => 42);
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('is empty where there is none', async () => {
    await expect(file.load()).resolves.toEqual({ state: { version: 1, generation: 0, profiles: {} } });
  });

  it('comes back as it was written, with the number of the transition', async () => {
    await file.save(state, held);
    await expect(file.load()).resolves.toEqual({ state: { ...state, generation: 12 } });
  });

  it.each([0, 1, 20, 60])('is put aside when it is cut after %i bytes', async (length) => {
    await file.save(state, held);
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.slice(0, length));
    const loaded = await file.load();
    expect(loaded.state.profiles).toEqual({});
    expect(loaded.damaged).toEqual({ keptAs: `${path}.damaged-42` });
    await expect(readFile(`${path}.damaged-42`, 'utf8')).resolves.toBe(text.slice(0, length));
  });

  it('of a newer version is refused and left as it is', async () => {
    await writeFile(path, '{"version":2,"something":"new"}');
    await expect(file.load()).rejects.toMatchObject({ kind: 'state', remedy: expect.any(String) as string });
    expect(await readdir(folder)).toEqual(['state.json']);
  });

  it('is not written by an owner that was overtaken', async () => {
    const lost: HeldLock = {
      ...held,
      assertHeld: () => Promise.reject(new PlaygroundError('busy', 'overtaken')),
    };
    await expect(file.save(state, lost)).rejects.toMatchObject({ kind: 'busy' });
    expect(await readdir(folder)).toEqual([]);
  });
});
