import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { diskError } from '../../../src/core/environment/common/diskError';
import { emptyState, StateFile } from '../../../src/core/environment/local/stateFile';

describe('what cannot be written', () => {
  it.each(['ENOSPC', 'EDQUOT'])('because the disk is full is said so, with the file and a remedy (%s)', (code) => {
    expect(diskError('/data/state.json', Object.assign(new Error('write'), { code }))).toMatchObject({
      kind: 'disk',
      message: 'The disk is full: "/data/state.json" could not be written.',
      remedy: 'Free some space, then try again.',
    });
  });

  it('for another reason names it, and the setting that helps', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'disk é '));
    const path = join(folder, 'local', 'state.json');
    try {
      await writeFile(join(folder, 'local'), 'a file where a folder should be');
      const held = { generation: 1, assertHeld: () => Promise.resolve(), release: () => Promise.resolve() };
      await expect(new StateFile(path).save(emptyState, held)).rejects.toMatchObject({
        kind: 'disk',
        message: expect.stringMatching(/^".*state\.json" could not be written \((EEXIST|ENOTDIR)\)\.$/) as string,
        remedy: expect.stringContaining('flinkPlayground.local.dataDirectory') as string,
      });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
