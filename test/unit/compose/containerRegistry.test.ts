import { beforeEach, describe, expect, it } from 'vitest';
import type { ContainerEvent, ContainerFacts } from '../../../src/core/environment/compose/containerRecords';
import { ContainerRegistry } from '../../../src/core/environment/compose/containerRegistry';
import { container, jobManager, taskManager } from '../../support/builders/container';
import { FakeClock } from '../../support/builders/fakeClock';
import { noon } from '../../support/builders/flink';

describe('the containers of a project as instances', () => {
  let registry: ContainerRegistry;
  let told: string[];

  beforeEach(() => {
    registry = new ContainerRegistry(new FakeClock(noon));
    told = [];
    registry.onEvent(({ kind, instance }) => told.push(`${instance.id} ${kind}`));
  });

  const event = (id: string, action: string, more: Partial<ContainerEvent> = {}): ContainerEvent => ({
    id,
    action,
    at: noon,
    ...more,
  });
  const stateOf = (id: string): string | undefined => registry.snapshots.find((shown) => shown.id === id)?.state;
  const shownFor = (facts: ContainerFacts): Record<string, unknown> => {
    registry.replace([facts]);
    return { ...registry.snapshots[0] };
  };

  it('are named as in the local environment: TaskManagers by number, others by service', () => {
    registry.replace([jobManager(), taskManager(2), taskManager(1)]);
    expect(registry.snapshots.map(({ id }) => id)).toEqual(['jobmanager', 'taskmanager-1', 'taskmanager-2']);
  });

  it('are adopted at the first look, and started later', () => {
    registry.replace([jobManager()]);
    registry.replace([jobManager(), container({ service: 'kafka', health: 'starting' })]);
    expect(told).toEqual(['jobmanager adopted', 'kafka started']);
  });

  it('are seen to be killed by the event alone, before anything is listed', () => {
    registry.replace([jobManager(), taskManager(1)]);
    told.length = 0;
    registry.apply(event('taskmanager-1', 'kill', { signal: 9 }));
    registry.apply(event('taskmanager-1', 'die', { exitCode: 137 }));
    expect(told).toEqual(['taskmanager-1 killed']);
    expect(registry.snapshots.find(({ id }) => id === 'taskmanager-1')).toMatchObject({
      state: 'killed',
      exitCode: 137,
      endedAt: noon,
    });
  });

  it('are stopped, not killed, when SIGTERM came before the SIGKILL of an impatient stop', () => {
    registry.replace([jobManager()]);
    registry.apply(event('jobmanager-1', 'kill', { signal: 15 }));
    registry.apply(event('jobmanager-1', 'kill', { signal: 9 }));
    registry.apply(event('jobmanager-1', 'die', { exitCode: 137 }));
    expect(stateOf('jobmanager')).toBe('stopped');
  });

  it('died when they ended by themselves', () => {
    registry.replace([jobManager()]);
    told.length = 0;
    registry.apply(event('jobmanager-1', 'die', { exitCode: 1 }));
    expect(told).toEqual(['jobmanager died']);
    expect(stateOf('jobmanager')).toBe('exited');
  });

  it('are not ended by an event that was repeated from before their start', () => {
    registry.replace([jobManager({ startedAt: noon })]);
    const list = registry.apply(event('jobmanager-1', 'die', { at: noon - 1000, exitCode: 137 }));
    expect(list).toBe(true);
    expect(stateOf('jobmanager')).toBe('healthy');
  });

  it('are started again, with what is known of their end forgotten', () => {
    registry.replace([jobManager(), taskManager(1)]);
    registry.setFlinkIds(new Map([['taskmanager-1', 'tm-a']]));
    registry.apply(event('taskmanager-1', 'kill', { signal: 9 }));
    registry.apply(event('taskmanager-1', 'die', { exitCode: 137 }));
    told.length = 0;
    registry.replace([jobManager(), taskManager(1, { startedAt: noon + 5000 })]);
    expect(told).toEqual(['taskmanager-1 started']);
    expect(registry.snapshots.find(({ id }) => id === 'taskmanager-1')).toEqual({
      id: 'taskmanager-1',
      service: 'taskmanager',
      state: 'starting',
      detail: 'not registered with the JobManager',
      container: 'flink-playground-taskmanager-1',
      startedAt: noon + 5000,
    });
  });

  it('have died and started when they were restarted between two looks', () => {
    registry.replace([jobManager()]);
    told.length = 0;
    registry.replace([jobManager({ startedAt: noon })]);
    expect(told).toEqual(['jobmanager died', 'jobmanager started', 'jobmanager healthy']);
  });

  it('are gone when they were removed', () => {
    registry.replace([jobManager(), taskManager(1)]);
    told.length = 0;
    registry.replace([jobManager()]);
    expect(told).toEqual(['taskmanager-1 stopped']);
    expect(stateOf('taskmanager-1')).toBeUndefined();
  });

  it('want to be listed when something starts that is not known', () => {
    registry.replace([]);
    expect(registry.apply(event('new', 'start'))).toBe(true);
    expect(registry.apply(event('new', 'health_status', { health: 'healthy' }))).toBe(false);
  });

  it('are healthy when Flink knows them, where it can be asked', () => {
    registry.replace([jobManager(), taskManager(1)]);
    expect(stateOf('taskmanager-1')).toBe('starting');
    registry.setFlinkIds(new Map([['taskmanager-1', 'tm-a']]));
    expect(registry.snapshots.find(({ id }) => id === 'taskmanager-1')).toMatchObject({
      state: 'healthy',
      flinkId: 'tm-a',
    });
  });

  it('run without more being known, where Flink publishes no port', () => {
    registry.replace([jobManager({ ports: [] }), taskManager(1)]);
    expect(stateOf('taskmanager-1')).toBe('healthy');
  });

  it.each<[string, Partial<ContainerFacts>, Record<string, unknown>]>([
    ['a client that is done', { status: 'exited', exitCode: 0 }, { state: 'exited', exitCode: 0 }],
    ['SIGKILL from outside', { status: 'exited', exitCode: 137 }, { state: 'killed' }],
    ['SIGTERM from outside', { status: 'exited', exitCode: 143 }, { state: 'stopped' }],
    [
      'the memory limit',
      { status: 'exited', exitCode: 137, outOfMemory: true },
      { state: 'exited', detail: 'ended by the system: out of memory' },
    ],
    [
      'a crash loop',
      { status: 'restarting', exitCode: 3, restarts: 5 },
      { state: 'unhealthy', detail: 'ends again and again, started 5 times: exit code 3' },
    ],
    [
      'a crash loop at a moment when it runs',
      { status: 'running', restarts: 5 },
      { state: 'unhealthy', detail: 'ends again and again, started 5 times' },
    ],
    [
      'a health check that fails',
      { health: 'unhealthy', healthOutput: 'connection refused' },
      { state: 'unhealthy', detail: 'connection refused' },
    ],
    ['a pause', { status: 'paused' }, { state: 'unhealthy', detail: 'paused' }],
    ['a state of a newer engine', { status: 'unknown' }, { state: 'unhealthy' }],
    [
      'a container that could not be started',
      { status: 'created', error: 'port is already allocated' },
      { state: 'exited', detail: 'port is already allocated' },
    ],
  ])('show %s', (_what, changes, expected) => {
    expect(shownFor(container({ service: 'client', ...changes }))).toMatchObject(expected);
  });
});
