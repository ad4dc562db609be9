import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { InstanceRegistry } from '../../../src/core/environment/local/instanceRegistry';
import { JavaProcess } from '../../../src/core/environment/local/javaProcess';
import { isAlive, isJvmWith, signalProcess } from '../../../src/core/environment/local/processIdentity';
import {
  LinuxProcessTable,
  parsePs,
  PsProcessTable,
  systemProcessTable,
  type ProcessTable,
} from '../../../src/core/environment/common/processTable';
import { systemClock } from '../../../src/core/util/clock';

const table = systemProcessTable();

describe('the identity of a process', () => {
  const children: ChildProcess[] = [];

  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  const sleeper = async (): Promise<{
    readonly pid: number;
    readonly startToken: string;
    readonly child: ChildProcess;
  }> => {
    const child = spawn('sleep', ['600'], { stdio: 'ignore' });
    children.push(child);
    const pid = child.pid ?? 0;
    const startToken = (await table.read([pid])).get(pid)?.startToken ?? '';
    return { pid, startToken, child };
  };

  it('is its pid, its start and its mark together', async () => {
    const { pid, startToken } = await sleeper();
    await expect(isAlive({ pid, startToken, mark: 'sleep 600' }, table)).resolves.toBe(true);
    await expect(isAlive({ pid, startToken: `${startToken}1`, mark: 'sleep 600' }, table)).resolves.toBe(false);
    await expect(isAlive({ pid, startToken, mark: '-Dflink.playground.instance=x' }, table)).resolves.toBe(false);
  });

  it('keeps a stranger with a recycled pid from being signalled', async () => {
    const { pid, startToken, child } = await sleeper();
    const recycled = { pid, startToken: `${startToken}1`, mark: 'sleep 600' };
    await expect(signalProcess(recycled, 'SIGKILL', table)).resolves.toBe(false);
    expect(child.signalCode).toBeNull();
    await expect(isAlive({ pid, startToken, mark: 'sleep' }, table)).resolves.toBe(true);
  });

  it('keeps a stranger with a recycled pid from being adopted', async () => {
    const { pid, startToken } = await sleeper();
    const registry = new InstanceRegistry(table, systemClock);
    await registry.load([
      {
        id: 'kafka',
        service: 'kafka',
        uuid: '5b9d1c3e-0000-4000-8000-000000000001',
        startedAt: 1,
        pid,
        startToken: `${startToken}1`,
      },
    ]);
    expect(registry.snapshots).toMatchObject([{ id: 'kafka', state: 'exited' }]);
    expect(registry.runningIds).toEqual([]);
    registry.dispose();
  });

  it.runIf(process.platform === 'linux')('takes a zombie for dead', async () => {
    // A shell that never waits for its child leaves it a zombie.
    const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 600'], { stdio: ['ignore', 'pipe', 'ignore'] });
    children.push(parent);
    const pid = await new Promise<number>((resolve) => parent.stdout.once('data', (data) => resolve(Number(data))));
    await expect.poll(async () => (await table.read([pid])).has(pid)).toBe(false);
  });
});

describe('the mark of a process', () => {
  const mark = '-Dflink.playground.environment=0123456789abcdef';

  it.each([
    `/jdk/bin/java ${mark} -cp a Main`,
    `java ${mark}`,
    `/Library/Java Home/bin/java -Xmx1g ${mark} Main`,
    String.raw`"C:\Program Files\Java\bin\java.exe" ${mark} Main`,
  ])('is that of a JVM of ours: %s', (commandLine) => {
    expect(isJvmWith(mark, commandLine)).toBe(true);
  });

  it.each([
    `grep -r ${mark} /tmp`,
    `code --file ${mark}`,
    `bash -c /jdk/bin/java ${mark} -cp a Main`,
    `/jdk/bin/java ${mark}0 Main`,
    `/jdk/bin/java -jar x.jar --text=${mark}`,
    `vim java ${mark}`,
  ])('is not in other words on a command line: %s', (commandLine) => {
    expect(isJvmWith(mark, commandLine)).toBe(false);
  });
});

