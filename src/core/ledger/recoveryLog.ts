import { appendFile, mkdir, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { ledgerMarkKinds, type LedgerMark } from '../../shared/model/ledger';
import { systemCode } from '../util/errors';

const remembered = 1000;
/** Beyond this the file is written anew with the newest: more than twice what is remembered, a line being about 35 characters. */
const largestBytes = 80_000;
/** Time, kind and instance; a line of an earlier version is a time alone. */
const line = /^(\d+)(?: ([a-zA-Z]+)(?: ([\w.-]+))?)?$/;

/**
 * What was seen that makes Flink repeat work (a process that died, a restart, another job) and when. Kept beside the environment's
 * data, one a line, so that an account that is made anew after a reload of the window still explains the duplicates of before.
 */
export class RecoveryLog {
  /** What was asked last; each waits for the one before, so that what is being written is read and none is lost by a rewrite. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(private readonly file: string) {}

  /** The newest, at most a thousand; lines that are none (a write cut short) are left out. */
  read(): Promise<readonly LedgerMark[]> {
    return this.#afterTheLast(() => this.#read());
  }

  append(mark: LedgerMark): Promise<void> {
    return this.#afterTheLast(async () => {
      await mkdir(dirname(this.file), { recursive: true });
      await appendFile(this.file, written(mark));
      const { size } = await stat(this.file);
      if (size <= largestBytes) return;
      const newest = await this.#read();
      await writeFileAtomic(this.file, newest.map(written).join(''));
    });
  }

  async #read(): Promise<readonly LedgerMark[]> {
    try {
      const lines = (await readFile(this.file, 'utf8')).split('\n');
      return lines.flatMap((text) => parsed(text) ?? []).slice(-remembered);
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return [];
      throw error;
    }
  }

  #afterTheLast<T>(action: () => Promise<T>): Promise<T> {
    const result = this.#last.then(action);
    this.#last = result.catch(() => undefined);
    return result;
  }
}

function written({ at, kind, of }: LedgerMark): string {
  return `${[Math.round(at), kind, ...(of === undefined ? [] : [of])].join(' ')}\n`;
}

function parsed(text: string): LedgerMark | undefined {
  const [, at, name = 'recovery', of] = line.exec(text) ?? [];
  const kind = ledgerMarkKinds.find((each) => each === name);
  if (at === undefined || kind === undefined) return undefined;
  return { at: Number(at), kind, ...(of === undefined ? {} : { of }) };
}
