import { describe, expect, it } from 'vitest';
import type { ClusterOverview, JobDetail, JobOverview, TaskManagerInfo } from '../../../src/shared/model/flink';
import { PollingClusterMonitor, type MonitoredClient } from '../../../src/core/flink/clusterMonitor';
import { Store } from '../../../src/core/state/store';
import { PlaygroundError } from '../../../src/core/util/errors';
import { silentLogger } from '../../../src/core/util/logger';
import { FakeClock, settled } from '../../support/builders/fakeClock';
import { jobDetail, jobOverview, taskManager } from '../../support/builders/flink';

const cluster: ClusterOverview = { flinkVersion: '2.2.1', taskManagers: 1, slotsTotal: 2, slotsAvailable: 1 };
const down = new PlaygroundError('unreachable', 'Flink does not answer.');

/** A Flink that answers from memory and writes down what it was asked. */
class FakeFlink implements MonitoredClient {
  readonly calls: string[] = [];
  disposed = false;
  jobRows: readonly JobOverview[] = [jobOverview()];
  taskManagerRows: readonly TaskManagerInfo[] = [taskManager()];
  failure: Error | undefined;
  /** Makes answers wait until it is called. */
  gate: Promise<void> = Promise.resolve();

  overview(signal: AbortSignal): Promise<ClusterOverview> {
    return this.#answer('overview', () => ({ ...cluster }), signal);
  }
  jobs(signal: AbortSignal): Promise<readonly JobOverview[]> {
    return this.#answer('jobs', () => structuredClone(this.jobRows), signal);
  }
  taskManagers(signal: AbortSignal): Promise<readonly TaskManagerInfo[]> {
    return this.#answer('taskManagers', () => this.taskManagerRows, signal);
  }
  job(jobId: string, signal: AbortSignal): Promise<JobDetail> {
    return this.#answer(`job ${jobId}`, () => jobDetail({ id: jobId }), signal);
  }
  readonly machines: MonitoredClient['machines'] = {
    taskManager: (id, signal) =>
      this.#answer(`taskManager ${id}`, () => ({ id, slotsTotal: 2, slotsFree: 2, allocatedTo: [] }), signal),
    jobManager: (signal) => this.#answer('jobManager', () => ({ javaVersion: '17.0.15' }), signal),
    subtasks: (_jobId, vertexId, signal) => this.#answer(`subtasks ${vertexId}`, () => [], signal),
  };
  dispose(): void {
    this.disposed = true;
  }

  async #answer<T>(name: string, value: () => T, signal: AbortSignal): Promise<T> {
    this.calls.push(name);
    await this.gate;
    signal.throwIfAborted();
    if (this.failure !== undefined) throw this.failure;
    return value();
  }
}

function subject(baseUrl: string | null = 'http://127.0.0.1:8081') {
  const clock = new FakeClock();
  const endpoints = new Store<string | undefined>(baseUrl ?? undefined);
  const flinks: FakeFlink[] = [];
  let prepare: (flink: FakeFlink) => void = () => undefined;
  const monitor = new PollingClusterMonitor({
    endpoints,
    createClient: () => {
      const flink = new FakeFlink();
      prepare(flink);
      flinks.push(flink);
      return flink;
    },
    intervalMs: () => 2000,
    logger: silentLogger,
    clock,
    random: () => 0.5,
  });
  return {
    monitor,
    clock,
    endpoints,
    flinks,
    get flink(): FakeFlink {
      const newest = flinks.at(-1);
      if (newest === undefined) throw new Error('No client was created.');
      return newest;
    },
    withNewClients: (change: (flink: FakeFlink) => void) => void (prepare = change),
  };
}