describe('a process about which the system says nothing', () => {
  const spawned = async (facts: ProcessTable, command: readonly string[], folder: string): Promise<JavaProcess> => {
    const [program = '', ...args] = command;
    return JavaProcess.spawn(
      {
        commandLine: { command: program, args },
        environment: { PATH: process.env['PATH'] ?? '' },
        workingDirectory: folder,
        outputFile: join(folder, 'out'),
        mark: 'x',
      },
      facts,
      systemClock,
    );
  };

  it.each<[string, ProcessTable['read']]>([
    ['no answer', () => Promise.resolve(new Map())],
    ['an error', () => Promise.reject(new Error('too many open files'))],
    [
      'no start',
      (pids) => Promise.resolve(new Map(pids.map((pid) => [pid, { pid, startToken: '', commandLine: '' }] as const))),
    ],
  ])('is ended, not left behind unknown (%s)', async (_what, read) => {
    const folder = await mkdtemp(join(tmpdir(), 'spawn-'));
    const seen: number[] = [];
    const blind: ProcessTable = {
      read: (pids) => {
        seen.push(...pids);
        return read(pids);
      },
      find: () => Promise.resolve([]),
    };
    await expect(spawned(blind, ['sleep', '600'], folder)).rejects.toMatchObject({ kind: 'process' });
    expect((await table.read(seen)).size).toBe(0);
    expect(seen).toHaveLength(1);
    await rm(folder, { recursive: true });
  });

  it('because it has ended already has ended', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'spawn-'));
    const blind: ProcessTable = { read: () => Promise.resolve(new Map()), find: () => Promise.resolve([]) };
    const ended = await spawned(blind, ['sh', '-c', 'exit 3'], folder);
    await expect(ended.exited).resolves.toMatchObject({ exitCode: 3 });
    await rm(folder, { recursive: true });
  });
});

describe('a /proc', () => {
  it('without a boot id still tells processes apart by their start', async () => {
    const root = await mkdtemp(join(tmpdir(), 'proc-'));
    const fields = ['S', ...Array.from({ length: 18 }, () => '0'), '4711'];
    await mkdir(join(root, '12'));
    await writeFile(join(root, '12', 'stat'), `12 (a) b) ${fields.join(' ')}`);
    await writeFile(join(root, '12', 'cmdline'), 'java\0-x\0');
    const found = await new LinuxProcessTable(root).read([12]);
    expect(found.get(12)).toEqual({ pid: 12, startToken: 'boot:4711', commandLine: 'java -x ' });
    await rm(root, { recursive: true });
  });

  it('whose boot id could not be read once is asked again', async () => {
    const root = await mkdtemp(join(tmpdir(), 'proc-'));
    await mkdir(join(root, 'sys', 'kernel', 'random', 'boot_id'), { recursive: true });
    const broken = new LinuxProcessTable(root);
    await expect(broken.read([12])).rejects.toMatchObject({ code: 'EISDIR' });
    await rm(join(root, 'sys'), { recursive: true });
    await expect(broken.read([12])).resolves.toEqual(new Map());
    await rm(root, { recursive: true });
  });
});

describe("the output of macOS' ps", () => {
  it('names the same start in every time zone', async () => {
    const zone = process.env['TZ'];
    const tokens: (string | undefined)[] = [];
    try {
      for (const other of ['Asia/Tokyo', 'America/New_York']) {
        process.env['TZ'] = other;
        tokens.push((await new PsProcessTable().read([process.pid])).get(process.pid)?.startToken);
      }
    } finally {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    }
    expect(tokens[0]).toMatch(/\d{4}$/);
    expect(tokens[1]).toBe(tokens[0]);
  });

  it('is read by its columns, without zombies', () => {
    const text = [
      '  501 Ss   Mon Nov 23 04:00:01 2026     /jdk/bin/java -Dflink.playground.instance=u-1 -cp a b',
      ' 1502 Z    Mon Nov  2 04:00:02 2026     (java)',
    ].join('\n');
    expect(parsePs(text)).toEqual([
      {
        pid: 501,
        startToken: 'Mon Nov 23 04:00:01 2026',
        commandLine: '/jdk/bin/java -Dflink.playground.instance=u-1 -cp a b',
      },
    ]);
  });
});
