import type { Watch } from '../engineApi';
import { LeaseCount } from '../state/lease';
import type { Poller } from '../state/poller';
import { idle, loading, type Resource } from '../state/resource';
import { Store } from '../state/store';
import type { Disposable } from '../util/disposable';
import { Emitter } from '../util/emitter';
import { attempt, type OutcomeJudge } from './outcome';

export interface DetailWatchesOptions<C, T> {
  /** What is read, for the log: "job 694d…". */
  readonly what: (key: string) => string;
  /** Makes what reads one key for as long as somebody watches it, so that it can remember what it read before. */
  readonly reader: (key: string) => (client: C, signal: AbortSignal) => Promise<T>;
  /** `known` tells what was read last. */
  readonly createPoller: (poll: (signal: AbortSignal) => Promise<void>, known: () => Resource<T>) => Poller;
  readonly judge: OutcomeJudge;
}

interface Watched<T> {
  readonly state: Store<Resource<T>>;
  readonly poller: Poller;
  readonly leases: LeaseCount;
}

/** A detail that was just read, for whomever. */
export interface DetailRead<T> {
  readonly key: string;
  readonly value: T;
}

/** Details of things that have an id (jobs, TaskManagers), each polled while somebody holds a watch on it. */
export class DetailWatches<C, T> implements Disposable {
  readonly #watched = new Map<string, Watched<T>>();
  readonly #reads = new Emitter<DetailRead<T>>();
  /** Fires after each answer, also one that says nothing new. */
  readonly onRead = this.#reads.event;
  #client: C | undefined;

  constructor(private readonly options: DetailWatchesOptions<C, T>) {}

  /** Shared by all who watch the same; the last one who disposes it ends the reading. */
  watch(key: string): Watch<T> {
    const watched = this.#watched.get(key) ?? this.#add(key);
    const lease = watched.leases.take();
    return { state: watched.state, dispose: () => lease.dispose() };
  }

  /** How many things are watched now. */
  get size(): number {
    return this.#watched.size;
  }

  poke(): void {
    for (const { poller } of this.#watched.values()) poller.poke();
  }

  /** Asks another server from now on, or none; what the one before said is forgotten. */
  connect(client: C | undefined): void {
    this.#client = client;
    for (const { poller, state } of this.#watched.values()) {
      poller.stop();
      state.set(idle);
      if (client !== undefined) poller.start();
    }
  }

  dispose(): void {
    for (const { poller, state } of this.#watched.values()) {
      poller.dispose();
      state.dispose();
    }
    this.#watched.clear();
    this.#reads.dispose();
    this.#client = undefined;
  }

  #add(key: string): Watched<T> {
    const state = new Store<Resource<T>>(idle);
    const read = this.options.reader(key);
    const poller = this.options.createPoller(
      (signal) => this.#poll(key, read, state, signal),
      () => state.value,
    );
    const leases = new LeaseCount(() => {
      if (leases.isHeld) {
        if (this.#client !== undefined) poller.start();
        return;
      }
      poller.dispose();
      state.dispose();
      this.#watched.delete(key);
    });
    const watched = { state, poller, leases };
    this.#watched.set(key, watched);
    return watched;
  }

  async #poll(
    key: string,
    read: (client: C, signal: AbortSignal) => Promise<T>,
    state: Store<Resource<T>>,
    signal: AbortSignal,
  ): Promise<void> {
    const client = this.#client;
    if (client === undefined) return;
    if (state.value.state === 'idle') state.set(loading(state.value));
    const outcome = await attempt(true, () => read(client, signal));
    if (signal.aborted) return;
    state.set(this.options.judge.judge(this.options.what(key), state.value, outcome));
    if (outcome !== undefined && 'value' in outcome) this.#reads.fire({ key, value: outcome.value });
    if (outcome !== undefined && 'error' in outcome) throw outcome.error;
  }
}
