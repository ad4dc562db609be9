import { open, stat, type FileHandle } from 'node:fs/promises';
import * as l10n from '@vscode/l10n';
import { delay } from '../../util/async';
import { systemClock, type Clock } from '../../util/clock';
import type { Event } from '../../util/emitter';
import { systemCode } from '../../util/errors';
import { LineSplitter } from '../../util/lineSplitter';
import type { LogSink } from '../environment';

const pollMs = 250;
const historyBytes = 64 * 1024;
const chunkBytes = 256 * 1024;

/**
 * Sends the last lines of a file and then what is appended, until the signal is aborted. Goes on when the file is cut short,
 * renamed to make room for a new one of the same name, or not there yet. Reads in pieces, so memory stays bounded.
 */
export async function followLog(
  path: string,
  sink: LogSink,
  signal: AbortSignal,
  { clock = systemClock, wake }: FollowOptions = {},
): Promise<void> {
  const follower = new FileFollower(path, sink, signal);
  let isAwake = false;
  let asleep = new AbortController();
  const subscription = wake?.(() => {
    isAwake = true;
    asleep.abort();
  });
  try {
    while (!signal.aborted) {
      isAwake = false;
      asleep = new AbortController();
      await follower.read();
      if (!isAwake) await delay(pollMs, AbortSignal.any([signal, asleep.signal]), clock).catch(ignore);
    }
  } finally {
    subscription?.dispose();
    await follower.close();
  }
}

export interface FollowOptions {
  readonly clock?: Clock;
  /** Has the file read now, without waiting until it is its turn: something has happened to who writes it. */
  readonly wake?: Event<unknown>;
}

function ignore(): void {
  // Woken, or at the end: the loop looks which.
}

/**
 * The file stays open while it is followed: what was written to it before it was renamed can still be read then, and its number
 * cannot go to another file, which would look like the same.
 */
class FileFollower {
  readonly #lines: LineSplitter;
  readonly #buffer = Buffer.allocUnsafe(chunkBytes);
  #file: OpenFile | undefined;
  #position = 0;
  #isFirst = true;

  constructor(
    private readonly path: string,
    private readonly sink: LogSink,
    private readonly signal: AbortSignal,
  ) {
    this.#lines = new LineSplitter(sink);
  }

  async read(): Promise<void> {
    if (this.#file === undefined) await this.#begin();
    else await this.#goOn(this.#file);
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    this.#lines.flush();
    await file?.handle.close();
  }

  async #begin(): Promise<void> {
    this.#file = await openFile(this.path);
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    if (this.#file === undefined) return;
    const { size } = await this.#file.handle.stat();
    this.#position = isFirst ? Math.max(0, size - historyBytes) : 0;
    this.#lines.skipPartial = this.#position > 0;
    await this.#drain(this.#file.handle);
  }

  async #goOn({ handle, number }: OpenFile): Promise<void> {
    const current = await numberOf(this.path);
    const { size } = await handle.stat();
    if (size < this.#position) {
      this.#lines.flush();
      this.#position = 0;
    }
    await this.#drain(handle);
    if (current === undefined || current === number || this.signal.aborted) return;
    await this.close();
    await this.#readBetween(number);
    await this.#begin();
  }

  /** A file that was filled and renamed while nobody looked: what is there under the name of the one before is read whole. */
  async #readBetween(last: string): Promise<void> {
    const between = await openFile(`${this.path}.1`);
    if (between === undefined) return;
    try {
      if (between.number === last) return;
      this.sink(`──── ${l10n.t('Lines may be missing here: the log was renewed more than once.')} ────`);
      this.#position = 0;
      await this.#drain(between.handle);
      this.#lines.flush();
    } finally {
      await between.handle.close();
    }
  }

  async #drain(handle: FileHandle): Promise<void> {
    while (!this.signal.aborted) {
      const { bytesRead } = await handle.read(this.#buffer, 0, this.#buffer.length, this.#position);
      if (bytesRead === 0) return;
      this.#lines.push(this.#buffer.subarray(0, bytesRead));
      this.#position += bytesRead;
    }
  }
}

interface OpenFile {
  readonly handle: FileHandle;
  /** Device and number of the file, which no other has as long as it is open. */
  readonly number: string;
}

async function openFile(path: string): Promise<OpenFile | undefined> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, 'r');
    const { dev, ino } = await handle.stat();
    return { handle, number: `${dev}:${ino}` };
  } catch (error) {
    await handle?.close();
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function numberOf(path: string): Promise<string | undefined> {
  try {
    const { dev, ino } = await stat(path);
    return `${dev}:${ino}`;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
