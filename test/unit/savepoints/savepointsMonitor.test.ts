import { describe, expect, it } from 'vitest';
import type { ClusterState } from '../../../src/core/engineApi';
import type { CheckpointStatistics } from '../../../src/core/flink/decode/checkpoints';
import type { SavepointStore } from '../../../src/core/savepoints/savepointStore';
import { PollingSavepointsMonitor } from '../../../src/core/savepoints/savepointsMonitor';
import { idle, succeeded, valueOf } from '../../../src/core/state/resource';
import { Store } from '../../../src/core/state/store';
import { PlaygroundError } from '../../../src/core/util/errors';
import { silentLogger } from '../../../src/core/util/logger';
import type { OperationRecord, OperationView } from '../../../src/shared/model/operations';
import type { StoredSavepoint } from '../../../src/shared/model/savepoints';
import { environment, runningEnvironment } from '../../support/builders/environment';
import { FakeClock, settled } from '../../support/builders/fakeClock';
import { jobOverview, noon } from '../../support/builders/flink';
import { operationRecord, operationView } from '../../support/builders/operations';

const path = '/data/savepoints/savepoint-694d7c-2a9dafb8eb8b';
const stored: StoredSavepoint = {
  path,
  kind: 'savepoint',
  condition: 'whole',
  jobId: '694d7c',
  writtenAt: noon,
  filesChecked: 0,
  filesUnknown: 0,
};
const statistics: CheckpointStatistics = { restored: 0, inProgress: 0, completed: 0, failed: 0, available: [] };
const { signal } = new AbortController();

function setup(restMs = 0) {
  const clock = new FakeClock();
  const snapshot = new Store(runningEnvironment());
  const cluster = new Store<ClusterState>({
    overview: idle,
    taskManagers: idle,
    jobs: succeeded([jobOverview()], noon),
  });
  const open = new Store<readonly OperationView[]>([]);
  const history = new Store<readonly OperationRecord[]>([]);
  const deleted: string[] = [];
  const calls: string[] = [];
  const looks = { count: 0 };
  const state = {
    files: [stored] as readonly StoredSavepoint[],
    statistics,
    failure: undefined as Error | undefined,
  };
  const savepointStore: SavepointStore = {
    restMs,
    list: () => {
      looks.count += 1;
      return state.failure === undefined ? Promise.resolve(state.files) : Promise.reject(state.failure);
    },
    stat: (at) => Promise.resolve({ ...stored, path: at, condition: 'missing' }),
    delete: (at) => {
      calls.push(`delete ${at}`);
      state.files = [];
      return Promise.resolve();
    },
    seenByAll: () => true,
    folder: () => Promise.resolve('/data/savepoints'),
  };
  const monitor = new PollingSavepointsMonitor({
    environment: { snapshot, savepointStore },
    cluster,
    operations: { open, history },
    notes: () => ({
      read: () => Promise.resolve({ gaps: new Map(), deleted: new Set(deleted) }),
      noteDeleted: (key) => {
        deleted.push(key);
        return Promise.resolve();
      },
    }),
    createClient: () => ({
      checkpoints: (jobId) => {
        calls.push(`checkpoints ${jobId.slice(0, 6)}`);
        return Promise.resolve(state.statistics);
      },
      jobs: () => Promise.resolve(valueOf(cluster.value.jobs) ?? []),
      dispose: () => undefined,
    }),
    intervalMs: () => 2000,
    clock,
    logger: silentLogger,
  });
  const shown = (): readonly string[] =>
    (valueOf(monitor.state.value) ?? []).map(({ key, condition }) => `${condition} ${key}`);
  return { clock, snapshot, cluster, open, history, deleted, calls, looks, state, monitor, shown };
}

