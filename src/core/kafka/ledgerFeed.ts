import type { LedgerSummary } from '../../shared/model/ledger';
import { decodeGap, decodeWindowRecord } from '../ledger/decodeWindowRecord';
import { WindowLedger } from '../ledger/windowLedger';
import { Store } from '../state/store';
import type { Clock } from '../util/clock';
import type { Logger } from '../util/logger';
import type { KafkaGateway, LentRecord } from './gateway';
import type { LedgerRequest, LedgerSession } from './kafkaPort';
import { Subscription } from './subscription';
import { Throttle } from './throttle';

export interface LedgerFeedOptions {
  readonly request: LedgerRequest;
  readonly gateway: KafkaGateway;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Called when the consumer and its group are gone. */
  readonly closed: () => void;
}

const summaryIntervalMs = 500;

/** Reads a topic of window counts, and that of the generator's gaps, into a ledger. A topic that is not there yet is awaited. */
export class LedgerFeed implements LedgerSession {
  readonly #store: Store<LedgerSummary>;
  readonly #throttle: Throttle;
  readonly #closed: () => void;
  readonly #subscription: Subscription;
  #ledger: WindowLedger;
  #connected = false;

  constructor({ request, gateway, logger, clock, closed }: LedgerFeedOptions) {
    const { topic, gapsTopic, windowMs, expectedCount, pages, eventTime, from, brokers } = request;
    const recoveries = [...request.recoveries];
    this.#closed = closed;
    this.#ledger = new WindowLedger({ windowMs, expectedCount, pages, eventTime, startedMidTopic: false });
    for (const at of recoveries) this.#ledger.noteRecovery(at);
    this.#store = new Store(this.#summary());
    this.#throttle = new Throttle(summaryIntervalMs, () => this.#store.set(this.#summary()), clock);
    this.#noteRecovery = (at) => {
      recoveries.push(at);
      this.#ledger.noteRecovery(at);
      this.#throttle.poke();
    };
    this.#subscription = new Subscription({
      gateway,
      brokers,
      // Gaps are few and may be older than the first window that is read, so they are read from the beginning.
      topics: [
        { name: topic, from },
        ...(gapsTopic === undefined ? [] : [{ name: gapsTopic, from: 'earliest' as const, optional: true }]),
      ],
      waitForTopics: true,
      located: (positions) => {
        const starts = Array.from(positions.get(topic)?.values() ?? []);
        if (!starts.some((offset) => offset > 0n)) return;
        this.#ledger = new WindowLedger({ windowMs, expectedCount, pages, eventTime, startedMidTopic: true });
        for (const at of recoveries) this.#ledger.noteRecovery(at);
      },
      sink: {
        records: (from, _partition, records) => {
          for (const record of records) {
            if (from === topic) this.#recordWindow(record);
            else this.#recordGap(record);
          }
          this.#throttle.poke();
        },
        skipped: (from) => {
          if (from !== topic) return;
          this.#ledger.noteTruncated();
          this.#throttle.poke();
        },
      },
      logger,
      clock,
      statusChanged: (status) => {
        this.#connected = status === 'live';
        this.#throttle.poke();
      },
    });
  }

  readonly #noteRecovery: (at: number) => void;

  get summary(): Store<LedgerSummary> {
    return this.#store;
  }

  noteRecovery(atMs: number): void {
    this.#noteRecovery(atMs);
  }

  dispose(): void {
    void this.close();
  }

  /** Like `dispose`; resolves when the consumer and its group are gone. */
  async close(): Promise<void> {
    this.#throttle.dispose();
    this.#store.dispose();
    await this.#subscription.close();
    this.#closed();
  }

  #recordWindow({ value, timestamp }: LentRecord): void {
    const record = value === null ? undefined : decodeWindowRecord(value);
    if (record === undefined) this.#ledger.recordUndecodable();
    else this.#ledger.recordWindow(record, Number(timestamp));
  }

  #recordGap({ value }: LentRecord): void {
    const gap = value === null ? undefined : decodeGap(value);
    if (gap === undefined) this.#ledger.recordUndecodable();
    else this.#ledger.recordGap(gap);
  }

  /** While nothing is heard of the topic, what was good is not known to be good any more; what was wrong stays wrong. */
  #summary(): LedgerSummary {
    const summary = this.#ledger.summary();
    if (this.#connected) return summary;
    return {
      ...summary,
      verdict: summary.verdict === 'FAIL' ? 'FAIL' : 'CANNOT TELL',
      reasons: [...summary.reasons, { code: 'notConnected' }],
    };
  }
}
