import { mkdir, open, readdir, readFile, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import * as l10n from '@vscode/l10n';
import { diskError } from '../environment/common/diskError';
import { PlaygroundError, systemCode } from '../util/errors';
import { formatLine, readEntry, type BeganLine, type JournalEntry, type JournalLine } from './journalEntry';

const fileName = /^([0-9a-f]{32})\.jsonl$/;
const newLine = 10;

export interface JournalContent {
  readonly entries: readonly JournalEntry[];
  /** How many entries only a newer version of the extension can read. */
  readonly newer: number;
}

/**
 * The record of operations that must not be forgotten: one file each, to which lines are appended and flushed to the disk. Only the
 * owner of an operation writes to its file.
 */
export class Journal {
  constructor(readonly directory: string) {}

  /** @throws PlaygroundError `state` when the folder or a file of it is there and cannot be read. */
  async read(): Promise<JournalContent> {
    const found = await Promise.all((await this.#names()).map((name) => this.#readFile(join(this.directory, name))));
    return {
      entries: found.flatMap((read) => (read !== undefined && 'entry' in read ? [read.entry] : [])),
      newer: found.filter((read) => read !== undefined && 'newer' in read).length,
    };
  }

  async readOne(id: string): Promise<JournalEntry | undefined> {
    const read = await this.#readFile(this.#file(id));
    return read !== undefined && 'entry' in read ? read.entry : undefined;
  }

  /** Writes the intent. @throws PlaygroundError `disk`: then nothing may be done. */
  async begin(start: BeganLine): Promise<void> {
    const file = this.#file(start.id);
    try {
      await mkdir(this.directory, { recursive: true });
      await appendFlushed(file, formatLine(start), 'ax');
      await flushDirectory(this.directory);
    } catch (error) {
      throw notWritable(file, error);
    }
  }

  /** @throws PlaygroundError `disk`. */
  async append(id: string, lines: readonly JournalLine[]): Promise<void> {
    const file = this.#file(id);
    try {
      await appendFlushed(file, lines.map(formatLine).join(''), 'a');
    } catch (error) {
      throw notWritable(file, error);
    }
  }

  /** Forgets the oldest of the closed entries beyond so many. One that cannot be removed stays. */
  async prune(keep: number): Promise<void> {
    const { entries } = await this.read();
    const closed = entries.filter((entry) => entry.closed !== undefined).sort((a, b) => b.startedAt - a.startedAt);
    await Promise.all(closed.slice(keep).map(({ id }) => rm(this.#file(id), { force: true }).catch(() => undefined)));
  }

  #file(id: string): string {
    if (!fileName.test(`${id}.jsonl`)) throw new PlaygroundError('internal', `"${id}" is no id of an operation.`);
    return join(this.directory, `${id}.jsonl`);
  }

  async #names(): Promise<readonly string[]> {
    try {
      return (await readdir(this.directory)).filter((name) => fileName.test(name));
    } catch (error) {
      if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return [];
      throw notReadable(this.directory, error);
    }
  }

  async #readFile(file: string): Promise<ReturnType<typeof readEntry>> {
    try {
      return readEntry(await readFile(file, 'utf8'));
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined;
      throw notReadable(file, error);
    }
  }
}

/** After a failure the file is as it was: a part of a line would spoil the next one. */
async function appendFlushed(file: string, text: string, flag: 'a' | 'ax'): Promise<void> {
  const handle = await open(file, `${flag}+`);
  try {
    const { size } = await handle.stat();
    try {
      await handle.appendFile((await endsInMidLine(handle, size)) ? `\n${text}` : text);
      await handle.sync();
    } catch (error) {
      await handle.truncate(size).catch(() => undefined);
      throw error;
    }
  } finally {
    await handle.close();
  }
}

/** A process that died while it wrote left a part of a line. */
async function endsInMidLine(handle: FileHandle, size: number): Promise<boolean> {
  if (size === 0) return false;
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] !== newLine;
}

/** Makes the name of a new file last. Windows has no such call and needs none. */
async function flushDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function notWritable(file: string, cause: unknown): PlaygroundError {
  const { message, remedy } = diskError(file, cause);
  return new PlaygroundError(
    'disk',
    l10n.t('Nothing is done to a job that cannot be written down first. {0}', message),
    { ...(remedy === undefined ? {} : { remedy }), cause },
  );
}

function notReadable(file: string, cause: unknown): PlaygroundError {
  return new PlaygroundError('state', l10n.t('The record of operations, "{0}", cannot be read.', file), {
    remedy: l10n.t('Make it readable for you, then try again.'),
    cause,
  });
}