describe('what is known of savepoints', () => {
  it('is not looked at while nobody wants to see it', async () => {
    const { clock, calls, monitor } = setup();
    await clock.advance(60_000);
    expect([calls, monitor.state.value.state]).toEqual([[], 'idle']);
  });

  it('follows the folders, and asks Flink only when something changed', async () => {
    const { clock, calls, state, monitor, shown } = setup();
    const lease = monitor.watch();
    await clock.advance(10_000);
    expect(shown()).toEqual([`whole ${path}`]);
    expect(calls).toEqual(['checkpoints 694d7c']);
    state.files = [{ ...stored, path: `${path}0` }, stored];
    await clock.advance(2000);
    expect(shown()).toHaveLength(2);
    expect(calls).toHaveLength(2);
    lease.dispose();
    await clock.advance(60_000);
    expect(calls).toHaveLength(2);
  });

  it('asks Flink every five minutes all the same, and not again about a job that has ended', async () => {
    const { clock, calls, cluster, monitor } = setup();
    monitor.watch();
    await clock.advance(299_000);
    expect(calls).toHaveLength(1);
    await clock.advance(3000);
    expect(calls).toHaveLength(2);
    cluster.set({ ...cluster.value, jobs: succeeded([jobOverview({ state: 'FINISHED' })], noon) });
    await clock.advance(2000);
    await clock.advance(600_000);
    expect(calls).toHaveLength(3);
  });

  it('looks seldom where that costs something, and at once when something is known to have changed', async () => {
    const { clock, calls, history, looks, state, monitor, shown } = setup(300_000);
    monitor.watch();
    await clock.advance(290_000);
    expect(looks.count).toBe(1);
    expect(calls.length).toBeGreaterThan(4);
    const external = { id: 9, isSavepoint: true, triggeredAt: noon, externalPath: `file:${path}9` };
    state.statistics = { ...statistics, available: [external] };
    state.files = [{ ...stored, path: `${path}9` }];
    await clock.advance(70_000);
    expect(shown()).toEqual([`whole ${path}9`]);
    const before = looks.count;
    history.set([operationRecord({})]);
    await clock.advance(0);
    expect(looks.count).toBe(before + 1);
  });

  it('shows at once what an operation did', async () => {
    const { clock, history, monitor, shown } = setup();
    monitor.watch();
    await clock.advance(0);
    history.set([operationRecord({ savepointPath: '/data/savepoints/gone' })]);
    await settled();
    await clock.advance(0);
    expect(shown()).toContain('missing /data/savepoints/gone');
  });

  it('keeps what it knew when the folders cannot be read, and says why', async () => {
    const { clock, state, monitor } = setup();
    monitor.watch();
    await clock.advance(0);
    state.failure = new PlaygroundError('disk', 'The folder cannot be read.');
    await clock.advance(2000);
    expect(monitor.state.value).toMatchObject({ state: 'stale', error: { message: 'The folder cannot be read.' } });
  });

  it('is there while the playground is stopped, too', async () => {
    const { clock, snapshot, calls, monitor, shown } = setup();
    snapshot.set(environment({ hasData: true }));
    monitor.watch();
    await clock.advance(0);
    expect([shown(), calls]).toEqual([[`whole ${path}`], []]);
  });
});

describe('a savepoint that is to be deleted', () => {
  it('is, and is not called missing afterwards', async () => {
    const { history, calls, deleted, monitor, shown } = setup();
    history.set([operationRecord({ kind: 'stop', savepointPath: `file:${path}` })]);
    await monitor.delete(`file:${path}`, signal);
    expect(calls.filter((call) => call.startsWith('delete'))).toEqual([`delete file:${path}`]);
    expect([deleted, shown()]).toEqual([[path], []]);
  });

  it('is refused while a job would go back to it', async () => {
    const { state, calls, monitor } = setup();
    state.statistics = { ...statistics, restoredFrom: `file:${path}` };
    await expect(monitor.delete(path, signal)).rejects.toMatchObject({
      kind: 'input',
      message: `"${path}" is in use: Click Event Count would go back to it after a failure.`,
    });
    expect(calls.filter((call) => call.startsWith('delete'))).toEqual([]);
  });

  it('is refused while an operation needs it', async () => {
    const { open, monitor } = setup();
    open.set([operationView({ state: 'resumable', savepointPath: path })]);
    await expect(monitor.delete(path, signal)).rejects.toMatchObject({ kind: 'input' });
  });

  it('is forgotten when it is missing', async () => {
    const { state, history, calls, deleted, monitor } = setup();
    state.files = [];
    history.set([operationRecord({ kind: 'stop', savepointPath: path })]);
    await monitor.delete(path, signal);
    expect([deleted, calls.filter((call) => call.startsWith('delete'))]).toEqual([[path], []]);
  });

  it('must be one', async () => {
    const { monitor } = setup();
    await expect(monitor.delete('/etc', signal)).rejects.toMatchObject({ kind: 'input' });
  });
});
