import { posix } from 'node:path';
import * as l10n from '@vscode/l10n';
import type { StoredSavepoint } from '../../../shared/model/savepoints';
import {
  checkpointName,
  jobName,
  judgeSavepoint,
  largestMetadata,
  metadataFile,
  savepointName,
  type FileFacts,
  type FoundFolder,
} from '../../savepoints/judgeSavepoint';
import { savepointPath } from '../../savepoints/savepointPath';
import type { SavepointStore } from '../../savepoints/savepointStore';
import { PlaygroundError } from '../../util/errors';
import { checkpointsDirectory, savepointsDirectory } from './containerSubmission';
import type { EngineCli } from './engineCli';

/** Below a folder of savepoints, an operation has a folder of its own; below one of checkpoints, a job has. */
const deepest = 4;
/** Contents that are read by one command. */
const mostAtOnce = 20;
/** Each look is a process of the engine's program, so that what was found counts for a while. */
const restMs = 300_000;

/** Kind, size and time of everything in the folders, ended by NUL: names may hold any other character. */
const listScript =
  'depth=$1; shift; for f; do [ -e "$f" ] && find "$f" -maxdepth "$depth" -printf "%y %s %T@ %p\\0"; done; true';
/** Contents in the order of their paths, as lines of Base64. */
const readScript = 'for f; do base64 -w 0 "$f"; echo; done';
/**
 * A link on the way would lead somewhere else: the folder must really lie where it seems to. What a job has beside its checkpoints
 * is of no use without one, and an operation's folder of none without its savepoint.
 */
const deleteScript = `
  folder=$(dirname "$1"); [ -d "$folder" ] || exit 0; [ "$(readlink -f "$folder")" = "$folder" ] || { echo outside; exit 0; }
  rm -rf -- "$1" || exit 1
  if [ "$3" = job ]; then ls -d "$folder"/chk-* >/dev/null 2>&1 || rm -rf -- "$folder"
  elif [ "$folder" != "$2" ]; then rmdir --ignore-fail-on-non-empty -- "$folder"; fi`;

export interface ContainerSavepointsOptions {
  /** As the containers see them. */
  readonly savepoints: string;
  readonly checkpoints: string;
  /**
   * Runs a program in a container that has the volumes, and gives what it prints.
   * @throws PlaygroundError as the engine fails.
   */
  readonly exec: (program: readonly string[], signal: AbortSignal) => Promise<string>;
}

interface Entry extends FileFacts {
  readonly path: string;
  readonly isFolder: boolean;
}

/** Savepoints in the volumes of the containers, looked at through one of them. */
export class ContainerSavepointStore implements SavepointStore {
  readonly restMs = restMs;
  /** Contents of `_metadata` by path and time: they do not change. */
  #read = new Map<string, Buffer>();

  constructor(private readonly options: ContainerSavepointsOptions) {}

