import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findJava, type FindJavaOptions, type JavaRuntime } from '../../../src/core/environment/local/java/findJava';
import { knownJavaHomes } from '../../../src/core/environment/local/java/knownJavaHomes';
import { PlaygroundError } from '../../../src/core/util/errors';
import { silentLogger } from '../../../src/core/util/logger';

const never = new AbortController().signal;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'java höme '));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

interface FakeJava {
  /** Of the `release` file; none without it. */
  readonly release?: string;
  /** What `bin/java` does. */
  readonly script?: string;
}

/** A folder that looks like a Java home. */
async function makeHome(name: string, { release, script = 'exit 1' }: FakeJava = {}): Promise<string> {
  const home = join(folder, name);
  await mkdir(join(home, 'bin'), { recursive: true });
  if (release !== undefined) {
    await writeFile(join(home, 'release'), `IMPLEMENTOR="Test"\nJAVA_VERSION="${release}"\nOS_NAME="Linux"\n`);
  }
  await writeFile(join(home, 'bin', 'java'), `#!/bin/sh\n${script}\n`);
  await chmod(join(home, 'bin', 'java'), 0o755);
  return home;
}

/** Looks in nothing of this machine but what the options name. */
function find(options: Partial<FindJavaOptions> = {}): Promise<JavaRuntime> {
  return findJava({ logger: silentLogger, env: {}, knownHomes: () => Promise.resolve([]), ...options }, never);
}

async function failureOf(search: Promise<JavaRuntime>): Promise<PlaygroundError> {
  const error: unknown = await search.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!PlaygroundError.is(error, 'java')) throw new Error(`No PlaygroundError of Java but ${String(error)}`);
  return error;
}

describe('which Java is taken', () => {
  it('is the one of the setting before all others', async () => {
    const configuredHome = await makeHome('set', { release: '21.0.2' });
    const other = await makeHome('other', { release: '17.0.1' });
    expect(await find({ configuredHome, env: { JAVA_HOME: other } })).toEqual({
      home: configuredHome,
      executable: join(configuredHome, 'bin', 'java'),
      version: 21,
      source: 'flinkPlayground.local.javaHome',
    });
  });

  it('is that of JAVA_HOME before the known places, and those before PATH', async () => {
    const [first, second, third] = await Promise.all([
      makeHome('a', { release: '17.0.1' }),
      makeHome('b', { release: '17.0.2' }),
      makeHome('c', { release: '17.0.3' }),
    ]);
    const knownHomes = (): Promise<string[]> => Promise.resolve([second]);
    const PATH = ['/nowhere', join(third, 'bin')].join(delimiter);
    expect(await find({ env: { JAVA_HOME: first, PATH }, knownHomes })).toMatchObject({
      home: first,
      source: 'JAVA_HOME',
    });
    expect(await find({ env: { PATH }, knownHomes })).toMatchObject({ home: second, source: 'a known place' });
    expect(await find({ env: { PATH } })).toMatchObject({ home: third, source: 'PATH' });
  });

  it('is a 17 or 21 that comes later before a newer one that comes first', async () => {
    const newer = await makeHome('newer', { release: '25' });
    const good = await makeHome('good', { release: '21.0.1' });
    const found = await find({ env: { JAVA_HOME: newer }, knownHomes: () => Promise.resolve([good]) });
    expect(found).toMatchObject({ home: good, version: 21 });
    expect(found.warning).toBeUndefined();
  });

  it('is a newer one, with a warning, when there is no other', async () => {
    const newer = await makeHome('newer', { release: '25.0.1' });
    const old = await makeHome('old', { release: '11.0.1' });
    const found = await find({ env: { JAVA_HOME: newer }, knownHomes: () => Promise.resolve([old]) });
    expect(found).toMatchObject({ home: newer, version: 25 });
    expect(found.warning).toBe(`Java 25 (${newer}) is used, but the playground is tested with Java 17 and 21.`);
  });

  it('is found through a link on PATH, as distributions make them', async () => {
    const home = await makeHome('jdk', { release: '17.0.15' });
    await mkdir(join(folder, 'links'));
    await symlink(join(home, 'bin', 'java'), join(folder, 'links', 'java'));
    expect(await find({ env: { PATH: join(folder, 'links') } })).toMatchObject({ home, source: 'PATH' });
  });

  it('may be set by its bin folder, its program, or the bundle of macOS', async () => {
    const home = await makeHome('jdk', { release: '17.0.15' });
    expect((await find({ configuredHome: join(home, 'bin') })).home).toBe(home);
    expect((await find({ configuredHome: join(home, 'bin', 'java') })).home).toBe(home);
    const bundle = await makeHome(join('21.jdk', 'Contents', 'Home'), { release: '21' });
    expect((await find({ configuredHome: join(folder, '21.jdk') })).home).toBe(bundle);
  });

  it('is one of this machine by default', async () => {
    const found = await findJava({ logger: silentLogger }, never);
    expect(found.version).toBeGreaterThanOrEqual(17);
  });
});

