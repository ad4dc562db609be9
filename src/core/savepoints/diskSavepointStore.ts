import { lstat, readdir, readFile, realpath, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import * as l10n from '@vscode/l10n';
import type { StoredSavepoint } from '../../shared/model/savepoints';
import { PlaygroundError, systemCode } from '../util/errors';
import {
  checkpointName,
  jobName,
  judgeSavepoint,
  largestMetadata,
  metadataFile,
  savepointName,
  type FileFacts,
} from './judgeSavepoint';
import { savepointPath } from './savepointPath';
import type { SavepointStore } from './savepointStore';

/** One pair of folders that Flink writes to. */
export interface SavepointFolders {
  readonly savepoints: string;
  readonly checkpoints: string;
  /** Whose data it is, where it is not that of what runs. */
  readonly origin?: string;
}

export interface DiskSavepointStoreOptions {
  /** The folders as they are now, the one in use first. Those that do not exist hold nothing. */
  readonly folders: () => Promise<readonly SavepointFolders[]>;
}

/** An operation has a folder of its own for its savepoint; nothing of ours lies deeper. */
const deepest = 3;

/** Savepoints in folders of this machine. */
export class DiskSavepointStore implements SavepointStore {
  readonly restMs = 0;

  constructor(private readonly options: DiskSavepointStoreOptions) {}

  async list(signal: AbortSignal): Promise<readonly StoredSavepoint[]> {
    const all = await this.options.folders();
    const found = await Promise.all(
      all.map(async ({ savepoints, checkpoints, origin }) => {
        const paths = [...(await savepointsIn(savepoints, deepest)), ...(await checkpointsIn(checkpoints))];
        signal.throwIfAborted();
        const stored = await Promise.all(paths.map((path) => inspect(path)));
        return origin === undefined ? stored : stored.map((savepoint) => ({ ...savepoint, origin }));
      }),
    );
    signal.throwIfAborted();
    return found
      .flat()
      .filter(({ condition }) => condition !== 'missing')
      .sort((a, b) => (b.writtenAt ?? 0) - (a.writtenAt ?? 0) || (a.path < b.path ? -1 : 1));
  }

  async stat(path: string, signal: AbortSignal): Promise<StoredSavepoint> {
    const absolute = resolve(savepointPath(path));
    signal.throwIfAborted();
    const folders = await this.options.folders();
    const home = folders.find((each) => isWithin(absolute, each.savepoints) || isWithin(absolute, each.checkpoints));
    const stored = await inspect(absolute);
    return home?.origin === undefined ? stored : { ...stored, origin: home.origin };
  }

  async delete(path: string, signal: AbortSignal): Promise<void> {
    const absolute = resolve(savepointPath(path));
    const folders = await this.options.folders();
    const roots = folders.flatMap(({ savepoints, checkpoints }) => [savepoints, checkpoints]);
    const root = roots.find((candidate) => isWithin(absolute, candidate));
    const name = basename(absolute);
    if (root === undefined || !(savepointName.test(name) || checkpointName.test(name))) throw notOurs(absolute);
    // A link on the way would lead somewhere else.
    const real = await realpath(dirname(absolute)).catch(() => undefined);
    if (real === undefined) return;
    if (real !== (await realpath(root)) && !isWithin(real, await realpath(root))) throw notOurs(absolute);
    signal.throwIfAborted();
    try {
      await rm(absolute, { recursive: true, force: true });
      const folder = dirname(absolute);
      if (checkpointName.test(name)) await removeForgottenJob(folder, root);
      else await removeEmptied(folder, root);
    } catch (error) {
      throw new PlaygroundError(
        'disk',
        l10n.t('"{0}" could not be deleted ({1}).', absolute, systemCode(error) ?? String(error)),
        { remedy: l10n.t('Check the permissions of the folder, then try again.'), cause: error },
      );
    }
  }

  /** Flink's processes run on this machine, so they see all of it, and know no other file system. */
  seenByAll(path: string): boolean {
    try {
      savepointPath(path);
      return true;
    } catch {
      return false;
    }
  }

  async folder(): Promise<string | undefined> {
    return (await this.options.folders())[0]?.savepoints;
  }
}

/** Folders named as Flink names savepoints. Links are not followed. */
async function savepointsIn(folder: string, depth: number): Promise<readonly string[]> {
  const found = (await foldersIn(folder)).map(async (name) => {
    const path = join(folder, name);
    if (savepointName.test(name)) return [path];
    return depth > 1 ? savepointsIn(path, depth - 1) : [];
  });
  return (await Promise.all(found)).flat();
}

async function checkpointsIn(folder: string): Promise<readonly string[]> {
  const jobs = (await foldersIn(folder)).filter((name) => jobName.test(name));
  const found = jobs.map(async (job) => {
    const numbers = (await foldersIn(join(folder, job))).filter((name) => checkpointName.test(name));
    return numbers.map((name) => join(folder, job, name));
  });
  return (await Promise.all(found)).flat();
}

async function foldersIn(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw new PlaygroundError(
      'disk',
      l10n.t('The folder "{0}" cannot be read ({1}).', folder, systemCode(error) ?? ''),
      {
        remedy: l10n.t('Make it readable for you, then refresh.'),
        cause: error,
      },
    );
  }
}

