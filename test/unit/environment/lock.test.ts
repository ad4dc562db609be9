import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TransitionLock } from '../../../src/core/environment/common/lock';
import type { ProcessFacts, ProcessTable } from '../../../src/core/environment/common/processTable';

/** Processes as the test says: this one, and others by pid. */
class FakeTable implements ProcessTable {
  readonly running = new Map<number, string>([[process.pid, 'self']]);

  async read(pids: readonly number[]): Promise<ReadonlyMap<number, ProcessFacts>> {
    return new Map(
      pids.flatMap((pid) => {
        const startToken = this.running.get(pid);
        return startToken === undefined ? [] : [[pid, { pid, startToken, commandLine: '' }] as const];
      }),
    );
  }

  async find(): Promise<readonly ProcessFacts[]> {
    return [];
  }
}

/** A folder that can be kept from taking new files: by its mode or, for root, whom that does not bind, by having no inode left. */
async function smallDisk(folder: string): Promise<{ fill: () => Promise<void> } & AsyncDisposable> {
  if (process.getuid?.() !== 0 || process.platform !== 'linux') {
    return { fill: () => chmod(folder, 0o500), [Symbol.asyncDispose]: () => chmod(folder, 0o700) };
  }
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'nr_inodes=16', 'tmpfs', folder]);
  return {
    async fill() {
      for (let index = 0; index < 16; index++)
        await writeFile(join(folder, `other-${index}`), '').catch(() => undefined);
    },
    async [Symbol.asyncDispose]() {
      execFileSync('umount', [folder]);
    },
  };
}

describe('the lock on transitions', () => {
  let folder: string;
  let table: FakeTable;
  let lock: TransitionLock;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lock-'));
    table = new FakeTable();
    lock = new TransitionLock(folder, table, () => 1000);
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  const ownedBy = (pid: number, startToken: string): string =>
    JSON.stringify({ pid, startToken, token: 't', operation: 'start', since: 1, released: false });

  it('is given to exactly one of many who ask at once', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => lock.acquire('start')));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('refuses while its owner lives, and says what it does', async () => {
    await lock.acquire('stop');
    await expect(lock.acquire('start')).rejects.toMatchObject({
      kind: 'busy',
      message: `The playground is being stopped in another window (process ${process.pid}).`,
    });
  });

  it('is free again after its release, under a higher number', async () => {
    const first = await lock.acquire('start');
    await first.release();
    const second = await lock.acquire('start');
    expect(second.generation).toBe(first.generation + 1);
    expect(await readdir(folder)).toEqual([`${second.generation}.json`]);
  });

  it('is taken over from an owner whose process is gone', async () => {
    await writeFile(join(folder, '7.json'), ownedBy(999_999, 'gone'));
    expect((await lock.acquire('start')).generation).toBe(8);
  });

  it('is taken over from an owner whose pid is somebody else now', async () => {
    table.running.set(4711, 'later');
    await writeFile(join(folder, '3.json'), ownedBy(4711, 'earlier'));
    expect((await lock.acquire('start')).generation).toBe(4);
  });

  it('tells an owner that was overtaken', async () => {
    const slept = await lock.acquire('start');
    await writeFile(join(folder, `${slept.generation + 1}.json`), ownedBy(process.pid, 'self'));
    await expect(slept.assertHeld()).rejects.toMatchObject({ kind: 'busy' });
  });

  it('tells an owner that gave it back', async () => {
    const held = await lock.acquire('start');
    await held.release();
    await expect(held.assertHeld()).rejects.toMatchObject({ kind: 'busy' });
  });

  it('is not taken by an owner that nobody could recognise', async () => {
    table.running.set(process.pid, '');
    await expect(lock.acquire('start')).rejects.toMatchObject({ kind: 'process' });
    expect(await readdir(folder)).toEqual([]);
  });

  it('says that its folder cannot be made, and what to do', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    const blocked = new TransitionLock(join(file, 'lock'), table);
    await expect(blocked.acquire('start')).rejects.toMatchObject({
      kind: 'disk',
      remedy: expect.stringContaining('flinkPlayground.local.dataDirectory') as string,
    });
    await expect(blocked.owner()).resolves.toBeUndefined();
  });

  it.skipIf(process.platform === 'win32')('is given back where no new file can be written', async () => {
    await using disk = await smallDisk(folder);
    const held = await lock.acquire('start');
    await disk.fill();
    await held.release();
    expect(await lock.owner()).toBeUndefined();
  });

  it('is not stuck on a damaged file', async () => {
    await writeFile(join(folder, '5.json'), '{"pid": 12');
    expect((await lock.acquire('start')).generation).toBe(6);
  });

  it('is not blocked by what a crash left', async () => {
    await writeFile(join(folder, 'something.draft'), '');
    expect((await lock.acquire('start')).generation).toBe(1);
  });
});
