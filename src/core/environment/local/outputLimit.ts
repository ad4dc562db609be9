import { stat, truncate } from 'node:fs/promises';
import { systemCode } from '../../util/errors';

/** Job code may print without end; what its process prints is kept to this many bytes. */
const limitBytes = 32 * 1024 * 1024;

/**
 * Begins files anew that have grown too long. They are open for appending, so the process goes on writing at the beginning.
 * @returns the paths that were cut.
 */
export async function limitOutputs(paths: readonly string[], limit: number = limitBytes): Promise<readonly string[]> {
  const cut: string[] = [];
  for (const path of paths) {
    try {
      if ((await stat(path)).size <= limit) continue;
      await truncate(path, 0);
      cut.push(path);
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
    }
  }
  return cut;
}
