import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PortReservations } from '../../../src/core/environment/common/portReservations';
import { systemProcessTable } from '../../../src/core/environment/common/processTable';
import { systemClock } from '../../../src/core/util/clock';
import { silentLogger } from '../../../src/core/util/logger';

const never = new AbortController().signal;

describe('ports of playgrounds that are being started', () => {
  let directory: string;

  beforeEach(async () => {
    directory = join(await mkdtemp(join(tmpdir(), 'ports-')), 'ports');
  });

  afterEach(() => rm(join(directory, '..'), { recursive: true, force: true }));

  const of = (holder: string): PortReservations =>
    new PortReservations({ directory, holder, table: systemProcessTable(), clock: systemClock, logger: silentLogger });

  /** The first one from 8081 on that nobody else has. */
  const choose = (holder: string): Promise<number> =>
    of(holder).reserve(
      (taken) => {
        let port = 8081;
        while (taken.has(port)) port += 1;
        return Promise.resolve(port);
      },
      (port) => [port],
      never,
    );

  const written = (change: Record<string, unknown>): Promise<void> =>
    writeFile(
      join(directory, 'reserved.json'),
      JSON.stringify([{ port: 8081, holder: 'one', pid: process.pid, startToken: '', at: Date.now(), ...change }]),
    );

  it('are different ones, when two choose at the same moment', async () => {
    const ports = await Promise.all(['one', 'two', 'three'].map(choose));
    expect(new Set(ports)).toEqual(new Set([8081, 8082, 8083]));
  });

  it('are not in the way of the one that has them', async () => {
    await choose('one');
    expect(await choose('one')).toBe(8081);
  });

  it('can be had by others when the start is over', async () => {
    await choose('one');
    await of('one').release();
    expect(await choose('two')).toBe(8081);
  });

  it('can be had by others when the window that chose them is gone', async () => {
    await mkdir(directory, { recursive: true });
    await written({ startToken: 'another process of this number' });
    expect(await choose('two')).toBe(8081);
  });

  it('can be had by others when the start must be over', async () => {
    await choose('one');
    const startToken = (await systemProcessTable().read([process.pid])).get(process.pid)?.startToken;
    await written({ startToken });
    expect(await choose('two')).toBe(8082);
    await written({ startToken, at: Date.now() - 10 * 60_000 });
    expect(await choose('two')).toBe(8081);
  });

  it('are chosen without being reserved where nothing can be written', async () => {
    await writeFile(directory, 'a file where the folder is to be');
    expect(await choose('one')).toBe(8081);
    expect(await choose('two')).toBe(8081);
  });

  it('are chosen all the same when what is written is damaged', async () => {
    await mkdir(directory, { recursive: true });
    await writeFile(join(directory, 'reserved.json'), '[{"port":');
    expect(await choose('one')).toBe(8081);
  });
});
