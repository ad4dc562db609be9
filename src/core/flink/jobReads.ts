import type { FlameGraph, FlameType } from '../../shared/model/flameGraph';
import type { Subtask } from '../../shared/model/flink';
import type {
  CheckpointConfiguration,
  CheckpointHistory,
  ExceptionHistory,
  MetricValue,
  SubtaskWatermark,
  VertexFigures,
} from '../../shared/model/jobReads';
import type { Watch } from '../engineApi';
import { Poller } from '../state/poller';
import { valueOf } from '../state/resource';
import type { ReadableStore } from '../state/store';
import { systemClock, type Clock } from '../util/clock';
import { DisposableStore, type Disposable } from '../util/disposable';
import { Emitter } from '../util/emitter';
import type { Logger } from '../util/logger';
import {
  decodeCheckpointConfiguration,
  decodeCheckpointHistory,
  decodeExceptions,
  decodeMetricNames,
  decodeMetricValues,
  decodeSubtasks,
  decodeWatermarks,
} from './decode/jobReads';
import { decodeFlameGraph } from './decode/flameGraph';
import { decodeVertexFigures, figureMetrics } from './decode/vertexFigures';
import { CounterRates, withSubtaskRates } from './counterRates';
import { DetailWatches, type DetailRead } from './detailWatches';
import { OutcomeJudge } from './outcome';
import { patienceFor } from './patience';
import type { RestTransport } from './transport';

/** Flink's HTTP server reads request lines of at most 4096 bytes and answers longer ones with a 404 (measured). */
const maxMetricsQuery = 3000;
/** Of a job with more vertices the figures are read less often: what looking costs must not grow with the job. */
const figuresAnInterval = 10;

const flamesIntervalMs = 3000;

/** Whom the reads ask. */
export interface ReadingClient {
  readonly transport: RestTransport;
}

export interface JobReadsOptions {
  readonly client: ReadableStore<ReadingClient | undefined>;
  readonly intervalMs: () => number;
  readonly logger: Logger;
  readonly clock?: Clock;
  readonly random?: () => number;
}

/** What was just read of a job. */
export interface JobRead<T> {
  readonly jobId: string;
  readonly value: T;
}

/** The part of the REST API on which metrics hang. */
export type MetricScope =
  | { readonly kind: 'jobmanager' }
  | { readonly kind: 'taskmanager'; readonly taskManagerId: string }
  | { readonly kind: 'job'; readonly jobId: string }
  | { readonly kind: 'vertex'; readonly jobId: string; readonly vertexId: string }
  | { readonly kind: 'subtask'; readonly jobId: string; readonly vertexId: string; readonly subtask: number };

/**
 * What is read of single jobs: one read an interval however many look at it, in a tree or in a panel, and none when nobody
 * does.
 */
export class JobReads implements Disposable {
  readonly #owned = new DisposableStore();
  readonly #checkpoints: DetailWatches<ReadingClient, CheckpointHistory>;
  readonly #checkpointConfigurations: DetailWatches<ReadingClient, CheckpointConfiguration>;
  readonly #exceptions: DetailWatches<ReadingClient, ExceptionHistory>;
  readonly #subtasks: DetailWatches<ReadingClient, readonly Subtask[]>;
  readonly #watermarks: DetailWatches<ReadingClient, readonly SubtaskWatermark[]>;
  readonly #figures: DetailWatches<ReadingClient, VertexFigures>;
  readonly #flames: DetailWatches<ReadingClient, FlameGraph>;
  readonly #all: readonly { poke(): void }[];
  readonly #checkpointReads = this.#owned.add(new Emitter<JobRead<CheckpointHistory>>());
  readonly #exceptionReads = this.#owned.add(new Emitter<JobRead<ExceptionHistory>>());
  /** The checkpoints of a job were read, for whomever. */
  readonly onCheckpoints = this.#checkpointReads.event;
  /** The exceptions of a job were read, for whomever. */
  readonly onExceptions = this.#exceptionReads.event;

