import * as l10n from '@vscode/l10n';
import type { Engine } from '../core/engineApi';
import type { TailSession, TailStart } from '../core/kafka/kafkaPort';
import { Store } from '../core/state/store';
import { DisposableStore, type Disposable } from '../core/util/disposable';
import { messageOf } from '../core/util/errors';
import type { TopicInfo } from '../shared/model/kafka';
import type { TailRow, TailState, TopicPanelHost, TopicPanelInit } from '../shared/protocol/topicPanel';
import { topicPanelStrings } from './topicPanelStrings';

/** A page may ask for this many rows at once, by the protocol. */
const maxRows = 500;
const maxErrorLength = 2000;
const describeTimeoutMs = 10_000;

export interface TopicTailOptions {
  readonly topic: string;
  readonly engine: Engine;
  readonly locale: string;
  readonly capacity: () => number;
  readonly maxValueLength: () => number;
  readonly timeZone: () => TopicPanelInit['timeZone'];
  readonly copy: (text: string) => Promise<void>;
  readonly onPageError: (message: string) => void;
  /** The records begin anew, so the page has to, too. */
  readonly onRestart: () => void;
}

/**
 * What is behind one topic panel: a tail that lives as long as the broker and the panel do, begun anew when the playground
 * comes back. It answers the page; every argument is checked, because a page shows hostile input.
 */
export class TopicTail implements Disposable {
  readonly state: Store<TailState>;
  /** What the page can call. Arguments are typed as they come, whatever the protocol promises. */
  readonly host: TopicPanelHost = {
    ready: () =>
      Promise.resolve({
        state: this.state.value,
        timeZone: this.options.timeZone(),
        locale: this.options.locale,
        strings: topicPanelStrings(),
      }),
    rows: (from: unknown, to: unknown) => this.#rows(from, to),
    pause: async (paused: unknown) => {
      await this.#session?.setPaused(paused === true);
    },
    clear: async () => {
      await this.#session?.clear();
    },
    copyValue: async (seq: unknown) => {
      const value = isSequence(seq) ? await this.#session?.value(seq) : undefined;
      if (value === undefined) return false;
      await this.options.copy(value);
      return true;
    },
    reportError: (message: unknown) => {
      this.options.onPageError(String(message).slice(0, maxErrorLength));
      return Promise.resolve();
    },
  };
  readonly #owned = new DisposableStore();
  #session: TailSession | undefined;
  #brokers = '';
  /** A session was shown already, whose numbers the page knows. */
  #hadSession = false;
  /** Counts openings, so that one that was overtaken lets go of what it got. */
  #opening = 0;

  constructor(private readonly options: TopicTailOptions) {
    this.state = this.#owned.add(new Store<TailState>(this.#emptyState('connecting')));
    const { environment } = options.engine;
    this.#owned.add(environment.snapshot.onDidChange(() => this.#follow()));
    this.#owned.add({ dispose: () => this.#close() });
    this.#follow();
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #rows(from: unknown, to: unknown): Promise<readonly TailRow[]> {
    if (this.#session === undefined || !isSequence(from) || !isSequence(to) || to <= from) return Promise.resolve([]);
    return this.#session.rows(from, Math.min(to, from + maxRows));
  }

  /** Opens the tail when a broker is there, and ends it when it goes away. */
  #follow(): void {
    const { environment } = this.options.engine;
    const brokers = environment.snapshot.value.endpoints?.brokers ?? [];
    const key = brokers.join();
    const known = this.#brokers;
    if (key === known && key !== '') return;
    this.#brokers = key;
    if (key !== '') {
      void this.#open(brokers);
      return;
    }
    this.#close();
    const message = l10n.t('The playground is not running. Start it to see new records.');
    this.state.set({ ...this.#emptyState('ended'), message });
    if (this.#hadSession) this.options.onRestart();
  }

  async #open(brokers: readonly string[]): Promise<void> {
    this.#close();
    this.#opening += 1;
    const opening = this.#opening;
    this.state.set(this.#emptyState('connecting'));
    try {
      const from = await this.#whereToBegin(brokers);
      const session = await this.options.engine.kafka.openTail({
        brokers,
        topic: this.options.topic,
        from,
        capacity: this.options.capacity(),
        maxValueLength: this.options.maxValueLength(),
      });
      if (opening !== this.#opening || this.#owned.isDisposed) {
        session.dispose();
        return;
      }
      this.#session = session;
      session.state.onDidChange(({ next }) => {
        if (this.#session === session) this.state.set(next);
      });
      this.state.set(session.state.value);
      if (this.#hadSession) this.options.onRestart();
      this.#hadSession = true;
    } catch (error) {
      if (opening !== this.#opening) return;
      this.state.set({ ...this.#emptyState('failed'), message: messageOf(error) });
    }
  }

  #close(): void {
    this.#opening += 1;
    this.#session?.dispose();
    this.#session = undefined;
  }

  /** From the beginning where everything fits, so that a quiet topic is not an empty page; else what comes from now on. */
  async #whereToBegin(brokers: readonly string[]): Promise<TailStart> {
    const topics = await this.options.engine.kafka.describeTopics(brokers, AbortSignal.timeout(describeTimeoutMs));
    const topic = topics.find(({ name }) => name === this.options.topic);
    return topic !== undefined && recordsIn(topic) <= BigInt(this.options.capacity()) ? 'earliest' : 'latest';
  }

  #emptyState(status: TailState['status']): TailState {
    const { topic, capacity } = this.options;
    return { topic, status, first: 0, end: 0, total: 0, capacity: capacity(), rate: 0 };
  }
}

function recordsIn({ partitions }: TopicInfo): bigint {
  return partitions.reduce((sum, { earliest, latest }) => sum + BigInt(latest) - BigInt(earliest), 0n);
}

function isSequence(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
