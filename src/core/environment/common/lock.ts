import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as l10n from '@vscode/l10n';
import writeFileAtomic from 'write-file-atomic';
import * as z from 'zod';
import { PlaygroundError, systemCode } from '../../util/errors';
import { diskError } from './diskError';
import type { ProcessTable } from './processTable';

/** What a transition does, for the words that another window shows meanwhile. */
export type Operation = 'start' | 'stop' | 'kill' | 'startInstance' | 'scale' | 'restart' | 'journal';

const ownerSchema = z.object({
  pid: z.number().int().positive(),
  startToken: z.string(),
  token: z.string(),
  operation: z.enum(['start', 'stop', 'kill', 'startInstance', 'scale', 'restart', 'journal']),
  since: z.number(),
  released: z.boolean(),
});
export type LockOwner = z.infer<typeof ownerSchema>;

/** A lock that is held. Its number grows with every transition and stands in the state file as generation. */
export interface HeldLock {
  readonly generation: number;
  /**
   * @throws PlaygroundError `busy` after the release, and when somebody took the lock over, which happens only to an owner that
   *   was thought dead.
   */
  assertHeld(): Promise<void>;
  /** Gives the lock back, also on a full disk. */
  release(): Promise<void>;
}

/**
 * One transition at a time over all windows. A lock is a file `<n>.json`, created exclusively with its owner's identity in
 * it (pid, start time, token). The highest number counts; it is never deleted, only marked as released, so that numbers
 * grow for ever and a slow contender, whose number was overtaken, sees it. A dead owner is succeeded by the next number.
 */
export class TransitionLock {
  constructor(
    private readonly directory: string,
    private readonly table: ProcessTable,
    private readonly now: () => number = Date.now,
  ) {}

  /** The live owner, if a transition is under way anywhere. */
  async owner(): Promise<LockOwner | undefined> {
    const newest = await this.#newest();
    return newest !== undefined && (await this.#isLive(newest)) ? newest.owner : undefined;
  }

  /** @throws PlaygroundError `busy` while another owner that is alive holds the lock; `disk`; `process`. */
  async acquire(operation: Operation): Promise<HeldLock> {
    const startToken = (await this.table.read([process.pid])).get(process.pid)?.startToken ?? '';
    // With an owner that cannot be recognised, the lock would look abandoned while it is held.
    if (startToken === '') throw unknownProcesses();
    const token = randomUUID();
    const owner: LockOwner = {
      pid: process.pid,
      startToken,
      token,
      operation,
      since: this.now(),
      released: false,
    };
    const draft = join(this.directory, `${token}.draft`);
    await writeDraft(this.directory, draft, JSON.stringify(owner));
    try {
      for (;;) {
        const newest = await this.#newest();
        if (newest !== undefined && (await this.#isLive(newest))) throw busy(newest.owner);
        const generation = (newest?.generation ?? 0) + 1;
        if (!(await createExclusively(draft, this.#file(generation)))) continue;
        const overtaken = await this.#generations();
        if (overtaken.some((other) => other > generation)) {
          await rm(this.#file(generation), { force: true });
          continue;
        }
        await this.#prune(overtaken, generation);
        return this.#held(generation, owner);
      }
    } finally {
      await rm(draft, { force: true });
    }
  }

  #held(generation: number, owner: LockOwner): HeldLock {
    let released = false;
    return {
      generation,
      assertHeld: async () => {
        if (released) throw busy(undefined);
        const newest = await this.#newest();
        if (newest?.generation !== generation) throw busy(newest?.owner);
      },
      release: async () => {
        released = true;
        const generations = await this.#generations();
        if (!generations.includes(generation)) return;
        try {
          await writeFileAtomic(this.#file(generation), JSON.stringify({ ...owner, released: true }));
        } catch {
          // A full disk has room for less: a file that names nobody is nobody's lock.
          await truncate(this.#file(generation));
        }
      },
    };
  }

  #file(generation: number): string {
    return join(this.directory, `${generation}.json`);
  }

  async #generations(): Promise<readonly number[]> {
    try {
      const names = await readdir(this.directory);
      return names.flatMap((name) => (/^\d+\.json$/.test(name) ? [Number.parseInt(name, 10)] : []));
    } catch (error) {
      if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return [];
      throw error;
    }
  }

  async #newest(): Promise<{ readonly generation: number; readonly owner: LockOwner | undefined } | undefined> {
    const generations = await this.#generations();
    if (generations.length === 0) return undefined;
    const generation = Math.max(...generations);
    try {
      const parsed = ownerSchema.safeParse(JSON.parse(await readFile(this.#file(generation), 'utf8')));
      return { generation, owner: parsed.success ? parsed.data : undefined };
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return this.#newest();
      // Files are put in place whole; one that cannot be read was damaged afterwards and names nobody who could be asked.
      return { generation, owner: undefined };
    }
  }

  async #isLive(lock: { readonly owner: LockOwner | undefined }): Promise<boolean> {
    const { owner } = lock;
    if (owner === undefined || owner.released) return false;
    const facts = (await this.table.read([owner.pid])).get(owner.pid);
    return facts !== undefined && facts.startToken === owner.startToken;
  }

  async #prune(generations: readonly number[], newest: number): Promise<void> {
    const old = generations.filter((generation) => generation < newest);
    await Promise.all(old.map((generation) => rm(this.#file(generation), { force: true })));
  }
}

async function writeDraft(directory: string, draft: string, text: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true });
    await writeFile(draft, text, { flag: 'wx' });
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw diskError(directory, error);
  }
}

/** Puts the whole file in place under a name that nobody has, or says that somebody was faster. */
async function createExclusively(draft: string, file: string): Promise<boolean> {
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EEXIST') return false;
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS' && code !== 'EMLINK') throw diskError(file, error);
  }
  // A file system without hard links: exclusive creation, then the content.
  try {
    await writeFile(file, await readFile(draft), { flag: 'wx' });
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw diskError(file, error);
  }
}

/** What the owner of a lock does, as a sentence. */
export function describeOwner(owner: LockOwner): string {
  if (owner.operation === 'start') {
    return l10n.t('The playground is being started in another window (process {0}).', owner.pid);
  }
  if (owner.operation === 'stop') {
    return l10n.t('The playground is being stopped in another window (process {0}).', owner.pid);
  }
  return l10n.t('The playground is being changed in another window (process {0}).', owner.pid);
}

function unknownProcesses(): PlaygroundError {
  return new PlaygroundError('process', l10n.t('The operating system does not tell which processes run.'), {
    remedy: l10n.t('See that the list of processes can be read (/proc, ps or PowerShell), then try again.'),
  });
}

function busy(owner: LockOwner | undefined): PlaygroundError {
  const message =
    owner === undefined ? l10n.t('The playground is being changed in another window.') : describeOwner(owner);
  return new PlaygroundError('busy', message, { remedy: l10n.t('Wait until it is done, then try again.') });
}
