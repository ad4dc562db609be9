import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { InstanceRegistry } from '../../../src/core/environment/local/instanceRegistry';
import { instanceMark, signalProcess } from '../../../src/core/environment/local/processIdentity';
import {
  systemProcessTable,
  type ProcessFacts,
  type ProcessTable,
} from '../../../src/core/environment/common/processTable';
import { JavaProcess } from '../../../src/core/environment/local/javaProcess';
import type { InstanceRecord } from '../../../src/core/environment/local/stateFile';
import { systemClock } from '../../../src/core/util/clock';
import { FakeClock, settled } from '../../support/builders/fakeClock';
import { fakeJava } from './fakeJava';

const uuid = '7d5c1c0e-6a0f-4f0e-9a51-3f1c2b7f0a11';
/** Beyond the largest pid of any system, so that nothing could be hit if a signal were sent. */
const pid = 999_999_999;

function record(change: Partial<InstanceRecord> = {}): InstanceRecord {
  return { id: 'jobmanager', service: 'jobmanager', uuid, startedAt: 1, pid, startToken: 'then', ...change };
}

class Processes implements ProcessTable {
  all: readonly ProcessFacts[] = [];

  read(pids: readonly number[]): Promise<ReadonlyMap<number, ProcessFacts>> {
    return Promise.resolve(new Map(this.all.filter((one) => pids.includes(one.pid)).map((one) => [one.pid, one])));
  }

  find(text: string): Promise<readonly ProcessFacts[]> {
    return Promise.resolve(this.all.filter(({ commandLine }) => commandLine.includes(text)));
  }
}

describe('instances that are recorded', () => {
  let processes: Processes;
  let clock: FakeClock;
  let registry: InstanceRegistry;
  let events: string[];

  const ours: ProcessFacts = { pid, startToken: 'then', commandLine: `java ${instanceMark(uuid)} Main` };

  beforeEach(() => {
    processes = new Processes();
    clock = new FakeClock();
    registry = new InstanceRegistry(processes, clock);
    events = [];
    registry.onEvent(({ kind, instance }) => events.push(`${kind} ${instance.id}`));
  });

  it('are adopted when pid, start time and mark are theirs', async () => {
    processes.all = [ours];
    await registry.load([record()]);
    expect(registry.runningIds).toEqual(['jobmanager']);
    expect(events).toEqual(['adopted jobmanager']);
  });

  it.each<[string, readonly ProcessFacts[]]>([
    ['whose pid is gone', []],
    ['whose pid a later process has', [{ ...ours, startToken: 'now' }]],
    ['whose pid another program has', [{ ...ours, commandLine: 'postgres' }]],
    ['whose pid another instance of ours has', [{ ...ours, commandLine: `java ${instanceMark('other')} Main` }]],
  ])('%s have ended, without a pid to be shown', async (_what, all) => {
    processes.all = all;
    await registry.load([record()]);
    expect(registry.runningIds).toEqual([]);
    expect(registry.snapshots).toEqual([
      { id: 'jobmanager', service: 'jobmanager', state: 'exited', startedAt: 1, endedAt: clock.now() },
    ]);
  });

  it('are found by their mark when the start was cut off before the pid was recorded', async () => {
    processes.all = [ours];
    const { pid: _pid, startToken: _token, ...intent } = record();
    await registry.load([intent]);
    expect(registry.records).toEqual([record()]);
    expect(registry.runningIds).toEqual(['jobmanager']);
  });

  it('are seen to die within a second though they are no children of ours', async () => {
    processes.all = [ours];
    await registry.load([record()]);
    processes.all = [];
    await clock.advance(1000);
    expect(events).toEqual(['adopted jobmanager', 'died jobmanager']);
  });

  it.each<[NodeJS.Signals, string]>([
    ['SIGKILL', 'killed'],
    ['SIGTERM', 'exited'],
  ])('that a stranger ends with %s are %s', async (signal, state) => {
    const folder = mkdtempSync(join(tmpdir(), 'registry-'));
    try {
      const mark = instanceMark(uuid);
      const java = await fakeJava(folder);
      const table = systemProcessTable();
      const child = await JavaProcess.spawn(
        {
          commandLine: { command: java, args: [mark, 'Main'] },
          environment: { PATH: process.env['PATH'] ?? '' },
          workingDirectory: folder,
          outputFile: join(folder, 'out'),
          mark,
        },
        table,
        systemClock,
      );
      const { pid: _pid, startToken: _token, ...intent } = record();
      registry.begin(intent);
      registry.attach('jobmanager', child);
      process.kill(child.identity.pid, signal);
      await child.exited;
      await settled();
      expect(registry.snapshots).toMatchObject([{ id: 'jobmanager', state, detail: signal }]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('leave no timer behind', async () => {
    processes.all = [ours];
    await registry.load([record()]);
    registry.dispose();
    expect(clock.pending).toBe(0);
  });

  it('are not signalled when a stranger has the pid', async () => {
    processes.all = [{ ...ours, startToken: 'now' }];
    const identity = { pid, startToken: 'then', mark: instanceMark(uuid) };
    await expect(signalProcess(identity, 'SIGKILL', processes)).resolves.toBe(false);
  });
});
