import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemCode } from '../util/errors';

const remembered = 1000;

/**
 * The times (milliseconds since the epoch) at which something was seen that makes Flink repeat work: a process that died,
 * a restart, a restore. Kept beside the environment's data, one time a line, so that an account that is made anew after a
 * reload of the window still explains the duplicates of before.
 */
export class RecoveryLog {
  constructor(private readonly file: string) {}

  /** The newest times; lines that are no numbers (a write cut short) are left out. */
  async read(): Promise<readonly number[]> {
    try {
      const lines = (await readFile(this.file, 'utf8')).split('\n');
      return lines
        .slice(-remembered - 1)
        .filter((line) => /^\d+$/.test(line))
        .map(Number);
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return [];
      throw error;
    }
  }

  async append(at: number): Promise<void> {
    await mkdir(dirname(this.file), { recursive: true });
    await appendFile(this.file, `${Math.round(at)}\n`);
  }
}
