import { describe, expect, it, onTestFinished } from 'vitest';
import type {
  EnvironmentSnapshot,
  InstanceEvent,
  InstanceSnapshot,
  JobVariant,
} from '../../../src/shared/model/environment';
import { tutorialVariant } from '../../../src/shared/model/environment';
import type { JobOverview, JobState } from '../../../src/shared/model/flink';
import type { LedgerMark, LedgerSummary } from '../../../src/shared/model/ledger';
import type { ClusterState } from '../../../src/core/engineApi';
import type { LedgerRequest, LedgerSession } from '../../../src/core/kafka/kafkaPort';
import { LedgerMonitor } from '../../../src/core/ledger/ledgerMonitor';
import { idle, succeeded } from '../../../src/core/state/resource';
import { Store } from '../../../src/core/state/store';
import { Emitter } from '../../../src/core/util/emitter';
import { silentLogger } from '../../../src/core/util/logger';

const brokers = ['127.0.0.1:9092'];

function environment(phase: EnvironmentSnapshot['phase'], variant?: JobVariant): EnvironmentSnapshot {
  return {
    kind: 'local',
    phase,
    services: [],
    steps: [],
    hasData: true,
    notices: [],
    ...(phase === 'absent' ? {} : { endpoints: { rest: 'http://127.0.0.1:8081', brokers } }),
    ...(variant === undefined ? {} : { variant }),
  };
}

function job(id: string, state: JobState): JobOverview {
  const none = { CREATED: 0, SCHEDULED: 0, DEPLOYING: 0, INITIALIZING: 0, RUNNING: 0, FINISHED: 0 };
  return {
    id,
    name: 'Click Event Count',
    state,
    startTime: 0,
    durationMs: 1,
    tasks: { ...none, CANCELING: 0, CANCELED: 0, FAILED: 0, RECONCILING: 0 },
    totalTasks: 4,
  };
}

function jobs(...list: JobOverview[]): ClusterState {
  return { overview: idle, taskManagers: idle, jobs: succeeded(list, 0) };
}

const taskManager: InstanceSnapshot = { id: 'taskmanager-1', service: 'taskmanager', state: 'killed' };
const generator: InstanceSnapshot = { id: 'clickevent-generator', service: 'clickevent-generator', state: 'killed' };

/** A monitor over stores and a port that a test drives by hand. */
function monitorWith(
  options: { known?: readonly number[]; failures?: number; reading?: Promise<void>; opening?: Promise<void> } = {},
) {
  const snapshot = new Store(environment('absent'));
  const events = new Emitter<InstanceEvent>();
  const cluster = new Store<ClusterState>({ overview: idle, taskManagers: idle, jobs: idle });
  const opened: { request: LedgerRequest; noted: number[]; disposed: boolean; summary: Store<LedgerSummary> }[] = [];
  const written: LedgerMark[] = [];
  const scheduled: (() => void)[] = [];
  let failures = options.failures ?? 0;
  const monitor = new LedgerMonitor({
    environment: snapshot,
    onInstanceEvent: events.event,
    cluster,
    kafka: {
      async openLedger(request): Promise<LedgerSession> {
        if (failures-- > 0) throw new Error('no broker');
        const session = {
          request,
          noted: [] as number[],
          disposed: false,
          summary: new Store<LedgerSummary>({ ...monitor.summary.value, verdict: 'PASS', reasons: [] }),
        };
        opened.push(session);
        await options.opening;
        return {
          summary: session.summary,
          noteRecovery: (at) => session.noted.push(at),
          across: () => Promise.resolve(undefined),
          windows: () => Promise.resolve([]),
          dispose: () => {
            session.disposed = true;
          },
        };
      },
    },
    recoveries: {
      read: async () => {
        await options.reading;
        return (options.known ?? []).map((at) => ({ at, kind: 'recovery' as const }));
      },
      append: (mark) => {
        written.push(mark);
        return Promise.resolve();
      },
    },
    clock: {
      now: () => 500,
      schedule: (_ms, callback) => {
        scheduled.push(callback);
        return { dispose: () => void scheduled.splice(scheduled.indexOf(callback), 1) };
      },
    },
    logger: silentLogger,
  });
  onTestFinished(() => monitor.dispose());
  return { monitor, snapshot, events, cluster, opened, written, scheduled };
}

