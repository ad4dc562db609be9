import type { TopicInfo } from '../../shared/model/kafka';
import type { TopicsMonitor } from '../engineApi';
import { LeaseCount } from '../state/lease';
import { Poller } from '../state/poller';
import { failed, idle, loading, succeeded, type Resource } from '../state/resource';
import { Store, type ReadableStore } from '../state/store';
import { systemClock, type Clock } from '../util/clock';
import { DisposableStore, type Disposable } from '../util/disposable';
import { isAbort, messageOf } from '../util/errors';
import type { Logger } from '../util/logger';
import type { KafkaPort } from './kafkaPort';

export interface PollingTopicsMonitorOptions {
  /** Where Kafka is; `undefined` while there is none. */
  readonly brokers: ReadableStore<readonly string[] | undefined>;
  readonly kafka: Pick<KafkaPort, 'describeTopics'>;
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

  poke(): void {
    this.#poller.poke();
  }

  dispose(): void {
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
      this.#store.set(idle);
    }
    if (brokers !== undefined && this.#leases.isHeld) this.#poller.start();
    else this.#poller.stop();
  }

  async #poll(signal: AbortSignal): Promise<void> {
    const brokers = this.options.brokers.value;
    if (brokers === undefined) return;
    this.#store.update(loading);
    try {
      const topics = await this.options.kafka.describeTopics(brokers, signal);
      if (!signal.aborted) this.#store.set(succeeded(topics, this.#clock.now()));
    } catch (error) {
      if (signal.aborted || isAbort(error)) throw error;
      this.options.logger.debug(`Topics were not read: ${messageOf(error)}`);
      const failure = error instanceof Error ? error : new Error(messageOf(error));
      this.#store.update((previous) => failed(previous, failure));
      throw error;
    }
  }
}
