import { appendFile, mkdir, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { systemCode } from '../util/errors';

const remembered = 1000;
/** Beyond this the file is written anew with the newest times: twice what is remembered, a line being 13 digits and its end. */
const largestBytes = 2 * remembered * 14;

/**
 * The times (milliseconds since the epoch) at which something was seen that makes Flink repeat work: a process that died,
 * a restart, a restore. Kept beside the environment's data, one time a line, so that an account that is made anew after a
 * reload of the window still explains the duplicates of before.
 */
export class RecoveryLog {
  /** What was asked last; each waits for the one before, so that a time being written is read and none is lost by a rewrite. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(private readonly file: string) {}

  /** The newest times, at most a thousand; lines that are no numbers (a write cut short) are left out. */
  read(): Promise<readonly number[]> {
    return this.#afterTheLast(() => this.#read());
  }

  append(at: number): Promise<void> {
    return this.#afterTheLast(async () => {
      await mkdir(dirname(this.file), { recursive: true });
      await appendFile(this.file, `${Math.round(at)}\n`);
      const { size } = await stat(this.file);
      if (size <= largestBytes) return;
      const newest = await this.#read();
      await writeFileAtomic(this.file, newest.map((time) => `${time}\n`).join(''));
    });
  }

  async #read(): Promise<readonly number[]> {
    try {
      const lines = (await readFile(this.file, 'utf8')).split('\n');
      return lines
        .filter((line) => /^\d+$/.test(line))
        .slice(-remembered)
        .map(Number);
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return [];
      throw error;
    }
  }

  #afterTheLast<T>(action: () => Promise<T>): Promise<T> {
    const result = this.#last.then(action);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
