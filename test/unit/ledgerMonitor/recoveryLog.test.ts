import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { RecoveryLog } from '../../../src/core/ledger/recoveryLog';

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'recoveries ü-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

describe('the log of recoveries', () => {
  it('knows nothing before anything was written', async () => {
    expect(await new RecoveryLog(join(await folder(), 'none', 'recoveries.log')).read()).toEqual([]);
  });

  it('gives back what was written, in a folder that was not there', async () => {
    const log = new RecoveryLog(join(await folder(), 'local', 'recoveries.log'));
    await log.append(1000.4);
    await log.append(2000);
    expect(await log.read()).toEqual([1000, 2000]);
  });

  it('leaves out lines that are no times', async () => {
    const file = join(await folder(), 'recoveries.log');
    await writeFile(file, '1000\nx\n\n20');
    expect(await new RecoveryLog(file).read()).toEqual([1000, 20]);
  });

  it('keeps the newest thousand when it has grown to more than two', async () => {
    const file = join(await folder(), 'recoveries.log');
    const times = Array.from({ length: 2000 }, (_, index) => 1_700_000_000_000 + index);
    await writeFile(file, times.map((time) => `${time}\n`).join(''));
    const log = new RecoveryLog(file);
    await log.append(1_700_000_002_000);
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
    expect([lines.length, lines[0], lines.at(-1)]).toEqual([1000, '1700000001001', '1700000002000']);
    expect(await log.read()).toHaveLength(1000);
  });

  it('reads what is being written, and loses nothing that is written at once', async () => {
    const log = new RecoveryLog(join(await folder(), 'recoveries.log'));
    const times = [1000, 2000, 3000];
    const written = Promise.all(times.map((time) => log.append(time)));
    expect(await log.read()).toEqual(times);
    await written;
  });
});
