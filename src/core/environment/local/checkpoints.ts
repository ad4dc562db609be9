import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../../util/errors';

/** The file that Flink writes last: a checkpoint without it is not complete. */
const metadataFile = '_metadata';

/** The folder of the newest complete checkpoint that a job left on disk. */
export async function newestCheckpoint(checkpointsDirectory: string, jobId: string): Promise<string | undefined> {
  const folder = join(checkpointsDirectory, jobId);
  const numbers = (await namesIn(folder))
    .flatMap((name) => {
      const match = /^chk-(\d+)$/.exec(name);
      return match === null ? [] : [Number(match[1])];
    })
    .sort((a, b) => b - a);
  for (const number of numbers) {
    const path = join(folder, `chk-${number}`);
    if (await isCheckpoint(path)) return path;
  }
  return undefined;
}

/** The newest complete checkpoint of any job, by time: for when the record of what ran is lost. */
export async function newestCheckpointOfAny(checkpointsDirectory: string): Promise<string | undefined> {
  let newest: { readonly path: string; readonly at: number } | undefined;
  for (const jobId of await namesIn(checkpointsDirectory)) {
    const path = await newestCheckpoint(checkpointsDirectory, jobId);
    if (path === undefined) continue;
    const at = (await stat(join(path, metadataFile))).mtimeMs;
    if (newest === undefined || at > newest.at) newest = { path, at };
  }
  return newest?.path;
}

/** True for a folder from which Flink can go on. */
export async function isCheckpoint(path: string): Promise<boolean> {
  try {
    return (await stat(join(path, metadataFile))).isFile();
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return false;
    throw error;
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return [];
    throw error;
  }
}
