import * as l10n from '@vscode/l10n';
import { delay } from '../util/async';
import type { Clock } from '../util/clock';
import type { Disposable } from '../util/disposable';
import { messageOf, PlaygroundError } from '../util/errors';
import type { Logger } from '../util/logger';
import type { ConsumeRequest, Consumption, KafkaGateway, Positions, RecordSink } from './gateway';
import type { Isolation, TailStart } from './kafkaPort';

/** `ended`: the topic was there and is gone. `failed`: it never was, or its records cannot be read. Both are final. */
export type SubscriptionStatus = 'connecting' | 'live' | 'reconnecting' | 'failed' | 'ended';

export interface SubscribedTopic {
  readonly name: string;
  readonly from: TailStart;
  /** All partitions, also those that are added later, unless given. Not together with other topics. */
  readonly partitions?: readonly number[];
  /** Left out while there is no such topic, instead of ending the subscription. */
  readonly optional?: boolean;
}

export interface SubscriptionOptions {
  readonly gateway: KafkaGateway;
  readonly brokers: readonly string[];
  readonly topics: readonly SubscribedTopic[];
  /** `committed` unless given. */
  readonly isolation?: Isolation;
  readonly sink: RecordSink;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Where an earlier reader of the same topics stopped; such a topic counts as one that was there. */
  readonly resume?: Positions;
  /** True when a missing topic is waited for instead of being a failure. */
  readonly waitForTopics?: boolean;
  /**
   * Called before every consumption, also that after a failure: where it begins, and where the topics end at that moment (for
   * each partition the offset after its last record).
   */
  readonly located?: (positions: Positions, ends: Positions) => void;
  readonly statusChanged: (status: SubscriptionStatus, message?: string) => void;
}

const firstBackoffMs = 300;
const longestBackoffMs = 3000;
/** A broker that has just started may not know its topics yet, so one answer proves nothing. */
const missingProofMs = { first: 1500, later: 4000 };

/**
 * Keeps reading from topics: opens a consumption, and when it fails another one at the next offset, until it is disposed or
 * there is nothing to read any more.
 */
export class Subscription implements Disposable {
  readonly #positions: Positions;
  readonly #ending = new AbortController();
  readonly #done: Promise<void>;
  #consumption: Consumption | undefined;
  #paused = false;
  #wasLive: boolean;
  #missingSince: number | undefined;

  constructor(private readonly options: SubscriptionOptions) {
    this.#positions = options.resume ?? new Map();
    this.#wasLive = options.resume !== undefined;
    this.#done = this.#run();
  }

  /** The offsets that would be read next, at this moment. */
  get positions(): Positions {
    return this.#positions;
  }

  setPaused(paused: boolean): void {
    this.#paused = paused;
    this.#consumption?.setPaused(paused);
  }

  /** Keeps a partition from being fetched until it is let go on, or the consumption fails. */
  setHeld(topic: string, partition: number, held: boolean): void {
    this.#consumption?.setHeld(topic, partition, held);
  }

  dispose(): void {
    this.#ending.abort();
    void this.#consumption?.close();
  }

  /** Like `dispose`; resolves when the consumer and its group are gone. Never rejects. */
  async close(): Promise<void> {
    this.dispose();
    await this.#done;
  }

  async #run(): Promise<void> {
    const { signal } = this.#ending;
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      const failure = await this.#readUntilFailure(() => {
        attempt = 0;
      });
      if (signal.aborted || failure === undefined || this.#isFinal(failure)) return;
      this.options.logger.debug(`Reading is interrupted: ${messageOf(failure)}`);
      const backoffMs =
        Math.min(longestBackoffMs, firstBackoffMs * 2 ** Math.min(attempt, 5)) * (0.75 + Math.random() / 2);
      await delay(backoffMs, signal, this.options.clock).catch(() => undefined);
    }
  }

  /** One consumption from its opening to its end; the failure is `undefined` when it was closed by us. */
  async #readUntilFailure(opened: () => void): Promise<unknown> {
    const { gateway, sink } = this.options;
    const { signal } = this.#ending;
    let consumption: Consumption | undefined;
    try {
      const topics = await this.#locate(signal);
      consumption = await gateway.consume(this.#request(topics), sink, signal);
      this.#consumption = consumption;
      if (this.#paused) consumption.setPaused(true);
      this.#wasLive = true;
      this.#missingSince = undefined;
      opened();
      if (signal.aborted) return undefined;
      this.options.statusChanged('live');
      return await consumption.ended;
    } catch (error) {
      return error;
    } finally {
      this.#consumption = undefined;
      const closed = consumption?.close();
      if (signal.aborted) await closed;
    }
  }

  #request(topics: readonly string[]): ConsumeRequest {
    const { brokers, isolation } = this.options;
    const partitions = this.options.topics[0]?.partitions;
    return {
      brokers,
      topics,
      positions: this.#positions,
      ...(partitions === undefined ? {} : { partitions }),
      ...(isolation === undefined ? {} : { isolation }),
    };
  }

  /** Finds out where to begin with what was not read before; the answer is what there is to read. */
  async #locate(signal: AbortSignal): Promise<readonly string[]> {
    const { gateway, brokers, topics, located } = this.options;
    const found: string[] = [];
    const ends: Positions = new Map();
    for (const { name, from, partitions, optional } of topics) {
      const asked = { topic: name, from, ...(partitions === undefined ? {} : { partitions }) };
      try {
        const start = await gateway.positions(brokers, asked, signal);
        if (!this.#positions.has(name)) this.#positions.set(name, new Map(start));
        if (located !== undefined) {
          ends.set(name, new Map(await gateway.positions(brokers, { ...asked, from: 'latest' }, signal)));
        }
        found.push(name);
      } catch (error) {
        if (optional !== true || !PlaygroundError.is(error, 'notFound')) throw error;
      }
    }
    located?.(this.#positions, ends);
    return found;
  }

  #isFinal(failure: unknown): boolean {
    const { statusChanged, clock, waitForTopics } = this.options;
    if (PlaygroundError.is(failure, 'protocol') || PlaygroundError.is(failure, 'input')) {
      statusChanged('failed', sentencesOf(failure));
      return true;
    }
    if (!PlaygroundError.is(failure, 'notFound')) {
      this.#missingSince = undefined;
      statusChanged('reconnecting', sentencesOf(failure));
      return false;
    }
    this.#missingSince ??= clock.now();
    const proofMs = this.#wasLive ? missingProofMs.later : missingProofMs.first;
    if (waitForTopics === true || clock.now() - this.#missingSince < proofMs) {
      if (this.#wasLive) statusChanged('reconnecting', failure.message);
      return false;
    }
    const name = this.options.topics[0]?.name ?? '';
    if (this.#wasLive) statusChanged('ended', l10n.t('The topic {0} was deleted.', name));
    else statusChanged('failed', l10n.t('There is no topic {0}.', name));
    return true;
  }
}

/** What is the matter, and what can be done about it. */
function sentencesOf(failure: unknown): string {
  const remedy = PlaygroundError.is(failure) ? failure.remedy : undefined;
  return remedy === undefined ? messageOf(failure) : `${messageOf(failure)} ${remedy}`;
}
