import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { setPriority } from 'node:os';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import writeFileAtomic from 'write-file-atomic';
import * as z from 'zod';
import { delay } from '../../util/async';
import type { Clock } from '../../util/clock';
import { messageOf, systemCode } from '../../util/errors';
import type { Logger } from '../../util/logger';
import type { Role } from './commandLines';

/** What decides whether an archive fits: the JVM compares all of it and more, and silently goes on without a misfit. */
export interface ArchiveSubject {
  readonly role: Role;
  readonly java: string;
  readonly javaVersion: number;
  readonly classPath: readonly string[];
}

/** How one JVM is started with regard to class archives. */
export interface ArchiveUse {
  readonly flags: readonly string[];
  /** True when an archive is used, so that a start that fails can be tried again without it. */
  readonly uses: boolean;
}

const sealSchema = z.object({ size: z.number(), mtimeMs: z.number(), sha256: z.string() });

/** A dump takes 3 to 5 s of CPU; it runs at the lowest priority, so much longer beside a busy playground. */
const dumpTimeoutMs = 180_000;
const oldDraftMs = 3_600_000;
const lowestPriority = 19;

/** The folder of the cache that holds the archives; safe to delete at any time. */
export const classArchivesFolder = 'class-archives';

/**
 * One AppCDS archive per role (design: measured, it saves a fifth to a third of a JVM's start). The first start of a role
 * writes down the classes it loads; afterwards a separate JVM of low priority makes the archive of that list, so neither a
 * start nor a stop waits for it, and the processes that matter know nothing of it. An archive is put in place by a rename
 * and used only while it is byte by byte what was made: a truncated one would abort the JVM.
 */
export class ClassArchives {
  readonly #directory: string;
  readonly #logger: Logger;
  readonly #wanted = new Map<string, Wanted>();

  constructor(cacheDirectory: string, logger: Logger) {
    this.#directory = join(cacheDirectory, classArchivesFolder);
    this.#logger = logger;
  }