  constructor(options: JobReadsOptions) {
    const { client, intervalMs, random, logger } = options;
    const clock = options.clock ?? systemClock;
    const judge = new OutcomeJudge(clock, logger);
    const watched = <T>(
      what: string,
      reader: () => (answer: unknown) => T,
      everyMs = intervalMs,
    ): DetailWatches<ReadingClient, T> => {
      const watches = this.#owned.add(
        new DetailWatches<ReadingClient, T>({
          what: (path) => `${what} of ${path}`,
          reader: (path) => {
            const read = reader();
            return async ({ transport }, signal) => read(await transport.send({ method: 'GET', path }, signal));
          },
          createPoller: (poll, known) =>
            new Poller({
              poll,
              intervalMs: () => everyMs() * patienceFor(rowsOf(valueOf(known()))),
              clock,
              ...(random === undefined ? {} : { random }),
            }),
          judge,
        }),
      );
      watches.connect(client.value);
      this.#owned.add(client.onDidChange(({ next }) => watches.connect(next)));
      return watches;
    };
    this.#checkpoints = watched('checkpoints', () => decodeCheckpointHistory);
    this.#checkpointConfigurations = watched('checkpoint configuration', () => decodeCheckpointConfiguration);
    this.#exceptions = watched('exceptions', () => decodeExceptions);
    this.#subtasks = watched('subtasks', () => {
      const rates = new CounterRates();
      return (answer) => withSubtaskRates(decodeSubtasks(answer), rates, clock.now());
    });
    this.#watermarks = watched('watermarks', () => decodeWatermarks);
    this.#figures = watched(
      'figures',
      () => decodeVertexFigures,
      () => intervalMs() * Math.max(1, this.#figures.size / figuresAnInterval),
    );
    // A sample is kept for a minute, and its answer is long.
    this.#flames = watched(
      'flame graph',
      () => decodeFlameGraph,
      () => Math.max(intervalMs(), flamesIntervalMs),
    );
    this.#owned.add(this.#checkpoints.onRead((read) => this.#checkpointReads.fire(ofJob(read))));
    this.#owned.add(this.#exceptions.onRead((read) => this.#exceptionReads.fire(ofJob(read))));
    this.#all = [
      this.#checkpoints,
      this.#checkpointConfigurations,
      this.#exceptions,
      this.#subtasks,
      this.#watermarks,
      this.#figures,
      this.#flames,
    ];
  }

  /** A job that makes no checkpoints has an empty history or, before 1.20, a failed read with Flink's sentence. */
  checkpoints(jobId: string): Watch<CheckpointHistory> {
    return this.#checkpoints.watch(`${jobPath(jobId)}/checkpoints`);
  }

  checkpointConfiguration(jobId: string): Watch<CheckpointConfiguration> {
    return this.#checkpointConfigurations.watch(`${jobPath(jobId)}/checkpoints/config`);
  }

  exceptions(jobId: string): Watch<ExceptionHistory> {
    return this.#exceptions.watch(`${jobPath(jobId)}/exceptions`);
  }

  subtasks(jobId: string, vertexId: string): Watch<readonly Subtask[]> {
    return this.#subtasks.watch(vertexPath(jobId, vertexId));
  }

  watermarks(jobId: string, vertexId: string): Watch<readonly SubtaskWatermark[]> {
    return this.#watermarks.watch(`${vertexPath(jobId, vertexId)}/watermarks`);
  }

  /** One call for all subtasks of the vertex. */
  vertexFigures(jobId: string, vertexId: string): Watch<VertexFigures> {
    return this.#figures.watch(`${vertexPath(jobId, vertexId)}/subtasks/metrics?get=${figureMetrics.join()}`);
  }

  /** What the threads of a vertex are doing. Asking is what makes Flink sample them, for some seconds. */
  flameGraph(jobId: string, vertexId: string, type: FlameType): Watch<FlameGraph> {
    return this.#flames.watch(`${vertexPath(jobId, vertexId)}/flamegraph?type=${type}`);
  }

  poke(): void {
    for (const resources of this.#all) resources.poke();
  }

  dispose(): void {
    this.#owned.dispose();
  }
}

function rowsOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 1;
}

/** The failures of a job as Flink keeps them now. */
export async function readExceptions(
  transport: RestTransport,
  jobId: string,
  signal: AbortSignal,
): Promise<ExceptionHistory> {
  return decodeExceptions(await transport.send({ method: 'GET', path: `${jobPath(jobId)}/exceptions` }, signal));
}

/** The names of all metrics of a scope, sorted: hundreds for a vertex with Kafka's own. Those of a vertex begin with the subtask's index. */
export async function readMetricNames(
  transport: RestTransport,
  scope: MetricScope,
  signal: AbortSignal,
): Promise<readonly string[]> {
  return decodeMetricNames(await transport.send({ method: 'GET', path: metricsPath(scope) }, signal));
}

/** The metrics of the names that are there; others are left out. Long lists are asked for in several calls. */
export async function readMetrics(
  transport: RestTransport,
  scope: MetricScope,
  names: readonly string[],
  signal: AbortSignal,
): Promise<readonly MetricValue[]> {
  const path = metricsPath(scope);
  const answers = await Promise.all(
    metricQueries(names).map(async (query) =>
      decodeMetricValues(await transport.send({ method: 'GET', path: `${path}?get=${query}` }, signal)),
    ),
  );
  return answers.flat();
}

/** Lists for `get=`, each short enough for one request line. Commas separate names; everything else is percent-encoded. */
export function metricQueries(names: readonly string[]): readonly string[] {
  const queries: string[] = [];
  let current = '';
  for (const name of names.map((each) => encodeURIComponent(each))) {
    if (current !== '' && current.length + 1 + name.length > maxMetricsQuery) {
      queries.push(current);
      current = '';
    }
    current = current === '' ? name : `${current},${name}`;
  }
  return current === '' ? queries : [...queries, current];
}

function metricsPath(scope: MetricScope): string {
  if (scope.kind === 'jobmanager') return '/jobmanager/metrics';
  if (scope.kind === 'taskmanager') return `/taskmanagers/${encodeURIComponent(scope.taskManagerId)}/metrics`;
  if (scope.kind === 'job') return `${jobPath(scope.jobId)}/metrics`;
  const vertex = vertexPath(scope.jobId, scope.vertexId);
  return scope.kind === 'vertex' ? `${vertex}/metrics` : `${vertex}/subtasks/${scope.subtask}/metrics`;
}

/** What was read from a path below that of a job. */
function ofJob<T>({ key, value }: DetailRead<T>): JobRead<T> {
  return { jobId: decodeURIComponent(key.split('/')[2] ?? ''), value };
}

function jobPath(jobId: string): string {
  return `/jobs/${encodeURIComponent(jobId)}`;
}

function vertexPath(jobId: string, vertexId: string): string {
  return `${jobPath(jobId)}/vertices/${encodeURIComponent(vertexId)}`;
}
