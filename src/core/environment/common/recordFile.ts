import { mkdir, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as l10n from '@vscode/l10n';
import writeFileAtomic from 'write-file-atomic';
import type * as z from 'zod';
import { PlaygroundError, systemCode } from '../../util/errors';
import { diskError } from './diskError';
import type { HeldLock } from './lock';

/** A record that was read. `damaged` names where an unreadable one was put aside. */
export interface LoadedRecord<T> {
  readonly state: T;
  readonly damaged?: { readonly keptAs: string };
}

export interface RecordFileOptions<T> {
  readonly path: string;
  readonly schema: z.ZodType<T>;
  /** The version that this code writes; it goes up when the form changes so that an older extension would misread it. */
  readonly version: number;
  /** What holds while there is no file. */
  readonly empty: T;
  readonly now?: () => number;
}

/** A small record on disk, written whole or not at all, by the holder of the transition lock only. */
export class RecordFile<T extends object> {
  constructor(private readonly options: RecordFileOptions<T>) {}

  /**
   * @returns the recorded state; the empty one when there is none. A file that is cut short or not ours is renamed, so that
   *   nothing is lost, and said so.
   * @throws PlaygroundError `state` for a file of a newer version of the extension, which is left as it is.
   */
  async load(): Promise<LoadedRecord<T>> {
    const { path, schema, version: current, empty, now = Date.now } = this.options;
    const text = await this.#read();
    if (text === undefined) return { state: empty };
    const raw = parseJson(text);
    const version = versionOf(raw);
    if (version !== undefined && version > current) throw newerVersion(path);
    const parsed = schema.safeParse(raw);
    if (parsed.success) return { state: parsed.data };
    const keptAs = `${path}.damaged-${now()}`;
    await rename(path, keptAs);
    return { state: empty, damaged: { keptAs } };
  }

  /** @throws PlaygroundError `busy` when the transition was taken over; `disk`. */
  async save(state: T, lock: HeldLock): Promise<void> {
    const { path } = this.options;
    await lock.assertHeld();
    try {
      await mkdir(dirname(path), { recursive: true });
      await writeFileAtomic(path, JSON.stringify({ ...state, generation: lock.generation }, undefined, 2));
    } catch (error) {
      throw diskError(path, error);
    }
  }

  async #read(): Promise<string | undefined> {
    const { path } = this.options;
    try {
      return await readFile(path, 'utf8');
    } catch (error) {
      if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return undefined;
      throw new PlaygroundError('state', l10n.t('The record of what runs, "{0}", cannot be read.', path), {
        remedy: l10n.t('Make the file readable for you, then try again.'),
        cause: error,
      });
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function versionOf(raw: unknown): number | undefined {
  if (typeof raw !== 'object' || raw === null || !('version' in raw)) return undefined;
  return typeof raw.version === 'number' ? raw.version : undefined;
}

function newerVersion(path: string): PlaygroundError {
  return new PlaygroundError('state', l10n.t('The playground was last started by a newer version of this extension.'), {
    remedy: l10n.t('Update the extension, or stop the playground with the newer one and remove "{0}".', path),
  });
}
