import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { repositoryPath } from '../../../src/core/environment/local/artifacts/artifactLock';
import { ArtifactStore, type ArtifactStoreOptions } from '../../../src/core/environment/local/artifacts/artifactStore';
import type { DownloadProgress } from '../../../src/core/environment/local/artifacts/downloadTally';
import { PlaygroundError } from '../../../src/core/util/errors';
import { silentLogger } from '../../../src/core/util/logger';
import { ArtifactServer, makeArtifact, type Fault } from '../../support/artifactServer';

const big = makeArtifact('org.apache.flink:flink-big:2.2.1', 300_000);
const small = makeArtifact('org.example:small:1.0', 5_000);
const native = makeArtifact('org.example:native:3.1:linux-x86_64', 1_000);
const lock = { sets: { flink: [big, small], kafka: [small, native] } };

let folder: string;
let server: ArtifactServer;
let baseAddress: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'store é '));
  server = await ArtifactServer.start([big, small, native]);
  baseAddress = server.baseAddress;
});

afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const never = new AbortController().signal;
const quiet = (): void => undefined;

function store(options: Partial<ArtifactStoreOptions> = {}): ArtifactStore {
  return new ArtifactStore({
    cacheDirectory: join(folder, 'cache'),
    baseAddress,
    logger: silentLogger,
    lock,
    stallMs: 5_000,
    retryDelayMs: 1,
    ...options,
  });
}

async function bigJar(of = store()): Promise<string> {
  const paths = await of.ensure(['flink'], quiet, never);
  return paths.get('flink')?.[0] ?? '';
}

/** The error with which bringing the set `flink` here fails. */
async function failureOf(of: ArtifactStore): Promise<PlaygroundError> {
  const error: unknown = await of.ensure(['flink'], quiet, never).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!PlaygroundError.is(error)) throw new Error(`No PlaygroundError but ${String(error)}`);
  return error;
}

/** What is in the cache under a final name. */
async function jars(): Promise<string[]> {
  const names = await readdir(join(folder, 'cache', 'jars'), { recursive: true }).catch(() => []);
  return names.filter((name) => name.endsWith('.jar')).map((name) => name.slice(name.lastIndexOf('/') + 1));
}

/** Bytes of `big` that are on the disk. */
async function partSize(): Promise<number> {
  const parts = join(folder, 'cache', 'parts');
  const name = (await readdir(parts).catch(() => [])).find((entry) => entry.startsWith(big.sha256));
  return name === undefined ? 0 : (await stat(join(parts, name))).size;
}

async function putInMavenRepository(artifact: typeof big, bytes: Uint8Array): Promise<string> {
  const path = join(folder, 'm2', repositoryPath(artifact));
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
  return join(folder, 'm2');
}

