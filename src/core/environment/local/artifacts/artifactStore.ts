import { constants } from 'node:fs';
import { copyFile, mkdir, open, readdir, rename, rm, stat, statfs, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as l10n from '@vscode/l10n';
import { messageOf, PlaygroundError } from '../../../util/errors';
import type { Logger } from '../../../util/logger';
import { artifactLock, jarName, repositoryPath, sha256Of, type Artifact, type ArtifactLock } from './artifactLock';
import { download } from './download';
import { diskFailure, parseBaseAddress, wrongContent } from './downloadFailures';
import { DownloadTally, type DownloadProgress } from './downloadTally';
import { PartFile } from './partFile';

export interface ArtifactStoreOptions {
  /** The root of the cache; the store keeps to `jars` and `parts` below it. Made when it is needed. */
  readonly cacheDirectory: string;
  /** Maven Central or a mirror of it; read when a file has to be downloaded. */
  readonly baseAddress: string;
  /** A local Maven repository whose files are copied when their checksum is right. */
  readonly mavenRepository?: string;
  readonly logger: Logger;
  readonly lock?: ArtifactLock;
  /** Longest time without a byte, milliseconds; 30 s. */
  readonly stallMs?: number;
  /** Pause before the first repetition, milliseconds; doubled for each further one. */
  readonly retryDelayMs?: number;
  /** Files that are fetched at the same time. */
  readonly parallelism?: number;
}

/**
 * The cache of jars. A file lies under its checksum and got there by a rename after that was verified, so its presence
 * with the right size is the record of it: a start looks at sizes only. Safe with other windows at the same time.
 */
export class ArtifactStore {
  readonly #options: Required<Omit<ArtifactStoreOptions, 'mavenRepository'>>;
  readonly #mavenRepository: string | undefined;

  constructor({ mavenRepository, ...options }: ArtifactStoreOptions) {
    this.#options = { lock: artifactLock, stallMs: 30_000, retryDelayMs: 500, parallelism: 6, ...options };
    this.#mavenRepository = mavenRepository;
  }

  /**
   * Absolute paths of the jars of each set in class path order, after what was missing has been brought here.
   * A cancelled or failed call keeps what it got; the next one goes on from there.
   * @throws PlaygroundError `download`, `disk`, `input` (a mirror that is no address); the signal's reason.
   */
  async ensure(
    sets: readonly string[],
    onProgress: (progress: DownloadProgress) => void,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, readonly string[]>> {
    signal.throwIfAborted();
    const artifacts = this.#artifactsOf(sets);
    const tally = new DownloadTally(artifacts, onProgress);
    const missing: Artifact[] = [];
    for (const artifact of artifacts) {
      if (await hasSize(this.#jarPath(artifact), artifact.size)) {
        tally.position(artifact, artifact.size, artifact.size);
        tally.fileDone();
      } else {
        missing.push(artifact);
      }
    }
    if (missing.length > 0) await this.#fetchAll(missing, tally, signal);
    tally.report();
    return new Map(sets.map((set) => [set, this.#set(set).map((artifact) => this.#jarPath(artifact))]));
  }

  /** Bytes that `ensure` would have to get over the network, as far as sizes tell. */
  async missingBytes(sets: readonly string[]): Promise<number> {
    let bytes = 0;
    for (const artifact of this.#artifactsOf(sets)) {
      const { size } = artifact;
      if (await hasSize(this.#jarPath(artifact), size)) continue;
      const local = this.#mavenPath(artifact);
      if (local !== undefined && (await hasSize(local, size))) continue;
      bytes += size;
    }
    return bytes;
  }

  /**
   * Reads every jar of the sets that is here and removes those that are not what they should be, so that the next
   * `ensure` fetches them again. For use after a start that failed; takes about half a second.
   * @returns the coordinates of what was removed
   */
  async verify(sets: readonly string[], signal: AbortSignal): Promise<readonly string[]> {
    const removed: string[] = [];
    for (const artifact of this.#artifactsOf(sets)) {
      const path = this.#jarPath(artifact);
      if ((await sizeOf(path)) === undefined || (await sha256Of(path, signal)) === artifact.sha256) continue;
      await rm(path, { force: true });
      this.#options.logger.warn(`${artifact.coordinates} in the cache was altered and has been removed`);
      removed.push(artifact.coordinates);
    }
    return removed;
  }

  /**
   * Removes all downloads and nothing else, whatever else is in the cache's folder.
   * @throws PlaygroundError `disk` when files are in use (on Windows, by a running playground) or may not be removed
   */
  async deleteAll(): Promise<void> {
    try {
      for (const directory of [this.#jarsDirectory, this.#partsDirectory]) {
        await rm(directory, { recursive: true, force: true, maxRetries: 3 });
      }
    } catch (error) {
      throw new PlaygroundError('disk', l10n.t('Not all downloads in {0} could be deleted.', this.#jarsDirectory), {
        remedy: l10n.t('Stop the playground in every window, then try again.'),
        detail: messageOf(error),
        cause: error,
      });
    }
  }

  get #jarsDirectory(): string {
    return join(this.#options.cacheDirectory, 'jars');
  }

  get #partsDirectory(): string {
    return join(this.#options.cacheDirectory, 'parts');
  }

  #jarPath(artifact: Artifact): string {
    return join(this.#jarsDirectory, artifact.sha256.slice(0, 2), artifact.sha256, jarName(artifact));
  }

  #mavenPath(artifact: Artifact): string | undefined {
    return this.#mavenRepository === undefined ? undefined : join(this.#mavenRepository, repositoryPath(artifact));
  }

  #set(name: string): readonly Artifact[] {
    const artifacts = this.#options.lock.sets[name];
    if (artifacts === undefined) {
      throw new PlaygroundError('internal', l10n.t('The lock file of the downloads has no set "{0}".', name));
    }
    return artifacts;
  }

  /** The artifacts of all sets, each once, the largest first, so that no large one is begun when all others are done. */
  #artifactsOf(sets: readonly string[]): Artifact[] {
    const byChecksum = new Map(sets.flatMap((set) => this.#set(set)).map((artifact) => [artifact.sha256, artifact]));
    return Array.from(byChecksum.values()).sort((a, b) => b.size - a.size);
  }

  async #fetchAll(missing: readonly Artifact[], tally: DownloadTally, signal: AbortSignal): Promise<void> {
    const { cacheDirectory, logger, parallelism } = this.#options;
    const startedAt = Date.now();
    try {
      await mkdir(this.#partsDirectory, { recursive: true });
      await this.#checkRoom(missing);
    } catch (error) {
      throw diskFailure(error, cacheDirectory, sum(missing));
    }
    // The first failure ends the other downloads, and all of them have ended when this method does.
    const failed = new AbortController();
    const either = AbortSignal.any([signal, failed.signal]);
    const queue = missing.values();
    const left = new Set(missing);
    const failures: unknown[] = [];
    const worker = async (): Promise<void> => {
      for (const artifact of queue) {
        try {
          either.throwIfAborted();
          await this.#fetchOne(artifact, tally, either);
          left.delete(artifact);
        } catch (error) {
          if (!either.aborted) failures.push(diskFailure(error, cacheDirectory, sum(left)));
          failed.abort();
          return;
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(parallelism, missing.length) }, worker));
    signal.throwIfAborted();
    if (failures.length > 0) throw failures[0];
    logger.info(
      `${missing.length} jars (${sum(missing)} bytes) brought to ${cacheDirectory} in ${Date.now() - startedAt} ms, ` +
        `${tally.downloadedBytes} bytes of them over the network`,
    );
  }

  async #fetchOne(artifact: Artifact, tally: DownloadTally, signal: AbortSignal): Promise<void> {
    const part = await PartFile.claim(this.#partsDirectory, artifact.sha256);
    try {
      if (await this.#copyFromMaven(artifact, part, signal)) {
        tally.position(artifact, artifact.size, artifact.size);
      } else {
        await this.#downloadVerified(artifact, part, tally, signal);
      }
      await this.#publish(artifact, part);
      tally.fileDone();
    } finally {
      await part.release();
    }
  }

  /** Copies rather than links: what Maven later does to its file must not reach the cache. */
  async #copyFromMaven(artifact: Artifact, part: PartFile, signal: AbortSignal): Promise<boolean> {
    const source = this.#mavenPath(artifact);
    if (source === undefined || !(await hasSize(source, artifact.size))) return false;
    if ((await sha256IfReadable(source, signal)) !== artifact.sha256) {
      this.#options.logger.warn(`${source} is not what was released as ${artifact.coordinates}: it is downloaded`);
      return false;
    }
    await copyFile(source, part.path, constants.COPYFILE_FICLONE);
    return (await sha256Of(part.path, signal)) === artifact.sha256;
  }

  async #downloadVerified(
    artifact: Artifact,
    part: PartFile,
    tally: DownloadTally,
    signal: AbortSignal,
  ): Promise<void> {
    for (;;) {
      const resumedAt = await this.#download(artifact, part, tally, signal);
      const sha256 = await sha256Of(part.path, signal);
      if (sha256 === artifact.sha256) return;
      await part.discard();
      tally.position(artifact, 0, 0);
      // What an earlier attempt left may have been the altered part.
      if (resumedAt > 0) continue;
      throw wrongContent({ artifact, host: parseBaseAddress(this.#options.baseAddress).host }, sha256);
    }
  }

  /** @returns the size of what was there before */
  async #download(artifact: Artifact, part: PartFile, tally: DownloadTally, signal: AbortSignal): Promise<number> {
    const { baseAddress, stallMs, retryDelayMs, logger } = this.#options;
    const file = await open(part.path, constants.O_RDWR | constants.O_CREAT);
    try {
      let { size } = await file.stat();
      if (size > artifact.size) {
        await file.truncate(0);
        size = 0;
      }
      let kept = size;
      tally.position(artifact, size, kept);
      await download(
        {
          artifact,
          baseAddress,
          stallMs,
          retryDelayMs,
          logger,
          target: {
            size,
            write: (chunk, position) => writeFully(file, chunk, position),
            clear: () => file.truncate(0),
          },
          onPosition: (bytes) => {
            kept = Math.min(kept, bytes);
            tally.position(artifact, bytes, kept);
          },
        },
        signal,
      );
      return size;
    } finally {
      await file.close();
    }
  }

  async #publish(artifact: Artifact, part: PartFile): Promise<void> {
    const path = this.#jarPath(artifact);
    // Another window may have been faster, and Windows cannot replace a jar in use.
    if (await hasSize(path, artifact.size)) {
      await part.discard();
      return;
    }
    await mkdir(dirname(path), { recursive: true });
    await syncFile(part.path);
    await rename(part.path, path);
    await part.discard();
  }

  /** Refuses before the disk is filled to the brim for everybody else. */
  async #checkRoom(missing: readonly Artifact[]): Promise<void> {
    const { cacheDirectory } = this.#options;
    const { blocks, bavail, bsize } = await statfs(cacheDirectory);
    let needed = sum(missing);
    for (const name of await readdir(this.#partsDirectory)) {
      needed -= (await sizeOf(join(this.#partsDirectory, name))) ?? 0;
    }
    // Some network file systems do not say how large they are.
    if (blocks === 0 || bavail * bsize >= needed) return;
    const cause = Object.assign(new Error(`${bavail * bsize} bytes are free.`), { code: 'ENOSPC' });
    throw diskFailure(cause, cacheDirectory, needed);
  }
}

function sum(artifacts: Iterable<Artifact>): number {
  let bytes = 0;
  for (const { size } of artifacts) bytes += size;
  return bytes;
}

/** `undefined` for what is not there or cannot be looked at: writing to it will tell which. */
async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch {
    return undefined;
  }
}

async function sha256IfReadable(path: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    return await sha256Of(path, signal);
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

async function hasSize(path: string, size: number): Promise<boolean> {
  return (await sizeOf(path)) === size;
}

async function writeFully(file: FileHandle, chunk: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < chunk.length;) {
    const { bytesWritten } = await file.write(chunk, written, chunk.length - written, position + written);
    written += bytesWritten;
  }
}

/** After this, the file's bytes survive a power failure as well as its name does. */
async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
