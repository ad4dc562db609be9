import type { ConsumerGroupInfo, CoursePoint, TopicInfo } from '../../shared/model/kafka';
import type { GroupsWatch, TopicsMonitor } from '../engineApi';
import { LeaseCount } from '../state/lease';
import { Poller } from '../state/poller';
import { failed, idle, loading, succeeded, type Resource } from '../state/resource';
import { Store, type ReadableStore } from '../state/store';
import { systemClock, type Clock } from '../util/clock';
import { DisposableStore, type Disposable } from '../util/disposable';
import { isAbort, messageOf } from '../util/errors';
import type { Logger } from '../util/logger';
import type { KafkaPort } from './kafkaPort';
import { OffsetRates } from './offsetRates';
import { TopicCourses } from './topicCourses';

export interface PollingTopicsMonitorOptions {
  /** Where Kafka is; `undefined` while there is none. */
  readonly brokers: ReadableStore<readonly string[] | undefined>;
  readonly kafka: Pick<KafkaPort, 'describeTopics' | 'groups'>;
  readonly intervalMs: () => number;
  readonly logger: Logger;
  readonly clock?: Clock;
}

/** Asks Kafka for its topics while somebody holds a lease and there are brokers to ask. */
export class PollingTopicsMonitor implements TopicsMonitor {
  readonly #owned = new DisposableStore();
  readonly #store = this.#owned.add(new Store<Resource<readonly TopicInfo[]>>(idle));
  readonly #leases = new LeaseCount(() => this.#startOrStop());
  readonly #poller: Poller;
  readonly #groups = new Set<Poller>();
  readonly #rates = new OffsetRates();
  readonly #courses = new TopicCourses();
  readonly #clock: Clock;
  #asked: string | undefined;

  constructor(private readonly options: PollingTopicsMonitorOptions) {
    this.#clock = options.clock ?? systemClock;
    this.#poller = this.#owned.add(
      new Poller({
        poll: (signal) => this.#poll(signal),
        intervalMs: options.intervalMs,
        clock: this.#clock,
      }),
    );
    this.#owned.add(options.brokers.onDidChange(() => this.#startOrStop()));
  }

  get state(): ReadableStore<Resource<readonly TopicInfo[]>> {
    return this.#store;
  }

  watch(): Disposable {
    return this.#leases.take();
  }

  watchGroups(): GroupsWatch {
    const owned = new DisposableStore();
    const state = owned.add(new Store<Resource<readonly ConsumerGroupInfo[]>>(idle));
    const poller = owned.add(
      new Poller({
        poll: (signal) => this.#read(state, signal, (brokers) => this.options.kafka.groups(brokers, signal)),
        intervalMs: this.options.intervalMs,
        clock: this.#clock,
      }),
    );
    this.#groups.add(poller);
    owned.add({ dispose: () => this.#groups.delete(poller) });
    if (!this.#owned.isDisposed) poller.start();
    return { state, dispose: () => owned.dispose() };
  }

  course(topic: string): readonly CoursePoint[] {
    return this.#courses.of(topic);
  }

  poke(): void {
    this.#poller.poke();
    for (const poller of this.#groups) poller.poke();
  }

  dispose(): void {
    for (const poller of this.#groups) poller.stop();
    this.#owned.dispose();
  }

  /** Called when a lease or the brokers changed; topics of other brokers are forgotten. */
  #startOrStop(): void {
    if (this.#owned.isDisposed) return;
    const brokers = this.options.brokers.value;
    const asked = brokers?.join(',');
    if (asked !== this.#asked) {
      this.#asked = asked;
      this.#poller.stop();
      this.#rates.clear();
      this.#courses.clear();
      this.#store.set(idle);
    }
    if (brokers !== undefined && this.#leases.isHeld) this.#poller.start();
    else this.#poller.stop();
  }

  #poll(signal: AbortSignal): Promise<void> {
    return this.#read(this.#store, signal, async (brokers) => {
      const topics = await this.options.kafka.describeTopics(brokers, signal);
      const now = this.#clock.now();
      this.#courses.note(topics, now);
      return this.#rates.note(topics, now);
    });
  }

  async #read<T>(
    store: Store<Resource<T>>,
    signal: AbortSignal,
    ask: (brokers: readonly string[]) => Promise<T>,
  ): Promise<void> {
    const brokers = this.options.brokers.value;
    if (brokers === undefined) {
      store.set(idle);
      return;
    }
    store.update(loading);
    try {
      const value = await ask(brokers);
      if (!signal.aborted) store.set(succeeded(value, this.#clock.now()));
    } catch (error) {
      if (signal.aborted || isAbort(error)) throw error;
      this.options.logger.debug(`Kafka was not read: ${messageOf(error)}`);
      const failure = error instanceof Error ? error : new Error(messageOf(error));
      store.update((previous) => failed(previous, failure));
      throw error;
    }
  }
}