describe('the known places', () => {
  const shipped = join('redhat.java-1.48.0-linux-x64', 'jre', '21.0.9-linux-x86_64');

  it.each(['.vscode', '.vscode-server', '.cursor'])('have the JRE that an extension of %s ships', async (editor) => {
    const jre = await makeHome(join(editor, 'extensions', shipped), { release: '21.0.9' });
    expect(await knownJavaHomes(folder)).toContain(jre);
  });

  it('have that of an editor with its extensions elsewhere', async () => {
    const jre = await makeHome(join('elsewhere', shipped), { release: '21.0.9' });
    expect(await knownJavaHomes(folder, [join(folder, 'elsewhere')])).toContain(jre);
  });
});

describe('the version', () => {
  it('is asked of the program when there is no release file', async () => {
    const home = await makeHome('jre', { script: `echo 'openjdk version "21.0.4" 2024-07-16' >&2` });
    expect(await find({ configuredHome: home })).toMatchObject({ version: 21 });
  });

  it('of a program that says nothing of use leaves it out', async () => {
    const broken = await makeHome('broken', { script: 'echo Segmentation fault >&2; exit 139' });
    const good = await makeHome('good', { release: '17.0.1' });
    expect(await find({ env: { JAVA_HOME: broken }, knownHomes: () => Promise.resolve([good]) })).toMatchObject({
      home: good,
    });
    expect((await failureOf(find({ configuredHome: broken }))).message).toContain('does not tell its version');
  });

  it('is not waited for after the person has cancelled', async () => {
    const home = await makeHome('hangs', { script: 'exec sleep 60' });
    const cancel = new AbortController();
    const search = findJava({ logger: silentLogger, configuredHome: home }, cancel.signal);
    setTimeout(() => cancel.abort(), 50);
    await expect(search).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('no usable Java', () => {
  it('at all is one sentence with a remedy', async () => {
    const failure = await failureOf(find());
    expect(failure.message).toBe('No Java was found; the playground needs Java 17 or 21.');
    expect(failure.remedy).toContain('flinkPlayground.local.javaHome');
  });

  it('but Java 11 and 8 names the newest of them', async () => {
    const eleven = await makeHome('jdk-11', { release: '11.0.22' });
    const eight = await makeHome('jdk-8', { release: '1.8.0_392' });
    const failure = await failureOf(find({ env: { JAVA_HOME: eight }, knownHomes: () => Promise.resolve([eleven]) }));
    expect(failure.message).toBe(`Only Java 11 was found (${eleven}); the playground needs Java 17 or 21.`);
  });

  it('where the setting points is said, though another Java is there', async () => {
    const good = await makeHome('good', { release: '17.0.1' });
    const configuredHome = join(folder, 'gone');
    const failure = await failureOf(find({ configuredHome, env: { JAVA_HOME: good } }));
    expect(failure.message).toBe(`The setting flinkPlayground.local.javaHome is ${configuredHome}, where no Java is.`);
    expect(failure.remedy).toContain('empty it');
  });

  it('because the setting names Java 11 is said by its number', async () => {
    const configuredHome = await makeHome('jdk-11', { release: '11.0.22' });
    expect((await failureOf(find({ configuredHome }))).message).toBe(
      `The setting flinkPlayground.local.javaHome names Java 11 (${configuredHome}); the playground needs Java 17 or 21.`,
    );
  });

  it('where JAVA_HOME points is a warning, and another is taken', async () => {
    const good = await makeHome('good', { release: '17.0.1' });
    const found = await find({ env: { JAVA_HOME: '/gone/java' }, knownHomes: () => Promise.resolve([good]) });
    expect(found).toMatchObject({ home: good, warning: 'JAVA_HOME is /gone/java, where no Java is.' });
  });

  it('where JAVA_HOME points, and no other, is said with it', async () => {
    const failure = await failureOf(find({ env: { JAVA_HOME: '/gone/java' } }));
    expect(failure.message).toBe(
      'JAVA_HOME is /gone/java, where no Java is. No Java was found; the playground needs Java 17 or 21.',
    );
  });
});