/** A promise and what resolves it. */
function gate(): readonly [promise: Promise<void>, open: () => void] {
  let open: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => {
    open = resolve;
  });
  return [promise, open];
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the account of output', () => {
  it('cannot tell while nothing runs', () => {
    const { monitor } = monitorWith();
    expect(monitor.summary.value).toMatchObject({ verdict: 'CANNOT TELL', reasons: [{ code: 'notConnected' }] });
  });

  it('is opened from the first record when the environment runs', async () => {
    const { snapshot, opened, monitor } = monitorWith();
    snapshot.set(environment('running', tutorialVariant));
    await settled();
    expect(opened).toHaveLength(1);
    expect(opened[0]?.request).toMatchObject({ brokers, topic: 'output', from: 'earliest', eventTime: true });
    expect(monitor.summary.value.verdict).toBe('PASS');
  });

  it('does not judge a job that counts by the clock', async () => {
    const { snapshot, opened } = monitorWith();
    snapshot.set(environment('running', { ...tutorialVariant, eventTime: false }));
    await settled();
    expect(opened[0]?.request.eventTime).toBe(false);
  });

  it('stays open while the environment is degraded, and is opened once only', async () => {
    const { snapshot, opened } = monitorWith();
    snapshot.set(environment('running', tutorialVariant));
    await settled();
    snapshot.set(environment('degraded', tutorialVariant));
    snapshot.set(environment('running', tutorialVariant));
    await settled();
    expect(opened.map(({ disposed }) => disposed)).toEqual([false]);
  });

  it('forgets what it knew when the environment stops', async () => {
    const { snapshot, opened, monitor } = monitorWith();
    snapshot.set(environment('running', tutorialVariant));
    await settled();
    snapshot.set(environment('absent'));
    expect(opened[0]?.disposed).toBe(true);
    expect(monitor.summary.value.verdict).toBe('CANNOT TELL');
  });

  it('lets go of a session that arrives after the environment stopped', async () => {
    const { snapshot, opened } = monitorWith();
    snapshot.set(environment('running', tutorialVariant));
    snapshot.set(environment('absent'));
    await settled();
    expect(opened.every(({ disposed }) => disposed)).toBe(true);
  });

  it('keeps one session when the environment comes back while the one before is still being opened', async () => {
    const [opening, hasOpened] = gate();
    const { snapshot, opened } = monitorWith({ opening });
    snapshot.set(environment('running', tutorialVariant));
    await settled();
    snapshot.set(environment('absent'));
    snapshot.set(environment('running', tutorialVariant));
    await settled();
    hasOpened();
    await settled();
    expect(opened.map(({ disposed }) => disposed)).toEqual([true, false]);
  });

  it('tries again when the broker does not answer yet', async () => {
    const { snapshot, opened, scheduled } = monitorWith({ failures: 1 });
    snapshot.set(environment('running', tutorialVariant));
    await settled();
    expect(opened).toHaveLength(0);
    scheduled.shift()?.();
    await settled();
    expect(opened).toHaveLength(1);
  });

  it('explains duplicates by recoveries of an earlier window of the editor', async () => {
    const { snapshot, opened } = monitorWith({ known: [100, 200] });
    snapshot.set(environment('running', tutorialVariant));
    await settled();
    expect(opened[0]?.request.recoveries).toEqual([100, 200]);
  });

  it('tells a session of what happened while its recoveries were read and while it was opened', async () => {
    const [reading, hasRead] = gate();
    const [opening, hasOpened] = gate();
    const { snapshot, events, opened } = monitorWith({ known: [100], reading, opening });
    snapshot.set(environment('running', tutorialVariant));
    events.fire({ kind: 'killed', instance: taskManager, at: 200 });
    hasRead();
    await settled();
    events.fire({ kind: 'killed', instance: taskManager, at: 300 });
    hasOpened();
    await settled();
    events.fire({ kind: 'killed', instance: taskManager, at: 400 });
    expect(opened[0]?.request.recoveries).toEqual([100, 200]);
    expect(opened[0]?.noted).toEqual([300, 400]);
  });

  it('notes and remembers the death of a TaskManager, not that of the generator', async () => {
    const { snapshot, events, opened, written } = monitorWith();
    snapshot.set(environment('running', tutorialVariant));
    await settled();
    events.fire({ kind: 'killed', instance: generator, at: 300 });
    events.fire({ kind: 'killed', instance: taskManager, at: 400 });
    expect(opened[0]?.noted).toEqual([400]);
    expect(written).toEqual([{ at: 400, kind: 'killed', of: 'taskmanager-1' }]);
  });

  it('notes a job that restarts, once, and a successor of a job', async () => {
    const { snapshot, cluster, written } = monitorWith();
    snapshot.set(environment('running', tutorialVariant));
    await settled();
    cluster.set(jobs(job('a', 'RUNNING')));
    cluster.set(jobs(job('a', 'RESTARTING')));
    cluster.set(jobs(job('a', 'RESTARTING')));
    expect(written).toHaveLength(1);
    cluster.set(jobs(job('b', 'RUNNING')));
    expect(written).toEqual([
      { at: 500, kind: 'restarting' },
      { at: 500, kind: 'newJob' },
    ]);
  });

  it('knows what happened and when, also of before a reload, each once, until the environment ends', async () => {
    const [reading, hasRead] = gate();
    const { monitor, snapshot, events } = monitorWith({ known: [100], reading });
    snapshot.set(environment('running', tutorialVariant));
    events.fire({ kind: 'killed', instance: taskManager, at: 200 });
    hasRead();
    await settled();
    events.fire({ kind: 'started', instance: taskManager, at: 300 });
    expect(monitor.marks.value).toEqual([
      { at: 100, kind: 'recovery' },
      { at: 200, kind: 'killed', of: 'taskmanager-1' },
      { at: 300, kind: 'started', of: 'taskmanager-1' },
    ]);
    snapshot.set(environment('absent'));
    expect(monitor.marks.value).toEqual([]);
  });

  it('notes a job that was rescaled in place, which is seen by its number of tasks only', async () => {
    const { snapshot, cluster, written } = monitorWith();
    snapshot.set(environment('running', tutorialVariant));
    await settled();
    cluster.set(jobs({ ...job('a', 'RUNNING'), totalTasks: 0 }));
    cluster.set(jobs({ ...job('a', 'RUNNING'), totalTasks: 4 }));
    expect(written).toEqual([]);
    cluster.set(jobs({ ...job('a', 'RUNNING'), totalTasks: 8 }));
    cluster.set(jobs({ ...job('a', 'RUNNING'), totalTasks: 8 }));
    expect(written).toHaveLength(1);
  });
});
