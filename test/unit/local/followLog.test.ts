import { appendFile, mkdtemp, open, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { followLog, type FollowOptions } from '../../../src/core/environment/local/followLog';
import { Emitter } from '../../../src/core/util/emitter';
import { FakeClock } from '../../support/builders/fakeClock';

let folder: string;
let path: string;
let following: AbortController;
let lines: string[];
let done: Promise<void>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'follow-'));
  path = join(folder, 'x.log');
  following = new AbortController();
  lines = [];
});

afterEach(async () => {
  following.abort();
  await done;
  await rm(folder, { recursive: true, force: true });
});

function follow(options: FollowOptions = {}): void {
  done = followLog(path, (line) => lines.push(line), following.signal, options);
}

function numbers(first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => `line ${first + index}`);
}

const text = (of: readonly string[]): string => of.map((line) => `${line}\n`).join('');

describe('a followed log', () => {
  it('goes on over truncation, renaming and late arrival, and splits no letter', async () => {
    follow();
    await writeFile(path, 'one\r\ntwo ü\n');
    await expect.poll(() => lines).toEqual(['one', 'two ü']);
    const umlaut = Buffer.from('ä\n');
    await appendFile(path, umlaut.subarray(0, 1));
    await appendFile(path, umlaut.subarray(1));
    await expect.poll(() => lines.at(-1)).toBe('ä');
    await truncate(path, 0);
    await appendFile(path, 'new\n');
    await expect.poll(() => lines.at(-1)).toBe('new');
    await rename(path, `${path}.1`);
    await writeFile(path, 'after the renaming\n');
    await expect.poll(() => lines.at(-1)).toBe('after the renaming');
    following.abort();
    await done;
    expect(lines).toHaveLength(5);
  });

  it('loses no line that was written just before the file was renamed', async () => {
    const clock = new FakeClock();
    await writeFile(path, text(numbers(1, 2)));
    follow({ clock });
    await expect.poll(() => lines).toHaveLength(2);
    await appendFile(path, text(numbers(3, 4)));
    await rename(path, `${path}.1`);
    await writeFile(path, text(numbers(5, 6)));
    await expect.poll(() => clock.advance(250).then(() => lines.length)).toBe(6);
    expect(lines).toEqual(numbers(1, 6));
  });

  it('reads a file that was filled and renamed while nobody looked, and says that more may be missing', async () => {
    const clock = new FakeClock();
    await writeFile(path, text(numbers(1, 2)));
    follow({ clock });
    await expect.poll(() => lines).toHaveLength(2);
    for (const first of [3, 5]) {
      await rm(`${path}.1`, { force: true });
      await rename(path, `${path}.1`);
      await writeFile(path, text(numbers(first, first + 1)));
    }
    await expect.poll(() => clock.advance(250).then(() => lines.length)).toBe(7);
    expect(lines).toEqual([
      ...numbers(1, 2),
      '──── Lines may be missing here: the log was renewed more than once. ────',
      ...numbers(3, 6),
    ]);
  });

  it('is read at once when its writer has ended', async () => {
    const clock = new FakeClock();
    const events = new Emitter<void>();
    await writeFile(path, text(numbers(1, 1)));
    follow({ clock, wake: events.event });
    await expect.poll(() => lines).toHaveLength(1);
    await appendFile(path, text(numbers(2, 2)));
    events.fire();
    await expect.poll(() => lines).toEqual(numbers(1, 2));
  });

  it('of 200 MB begins with its last whole lines', async () => {
    const file = await open(path, 'w');
    await file.truncate(200 * 1024 * 1024);
    await file.close();
    await appendFile(path, `\n${text(numbers(1, 10_000))}`);
    follow();
    await expect.poll(() => lines.at(-1)).toBe('line 10000');
    expect(lines.length).toBeGreaterThan(1000);
    expect(lines).toEqual(numbers(10_001 - lines.length, 10_000));
  });

  it('gives out a line of 10 MB in pieces, whole characters each', async () => {
    follow();
    const line = '\u{1f600}x'.repeat(2_100_000);
    await writeFile(path, `before\n${line}\nafter\n`);
    await expect.poll(() => lines.at(-1), { timeout: 5000 }).toBe('after');
    const pieces = lines.slice(1, -1);
    expect(pieces.join('') === line).toBe(true);
    expect(Math.max(...pieces.map(({ length }) => length))).toBe(32 * 1024);
    expect(pieces.filter((piece) => !piece.isWellFormed())).toEqual([]);
  });

  it('shows bytes that are no UTF-8 as such, and the rest as it is', async () => {
    follow();
    await writeFile(path, Buffer.from([0x61, 0xff, 0xfe, 0x62, 0x0a, 0xc3, 0x0a, 0x63, 0x0a]));
    await expect.poll(() => lines).toEqual(['a\ufffd\ufffdb', '\ufffd', 'c']);
  });
});
