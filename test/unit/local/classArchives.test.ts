import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ClassArchives, type ArchiveSubject } from '../../../src/core/environment/local/cds';
import { systemClock } from '../../../src/core/util/clock';
import { silentLogger } from '../../../src/core/util/logger';

const never = new AbortController().signal;

describe('a class archive', () => {
  let folder: string;
  let subject: ArchiveSubject;
  let archives: ClassArchives;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'archives é '));
    const jar = join(folder, 'a.jar');
    await writeFile(jar, 'jar');
    subject = { role: 'kafka', java: 'java', javaVersion: 17, classPath: [jar] };
    archives = new ClassArchives(folder, silentLogger);
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  /** Puts an archive and its seal where the next start looks for them. */
  async function make(content = 'x'.repeat(1000)): Promise<string> {
    const { flags } = await archives.prepare(subject, 'kafka', never);
    const base = flags[0]?.replace('-XX:DumpLoadedClassList=', '').replace(/-kafka\.classes$/, '') ?? '';
    const sha256 = createHash('sha256').update(content).digest('hex');
    await writeFile(`${base}.jsa`, content);
    const { mtimeMs } = await stat(`${base}.jsa`);
    await writeFile(`${base}.json`, JSON.stringify({ size: content.length, mtimeMs, sha256 }));
    return `${base}.jsa`;
  }

  it('is not there at the first start, which writes down the classes for it', async () => {
    const { flags, uses } = await archives.prepare(subject, 'kafka', never);
    expect(flags).toEqual([expect.stringMatching(/^-XX:DumpLoadedClassList=.*kafka-[0-9a-f]{16}-kafka\.classes$/)]);
    expect(uses).toBe(false);
  });

  it('is made of a list that one instance wrote alone', async () => {
    const lists = [];
    for (const id of ['taskmanager-1', 'taskmanager-2']) lists.push((await archives.prepare(subject, id, never)).flags);
    expect(new Set(lists.flat()).size).toBe(2);
  });

  it('that was cut off long ago is removed when the next is made, one that may be under way is not', async () => {
    await archives.prepare({ ...subject, java: '/nowhere/java' }, 'kafka', never);
    const drafts = ['a.jsa.1.draft', 'a.jsa.1.draft.classes', 'b.jsa.2.draft'].map((name) =>
      join(folder, 'class-archives', name),
    );
    for (const path of drafts) await writeFile(path, '');
    const longAgo = Date.now() / 1000 - 7200;
    for (const path of drafts.slice(0, 2)) await utimes(path, longAgo, longAgo);
    await archives.dumpAfter(0, systemClock, never);
    expect(await readdir(join(folder, 'class-archives'))).toEqual(['b.jsa.2.draft']);
  });

  it('is used while it is what was made', async () => {
    const path = await make();
    expect(await archives.prepare(subject, 'kafka', never)).toEqual({
      flags: [`-XX:SharedArchiveFile=${path}`],
      uses: true,
    });
  });

  it('is used when only its time differs, as in a cache that was copied', async () => {
    const path = await make();
    await utimes(path, 1000, 1000);
    expect((await archives.prepare(subject, 'kafka', never)).uses).toBe(true);
  });

  it('is not used when it is truncated, because it would abort the JVM', async () => {
    await truncate(await make(), 500);
    expect((await archives.prepare(subject, 'kafka', never)).uses).toBe(false);
  });

  it('is not used when a byte of it was altered', async () => {
    const path = await make();
    await writeFile(path, `y${(await readFile(path, 'utf8')).slice(1)}`);
    expect((await archives.prepare(subject, 'kafka', never)).uses).toBe(false);
  });

  it('is not used without the seal that is written last, or with half of it', async () => {
    const path = await make();
    const seal = path.replace(/\.jsa$/, '.json');
    await writeFile(seal, (await readFile(seal, 'utf8')).slice(0, 10));
    expect((await archives.prepare(subject, 'kafka', never)).uses).toBe(false);
    await rm(seal);
    expect((await archives.prepare(subject, 'kafka', never)).uses).toBe(false);
  });

  it('is not used with other jars than it was made of', async () => {
    await make();
    await writeFile(subject.classPath[0] ?? '', 'another jar');
    expect((await archives.prepare(subject, 'kafka', never)).uses).toBe(false);
  });

  it('that failed a start is removed', async () => {
    await make();
    await archives.discard(subject, 'the JVM aborted');
    expect(await readdir(join(folder, 'class-archives'))).toEqual([]);
  });

  it('whose folder cannot be made costs speed only', async () => {
    await writeFile(join(folder, 'class-archives'), 'a file where a folder should be');
    expect(await archives.prepare(subject, 'kafka', never)).toEqual({ flags: [], uses: false });
  });
});
