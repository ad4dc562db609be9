import { mkdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { systemCode } from '../../util/errors';
import { diskError } from '../common/diskError';
import { remoteFolder, type RemoteTarget } from './remoteTarget';

/** Remembers to which clusters the person is connected, so that a reload of the window connects again. */
export class ConnectionRecord {
  constructor(private readonly directory: string) {}

  /** When the connection was made, milliseconds since the epoch; `undefined` when there is none. */
  async connectedAt(target: RemoteTarget): Promise<number | undefined> {
    try {
      return (await stat(this.#file(target))).mtimeMs;
    } catch (error) {
      if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return undefined;
      throw error;
    }
  }

  /** @throws PlaygroundError `disk`. */
  async add(target: RemoteTarget): Promise<void> {
    const file = this.#file(target);
    try {
      await mkdir(dirname(file), { recursive: true });
      await writeFileAtomic(file, JSON.stringify({ version: 1, ...target }, undefined, 2));
    } catch (error) {
      throw diskError(file, error);
    }
  }

  /** @throws PlaygroundError `disk`. */
  async remove(target: RemoteTarget): Promise<void> {
    const file = this.#file(target);
    try {
      await rm(file, { force: true });
    } catch (error) {
      throw diskError(file, error);
    }
  }

  #file(target: RemoteTarget): string {
    return join(remoteFolder(this.directory, target), 'connection.json');
  }
}
