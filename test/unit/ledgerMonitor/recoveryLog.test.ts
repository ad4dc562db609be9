import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { RecoveryLog } from '../../../src/core/ledger/recoveryLog';
import type { LedgerMark } from '../../../src/shared/model/ledger';

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
    await log.append({ at: 1000.4, kind: 'killed', of: 'taskmanager-1' });
    await log.append({ at: 2000, kind: 'newJob' });
    expect(await log.read()).toEqual([
      { at: 1000, kind: 'killed', of: 'taskmanager-1' },
      { at: 2000, kind: 'newJob' },
    ]);
  });

  it('leaves out lines that say nothing, and reads a time alone', async () => {
    const file = join(await folder(), 'recoveries.log');
    await writeFile(file, '1000\nx\n\n30 __proto__\n40 killed <b>\n20');
    expect(await new RecoveryLog(file).read()).toEqual([
      { at: 1000, kind: 'recovery' },
      { at: 20, kind: 'recovery' },
    ]);
  });

  it('keeps the newest thousand when it has grown to more than two', async () => {
    const file = join(await folder(), 'recoveries.log');
    const line = (at: number): string => `${at} started taskmanager-100\n`;
    const times = Array.from({ length: 3000 }, (_, index) => 1_700_000_000_000 + index);
    await writeFile(file, times.map(line).join(''));
    const log = new RecoveryLog(file);
    await log.append({ at: 1_700_000_003_000, kind: 'started', of: 'taskmanager-100' });
    expect(await readFile(file, 'utf8')).toBe([...times.slice(-999), 1_700_000_003_000].map(line).join(''));
    expect(await log.read()).toHaveLength(1000);
  });

  it('reads what is being written, and loses nothing that is written at once', async () => {
    const log = new RecoveryLog(join(await folder(), 'recoveries.log'));
    const marks = [1000, 2000, 3000].map((at): LedgerMark => ({ at, kind: 'restarting' }));
    const written = Promise.all(marks.map((mark) => log.append(mark)));
    expect(await log.read()).toEqual(marks);
    await written;
  });
});