async function inspect(path: string): Promise<StoredSavepoint> {
  const files = await filesOf(path);
  if (files === undefined) return judgeSavepoint(path, undefined, isThere);
  const size = files.get(metadataFile)?.size;
  const isRead = size !== undefined && size <= largestMetadata;
  const { mtimeMs } = await lstat(path);
  const metadata = isRead ? { metadata: await readFile(join(path, metadataFile)) } : {};
  return judgeSavepoint(path, { mtimeMs, files, ...metadata }, isThere);
}

/** Sizes and times of a folder's own files, by name; `undefined` when there is no such folder. */
async function filesOf(folder: string): Promise<ReadonlyMap<string, FileFacts> | undefined> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    const pairs = await Promise.all(files.map(async ({ name }) => [name, await lstat(join(folder, name))] as const));
    return new Map(pairs);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw new PlaygroundError(
      'disk',
      l10n.t('The folder "{0}" cannot be read ({1}).', folder, systemCode(error) ?? ''),
      {
        remedy: l10n.t('Make it readable for you, then refresh.'),
        cause: error,
      },
    );
  }
}

/** `undefined` for a file that lies in another file system than this one. */
async function isThere(uri: string, size: number): Promise<boolean | undefined> {
  let path: string;
  try {
    path = savepointPath(uri);
  } catch {
    return undefined;
  }
  try {
    return (await stat(path)).size >= size;
  } catch (error) {
    return isAbsent(error) ? false : undefined;
  }
}

/** What a job has beside its checkpoints is of no use without one. */
async function removeForgottenJob(folder: string, root: string): Promise<void> {
  if (!isWithin(folder, root) || !jobName.test(basename(folder))) return;
  if ((await foldersIn(folder)).some((name) => checkpointName.test(name))) return;
  await rm(folder, { recursive: true, force: true });
}

/** The folder that an operation had for its savepoint. */
async function removeEmptied(folder: string, root: string): Promise<void> {
  if (!isWithin(folder, root)) return;
  try {
    await rmdir(folder);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOTEMPTY' || code === 'EEXIST' || isAbsent(error)) return;
    throw error;
  }
}

/** Below the folder, not the folder itself. */
function isWithin(path: string, folder: string): boolean {
  return path.startsWith(resolve(folder) + sep);
}

function isAbsent(error: unknown): boolean {
  const code = systemCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function notOurs(path: string): PlaygroundError {
  return new PlaygroundError('input', l10n.t('"{0}" is not a savepoint of this playground.', path), {
    remedy: l10n.t('Delete it yourself if it is to go: only what the playground wrote is deleted from here.'),
  });
}
