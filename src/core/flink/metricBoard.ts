import {
  pinKey,
  targetKey,
  type MetricReading,
  type MetricSample,
  type MetricTarget,
  type PinnedMetric,
} from '../../shared/model/metrics';
import { endedJobStates, type JobOverview } from '../../shared/model/flink';
import type { MetricValue } from '../../shared/model/jobReads';
import { Poller } from '../state/poller';
import { Store, type ReadableStore } from '../state/store';
import { systemClock, type Clock } from '../util/clock';
import { DisposableStore, toDisposable, type Disposable } from '../util/disposable';
import { messageOf, PlaygroundError } from '../util/errors';
import type { Logger } from '../util/logger';
import { readMetrics, type MetricScope, type ReadingClient } from './jobReads';

/** An hour at the usual interval. */
export const mostSamples = 1800;
/** More than a person can look at, and each costs a part of a call. */
const mostPins = 100;

export interface MetricBoardOptions {
  readonly client: ReadableStore<ReadingClient | undefined>;
  /** What is known of the jobs now; read as long as the lease on them is held. */
  readonly jobs: () => readonly JobOverview[];
  readonly watchJobs: () => Disposable;
  /** Flink's id of an instance of ours. */
  readonly flinkIdOf: (instance: string) => string | undefined;
  readonly intervalMs: () => number;
  readonly logger: Logger;
  readonly clock?: Clock;
  readonly random?: () => number;
}

/**
 * The metrics that a person has pinned: one call an interval for each job, vertex or machine that has some, while somebody
 * looks at it. What was read is kept for an hour, also while nobody looks.
 */
export class MetricBoard implements Disposable {
  readonly pins = new Store<readonly PinnedMetric[]>([]);
  /** By `pinKey`, in the order of the pins. */
  readonly readings = new Store<ReadonlyMap<string, MetricReading>>(new Map());
  readonly #owned = new DisposableStore();
  readonly #clock: Clock;
  readonly #poller: Poller;
  readonly #held = new Set<{ readonly isWanted: (target: MetricTarget) => boolean }>();
  #jobs: Disposable | undefined;
  #running = false;

  constructor(private readonly options: MetricBoardOptions) {
    const { client, intervalMs, random } = options;
    this.#clock = options.clock ?? systemClock;
    this.#poller = this.#owned.add(
      new Poller({
        poll: (signal) => this.#poll(signal),
        intervalMs,
        clock: this.#clock,
        ...(random === undefined ? {} : { random }),
      }),
    );
    this.#owned.add(client.onDidChange(() => this.#rearm(true)));
    this.#owned.add({ dispose: () => this.#jobs?.dispose() });
  }

  /** Replaces the pins; what was read of those that stay is kept. */
  setPins(pins: readonly PinnedMetric[]): void {
    const unique = new Map(pins.slice(0, mostPins).map((pin) => [pinKey(pin), pin]));
    const known = this.readings.value;
    this.readings.set(
      new Map(
        Array.from(unique, ([key, pin]) => [key, known.get(key) ?? { pin, state: 'waiting' as const, samples: [] }]),
      ),
    );
    this.pins.set(Array.from(unique.values()));
    this.#rearm(false);
  }

  /** Reads what is pinned of some targets, or of all, until it is disposed. */
  watch(isWanted: (target: MetricTarget) => boolean = () => true): Disposable {
    const lease = { isWanted };
    this.#held.add(lease);
    this.#rearm(false);
    return toDisposable(() => {
      this.#held.delete(lease);
      if (this.#wanted().length === 0) this.#rearm(false);
    });
  }

  dispose(): void {
    this.#held.clear();
    this.#owned.dispose();
    this.pins.dispose();
    this.readings.dispose();
  }

  #wanted(): readonly PinnedMetric[] {
    return this.pins.value.filter(({ target }) => Array.from(this.#held).some(({ isWanted }) => isWanted(target)));
  }

  /** Brings the reading in line with what is wanted now; what has come to it is read at once. */
  #rearm(anew: boolean): void {
    const wanted = this.options.client.value !== undefined && this.#wanted().length > 0;
    if (anew || !wanted) this.#poller.stop();
    if (wanted) this.#jobs ??= this.options.watchJobs();
    else {
      this.#jobs?.dispose();
      this.#jobs = undefined;
    }
    if (!wanted) this.#running = false;
    else if (this.#running && !anew) this.#poller.poke();
    else {
      this.#running = true;
      this.#poller.start();
    }
  }

  async #poll(signal: AbortSignal): Promise<void> {
    const client = this.options.client.value;
    if (client === undefined) return;
    const groups = Map.groupBy(this.#wanted(), ({ target }) => targetKey(target));
    const errors = await Promise.all(Array.from(groups.values(), (pins) => this.#readGroup(client, pins, signal)));
    const error = errors.find((each) => each !== undefined);
    if (error !== undefined && errors.every((each) => each !== undefined)) throw error;
  }

  /** The error that the read ended with, if any; it becomes the state of these metrics. */
  async #readGroup({ transport }: ReadingClient, pins: readonly PinnedMetric[], signal: AbortSignal): Promise<unknown> {
    const [first] = pins;
    const scope = first === undefined ? undefined : this.#scopeOf(first.target);
    let values: readonly MetricValue[] = [];
    let failure: unknown;
    try {
      if (scope !== undefined)
        values = await readMetrics(
          transport,
          scope,
          pins.map(({ name }) => name),
          signal,
        );
    } catch (error) {
      // A machine that is gone is no failure of the look.
      if (!PlaygroundError.is(error, 'notFound')) failure = error;
    }
    if (signal.aborted) return failure;
    if (failure !== undefined) this.options.logger.debug(`Pinned metrics were not read: ${messageOf(failure)}`);
    this.#take(pins, new Map(values.map(({ id, value }) => [id, value])), failure !== undefined);
    return failure;
  }

  #take(pins: readonly PinnedMetric[], values: ReadonlyMap<string, string>, failed: boolean): void {
    const readings = new Map(this.readings.value);
    const readAt = this.#clock.now();
    for (const pin of pins) {
      const key = pinKey(pin);
      const before = readings.get(key);
      if (before === undefined) continue;
      const value = values.get(pin.name);
      if (failed) readings.set(key, { ...before, state: before.state === 'waiting' ? 'waiting' : 'stale' });
      else if (value === undefined) readings.set(key, { pin, state: 'missing', readAt, samples: before.samples });
      else readings.set(key, { pin, state: 'read', value, readAt, samples: withSample(before.samples, readAt, value) });
    }
    this.readings.set(readings);
  }

  #scopeOf(target: MetricTarget): MetricScope | undefined {
    if (target.kind === 'jobmanager') return target;
    if (target.kind === 'taskmanager') {
      return { kind: 'taskmanager', taskManagerId: this.options.flinkIdOf(target.instance) ?? target.instance };
    }
    const jobId = newestOf(this.options.jobs(), target.job);
    if (jobId === undefined) return undefined;
    return target.kind === 'job' ? { kind: 'job', jobId } : { kind: 'vertex', jobId, vertexId: target.vertexId };
  }
}

/** The job of that name that runs, else nothing: Flink has no metrics of one that has ended. */
function newestOf(jobs: readonly JobOverview[], name: string): string | undefined {
  return jobs
    .filter((job) => job.name === name && !endedJobStates.has(job.state))
    .toSorted((a, b) => b.startTime - a.startTime)[0]?.id;
}

function withSample(samples: readonly MetricSample[], at: number, text: string): readonly MetricSample[] {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) return samples;
  return [...samples.slice(-(mostSamples - 1)), { at, value }];
}
