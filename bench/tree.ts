import { once } from 'node:events';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Worker } from 'node:worker_threads';
import type { Engine } from '../src/core/engineApi';
import { nodeId } from '../src/core/trees/nodeIds';
import { DisposableStore } from '../src/core/util/disposable';
import { JobGraph } from '../src/panels/jobGraph';
import { MetricsPanel } from '../src/panels/metricsPanel';
import { clusterDescription } from '../src/providers/clusterDescription';
import { jobsDescription } from '../src/providers/jobsDescription';
import { FakeClock, settled } from '../test/support/builders/fakeClock';
import { engineOverFlink, type EngineOverFlink } from '../test/support/engineOverFlink';
import { OpenView } from '../test/support/openView';
import { idOf, LargeCluster, largestSize, type ClusterSize } from './largeCluster/largeCluster';
import type { ServeOptions } from './largeCluster/serve';
import { alone, median, type Figure } from './measure';

const tickMs = 2000;
const begunAt = Date.UTC(2026, 0, 1);
const wideJob = nodeId(['job', idOf(0)]);
const wideVertex = nodeId(['job', idOf(0)], ['vertex', idOf(1)]);
const plainJob = nodeId(['job', idOf(1)]);

const update = { rounds: 5, warmUp: 20, ticks: 30, limitMs: 16 } as const;
const calls = { jobs: [10, 100, 500], ticks: 5 } as const;
const hour = { ticks: 1800, everyTicks: 150, largestRatio: 1.1 } as const;

/** The two views of the extension that show a cluster, over a simulated one. */
class Views {
  readonly owned = new DisposableStore();
  readonly jobs: OpenView;
  readonly cluster: OpenView;
  readonly #over: EngineOverFlink;

  constructor(options: Parameters<typeof engineOverFlink>[0]) {
    this.#over = engineOverFlink(options);
    this.owned.add(this.#over);
    const { engine } = this.#over;
    this.jobs = this.owned.add(new OpenView(engine, jobsDescription('en')));
    this.cluster = this.owned.add(new OpenView(engine, clusterDescription('en')));
  }

  get engine(): Engine {
    return this.#over.engine;
  }

  get calls(): number {
    return this.#over.calls;
  }

  idle(): Promise<void> {
    return this.#over.idle();
  }

  /** The graph of the plain job and the metrics panel, both in sight. */
  openPanels(): void {
    const { engine } = this;
    const nothing = (): void => undefined;
    const done = (): Promise<void> => Promise.resolve();
    const graph = new JobGraph({
      job: idOf(1),
      name: '',
      engine,
      reveal: () => Promise.resolve(false),
      showFlames: nothing,
      openTimeline: nothing,
      onJob: nothing,
    });
    const metrics = new MetricsPanel({
      engine,
      locale: 'en',
      timeZone: () => 'utc',
      pin: done,
      save: done,
      onFailure: nothing,
    });
    for (const panel of [graph, metrics]) {
      this.owned.add(panel);
      panel.setVisible(true);
    }
  }
}

/**
 * One tick of the largest cluster with both views visible: 500 jobs, of which one with 30 vertices and one with a vertex of
 * nearly 2,000 subtasks are open, 1,000 TaskManagers, ten pinned metrics; every figure has changed. Timed is all work on the
 * host's thread from the text of the answers to the changed tree: parsing and checking them, rates, stores, the description of
 * nodes, finding what changed. Not timed: reading from the socket, and what VS Code does with changed nodes. TaskManagers and
 * subtasks are so many that the product reads them every third and fifth tick: the median is that of all ticks, and the longest
 * is told beside it.
 */
export async function treeUpdate(): Promise<readonly Figure[]> {
  const clock = new FakeClock(begunAt);
  const simulated = new LargeCluster(largestSize, begunAt);
  const asked: { readonly path: string; readonly give: (value: unknown) => void }[] = [];
  const views = new Views({
    clock,
    answer: (path) => new Promise((give) => asked.push({ path, give })),
  });
  const tick = async (): Promise<number> => {
    await clock.advance(tickMs);
    let spent = 0;
    while (asked.length > 0) {
      const answers = asked
        .splice(0)
        .map(({ path, give }) => ({ text: simulated.answer(path, clock.now()) ?? '', give }));
      for (const { text, give } of answers) {
        const began = performance.now();
        give(JSON.parse(text));
        await settled();
        spent += performance.now() - began;
      }
    }
    return spent;
  };
  try {
    await tick();
    await open(views, tick);
    const medians: number[] = [];
    const longest: number[] = [];
    for (let round = 0; round < update.rounds; round += 1) {
      for (let index = 0; index < update.warmUp; index += 1) await tick();
      const spent: number[] = [];
      for (let index = 0; index < update.ticks; index += 1) spent.push(await tick());
      medians.push(median(spent));
      longest.push(Math.max(...spent));
    }
    return [
      alone('tree.update', 'ms', 'what was asked for', medians, update.limitMs),
      alone('tree.update.longest', 'ms', 'the tick of thirty in which most is read', longest),
    ];
  } finally {
    views.owned.dispose();
  }
}

/** Opens in the Jobs view what a person may have open, and pins metrics. */
async function open({ jobs, engine }: Views, tick: () => Promise<unknown>): Promise<void> {
  for (const job of [wideJob, plainJob]) jobs.open(job);
  await tick();
  for (const job of [wideJob, plainJob]) jobs.open(`${job}/${nodeId(['group', 'vertices'])}`);
  jobs.open(wideVertex);
  const target = { kind: 'job', job: jobs.node(plainJob).label } as const;
  engine.metrics.setPins(Array.from({ length: 10 }, (_, index) => ({ target, name: `metric-${index}` })));
  await tick();
}

/**
 * REST calls a tick with both views visible and all jobs closed, by real HTTP: with few jobs and with many, first all of them
 * well and then all waiting for slots. What is asked for is that it is the same.
 */
export async function treeCalls(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const waiting of [false, true]) {
    const counts: number[] = [];
    for (const jobs of calls.jobs) counts.push(await callsPerTick({ ...largestSize, jobs }, waiting));
    const [few = Number.NaN] = counts;
    const most = Math.max(...counts);
    figures.push({
      name: waiting ? 'tree.calls.waiting' : 'tree.calls',
      ours: most,
      theirs: few,
      baseline: `with ${calls.jobs[0]} jobs; with ${calls.jobs.join(', ')}: ${counts.join(', ')}`,
      unit: 'calls a tick',
      ratio: most / few,
      limit: 1,
    });
  }
  return figures;
}