describe('bringing jars here', () => {
  it('gives the paths of each set in class path order, with the right bytes', async () => {
    const paths = await store().ensure(['flink', 'kafka'], quiet, never);
    expect(paths.get('flink')?.map((path) => path.split(/[\\/]/).at(-1))).toEqual([
      'flink-big-2.2.1.jar',
      'small-1.0.jar',
    ]);
    expect(paths.get('kafka')?.map((path) => path.split(/[\\/]/).at(-1))).toEqual([
      'small-1.0.jar',
      'native-3.1-linux-x86_64.jar',
    ]);
    expect((await readFile(paths.get('flink')?.[0] ?? '')).equals(big.bytes)).toBe(true);
  });

  it('downloads a jar once, though it is in two sets', async () => {
    await store().ensure(['flink', 'kafka'], quiet, never);
    expect(server.requests.map((request) => request.coordinates).sort()).toEqual([
      'org.apache.flink:flink-big:2.2.1',
      'org.example:native:3.1:linux-x86_64',
      'org.example:small:1.0',
    ]);
  });

  it('asks the network for nothing that is here already', async () => {
    await bigJar();
    server.requests.length = 0;
    await bigJar();
    expect(server.requests).toEqual([]);
  });

  it('says at the end that everything is here, and what of it was here before', async () => {
    await store().ensure(['kafka'], quiet, never);
    const reports: DownloadProgress[] = [];
    await store().ensure(['flink'], (report) => reports.push(report), never);
    expect(reports.at(-1)).toEqual({
      doneBytes: 305_000,
      totalBytes: 305_000,
      reusedBytes: 5_000,
      files: 2,
      filesDone: 2,
    });
  });

  it('knows beforehand how much is to be downloaded', async () => {
    const mavenRepository = await putInMavenRepository(native, native.bytes);
    await store().ensure(['kafka'], quiet, never);
    await rm(join(folder, 'cache', 'jars', native.sha256.slice(0, 2)), { recursive: true });
    expect(await store({ mavenRepository }).missingBytes(['flink', 'kafka'])).toBe(300_000);
  });

  it('leaves no part file behind', async () => {
    await bigJar();
    expect(await readdir(join(folder, 'cache', 'parts'))).toEqual([]);
  });

  it('knows no set that is not in the lock', async () => {
    await expect(store().ensure(['spark'], quiet, never)).rejects.toThrow('no set "spark"');
  });

  it('gives the user name and password of a mirror only to it', async () => {
    await bigJar(store({ baseAddress: baseAddress.replace('http://', 'http://ann:se%20cret@') }));
    expect(server.requestsFor(big)[0]?.authorization).toBe(`Basic ${Buffer.from('ann:se cret').toString('base64')}`);
  });

  it('takes a bare % in a password as it is written', async () => {
    await bigJar(store({ baseAddress: baseAddress.replace('http://', 'http://ann:50%25%@') }));
    expect(server.requestsFor(big)[0]?.authorization).toBe(`Basic ${Buffer.from('ann:50%%').toString('base64')}`);
  });

  it('shows no password when it fails', async () => {
    server.fail(big, { kind: 'status', status: 403 });
    const failure = await failureOf(store({ baseAddress: baseAddress.replace('http://', 'http://ann:secret@') }));
    expect(`${failure.message} ${failure.remedy} ${failure.detail}`).not.toContain('secret');
  });
});

describe('a local Maven repository', () => {
  it('is used instead of the network', async () => {
    const mavenRepository = await putInMavenRepository(big, big.bytes);
    await bigJar(store({ mavenRepository }));
    expect(server.requestsFor(big)).toEqual([]);
  });

  it('is not trusted: an altered file is downloaded instead', async () => {
    const altered = Buffer.from(big.bytes);
    altered.writeUInt8(altered.readUInt8(1234) ^ 1, 1234);
    const mavenRepository = await putInMavenRepository(big, altered);
    const path = await bigJar(store({ mavenRepository }));
    expect((await readFile(path)).equals(big.bytes)).toBe(true);
  });

  it('may change later without a change of the cache', async () => {
    const mavenRepository = await putInMavenRepository(big, big.bytes);
    const path = await bigJar(store({ mavenRepository }));
    await putInMavenRepository(big, Buffer.alloc(10));
    expect((await readFile(path)).equals(big.bytes)).toBe(true);
  });
});

describe('a connection that fails in the middle', () => {
  it('is taken up where it was cut', async () => {
    server.fail(big, { kind: 'cut', after: 120_000 });
    const path = await bigJar();
    const [first, second, ...more] = server.requestsFor(big);
    expect(more).toEqual([]);
    expect(first?.from).toBe(0);
    expect(second?.from).toBeGreaterThan(60_000);
    expect((await readFile(path)).equals(big.bytes)).toBe(true);
  });

  it('is taken up as often as it brings something', async () => {
    const long = makeArtifact('org.example:long:1.0', 1_000_000);
    await using other = await ArtifactServer.start([long]);
    other.fail(long, { kind: 'cut', after: 150_000 }, 6);
    await store({ baseAddress: other.baseAddress, lock: { sets: { flink: [long] } } }).ensure(['flink'], quiet, never);
    expect(other.requests).toHaveLength(7);
  });

  it('is given up when it brings nothing four times', async () => {
    server.fail(big, { kind: 'cut', after: 10 }, Infinity);
    const failure = await failureOf(store());
    expect(failure.kind).toBe('download');
    expect(failure.message).toContain('org.apache.flink:flink-big:2.2.1');
    expect(server.requestsFor(big)).toHaveLength(4);
  });

  it('begins again when the answer to a range is the whole file', async () => {
    server.fail(big, { kind: 'cut', after: 120_000 });
    server.fail(big, { kind: 'ignoreRange' });
    const path = await bigJar();
    expect((await readFile(path)).equals(big.bytes)).toBe(true);
    expect(server.requestsFor(big).map((request) => request.sent)).toEqual([120_000, 300_000]);
  });

  it('counts nothing twice when it begins again', async () => {
    server.fail(big, { kind: 'cut', after: 120_000 });
    server.fail(big, { kind: 'ignoreRange' });
    const reports: DownloadProgress[] = [];
    await store().ensure(['flink'], (report) => reports.push(report), never);
    expect(reports.at(-1)).toMatchObject({ doneBytes: 305_000, reusedBytes: 0 });
  });

  it('is tried again when the server is busy', async () => {
    server.fail(big, { kind: 'status', status: 503 }, 2);
    await bigJar();
    expect(server.requestsFor(big)).toHaveLength(3);
  });

  it('is given up when the server stays busy', async () => {
    server.fail(big, { kind: 'status', status: 503 }, Infinity);
    const failure = await failureOf(store());
    expect(failure.message).toBe(`${server.host} could not deliver org.apache.flink:flink-big:2.2.1 (HTTP 503).`);
    expect(failure.remedy).toContain('flinkPlayground.local.mirror');
  });
});