  get #roots(): readonly string[] {
    return [this.options.savepoints, this.options.checkpoints];
  }

  async list(signal: AbortSignal): Promise<readonly StoredSavepoint[]> {
    const entries = await this.#entries(this.#roots, deepest, signal);
    const paths = entries.filter((entry) => this.#isSavepoint(entry)).map(({ path }) => path);
    const found = await this.#judge(paths, entries, signal);
    return found.toSorted((a, b) => (b.writtenAt ?? 0) - (a.writtenAt ?? 0) || (a.path < b.path ? -1 : 1));
  }

  async stat(path: string, signal: AbortSignal): Promise<StoredSavepoint> {
    const absolute = savepointPath(path);
    const [own, itself] = [
      await this.#entries(this.#roots, deepest, signal),
      this.seenByAll(absolute) ? [] : await this.#entries([absolute], 1, signal),
    ];
    const [found] = await this.#judge([absolute], [...own, ...itself], signal);
    return found ?? judgeSavepoint(absolute, undefined, () => Promise.resolve(undefined));
  }

  async delete(path: string, signal: AbortSignal): Promise<void> {
    const absolute = savepointPath(path);
    const root = this.#roots.find((each) => absolute.startsWith(`${each}/`));
    const name = posix.basename(absolute);
    if (root === undefined || !(savepointName.test(name) || checkpointName.test(name))) throw notOurs(absolute);
    const parent = checkpointName.test(name) && jobName.test(posix.basename(posix.dirname(absolute))) ? 'job' : 'other';
    const said = await this.options.exec(['sh', '-c', deleteScript, 'sh', absolute, root, parent], signal);
    if (said.trim() === 'outside') throw notOurs(absolute);
  }

  /** Only the volumes are the same folder in all containers. */
  seenByAll(path: string): boolean {
    try {
      const absolute = savepointPath(path);
      return this.#roots.some((root) => absolute === root || absolute.startsWith(`${root}/`));
    } catch {
      return false;
    }
  }

  folder(): Promise<string | undefined> {
    return Promise.resolve(undefined);
  }

  #isSavepoint({ path, isFolder }: Entry): boolean {
    const name = posix.basename(path);
    if (!isFolder) return false;
    if (path.startsWith(`${this.options.savepoints}/`)) return savepointName.test(name);
    return checkpointName.test(name) && jobName.test(posix.basename(posix.dirname(path)));
  }

  async #entries(folders: readonly string[], depth: number, signal: AbortSignal): Promise<readonly Entry[]> {
    const printed = await this.options.exec(['sh', '-c', listScript, 'sh', String(depth), ...folders], signal);
    return printed.split('\0').flatMap((line) => entryOf(line) ?? []);
  }

  async #judge(
    paths: readonly string[],
    entries: readonly Entry[],
    signal: AbortSignal,
  ): Promise<readonly StoredSavepoint[]> {
    const byPath = new Map(entries.map((entry) => [entry.path, entry]));
    const contents = await this.#contents(paths, byPath, signal);
    const isThere = (uri: string, size: number): Promise<boolean | undefined> =>
      Promise.resolve(this.seenByAll(uri) ? (byPath.get(savepointPath(uri))?.size ?? -1) >= size : undefined);
    return Promise.all(
      paths.map(async (path) => judgeSavepoint(path, folderOf(path, byPath, contents.get(path)), isThere)),
    );
  }

  /** What `_metadata` holds, by the folder. */
  async #contents(
    paths: readonly string[],
    byPath: ReadonlyMap<string, Entry>,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, Buffer>> {
    const wanted = paths.flatMap((path) => {
      const file = byPath.get(`${path}/${metadataFile}`);
      return file === undefined || file.isFolder || file.size > largestMetadata ? [] : [{ path, file }];
    });
    const key = ({ path, mtimeMs, size }: Entry): string => `${mtimeMs} ${size} ${path}`;
    const unread = wanted.filter(({ file }) => !this.#read.has(key(file)));
    const before = this.#read;
    this.#read = new Map(wanted.flatMap(({ file }) => pairOf(key(file), before.get(key(file)))));
    for (let start = 0; start < unread.length; start += mostAtOnce) {
      const some = unread.slice(start, start + mostAtOnce);
      const program = ['sh', '-c', readScript, 'sh', ...some.map(({ file }) => file.path)];
      const lines = (await this.options.exec(program, signal)).split('\n');
      for (const [index, { file }] of some.entries()) {
        this.#read.set(key(file), Buffer.from(lines[index] ?? '', 'base64'));
      }
    }
    return new Map(wanted.flatMap(({ path, file }) => pairOf(path, this.#read.get(key(file)))));
  }
}

function pairOf(key: string, value: Buffer | undefined): readonly (readonly [string, Buffer])[] {
  return value === undefined ? [] : [[key, value]];
}

/** `d 4096 1795434326.1234567890 /tmp/flink-savepoints-directory` */
function entryOf(line: string): Entry | undefined {
  const { type, size, seconds, path } =
    /^(?<type>\w) (?<size>\d+) (?<seconds>[\d.]+) (?<path>\/[^]*)$/.exec(line)?.groups ?? {};
  if (type === undefined || size === undefined || seconds === undefined || path === undefined) return undefined;
  return { path, isFolder: type === 'd', size: Number(size), mtimeMs: Math.round(Number(seconds) * 1000) };
}

function folderOf(
  path: string,
  byPath: ReadonlyMap<string, Entry>,
  metadata: Buffer | undefined,
): FoundFolder | undefined {
  const folder = byPath.get(path);
  if (folder?.isFolder !== true) return undefined;
  const own = [...byPath.values()].filter((entry) => !entry.isFolder && posix.dirname(entry.path) === path);
  return {
    mtimeMs: folder.mtimeMs,
    files: new Map(own.map((file) => [posix.basename(file.path), file])),
    ...(metadata === undefined ? {} : { metadata }),
  };
}

function notOurs(path: string): PlaygroundError {
  return new PlaygroundError('input', l10n.t('"{0}" is not a savepoint of this playground.', path), {
    remedy: l10n.t('Delete it yourself if it is to go: only what the playground wrote is deleted from here.'),
  });
}

/** The savepoints in the volumes of our own project, seen through one of its containers. */
export function containerSavepoints(cli: EngineCli, containerId: string): ContainerSavepointStore {
  return new ContainerSavepointStore({
    savepoints: savepointsDirectory,
    checkpoints: checkpointsDirectory,
    exec: (program, signal) => cli.exec(containerId, program, signal),
  });
}
