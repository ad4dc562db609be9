import { appendFile, mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newestCheckpoint, newestCheckpointOfAny } from '../../../src/core/environment/local/checkpoints';
import { limitOutputs } from '../../../src/core/environment/local/outputLimit';
import { linesSince, markLog, meaningfulLine } from '../../../src/core/environment/local/logTail';
import { choosePort, isFree } from '../../../src/core/environment/common/ports';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'local-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('the newest checkpoint', () => {
  const checkpoint = async (job: string, name: string, complete: boolean): Promise<string> => {
    const path = join(folder, job, name);
    await mkdir(path, { recursive: true });
    if (complete) await writeFile(join(path, '_metadata'), 'm');
    return path;
  };

  it('is the complete one with the highest number', async () => {
    await checkpoint('a', 'chk-9', true);
    const newest = await checkpoint('a', 'chk-10', true);
    await checkpoint('a', 'chk-11', false);
    await checkpoint('a', 'shared', false);
    await expect(newestCheckpoint(folder, 'a')).resolves.toBe(newest);
  });

  it('is unknown for a job that made none', async () => {
    await expect(newestCheckpoint(folder, 'none')).resolves.toBeUndefined();
    await expect(newestCheckpointOfAny(join(folder, 'none'))).resolves.toBeUndefined();
  });
});

describe('what a process prints', () => {
  it('is cut when it grew too long, while the process goes on writing', async () => {
    const path = join(folder, 'z.out');
    const output = await open(path, 'a');
    await output.write('x'.repeat(100));
    await expect(limitOutputs([path, join(folder, 'none.out')], 99)).resolves.toEqual([path]);
    await output.write('after');
    await output.close();
    await expect(readFile(path, 'utf8')).resolves.toBe('after');
    await expect(limitOutputs([path], 99)).resolves.toEqual([]);
  });
});

describe('what a log says of a death', () => {
  it('is what was written since the start, not before', async () => {
    const path = join(folder, 'y.log');
    await writeFile(path, 'ERROR of yesterday\n');
    const mark = await markLog(path);
    await appendFile(path, 'today\n');
    await expect(linesSince(mark, 10)).resolves.toEqual(['today']);
  });

  it('is the innermost cause', () => {
    const lines = [
      'ERROR Main - failed',
      'java.lang.RuntimeException: outer',
      '\tat A.b',
      'Caused by: java.net.BindException: in use',
      '\tat C.d',
    ];
    expect(meaningfulLine(lines)).toBe('java.net.BindException: in use');
  });

  it("is Java's first word, not its last", () => {
    const lines = ['Invalid maximum heap size: -Xmx1', 'Error: Could not create the Java Virtual Machine.'];
    expect(meaningfulLine(lines)).toBe('Invalid maximum heap size: -Xmx1');
  });
});

describe('a port', () => {
  const servers: Server[] = [];
  const listen = (host: string): Promise<number> =>
    new Promise((resolve) => {
      const server = createServer();
      servers.push(server);
      server.listen(0, host, () => {
        const address = server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });

  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  it.each(['127.0.0.1', '0.0.0.0'])('is not free while somebody listens on %s', async (host) => {
    const port = await listen(host);
    await expect(isFree(port)).resolves.toBe(false);
    const chosen = await choosePort(port, 'REST', new Set());
    expect(chosen.port).toBeGreaterThan(port);
    const said = new RegExp(`^Port ${port} is in use( by .+)?; the REST port is ${chosen.port}\\.$`);
    expect(chosen.notice).toMatch(said);
  });

  it('is not given away twice', async () => {
    const port = await listen('127.0.0.1');
    const first = await choosePort(port, 'REST', new Set());
    const second = await choosePort(port, 'Kafka', new Set([first.port]));
    expect(second.port).not.toBe(first.port);
  });
});