function callsPerTick(size: ClusterSize, waiting: boolean): Promise<number> {
  const clock = new FakeClock(begunAt);
  return withServer({ size, begunAt, waiting, faulty: false }, async ({ baseUrl, setTime }) => {
    const views = new Views({ clock, baseUrl });
    const tick = async (): Promise<void> => {
      await clock.advance(tickMs);
      setTime(clock.now());
      await views.idle();
    };
    try {
      // What is read because something is new is read once.
      for (let index = 0; index < calls.ticks; index += 1) await tick();
      const before = views.calls;
      for (let index = 0; index < calls.ticks; index += 1) await tick();
      return (views.calls - before) / calls.ticks;
    } finally {
      views.owned.dispose();
    }
  });
}

/**
 * The heap after a forced collection over an hour of ticks by a fake clock, against a server that fails or delays one answer in
 * twenty, with the same nodes open as in `tree.update` and a job graph and the metrics panel beside them. The largest over the
 * smallest, the first five minutes left out.
 */
export function heapHour(): Promise<readonly Figure[]> {
  const clock = new FakeClock(begunAt);
  const options = { size: largestSize, begunAt, waiting: false, faulty: true };
  return withServer(options, async ({ baseUrl, setTime }) => {
    const views = new Views({ clock, baseUrl });
    const tick = async (): Promise<void> => {
      await clock.advance(tickMs);
      setTime(clock.now());
      await views.idle();
    };
    try {
      await tick();
      await open(views, tick);
      views.openPanels();
      const megabytes: number[] = [];
      for (let index = 1; index <= hour.ticks; index += 1) {
        await tick();
        if (index % hour.everyTicks === 0) megabytes.push(heapMegabytes());
      }
      const [least, most] = [Math.min(...megabytes), Math.max(...megabytes)];
      return [
        {
          name: 'heap.hour',
          ours: Number(most.toPrecision(4)),
          theirs: Number(least.toPrecision(4)),
          baseline: `the least; every five minutes: ${megabytes.map((each) => each.toFixed(1)).join(' ')}`,
          unit: 'MB',
          ratio: Number((most / least).toPrecision(4)),
          limit: hour.largestRatio,
        },
      ];
    } finally {
      views.owned.dispose();
    }
  });
}

function heapMegabytes(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('The heap cannot be collected on demand.');
  for (let round = 0; round < 3; round += 1) collect();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

interface SimulatedServer {
  readonly baseUrl: string;
  readonly setTime: (now: number) => void;
}

/** A server in a thread of its own, so that neither its work nor its memory counts. */
async function withServer<T>(options: ServeOptions, use: (server: SimulatedServer) => Promise<T>): Promise<T> {
  const worker = new Worker(join(process.cwd(), '.cache', 'bundles', 'bench-large-cluster.js'), {
    workerData: options,
  });
  try {
    const [port] = (await once(worker, 'message', { signal: AbortSignal.timeout(20_000) })) as [number];
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin.
    const setTime = (now: number): void => worker.postMessage(now);
    return await use({ baseUrl: `http://127.0.0.1:${port}`, setTime });
  } finally {
    await worker.terminate();
  }
}
