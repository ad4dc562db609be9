import { beforeEach, describe, expect, it } from 'vitest';
import type { ContainerEvent, ContainerFacts } from '../../../src/core/environment/compose/containerRecords';
import { ContainerRegistry } from '../../../src/core/environment/compose/containerRegistry';
import { container, jobManager, taskManager } from '../../support/builders/container';
import { FakeClock } from '../../support/builders/fakeClock';
import { noon } from '../../support/builders/flink';

describe('the containers of a project as instances', () => {
  let clock: FakeClock;
  let registry: ContainerRegistry;
  let told: string[];

  beforeEach(() => {
    clock = new FakeClock(noon);
    registry = new ContainerRegistry(clock);
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
      { status: 'running', restarts: 5, startedAt: noon - 1000 },
      { state: 'unhealthy', detail: 'ends again and again, started 5 times' },
    ],
    [
      'what was once in a crash loop',
      { status: 'running', restarts: 5, startedAt: noon - 60_000 },
      { state: 'healthy' },
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

  describe('that end again and again', () => {
    const loops = (changes: Partial<ContainerFacts> = {}): ContainerFacts =>
      container({ service: 'kafka', number: 1, restarts: 4, startedAt: noon - 1000, ...changes });

    it('are not called dead in the moments between an end and the next start', () => {
      registry.replace([loops()]);
      registry.apply(event('kafka-1', 'die', { exitCode: 1 }));
      expect(registry.snapshots).toMatchObject([
        { state: 'unhealthy', detail: 'ends again and again, started 4 times: exit code 1' },
      ]);
    });

    it('are dead when somebody killed them', () => {
      registry.replace([loops()]);
      registry.apply(event('kafka-1', 'kill', { signal: 9 }));
      registry.apply(event('kafka-1', 'die', { exitCode: 137 }));
      expect(stateOf('kafka')).toBe('killed');
    });

    it('are explained by the end of their log', () => {
      registry.replace([loops()]);
      const [silent] = registry.silent;
      if (silent !== undefined) registry.setLastLines(silent, ['starting', 'Error: no space for offsets', 'bye']);
      expect(registry.silent).toEqual([]);
      expect(registry.snapshots).toMatchObject([
        {
          detail: 'ends again and again, started 4 times: Error: no space for offsets',
          lastLines: ['starting', 'Error: no space for offsets', 'bye'],
        },
      ]);
    });

    it('have their log read again after twice as many restarts, and show what was read until then', () => {
      registry.replace([loops()]);
      for (const silent of registry.silent) registry.setLastLines(silent, ['Error: first']);
      registry.replace([loops({ restarts: 7 })]);
      expect(registry.silent).toEqual([]);
      registry.replace([loops({ restarts: 8 })]);
      expect(registry.silent).toHaveLength(1);
      expect(registry.snapshots).toMatchObject([{ lastLines: ['Error: first'] }]);
    });

    it('are well again when they have run for a minute, though nothing is said then', async () => {
      registry.replace([loops({ startedAt: noon })]);
      expect(stateOf('kafka')).toBe('unhealthy');
      await clock.advance(60_000);
      expect(stateOf('kafka')).toBe('healthy');
    });

    it('have nothing to do with what they were before somebody started them', () => {
      registry.replace([loops()]);
      for (const silent of registry.silent) registry.setLastLines(silent, ['Error: first']);
      registry.replace([loops({ restarts: 0 })]);
      registry.replace([loops()]);
      expect(registry.silent).toHaveLength(1);
      expect(registry.snapshots[0]).not.toHaveProperty('lastLines');
    });
  });

  it('that ended by themselves are explained by the end of their log, those that were ended are not', () => {
    registry.replace([
      container({ service: 'kafka', status: 'exited', exitCode: 1, finishedAt: noon }),
      container({ service: 'client', status: 'exited', exitCode: 0, finishedAt: noon }),
      taskManager(1, { status: 'exited', exitCode: 143, finishedAt: noon }),
    ]);
    expect(registry.silent.map(({ id }) => id)).toEqual(['kafka-1']);
    for (const silent of registry.silent) registry.setLastLines(silent, ['Caused by: no controller']);
    expect(registry.snapshots.find(({ id }) => id === 'kafka')).toMatchObject({ detail: 'no controller' });
  });
});