  /** Flags for a JVM about to start: use the archive when it is there and whole, else write the list for it. */
  async prepare(subject: ArchiveSubject, instanceId: string, signal: AbortSignal): Promise<ArchiveUse> {
    const files = await this.#files(subject);
    try {
      if (await isWhole(files, signal)) return { flags: [`-XX:SharedArchiveFile=${files.archive}`], uses: true };
      await mkdir(this.#directory, { recursive: true });
      // Instances of one role share the archive, but each writes a list of its own.
      const list = `${files.base}-${instanceId}.classes`;
      const lists = this.#wanted.get(files.archive)?.lists ?? [];
      this.#wanted.set(files.archive, { subject, lists: [...lists.filter((other) => other !== list), list] });
      return { flags: [`-XX:DumpLoadedClassList=${list}`], uses: false };
    } catch (error) {
      signal.throwIfAborted();
      this.#logger.warn(`No class archive for ${subject.role}: ${messageOf(error)}`);
      return { flags: [], uses: false };
    }
  }

  /** Flags for a short-lived JVM on the class path of a role: use the role's archive when it is there and whole. */
  async borrow(subject: ArchiveSubject, signal: AbortSignal): Promise<readonly string[]> {
    const files = await this.#files(subject);
    return (await isWhole(files, signal)) ? [`-XX:SharedArchiveFile=${files.archive}`] : [];
  }

  /** Removes the archive of a JVM that did not start with it. */
  async discard(subject: ArchiveSubject, reason: string): Promise<void> {
    const files = await this.#files(subject);
    this.#logger.warn(`The class archive of ${subject.role} is removed, because a start with it failed: ${reason}`);
    await Promise.all([files.seal, files.archive].map((file) => rm(file, { force: true })));
  }

  /** Makes archives after a while, when a start made lists for any. */
  async dumpAfter(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
    if (this.#wanted.size === 0) return;
    await delay(ms, signal, clock);
    await this.#dump(signal);
  }

  /** Makes the archives whose lists were written since. Failures are logged only: they cost a little speed, nothing else. */
  async #dump(signal: AbortSignal): Promise<void> {
    await this.#removeOldDrafts();
    for (const [archive, { subject, lists }] of this.#wanted) {
      signal.throwIfAborted();
      this.#wanted.delete(archive);
      try {
        await this.#dumpOne(subject, lists, signal);
      } catch (error) {
        signal.throwIfAborted();
        this.#logger.warn(`The class archive of ${subject.role} could not be made: ${messageOf(error)}`);
      }
    }
  }

  /** What a dump left that was cut off, up to 100 MB each. One that is younger may be under way in another window. */
  async #removeOldDrafts(): Promise<void> {
    try {
      const names = (await readdir(this.#directory)).filter((name) => /\.draft(?:\.classes)?$/.test(name));
      for (const path of names.map((name) => join(this.#directory, name))) {
        if (Date.now() - (await stat(path)).mtimeMs > oldDraftMs) await rm(path, { force: true });
      }
    } catch (error) {
      this.#logger.warn(`Old drafts of class archives were not removed: ${messageOf(error)}`);
    }
  }

  async #dumpOne(subject: ArchiveSubject, lists: readonly string[], signal: AbortSignal): Promise<void> {
    const files = await this.#files(subject);
    const draft = `${files.archive}.${randomUUID()}.draft`;
    const list = `${draft}.classes`;
    try {
      // The live JVM may be in the middle of its last line; classes with a source are not of the class path.
      const text = await readFile(lists[0] ?? '', 'utf8');
      const complete = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
      await writeFile(list, complete.filter((line) => !line.includes('source:')).join('\n'));
      const child = execa(
        subject.java,
        [
          '-XX:+UseSerialGC',
          '-XX:-UsePerfData',
          '-Xmx256m',
          '-Xlog:disable',
          '-Xshare:dump',
          `-XX:SharedClassListFile=${list}`,
          `-XX:SharedArchiveFile=${draft}`,
          '-cp',
          subject.classPath.join(delimiter),
        ],
        { cancelSignal: signal, timeout: dumpTimeoutMs, stdin: 'ignore', stdout: 'ignore', forceKillAfterDelay: 2000 },
      );
      lowerPriority(child.pid);
      await child;
      const { size, mtimeMs } = await stat(draft);
      const sha256 = await hashOf(draft, signal);
      await rm(files.seal, { force: true });
      await rename(draft, files.archive);
      await writeFileAtomic(files.seal, JSON.stringify({ size, mtimeMs, sha256 }));
      await Promise.all(lists.map((file) => rm(file, { force: true })));
      this.#logger.info(`Class archive of ${subject.role} made, ${Math.round(size / 1_048_576)} MB`);
    } finally {
      await Promise.all([draft, list].map((file) => rm(file, { force: true })));
    }
  }

  async #files(subject: ArchiveSubject): Promise<ArchiveFiles> {
    const key = createHash('sha256');
    key.update(`${subject.java}\n${subject.javaVersion}\n`);
    for (const jar of subject.classPath) {
      const { size, mtimeMs } = await stat(jar);
      key.update(`${jar}\n${size}\n${Math.floor(mtimeMs)}\n`);
    }
    const base = join(this.#directory, `${subject.role}-${key.digest('hex').slice(0, 16)}`);
    return { base, archive: `${base}.jsa`, seal: `${base}.json` };
  }
}

/** An archive to be made, and the lists of classes for it. */
interface Wanted {
  readonly subject: ArchiveSubject;
  readonly lists: readonly string[];
}

interface ArchiveFiles {
  readonly base: string;
  readonly archive: string;
  /** Size, time and checksum of the archive; written last, so an archive without it is not finished. */
  readonly seal: string;
}

async function isWhole(files: ArchiveFiles, signal: AbortSignal): Promise<boolean> {
  const [seal, now] = await Promise.all([readSeal(files.seal), factsOf(files.archive)]);
  if (seal === undefined || now === undefined || now.size !== seal.size) return false;
  // Reading 200 MB anew at every start cost the host 0.8 instead of 0.25 CPU seconds (measured); a file that was not written
  // since its checksum was taken needs none.
  return now.mtimeMs === seal.mtimeMs || (await hashOf(files.archive, signal)) === seal.sha256;
}

async function readSeal(path: string): Promise<z.infer<typeof sealSchema> | undefined> {
  try {
    const parsed = sealSchema.safeParse(JSON.parse(await readFile(path, 'utf8')));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

async function factsOf(path: string): Promise<{ readonly size: number; readonly mtimeMs: number } | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function hashOf(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1_048_576, signal })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

function lowerPriority(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, lowestPriority);
  } catch {
    // It runs at normal priority then.
  }
}
