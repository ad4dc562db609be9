import { open, stat } from 'node:fs/promises';
import { delay } from '../../util/async';
import { systemClock, type Clock } from '../../util/clock';
import { systemCode } from '../../util/errors';
import { LineSplitter } from '../../util/lineSplitter';
import type { LogSink } from '../environment';

const pollMs = 250;
const historyBytes = 64 * 1024;
const chunkBytes = 256 * 1024;

/**
 * Sends the last lines of a file and then what is appended, until the signal is aborted. Goes on when the file is cut short,
 * replaced by a new one of the same name, or not there yet. Reads in pieces, so memory stays bounded.
 */
export async function followLog(
  path: string,
  sink: LogSink,
  signal: AbortSignal,
  clock: Clock = systemClock,
): Promise<void> {
  const lines = new LineSplitter(sink);
  let position: number | undefined;
  let file: string | undefined;
  while (!signal.aborted) {
    const now = await look(path);
    if (now === undefined) {
      position ??= 0;
    } else {
      if (position === undefined) {
        position = Math.max(0, now.size - historyBytes);
        lines.skipPartial = position > 0;
      } else if ((file !== undefined && file !== now.file) || now.size < position) {
        lines.flush();
        position = 0;
      }
      ({ file } = now);
      position = await readFrom(path, position, now.size, lines, signal);
    }
    try {
      await delay(pollMs, signal, clock);
    } catch {
      break;
    }
  }
  lines.flush();
}

async function readFrom(
  path: string,
  begin: number,
  end: number,
  lines: LineSplitter,
  signal: AbortSignal,
): Promise<number> {
  if (begin >= end) return begin;
  const handle = await open(path, 'r').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (handle === undefined) return begin;
  try {
    const buffer = Buffer.alloc(Math.min(chunkBytes, end - begin));
    let position = begin;
    while (position < end && !signal.aborted) {
      const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, end - position), position);
      if (bytesRead === 0) break;
      lines.push(buffer.subarray(0, bytesRead));
      position += bytesRead;
    }
    return position;
  } finally {
    await handle.close();
  }
}

async function look(path: string): Promise<{ readonly size: number; readonly file: string } | undefined> {
  try {
    const { size, ino, dev } = await stat(path);
    return { size, file: `${dev}:${ino}` };
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
