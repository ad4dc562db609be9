import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import * as z from 'zod/mini';
import { systemCode } from './util/errors';

const entrySchema = z.object({ version: z.literal(1), path: z.string().check(z.minLength(1)) });

/**
 * Which folders hold data of playgrounds, for those who cannot read the settings: the per-user folder, which has a small index
 * of the others. A file for each, so that windows do not get in each other's way.
 */
export class DataRoots {
  readonly #index: string;

  /** @param home the per-user data folder, whatever the setting says */
  constructor(private readonly home: string) {
    this.#index = join(home, 'roots');
  }

  /** Notes a folder in which something is about to run; those that are gone meanwhile are forgotten. */
  async remember(root: string): Promise<void> {
    const path = resolve(root);
    if (path === resolve(this.home)) return;
    await mkdir(this.#index, { recursive: true });
    const name = `${createHash('sha256').update(path).digest('hex').slice(0, 16)}.json`;
    await writeFileAtomic(join(this.#index, name), JSON.stringify({ version: 1, path }));
    await this.list();
  }

  /** All folders that are there, the per-user one first. An entry that cannot be read counts as none. */
  async list(): Promise<readonly string[]> {
    const roots = await Promise.all((await this.#names()).map((name) => this.#read(join(this.#index, name))));
    return [this.home, ...roots.filter((root) => root !== undefined)];
  }

  async #names(): Promise<readonly string[]> {
    try {
      return (await readdir(this.#index)).filter((name) => name.endsWith('.json'));
    } catch (error) {
      if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return [];
      throw error;
    }
  }

  async #read(file: string): Promise<string | undefined> {
    const path = await pathIn(file);
    if (path !== undefined && (await isFolder(path))) return path;
    await rm(file, { force: true });
    return undefined;
  }
}

async function pathIn(file: string): Promise<string | undefined> {
  try {
    const entry = entrySchema.safeParse(JSON.parse(await readFile(file, 'utf8')));
    return entry.data?.path;
  } catch {
    return undefined;
  }
}

/** A folder on a drive that is not there now is gone, too: what ran in it cannot be stopped without it. */
async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
