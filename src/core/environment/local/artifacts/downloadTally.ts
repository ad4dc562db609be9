import type { Artifact } from './artifactLock';

/** How far `ensure` is. Each file counts once, in however many sets it is. */
export interface DownloadProgress {
  /** Bytes that are here, of `totalBytes`. Falls when a download has to begin again. */
  readonly doneBytes: number;
  readonly totalBytes: number;
  /** The part of `doneBytes` that did not come over the network in this call: from the cache, an earlier attempt, or `~/.m2`. */
  readonly reusedBytes: number;
  readonly files: number;
  readonly filesDone: number;
}

const reportIntervalMs = 100;

/** Adds up what is here and reports it, at most ten times a second. */
export class DownloadTally {
  readonly #positions = new Map<Artifact, { readonly done: number; readonly reused: number }>();
  readonly #totalBytes: number;
  readonly #files: number;
  readonly #onProgress: (progress: DownloadProgress) => void;
  #doneBytes = 0;
  #reusedBytes = 0;
  #filesDone = 0;
  #reportedAt = -Infinity;

  constructor(artifacts: readonly Artifact[], onProgress: (progress: DownloadProgress) => void) {
    this.#files = artifacts.length;
    this.#totalBytes = artifacts.reduce((sum, { size }) => sum + size, 0);
    this.#onProgress = onProgress;
  }

  get downloadedBytes(): number {
    return this.#doneBytes - this.#reusedBytes;
  }

  /** `done` bytes of a file are here, `reused` of them without the network. */
  position(artifact: Artifact, done: number, reused: number): void {
    const before = this.#positions.get(artifact) ?? { done: 0, reused: 0 };
    this.#positions.set(artifact, { done, reused });
    this.#doneBytes += done - before.done;
    this.#reusedBytes += reused - before.reused;
    const now = performance.now();
    if (now - this.#reportedAt >= reportIntervalMs) this.report(now);
  }

  fileDone(): void {
    this.#filesDone++;
  }

  report(now = performance.now()): void {
    this.#reportedAt = now;
    this.#onProgress({
      doneBytes: this.#doneBytes,
      totalBytes: this.#totalBytes,
      reusedBytes: this.#reusedBytes,
      files: this.#files,
      filesDone: this.#filesDone,
    });
  }
}