describe('PollingClusterMonitor', () => {
  it('asks nothing while nobody watches', async () => {
    const { flink, clock } = subject();
    await clock.advance(60_000);
    expect(flink.calls).toEqual([]);
  });

  it('asks only for the parts that are watched', async () => {
    const { monitor, flink, clock } = subject();
    monitor.watch(['jobs']);
    await clock.advance(4000);
    expect(flink.calls).toEqual(['jobs', 'jobs', 'jobs']);
  });

  it('makes three calls a tick when every part is watched, however often', async () => {
    const { monitor, flink, clock } = subject();
    monitor.watch(['overview', 'taskManagers']);
    monitor.watch(['jobs']);
    monitor.watch(['overview', 'jobs', 'taskManagers']);
    await clock.advance(1000);
    const before = flink.calls.length;
    await clock.advance(2000);
    expect(flink.calls.slice(before)).toEqual(['overview', 'jobs', 'taskManagers']);
  });

  it('reads a part at once when it is watched while others are already', async () => {
    const { monitor, flink, clock } = subject();
    monitor.watch(['overview']);
    await clock.advance(500);
    monitor.watch(['jobs']);
    await settled();
    expect(flink.calls).toEqual(['overview', 'overview', 'jobs']);
  });

  it('stops asking when the last lease is given back', async () => {
    const { monitor, flink, clock } = subject();
    const lease = monitor.watch(['jobs']);
    await settled();
    lease.dispose();
    await clock.advance(60_000);
    expect(flink.calls).toEqual(['jobs']);
    expect(clock.pending).toBe(0);
  });

  it('asks for the jobs four times a minute in the background', async () => {
    const { monitor, flink, clock } = subject();
    monitor.watchInBackground();
    await clock.advance(59_999);
    expect(flink.calls).toEqual(['jobs', 'jobs', 'jobs', 'jobs']);
  });

  it('waits for its turn when only the background is left', async () => {
    const { monitor, flink, clock } = subject();
    monitor.watchInBackground();
    const lease = monitor.watch(['jobs', 'overview']);
    await clock.advance(100);
    lease.dispose();
    const before = flink.calls.length;
    await clock.advance(14_000);
    expect(flink.calls.slice(before)).toEqual([]);
    await clock.advance(1000);
    expect(flink.calls.slice(before)).toEqual(['jobs']);
  });

  it('goes from loading to ready', async () => {
    const { monitor } = subject();
    const states: string[] = [];
    monitor.state.onDidChange(({ next }) => states.push(next.jobs.state));
    monitor.watch(['jobs']);
    await settled();
    expect(states).toEqual(['loading', 'ready']);
    expect(monitor.state.value.overview.state).toBe('idle');
  });

  it('says again how TaskManagers are, so that a heartbeat that stands still is seen to grow old', async () => {
    const { monitor, clock } = subject();
    monitor.watch(['taskManagers']);
    await settled();
    let changes = 0;
    monitor.state.onDidChange(() => changes++);
    await clock.advance(10_000);
    expect(changes).toBe(5);
    expect(monitor.state.value.taskManagers).toMatchObject({ state: 'ready', readAt: clock.now() });
  });

  it('keeps the same state while the answers are equal', async () => {
    const { monitor, clock } = subject();
    monitor.watch(['jobs', 'overview']);
    await settled();
    const first = monitor.state.value;
    let changes = 0;
    monitor.state.onDidChange(() => changes++);
    await clock.advance(10_000);
    expect(monitor.state.value).toBe(first);
    expect(changes).toBe(0);
  });

  it('changes once a tick, and only the part that differs', async () => {
    const { monitor, flink, clock } = subject();
    monitor.watch(['jobs', 'overview', 'taskManagers']);
    await settled();
    const first = monitor.state.value;
    let changes = 0;
    monitor.state.onDidChange(() => changes++);
    flink.jobRows = [jobOverview({ state: 'FAILED' })];
    await clock.advance(2000);
    expect(changes).toBe(1);
    expect(monitor.state.value.overview).toBe(first.overview);
    expect(monitor.state.value.jobs).toMatchObject({ state: 'ready', value: [{ state: 'FAILED' }] });
  });

  it('keeps the last good value as stale, with the time when it was last confirmed', async () => {
    const { monitor, flink, clock } = subject();
    monitor.watch(['jobs']);
    await clock.advance(4500);
    const confirmedAt = clock.now() - 500;
    flink.failure = down;
    await clock.advance(2000);
    expect(monitor.state.value.jobs).toMatchObject({ state: 'stale', readAt: confirmedAt, error: down });
  });

  it('is failed, not stale, when nothing was ever read, and stays the same while the error does', async () => {
    const { monitor, flink, clock } = subject();
    flink.failure = down;
    monitor.watch(['jobs']);
    await settled();
    const first = monitor.state.value;
    await clock.advance(60_000);
    expect(first.jobs).toEqual({ state: 'failed', error: down });
    expect(monitor.state.value).toBe(first);
  });

  it('asks less often while Flink does not answer, and at once when it is poked', async () => {
    const { monitor, flink, clock } = subject();
    flink.failure = down;
    monitor.watch(['jobs']);
    await clock.advance(60_000);
    expect(flink.calls.length).toBeLessThan(8);
    flink.failure = undefined;
    monitor.poke();
    await settled();
    expect(monitor.state.value.jobs.state).toBe('ready');
  });

  it('shows the good parts when one of them fails, and keeps its pace', async () => {
    const { monitor, flink, clock } = subject();
    flink.taskManagers = () => Promise.reject(new PlaygroundError('protocol', 'Not known here.'));
    monitor.watch(['jobs', 'taskManagers']);
    await clock.advance(8000);
    expect(monitor.state.value.jobs.state).toBe('ready');
    expect(monitor.state.value.taskManagers.state).toBe('failed');
    expect(flink.calls).toHaveLength(5);
  });

  it('asks every 100 ms while something is expected to change, and then at its pace again', async () => {
    const { monitor, flink, clock } = subject();
    monitor.watch(['jobs']);
    await clock.advance(1000);
    const before = flink.calls.length;
    monitor.expectChange();
    await clock.advance(5999);
    expect(flink.calls.length - before).toBe(60);
    await clock.advance(20_000);
    expect(flink.calls.length - before).toBe(60 + 10);
  });

  it('reads very many TaskManagers less often than the rest, but at once when it is poked', async () => {
    const { monitor, flink, clock } = subject();
    flink.taskManagerRows = Array.from({ length: 1000 }, (_, index) => taskManager({ id: `tm-${index}` }));
    monitor.watch(['jobs', 'taskManagers']);
    await clock.advance(19_999);
    const count = (name: string): number => flink.calls.filter((call) => call === name).length;
    expect([count('jobs'), count('taskManagers')]).toEqual([10, 4]);
    await clock.advance(2001);
    const before = count('taskManagers');
    monitor.poke();
    await settled();
    expect(count('taskManagers')).toBe(before + 1);
  });

  it('expects nothing for the background, which is asked once', async () => {
    const { monitor, flink, clock } = subject();
    monitor.watchInBackground();
    await clock.advance(1000);
    monitor.expectChange();
    await clock.advance(6000);
    expect(flink.calls).toEqual(['jobs', 'jobs']);
  });

  it('reads a TaskManager and the JobManager only while somebody watches them', async () => {
    const { monitor, flink, clock } = subject();
    const watches = [monitor.watchTaskManager('taskmanager-1-17'), monitor.watchJobManager()];
    await clock.advance(2000);
    expect(flink.calls.toSorted()).toEqual([
      'jobManager',
      'jobManager',
      'taskManager taskmanager-1-17',
      'taskManager taskmanager-1-17',
    ]);
    expect(watches.map(({ state }) => state.value.state)).toEqual(['ready', 'ready']);
    for (const watch of watches) watch.dispose();
    await clock.advance(60_000);
    expect(flink.calls).toHaveLength(4);
    expect(clock.pending).toBe(0);
  });

  describe('when the endpoint changes', () => {
    it('forgets what the old one said and asks the new one', async () => {
      const { monitor, endpoints, flinks } = subject();
      monitor.watch(['jobs']);
      await settled();
      endpoints.set('http://127.0.0.1:8082');
      expect(monitor.state.value.jobs.state).toBe('loading');
      await settled();
      expect(flinks.map((flink) => flink.disposed)).toEqual([true, false]);
      expect(flinks[1]?.calls).toEqual(['jobs']);
      expect(monitor.state.value.jobs.state).toBe('ready');
    });

    it('is idle and silent while there is none', async () => {
      const { monitor, endpoints, flink, clock } = subject();
      monitor.watch(['jobs', 'overview']);
      const job = monitor.watchJob('a');
      await settled();
      endpoints.set(undefined);
      const asked = flink.calls.length;
      await clock.advance(60_000);
      expect(flink.calls).toHaveLength(asked);
      expect(monitor.state.value).toEqual({
        overview: { state: 'idle' },
        jobs: { state: 'idle' },
        taskManagers: { state: 'idle' },
      });
      expect(job.state.value).toEqual({ state: 'idle' });
      expect(clock.pending).toBe(0);
    });

    it('ignores an answer of the old one that comes late', async () => {
      const { monitor, endpoints, flink, withNewClients } = subject();
      let open: () => void = () => undefined;
      flink.gate = new Promise((resolve) => (open = resolve));
      flink.jobRows = [jobOverview({ name: 'of the old one' })];
      withNewClients((next) => (next.jobRows = []));
      monitor.watch(['jobs']);
      endpoints.set('http://127.0.0.1:8082');
      await settled();
      open();
      await settled();
      expect(monitor.state.value.jobs).toMatchObject({ state: 'ready', value: [] });
    });
  });

  describe('watchJob', () => {
    it('polls the detail of a job while the watch is held', async () => {
      const { monitor, flink, clock } = subject();
      const watch = monitor.watchJob('a');
      await clock.advance(2000);
      expect(watch.state.value).toMatchObject({ state: 'ready', value: { id: 'a' } });
      watch.dispose();
      await clock.advance(60_000);
      expect(flink.calls).toEqual(['job a', 'job a']);
      expect(clock.pending).toBe(0);
    });

    it('asks once for two who watch the same job', async () => {
      const { monitor, flink } = subject();
      const first = monitor.watchJob('a');
      const second = monitor.watchJob('a');
      await settled();
      first.dispose();
      expect(flink.calls).toEqual(['job a']);
      expect(second.state.value.state).toBe('ready');
    });

    it('begins when an endpoint appears', async () => {
      const { monitor, endpoints } = subject(null);
      const watch = monitor.watchJob('a');
      expect(watch.state.value.state).toBe('idle');
      endpoints.set('http://127.0.0.1:8081');
      await settled();
      expect(watch.state.value.state).toBe('ready');
    });
  });

  it('leaves nothing behind when it is disposed', async () => {
    const { monitor, flink, clock } = subject();
    monitor.watch(['jobs']);
    monitor.watchInBackground();
    monitor.watchJob('a');
    await settled();
    monitor.dispose();
    await clock.advance(60_000);
    expect(flink.disposed).toBe(true);
    expect(clock.pending).toBe(0);
  });
});
