import type { Engine, Watch } from '../core/engineApi';
import { Throttle } from '../core/kafka/throttle';
import { idle, valueOf } from '../core/state/resource';
import { sameValue } from '../core/state/sameValue';
import { Store } from '../core/state/store';
import { DisposableStore, type Disposable } from '../core/util/disposable';
import type { JobDetail } from '../shared/model/flink';
import { endedJobStates } from '../shared/model/flink';
import type { VertexFigures } from '../shared/model/jobReads';
import type { JobGraphHost, JobGraphState } from '../shared/protocol/jobGraph';
import { describeGraph, jobGraphStrings } from './jobGraphState';
import { WhileSeen } from './whileSeen';

/** The answers of one refresh come one by one; the page is told of them together. */
const updateMs = 100;

export interface JobGraphOptions {
  readonly job: string;
  /** The job's name as far as it is known before it was read. */
  readonly name: string;
  readonly engine: Pick<Engine, 'cluster' | 'jobs' | 'environment' | 'timelines'>;
  /** Shows a vertex in the Jobs view; false when it is not there. */
  readonly reveal: (job: string, vertex: string, show: boolean) => Promise<boolean>;
  /** Shows what the threads of a vertex are doing, without waiting for it. */
  readonly showFlames: (job: string, vertex: string) => void;
  /** Shows a job's past as a document, without waiting for it. */
  readonly openTimeline: (job: string) => void;
  /** Told when the panel shows another job. */
  readonly onJob: (job: string) => void;
}

/**
 * What is behind one graph panel: reads the job, and the figures of its vertices while it runs, as long as the panel can be
 * seen. Every argument of the page is checked, because it shows hostile input.
 */
export class JobGraph implements Disposable {
  readonly state: Store<JobGraphState>;
  /** What the page can call. Arguments are typed as they come, whatever the protocol promises. */
  readonly host: Omit<JobGraphHost, 'reportError'> = {
    ready: () => Promise.resolve({ state: this.state.value, strings: jobGraphStrings() }),
    reveal: async (vertex: unknown, show: unknown) => {
      const known = this.state.value.vertices.some(({ id }) => id === vertex);
      return typeof vertex === 'string' && known && this.options.reveal(this.#job, vertex, show === true);
    },
    showFlames: (vertex: unknown) => {
      const known = this.state.value.vertices.find(({ id }) => id === vertex);
      if (known !== undefined) this.options.showFlames(this.#job, known.id);
      return Promise.resolve();
    },
    openTimeline: () => {
      this.options.openTimeline(this.#job);
      return Promise.resolve();
    },
    follow: () => {
      const { successor } = this.state.value;
      if (successor !== undefined) this.#show(successor);
      return Promise.resolve();
    },
  };
  readonly #owned = new DisposableStore();
  readonly #throttle: Throttle;
  readonly #figures = new Map<string, { readonly watch: Watch<VertexFigures>; readonly listener: Disposable }>();
  #job: string;
  #name: string;
  #detail: Watch<JobDetail> | undefined;
  readonly #reading = new WhileSeen((reading) => this.#begin(reading));

  constructor(private readonly options: JobGraphOptions) {
    this.#job = options.job;
    this.#name = options.name;
    this.state = this.#owned.add(new Store<JobGraphState>(this.#describe(), sameValue));
    this.#throttle = this.#owned.add(new Throttle(updateMs, () => this.#update()));
    this.#owned.add(this.#reading);
  }

  /** A panel that cannot be seen reads nothing, and keeps what it showed last. */
  setVisible(visible: boolean): void {
    this.#reading.setVisible(visible);
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #begin(reading: DisposableStore): void {
    const { cluster, environment, timelines } = this.options.engine;
    reading.add({
      dispose: () => {
        this.#followFigures([]);
        this.#detail = undefined;
      },
    });
    const detail = reading.add(cluster.watchJob(this.#job));
    this.#detail = detail;
    reading.add(cluster.watch(['jobs']));
    reading.add(detail.state.onDidChange(() => this.#throttle.poke()));
    reading.add(cluster.state.onDidChange(() => this.#throttle.poke()));
    reading.add(environment.snapshot.onDidChange(() => this.#throttle.poke()));
    reading.add(timelines.onDidChange(() => this.#throttle.poke()));
    this.#throttle.poke();
  }

  #show(job: string): void {
    this.#reading.restart(() => {
      this.#job = job;
      this.options.onJob(job);
    });
    this.#update();
  }

  #update(): void {
    if (this.#detail === undefined) return;
    const detail = valueOf(this.#detail.state.value);
    if (detail !== undefined) this.#name = detail.name;
    const runs = detail !== undefined && !endedJobStates.has(detail.state);
    this.#followFigures(runs ? detail.vertices.filter(({ tasks }) => tasks.RUNNING > 0).map(({ id }) => id) : []);
    this.state.set(this.#describe());
  }

  /** Reads the figures of exactly these vertices. */
  #followFigures(vertices: readonly string[]): void {
    const wanted = new Set(vertices);
    for (const [id, { watch, listener }] of this.#figures) {
      if (wanted.has(id)) continue;
      listener.dispose();
      watch.dispose();
      this.#figures.delete(id);
    }
    for (const id of wanted) {
      if (this.#figures.has(id)) continue;
      const watch = this.options.engine.jobs.vertexFigures(this.#job, id);
      this.#figures.set(id, { watch, listener: watch.state.onDidChange(() => this.#throttle.poke()) });
    }
  }

  #describe(): JobGraphState {
    const { cluster, environment, timelines } = this.options.engine;
    return describeGraph({
      job: this.#job,
      up: environment.snapshot.value.endpoints !== undefined,
      detail: this.#detail?.state.value ?? idle,
      figures: new Map(Array.from(this.#figures, ([id, { watch }]) => [id, watch.state.value])),
      jobs: cluster.state.value.jobs,
      timeline: timelines.of(this.#job),
      lastName: this.#name,
    });
  }
}
