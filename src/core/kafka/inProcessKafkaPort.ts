import type { ConsumerGroupInfo, TopicInfo, TopicSetting, TopicSpec } from '../../shared/model/kafka';
import { systemClock, type Clock } from '../util/clock';
import type { Logger } from '../util/logger';
import type { KafkaGateway } from './gateway';
import { createKafkajsGateway } from './kafkajsGateway';
import type { KafkaPort, LedgerRequest, TailRequest } from './kafkaPort';
import { LedgerFeed } from './ledgerFeed';
import { Tail, type TailResume } from './tail';

export interface InProcessKafkaPortOptions {
  readonly logger: Logger;
  /** The client library, kafkajs unless given. */
  readonly gateway?: KafkaGateway;
  readonly clock?: Clock;
}

/** The port in this thread: what the worker runs, and what stands in for it where there is no worker. */
export interface InProcessKafkaPort extends KafkaPort {
  openTail(request: TailRequest, resume?: TailResume): Promise<Tail>;
  openLedger(request: LedgerRequest): Promise<LedgerFeed>;
  /** Like `dispose`; resolves when no consumer and no group of ours is left. Never rejects. */
  close(): Promise<void>;
}

export function createInProcessKafkaPort(options: InProcessKafkaPortOptions): InProcessKafkaPort {
  return new DirectKafkaPort(options);
}

class DirectKafkaPort implements InProcessKafkaPort {
  readonly #gateway: KafkaGateway;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #sessions = new Set<Tail | LedgerFeed>();

  constructor({ logger, gateway, clock }: InProcessKafkaPortOptions) {
    this.#logger = logger;
    this.#gateway = gateway ?? createKafkajsGateway({ logger });
    this.#clock = clock ?? systemClock;
  }

  clusterId(brokers: readonly string[], signal: AbortSignal): Promise<string> {
    return this.#gateway.clusterId(brokers, signal);
  }

  describeTopics(brokers: readonly string[], signal: AbortSignal): Promise<readonly TopicInfo[]> {
    return this.#gateway.describeTopics(brokers, signal);
  }

  ensureTopics(brokers: readonly string[], topics: readonly TopicSpec[], signal: AbortSignal): Promise<void> {
    return this.#gateway.ensureTopics(brokers, topics, signal);
  }

  createTopic(brokers: readonly string[], topic: TopicSpec, signal: AbortSignal): Promise<void> {
    return this.#gateway.createTopic(brokers, topic, signal);
  }

  deleteTopic(brokers: readonly string[], topic: string, signal: AbortSignal): Promise<void> {
    return this.#gateway.deleteTopic(brokers, topic, signal);
  }

  topicSettings(brokers: readonly string[], topic: string, signal: AbortSignal): Promise<readonly TopicSetting[]> {
    return this.#gateway.topicSettings(brokers, topic, signal);
  }

  groups(brokers: readonly string[], signal: AbortSignal): Promise<readonly ConsumerGroupInfo[]> {
    return this.#gateway.groups(brokers, signal);
  }

  openTail(request: TailRequest, resume?: TailResume): Promise<Tail> {
    const tail: Tail = new Tail({
      request,
      ...(resume === undefined ? {} : { resume }),
      gateway: this.#gateway,
      logger: this.#logger,
      clock: this.#clock,
      closed: () => this.#sessions.delete(tail),
    });
    this.#sessions.add(tail);
    return Promise.resolve(tail);
  }

  openLedger(request: LedgerRequest): Promise<LedgerFeed> {
    const feed: LedgerFeed = new LedgerFeed({
      request,
      gateway: this.#gateway,
      logger: this.#logger,
      clock: this.#clock,
      closed: () => this.#sessions.delete(feed),
    });
    this.#sessions.add(feed);
    return Promise.resolve(feed);
  }

  dispose(): void {
    void this.close();
  }

  async close(): Promise<void> {
    await Promise.all(Array.from(this.#sessions, (session) => session.close()));
    await this.#gateway.close();
  }
}
