import { describe, expect, it } from 'vitest';
import { hasEnded, runs, runsService, runsTaskManagers, watchUntil } from '../../../src/core/environment/outcome';
import type { ClusterState } from '../../../src/core/engineApi';
import { failed, idle, succeeded } from '../../../src/core/state/resource';
import type { EnvironmentSnapshot, InstanceSnapshot } from '../../../src/shared/model/environment';
import { engineDouble } from '../../support/builders/engine';
import { runningEnvironment, taskManagerInstance } from '../../support/builders/environment';
import { FakeClock, settled } from '../../support/builders/fakeClock';
import { noon, taskManager } from '../../support/builders/flink';

const first = taskManagerInstance(1);
const second = taskManagerInstance(2);

function having(...instances: readonly InstanceSnapshot[]): EnvironmentSnapshot {
  return runningEnvironment({ services: [{ name: 'taskmanager', instances }] });
}

/** Flink as it lists the TaskManagers of these instances. */
function listing(...instances: readonly InstanceSnapshot[]): ClusterState {
  const rows = instances.map(({ flinkId = '' }) => taskManager({ id: flinkId }));
  return { overview: idle, jobs: idle, taskManagers: succeeded(rows, noon) };
}

const silent: ClusterState = { ...listing(), taskManagers: failed(idle, new Error('Flink does not answer.')) };

describe('a TaskManager has ended', () => {
  const ended = hasEnded(first);
  const gone = having({ ...first, state: 'killed' });

  it('not while its process runs', () => {
    expect(ended(having(first), listing())).toBe('taskmanager-1 still runs.');
  });

  it('not while Flink lists it', () => {
    expect(ended(gone, listing(first))).toBe('Flink has not noticed yet that taskmanager-1 is gone.');
  });

  it.each([
    ['Flink lists it no more', gone, listing()],
    ['Flink cannot be asked', gone, silent],
    ['it was started again meanwhile', having({ ...first, startedAt: noon, flinkId: 'new' }), listing()],
    ['it is not part of the environment any more', having(), listing()],
  ])('when %s', (_when, environment, cluster) => {
    expect(ended(environment, cluster)).toBeUndefined();
  });
});

describe('a TaskManager runs', () => {
  it.each([
    [having({ ...first, state: 'starting' }), listing(first), 'taskmanager-1 does not run.'],
    [having(first), listing(), 'taskmanager-1 has not registered with Flink yet.'],
    [having(first), silent, 'Flink does not answer, so it is not known whether taskmanager-1 has registered.'],
    [having(first), listing(first), undefined],
  ])('when it is healthy and registered', (environment, cluster, missing) => {
    expect(runs('taskmanager-1')(environment, cluster)).toBe(missing);
  });
});

describe('TaskManagers are scaled', () => {
  const before = having(first, second);

  it.each([
    ['too many run', having(first, second), listing(first, second), '2 TaskManagers run instead of 1.'],
    [
      'Flink lists one that ended',
      having(first),
      listing(first, second),
      'Flink has not noticed yet that taskmanager-2 is gone.',
    ],
    ['one has not registered', having(first), listing(), 'taskmanager-1 has not registered with Flink yet.'],
  ])('not while %s', (_while, environment, cluster, missing) => {
    expect(runsTaskManagers(1, before)(environment, cluster)).toBe(missing);
  });

  it('when those that run are those that Flink lists', () => {
    expect(runsTaskManagers(1, before)(having(first), listing(first))).toBeUndefined();
    expect(runsTaskManagers(0, before)(having(), listing())).toBeUndefined();
  });
});

describe('a service runs', () => {
  it('when all its instances do', () => {
    expect(runsService('kafka')(runningEnvironment(), listing())).toBeUndefined();
    expect(runsService('zookeeper')(runningEnvironment(), listing())).toBe('zookeeper does not run.');
  });
});

describe('watching for an outcome', () => {
  const signal = new AbortController().signal;

  it('ends as soon as the views show it, and gives its leases back', async () => {
    const { engine, snapshot, cluster, leases } = engineDouble({}, having(first));
    const clock = new FakeClock();
    const watching = watchUntil(engine, hasEnded(first), { timeoutMs: 30_000, signal, clock });
    cluster.set(listing(first));
    snapshot.set(having({ ...first, state: 'killed' }));
    await settled();
    expect(leases).toEqual(['taskManagers']);
    cluster.set(listing());
    await expect(watching).resolves.toBeUndefined();
    expect([leases.length, clock.pending]).toEqual([0, 0]);
  });

  it('says what is missing when the time is up', async () => {
    const { engine, leases } = engineDouble({}, having(first));
    const clock = new FakeClock();
    const watching = watchUntil(engine, hasEnded(first), { timeoutMs: 30_000, signal, clock });
    await clock.advance(30_000);
    await expect(watching).resolves.toBe('taskmanager-1 still runs.');
    expect(leases).toEqual([]);
  });

  it('ends when it is called off', async () => {
    const { engine, leases } = engineDouble({}, having(first));
    const clock = new FakeClock();
    const controller = new AbortController();
    const options = { timeoutMs: 30_000, signal: controller.signal, clock };
    const watching = watchUntil(engine, hasEnded(first), options);
    controller.abort();
    await expect(watching).rejects.toMatchObject({ name: 'AbortError' });
    expect([leases.length, clock.pending]).toEqual([0, 0]);
  });
});
