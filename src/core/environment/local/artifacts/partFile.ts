import { randomBytes } from 'node:crypto';
import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../../../util/errors';

/**
 * A download that is not whole yet, owned by one writer: `<sha256>.<pid>-<random>.part` while somebody writes it,
 * `<sha256>.part` when it waits to be gone on with. Taking one over is a rename, so that of two windows one gets it
 * and the other begins a file of its own.
 */
export class PartFile {
  readonly #directory: string;
  readonly #key: string;
  readonly path: string;

  private constructor(directory: string, key: string) {
    this.#directory = directory;
    this.#key = key;
    this.path = join(directory, `${key}.${process.pid}-${randomBytes(4).toString('hex')}.part`);
  }

  /** Takes over what an earlier download left (also one whose process died), or gives a name for a new file. */
  static async claim(directory: string, key: string): Promise<PartFile> {
    const part = new PartFile(directory, key);
    const names = await readdir(directory);
    for (const name of names) {
      if (!isAbandoned(name, key)) continue;
      try {
        await rename(join(directory, name), part.path);
        break;
      } catch (error) {
        // Somebody else was faster.
        if (systemCode(error) !== 'ENOENT') throw error;
      }
    }
    return part;
  }

  /** Lets the next download go on with what is there. */
  async release(): Promise<void> {
    try {
      await rename(this.path, join(this.#directory, `${this.#key}.part`));
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
    }
  }

  /** Removes it, and what others left of the same file. */
  async discard(): Promise<void> {
    await rm(this.path, { force: true });
    await rm(join(this.#directory, `${this.#key}.part`), { force: true });
  }
}

/** The name of the part file of nobody, or of a process that is gone. */
function isAbandoned(name: string, key: string): boolean {
  if (!name.startsWith(`${key}.`) || !name.endsWith('.part')) return false;
  const pid = /\.(\d+)-[0-9a-f]+\.part$/.exec(name)?.[1];
  return pid === undefined || !isAlive(Number(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) !== 'ESRCH';
  }
}
