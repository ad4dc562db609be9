import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Engine } from '../../../src/core/engineApi';
import { idle, succeeded, type Resource } from '../../../src/core/state/resource';
import { Store } from '../../../src/core/state/store';
import { JobGraph } from '../../../src/panels/jobGraph';
import type { JobDetail } from '../../../src/shared/model/flink';
import type { VertexFigures } from '../../../src/shared/model/jobReads';
import { engineDouble } from '../../support/builders/engine';
import { runningEnvironment } from '../../support/builders/environment';
import { jobDetail, jobOverview, noon, tasks, vertex } from '../../support/builders/flink';

const { id: job } = jobOverview();
const running = jobDetail({ vertices: [vertex({ id: 'a' }), vertex({ id: 'b', tasks: tasks({ SCHEDULED: 1 }) })] });

function setup(): {
  readonly graph: JobGraph;
  /** What is read now, by path. */
  readonly read: () => readonly string[];
  readonly detail: Store<Resource<JobDetail>>;
  readonly figures: Store<Resource<VertexFigures>>;
  readonly double: ReturnType<typeof engineDouble>;
  readonly revealed: (readonly unknown[])[];
  readonly shown: readonly string[];
  readonly flames: readonly (readonly string[])[];
} {
  vi.useFakeTimers();
  const double = engineDouble({}, runningEnvironment());
  const held: string[] = [];
  const detail = new Store<Resource<JobDetail>>(idle);
  const figures = new Store<Resource<VertexFigures>>(idle);
  const hold = (name: string): { dispose(): void } => {
    held.push(name);
    return { dispose: () => void held.splice(held.indexOf(name), 1) };
  };
  const engine: Pick<Engine, 'cluster' | 'jobs' | 'environment' | 'timelines'> = {
    ...double.engine,
    cluster: { ...double.engine.cluster, watchJob: (id) => ({ state: detail, ...hold(`job ${id}`) }) },
    jobs: Object.assign(Object.create(double.engine.jobs) as Engine['jobs'], {
      vertexFigures: (_job: string, id: string) => ({ state: figures, ...hold(`figures ${id}`) }),
    }),
  };
  const revealed: (readonly unknown[])[] = [];
  const shown: string[] = [];
  const flames: (readonly string[])[] = [];
  const graph = new JobGraph({
    job,
    name: 'Click Event Count',
    engine,
    reveal: (...args) => {
      revealed.push(args);
      return Promise.resolve(true);
    },
    showFlames: (...args) => void flames.push(args),
    openTimeline: () => undefined,
    onJob: (next) => shown.push(next),
  });
  return { graph, read: () => [...held, ...double.leases].sort(), detail, figures, double, revealed, shown, flames };
}

const tick = (): Promise<unknown> => vi.advanceTimersByTimeAsync(100);

afterEach(() => {
  vi.useRealTimers();
});

describe('what is behind a job graph', () => {
  it('reads while the panel can be seen, and the figures of vertices that run', async () => {
    const { graph, read, detail } = setup();
    expect(read()).toEqual([]);
    graph.setVisible(true);
    detail.set(succeeded(running, noon));
    await tick();
    expect(read()).toEqual(['figures a', `job ${job}`, 'jobs']);
    graph.setVisible(false);
    expect(read()).toEqual([]);
    expect(graph.state.value.vertices).toHaveLength(2);
  });

  it('ends the reading of figures when a vertex stops running, and with the job', async () => {
    const { graph, read, detail } = setup();
    graph.setVisible(true);
    detail.set(succeeded(running, noon));
    await tick();
    detail.set(succeeded({ ...running, state: 'FINISHED' }, noon));
    await tick();
    expect(read()).toEqual([`job ${job}`, 'jobs']);
  });

  it('shows the threads of a vertex that it has, and of none that the page makes up', async () => {
    const { graph, detail, flames } = setup();
    graph.setVisible(true);
    detail.set(succeeded(running, noon));
    await tick();
    await graph.host.showFlames('b');
    await graph.host.showFlames('../x');
    expect(flames).toEqual([[job, 'b']]);
  });

  it('gives everything back at its end', async () => {
    const { graph, read, detail } = setup();
    graph.setVisible(true);
    detail.set(succeeded(running, noon));
    await tick();
    graph.dispose();
    expect(read()).toEqual([]);
  });

  it('tells the page once of answers that come together, and not of those that bring nothing new', async () => {
    const { graph, detail, figures } = setup();
    graph.setVisible(true);
    detail.set(succeeded(running, noon));
    await tick();
    let told = 0;
    graph.state.onDidChange(() => (told += 1));
    figures.set(succeeded({ lowWatermark: noon }, noon));
    detail.set(succeeded({ ...running }, noon + 2000));
    figures.set(succeeded({ lowWatermark: noon }, noon + 1));
    await tick();
    expect(told).toBe(1);
    detail.set(succeeded({ ...running }, noon + 4000));
    await tick();
    expect(told).toBe(1);
  });

  it('reveals only vertices of its job', async () => {
    const { graph, detail, revealed } = setup();
    graph.setVisible(true);
    detail.set(succeeded(running, noon));
    await tick();
    expect(await graph.host.reveal('a', true)).toBe(true);
    expect(await graph.host.reveal('x', true)).toBe(false);
    expect(await graph.host.reveal({ toString: () => 'a' } as unknown as string, true)).toBe(false);
    expect(revealed).toEqual([[job, 'a', true]]);
  });

  it('shows the job that goes on in place of the one that is over', async () => {
    const { graph, read, detail, double, shown } = setup();
    graph.setVisible(true);
    detail.set(succeeded({ ...running, state: 'FINISHED' }, noon));
    double.cluster.set({ ...double.cluster.value, jobs: succeeded([jobOverview({ id: 'next' })], noon) });
    await tick();
    expect(graph.state.value.successor).toBe('next');
    await graph.host.follow();
    expect(shown).toEqual(['next']);
    expect(read()).toEqual(['job next', 'jobs']);
  });
});