describe('a stall', () => {
  it('is noticed and taken up where it was', async () => {
    server.fail(big, { kind: 'stall', after: 120_000 });
    const path = await bigJar(store({ stallMs: 150 }));
    expect(server.requestsFor(big).map((request) => request.from)).toEqual([0, 120_000]);
    expect((await readFile(path)).equals(big.bytes)).toBe(true);
  });

  it('is not what a slow transfer has', async () => {
    server.fail(big, { kind: 'drip', pieces: 8, pauseMs: 60 });
    await bigJar(store({ stallMs: 240 }));
    expect(server.requestsFor(big)).toHaveLength(1);
  });

  it('before the first byte is a stall, too', async () => {
    server.beforeAnswer = () => new Promise(() => undefined);
    const failure = await failureOf(store({ stallMs: 60 }));
    expect(failure.message).toMatch(/sent nothing of .* for 0 s\.$/);
    expect(failure.remedy).toContain('it goes on from there');
  });
});

describe('what is not the artifact', () => {
  const wrong: readonly (readonly [string, Fault, RegExp, RegExp])[] = [
    [
      'a captive portal',
      { kind: 'portal' },
      /^Instead of org.apache.flink:flink-big:2.2.1, .* sent a web page\.$/,
      /log in/,
    ],
    ['a portal that hides its type', { kind: 'portal', plain: true }, /sent a web page\.$/, /log in/],
    ['a shorter file', { kind: 'shorter', size: 299_000 }, /has 299000 bytes instead of 300000: not used\.$/, /proxy/],
    ['a truncated file', { kind: 'truncated', size: 200_000 }, /after 200000 of 300000 bytes\.$/, /start again/],
    ['an altered file', { kind: 'altered', at: 250_000 }, /is altered, its checksum is wrong: not used\.$/, /mirror/],
    [
      'a file that the mirror lacks',
      { kind: 'status', status: 404 },
      /does not have org.apache.flink:flink-big/,
      /local\.mirror/,
    ],
    ['a refusal', { kind: 'status', status: 407 }, /refused to deliver .* \(HTTP 407\)\.$/, /proxy/],
    ['a login of the network', { kind: 'status', status: 511 }, /sent a web page\.$/, /log in/],
  ];

  it.each(wrong)(
    '%s is refused with a sentence, a remedy, and nothing in the cache',
    async (_, fault, sentence, remedy) => {
      server.fail(big, fault, Infinity);
      const failure = await failureOf(store());
      expect(failure.kind).toBe('download');
      expect(failure.message).toMatch(sentence);
      expect(failure.message).toContain(server.host);
      expect(failure.remedy).toMatch(remedy);
      expect(await jars()).not.toContain('flink-big-2.2.1.jar');
    },
  );

  it.each(wrong)('%s does not keep a later start from succeeding', async (_, fault) => {
    server.fail(big, fault, 8);
    await failureOf(store());
    server.clearFaults();
    expect((await readFile(await bigJar())).equals(big.bytes)).toBe(true);
  });

  it('leaves alone what is here already: a portal in the middle of a download', async () => {
    server.fail(big, { kind: 'stall', after: 120_000 });
    server.fail(big, { kind: 'portal' });
    await failureOf(store({ stallMs: 100 }));
    await bigJar();
    expect(server.requestsFor(big).map((request) => request.from)).toEqual([0, 120_000, 120_000]);
  });

  it('is not fetched over and over: an altered file is asked for once', async () => {
    server.fail(big, { kind: 'altered', at: 1_000 }, Infinity);
    await failureOf(store());
    expect(server.requestsFor(big)).toHaveLength(1);
  });

  it('may have been in an earlier part: then the whole is fetched once again', async () => {
    await mkdir(join(folder, 'cache', 'parts'), { recursive: true });
    await writeFile(join(folder, 'cache', 'parts', `${big.sha256}.part`), Buffer.alloc(100_000));
    const path = await bigJar();
    expect(server.requestsFor(big).map((request) => request.from)).toEqual([100_000, 0]);
    expect((await readFile(path)).equals(big.bytes)).toBe(true);
  });
});

