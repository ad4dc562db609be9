import { spawn, type ChildProcess } from 'node:child_process';
import { afterEach, describe, expect, it } from 'vitest';
import { InstanceRegistry } from '../../../src/core/environment/local/instanceRegistry';
import { isAlive, signalProcess } from '../../../src/core/environment/local/processIdentity';
import { parsePs, systemProcessTable } from '../../../src/core/environment/local/processTable';
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

describe("the output of macOS' ps", () => {
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
