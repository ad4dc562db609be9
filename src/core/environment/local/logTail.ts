import { open, stat } from 'node:fs/promises';
import { systemCode } from '../../util/errors';

/** Where a log stands, so that what is written later can be told from what was there. */
export interface LogMark {
  readonly path: string;
  readonly size: number;
}

export async function markLog(path: string): Promise<LogMark> {
  return { path, size: await sizeOf(path) };
}

const tailBytes = 64 * 1024;

/** The last lines written since the mark, oldest first. */
export async function linesSince(mark: LogMark, count: number): Promise<readonly string[]> {
  const size = await sizeOf(mark.path);
  // A file that is shorter than before was begun anew.
  const begin = Math.max(size < mark.size ? 0 : mark.size, size - tailBytes);
  if (size <= begin) return [];
  const file = await open(mark.path, 'r');
  try {
    const buffer = Buffer.alloc(size - begin);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, begin);
    const lines = buffer.toString('utf8', 0, bytesRead).split(/\r?\n/);
    return lines.filter((line) => line.trim() !== '').slice(-count);
  } finally {
    await file.close();
  }
}

/** What Java says after it said what is wrong. */
const epilogue = /^Error: (Could not create the Java Virtual Machine|A fatal exception has occurred)/;

/**
 * The line that says what went wrong: the innermost cause of the last exception, else the last line that speaks of an error,
 * else the last line.
 */
export function meaningfulLine(lines: readonly string[]): string | undefined {
  const cause = lines.findLast((line) => line.startsWith('Caused by: '));
  if (cause !== undefined) return cause.slice('Caused by: '.length);
  const told = lines.filter((line) => !/^\s+(at |\.\.\. )/.test(line) && !epilogue.test(line));
  const error = told.findLast((line) =>
    /\b(error|fatal|exception|could not|cannot|unable to)\b|(Exception|Error)\b/i.test(line),
  );
  return (error ?? told.at(-1))?.trim();
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return 0;
    throw error;
  }
}
