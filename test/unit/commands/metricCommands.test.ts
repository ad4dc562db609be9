import { describe, expect, it } from 'vitest';
import { metricCommands } from '../../../src/commands/metricCommands';
import { succeeded } from '../../../src/core/state/resource';
import type { JobOverview } from '../../../src/shared/model/flink';
import { pinKey, type PinnedMetric } from '../../../src/shared/model/metrics';
import { commandServices } from '../../support/builders/commandServices';
import { engineDouble } from '../../support/builders/engine';
import { environment, runningEnvironment } from '../../support/builders/environment';
import { jobDetail, jobOverview, noon, vertex } from '../../support/builders/flink';

const { id, name } = jobOverview();
const restarts: PinnedMetric = { target: { kind: 'job', job: name }, name: 'numRestarts' };

function setup({
  answers = [],
  names = ['numRestarts', 'uptime'],
  jobs = [jobOverview()],
  pins = [],
}: {
  readonly answers?: readonly (string | readonly string[])[];
  readonly names?: readonly string[];
  readonly jobs?: readonly JobOverview[];
  readonly pins?: readonly PinnedMetric[];
} = {}): {
  readonly commands: ReturnType<typeof metricCommands>;
  readonly pinned: () => readonly PinnedMetric[];
  readonly scopes: readonly unknown[];
  readonly opened: () => number;
} {
  const scopes: unknown[] = [];
  let opened = 0;
  const { engine, cluster } = engineDouble(
    {
      inspector: {
        metricNames: (scope) => {
          scopes.push(scope);
          return Promise.resolve(names);
        },
        job: () => Promise.resolve(jobDetail({ vertices: [vertex({ id: 'c', name: 'ClickEvent Counter' })] })),
      },
    },
    // A phase in which nothing is read anew: the jobs are those of the last read.
    environment({ ...runningEnvironment(), phase: 'starting' }),
  );
  cluster.set({ ...cluster.value, jobs: succeeded(jobs, noon) });
  engine.metrics.setPins(pins);
  const commands = metricCommands({
    ...commandServices(engine, answers).services,
    openMetrics: () => {
      opened += 1;
      return Promise.resolve();
    },
  });
  return { commands, pinned: () => engine.metrics.pins.value, scopes, opened: () => opened };
}

describe('Pin Metric', () => {
  it('offers all names of what was chosen, and pins by the name of the job', async () => {
    const { commands, pinned, scopes } = setup({
      answers: ['A job or one of its vertices…', 'ClickEvent Counter', ['0.numRecordsIn']],
      names: ['0.numRecordsIn', '1.numRecordsIn'],
    });
    expect(await commands['metric.pin'].run({})).toEqual(['0.numRecordsIn']);
    expect(scopes).toEqual([{ kind: 'vertex', jobId: id, vertexId: 'c' }]);
    const target = { kind: 'vertex', job: name, vertexId: 'c', vertexName: 'ClickEvent Counter' };
    expect(pinned()).toEqual([{ target, name: '0.numRecordsIn' }]);
  });

  it('of a machine knows it by the name that outlives its restart', async () => {
    const { commands, pinned, scopes } = setup({ answers: ['taskmanager-1', ['uptime']] });
    await commands['metric.pin'].run({});
    expect(scopes).toEqual([{ kind: 'taskmanager', taskManagerId: 'taskmanager-1-1700000000' }]);
    expect(pinned()).toEqual([{ target: { kind: 'taskmanager', instance: 'taskmanager-1' }, name: 'uptime' }]);
  });

  it('leaves out what the person unchecked, and keeps the pins of others', async () => {
    const other: PinnedMetric = { target: { kind: 'jobmanager' }, name: 'numRunningJobs' };
    const { commands, pinned } = setup({ answers: [['uptime']], pins: [other, restarts] });
    expect(await commands['metric.pin'].run({ job: id, vertex: '' })).toEqual(['uptime']);
    expect(pinned()).toEqual([other, { ...restarts, name: 'uptime' }]);
  });

  it('of a subtask offers its names, and keeps the pins of the others', async () => {
    const target = { kind: 'vertex', job: name, vertexId: 'c', vertexName: 'ClickEvent Counter' } as const;
    const { commands, pinned } = setup({
      answers: [['1.numRecordsIn']],
      names: ['0.numRecordsIn', '1.numRecordsIn', '10.numRecordsIn'],
      pins: [{ target, name: '0.numRecordsIn' }],
    });
    const node = { id: `job:${id}/vertex:c/subtask:1`, kind: 'subtask', label: 'Subtask 2' };
    await commands['metric.pin'].run(commands['metric.pin'].fromNode?.(node) ?? {});
    expect(pinned().map((each) => each.name)).toEqual(['0.numRecordsIn', '1.numRecordsIn']);
  });

  it('adds what it is told to, without a question', async () => {
    const { commands, pinned, scopes } = setup({ pins: [restarts] });
    expect(await commands['metric.pin'].run({ job: id, metrics: ['uptime', 'numRestarts'] })).toEqual([
      'numRestarts',
      'uptime',
    ]);
    expect([pinned().length, scopes]).toEqual([2, []]);
  });

  it('says that a job that has ended has no metrics', async () => {
    const { commands } = setup({ jobs: [jobOverview({ state: 'FINISHED' })] });
    await expect(commands['metric.pin'].run({ job: id })).rejects.toMatchObject({
      message: 'Click Event Count has ended: Flink has no metrics of it any more.',
    });
  });

  it('says that there are none yet', async () => {
    const { commands } = setup({ names: [] });
    await expect(commands['metric.pin'].run({ instance: 'jobmanager' })).rejects.toMatchObject({ kind: 'notFound' });
  });

  it('changes nothing when it is called off', async () => {
    const { commands, pinned } = setup({ pins: [restarts] });
    expect(await commands['metric.pin'].run({ instance: 'jobmanager' })).toBeUndefined();
    expect(pinned()).toEqual([restarts]);
  });
});

describe('Unpin Metric', () => {
  it('takes the one of the node, or the one that was chosen', async () => {
    const uptime = { ...restarts, name: 'uptime' };
    const { commands, pinned } = setup({ pins: [restarts, uptime], answers: ['uptime'] });
    const node = { id: `job:${id}/metric:${encodeURIComponent(pinKey(restarts))}`, kind: 'metric', label: '' };
    expect(await commands['metric.unpin'].run(commands['metric.unpin'].fromNode?.(node) ?? {})).toBe('numRestarts');
    expect(pinned()).toEqual([uptime]);
    expect(await commands['metric.unpin'].run({})).toBe('uptime');
    await expect(commands['metric.unpin'].run({})).rejects.toMatchObject({ message: 'No metric is pinned.' });
  });
});

describe('Show Metrics Panel', () => {
  it('opens it', async () => {
    const { commands, opened } = setup();
    await commands['metrics.show'].run({});
    expect(opened()).toBe(1);
  });
});