describe('no network', () => {
  it('is said with a remedy', async () => {
    await server[Symbol.asyncDispose]();
    const failure = await failureOf(store());
    expect(failure.message).toMatch(/^127\.0\.0\.1:\d+ could not be reached to download /);
    expect(failure.remedy).toContain('The first start needs a network');
  });

  it('does not matter when all is here', async () => {
    await bigJar();
    await expect(bigJar(store({ baseAddress: 'http://127.0.0.1:1/' }))).resolves.toContain('flink-big');
  });

  it('is told apart from a mirror that is no address', async () => {
    const failure = await failureOf(store({ baseAddress: 'my mirror' }));
    expect(failure.kind).toBe('input');
    expect(failure.message).toBe('"my mirror" is not the address of a Maven repository.');
  });

  it('and that mirror is named without its password', async () => {
    const failure = await failureOf(store({ baseAddress: 'ftp://ann:secret@mirror.example/maven' }));
    expect(failure.message).toBe('"ftp://mirror.example/maven" is not the address of a Maven repository.');
  });
});

describe('cancelling', () => {
  it('keeps what came, and the next start goes on from there', async () => {
    server.fail(big, { kind: 'stall', after: 120_000 });
    const cancel = new AbortController();
    const first = store().ensure(['flink'], quiet, cancel.signal);
    await expect.poll(partSize).toBe(120_000);
    cancel.abort();
    await expect(first).rejects.toMatchObject({ name: 'AbortError' });
    server.requests.length = 0;
    const path = await bigJar();
    expect(server.requestsFor(big).map(({ from, sent }) => ({ from, sent }))).toEqual([
      { from: 120_000, sent: 180_000 },
    ]);
    expect((await readFile(path)).equals(big.bytes)).toBe(true);
  });

  it('before the beginning asks nothing', async () => {
    await expect(store().ensure(['flink'], quiet, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
    expect(server.requests).toEqual([]);
  });

  it('ends every transfer', async () => {
    server.fail(big, { kind: 'stall', after: 10 });
    server.fail(small, { kind: 'stall', after: 10 });
    const cancel = new AbortController();
    server.beforeAnswer = () => {
      if (server.requests.length === 2) setTimeout(() => cancel.abort(), 20);
    };
    await expect(store().ensure(['flink'], quiet, cancel.signal)).rejects.toMatchObject({ name: 'AbortError' });
    await expect.poll(() => server.openConnections()).toBe(0);
  });
});

describe('two windows', () => {
  it('that download at the same time both get whole files', async () => {
    const windows = Array.from({ length: 4 }, () => store());
    const paths = await Promise.all(windows.map((window) => bigJar(window)));
    for (const path of paths) expect((await readFile(path)).equals(big.bytes)).toBe(true);
    expect(await readdir(join(folder, 'cache', 'parts'))).toEqual([]);
  });

  it("never go on with each other's part", async () => {
    server.fail(big, { kind: 'stall', after: 120_000 });
    const cancel = new AbortController();
    const first = store().ensure(['flink'], quiet, cancel.signal);
    await expect.poll(partSize).toBe(120_000);
    await bigJar();
    expect(server.requestsFor(big).map((request) => request.from)).toEqual([0, 0]);
    cancel.abort();
    await expect(first).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('take over the part of one that died', async () => {
    await mkdir(join(folder, 'cache', 'parts'), { recursive: true });
    const dead = Number(execFileSync(process.execPath, ['-e', 'console.log(process.pid)'], { encoding: 'utf8' }));
    await writeFile(
      join(folder, 'cache', 'parts', `${big.sha256}.${dead}-0a1b2c3d.part`),
      big.bytes.subarray(0, 250_000),
    );
    await bigJar();
    expect(server.requestsFor(big).map((request) => request.from)).toEqual([250_000]);
  });
});

describe('a cache that was damaged', () => {
  it('has a truncated jar fetched again by the next start', async () => {
    await truncate(await bigJar(), 100_000);
    expect((await stat(await bigJar())).size).toBe(300_000);
  });

  it('has an altered jar found and removed by verify, and fetched again', async () => {
    const path = await bigJar();
    await writeFile(path, Buffer.alloc(big.size));
    expect(await store().verify(['flink', 'kafka'], never)).toEqual(['org.apache.flink:flink-big:2.2.1']);
    expect((await readFile(await bigJar())).equals(big.bytes)).toBe(true);
  });

  it('loses nothing by verify when all is right', async () => {
    const path = await bigJar();
    expect(await store().verify(['flink'], never)).toEqual([]);
    expect(existsSync(path)).toBe(true);
  });
});

describe('deleting downloads', () => {
  it('removes jars and parts, and nothing else', async () => {
    const path = await bigJar();
    const foreign = join(folder, 'cache', 'notes.txt');
    await writeFile(foreign, 'mine');
    await store().deleteAll();
    expect(existsSync(path)).toBe(false);
    expect(await readdir(join(folder, 'cache'))).toEqual(['notes.txt']);
  });

  it('is no error when nothing is there', async () => {
    await expect(store().deleteAll()).resolves.toBeUndefined();
  });
});

describe('a cache that cannot be written', () => {
  it('is named with its folder', async () => {
    const cacheDirectory = join(folder, 'a file');
    await writeFile(cacheDirectory, '');
    const failure = await failureOf(store({ cacheDirectory }));
    expect(failure.kind).toBe('disk');
    expect(failure.message).toBe(`The downloads cannot be written to ${cacheDirectory}.`);
    expect(failure.remedy).toContain('flinkPlayground.local.cacheDirectory');
  });
});

describe.skipIf(process.platform !== 'linux' || process.getuid?.() !== 0)(
  'a full disk (needs root for a small tmpfs)',
  () => {
    let disk: string;

    beforeEach(async () => {
      disk = join(folder, 'disk');
      await mkdir(disk);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=600k', 'tmpfs', disk]);
    });

    afterEach(() => {
      execFileSync('umount', [disk]);
    });

    it('is noticed before the download, with the folder and the room that is needed', async () => {
      await writeFile(join(disk, 'other'), Buffer.alloc(400_000));
      const failure = await failureOf(store({ cacheDirectory: disk }));
      expect(failure.kind).toBe('disk');
      expect(failure.message).toBe(`No room for the downloads in ${disk}.`);
      expect(failure.remedy).toContain('(305000 bytes)');
      expect(failure.remedy).toContain('flinkPlayground.local.cacheDirectory');
      expect(server.requests).toEqual([]);
    });

    it('is noticed in the middle, and the next start goes on when there is room', async () => {
      const other = join(disk, 'other');
      server.beforeAnswer = async () => {
        if (!existsSync(other)) await writeFile(other, Buffer.alloc(450_000));
      };
      const failure = await failureOf(store({ cacheDirectory: disk }));
      expect(failure.kind).toBe('disk');
      expect(failure.message).toBe(`No room for the downloads in ${disk}.`);
      await rm(other);
      server.beforeAnswer = () => undefined;
      const before = server.requestsFor(big).length;
      expect((await readFile(await bigJar(store({ cacheDirectory: disk })))).equals(big.bytes)).toBe(true);
      expect(server.requestsFor(big).at(before)?.from).toBeGreaterThan(0);
    });
  },
);
