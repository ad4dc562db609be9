import type { LedgerRange, LedgerReason, LedgerSummary, LedgerWindow, TimeForm } from '../../shared/model/ledger';
import {
  decodeGap,
  decodeWindowRecord,
  halfDayMs,
  windowDecoder,
  type DecodedWindow,
} from '../ledger/decodeWindowRecord';
import { WindowLedger } from '../ledger/windowLedger';
import { Store } from '../state/store';
import type { Clock } from '../util/clock';
import type { Disposable } from '../util/disposable';
import type { Logger } from '../util/logger';
import { CatchUp } from './catchUp';
import type { KafkaGateway } from './gateway';
import type { LedgerRequest, LedgerSession } from './kafkaPort';
import { readBody, type RecordCursor } from './records/recordBatch';
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
const lookIntervalMs = 500;
/**
 * How long a window may be complete later than one that is two newer: partitions are fetched separately, and a job that
 * catches up after an outage writes the pages of many windows within seconds, each sink at its own pace.
 */
const settleMs = 15_000;
/** In windows by the clock. When event time runs faster there are more windows in it, so it is only more patient. */
const silentWindows = 3;

/**
 * Reads a topic of window counts, and that of the generator's gaps, into a ledger. A topic that is not there yet is awaited.
 *
 * What is absent is judged when it cannot be still to come: after everything was read that the topics held when reading began
 * or went on, and when some time passed, and then a record came, since a later window was seen. A job that is being restored
 * writes nothing for a while, and what it had finished before it is restored comes with its next record at the latest. When
 * nothing comes for the time of three windows, good counts prove nothing of the job any more, and what is absent is judged too.
 */
export class LedgerFeed implements LedgerSession {
  readonly #store: Store<LedgerSummary>;
  readonly #throttle: Throttle;
  readonly #closed: () => void;
  readonly #subscription: Subscription;
  readonly #clock: Clock;
  #ledger: WindowLedger;
  #connected = false;
  #located = false;
  /** There while records are to be read that were written before reading began or went on. */
  #catchUp: CatchUp | undefined;
  #hasCaughtUp = false;
  /** A window that was the newest at a time; it is settled when the time is long enough ago. */
  #mark: { readonly window: number; readonly at: number } | undefined;
  /** The newest window of those records that were old enough to be marks when reading began. */
  #oldMark: number | undefined;
  #startedAt = 0;
  readonly #silenceMs: number;
  /** When the last count was written, as far as that is known. */
  #lastCountAt: number | undefined;
  /** Since when nothing was read, of a topic that was read to its end. */
  #quietSince = 0;
  #look: Disposable;
  readonly #decode: (value: Uint8Array) => DecodedWindow | undefined;
  /** The day whose second half was told to the ledger last. */
  #halfDay: number | undefined;
  #doubtTold: LedgerReason['code'] | undefined;
  #timeForm: TimeForm | undefined;
  #told: { readonly of: LedgerSummary; readonly summary: LedgerSummary } | undefined;

  constructor({ request, gateway, logger, clock, closed }: LedgerFeedOptions) {
    const { topic, gapsTopic, windowMs, expectedCount, pages, eventTime, from, brokers } = request;
    const recoveries = [...request.recoveries];
    this.#closed = closed;
    this.#clock = clock;
    this.#silenceMs = silentWindows * windowMs;
    this.#decode = request.contract === undefined ? decodeWindowRecord : windowDecoder(request.contract, windowMs);
    this.#ledger = new WindowLedger({ windowMs, expectedCount, pages, eventTime, startedMidTopic: false });
    for (const at of recoveries) this.#ledger.noteRecovery(at);
    this.#store = new Store(this.#summary());
    this.#throttle = new Throttle(summaryIntervalMs, () => this.#store.set(this.#summary()), clock);
    this.#noteRecovery = (at) => {
      // Once it is known where reading begins, there will be no other ledger.
      if (!this.#located) recoveries.push(at);
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
      located: (positions, ends) => {
        this.#mark = undefined;
        this.#oldMark = undefined;
        this.#startedAt = clock.now();
        const hold = (partition: number, held: boolean): void => this.#subscription.setHeld(topic, partition, held);
        this.#catchUp = new CatchUp({ topic, ends, hold });
        if (this.#located) return;
        this.#located = true;
        const starts = Array.from(positions.get(topic)?.values() ?? []);
        if (!starts.some((offset) => offset > 0n)) return;
        this.#ledger = new WindowLedger({ windowMs, expectedCount, pages, eventTime, startedMidTopic: true });
        for (const at of recoveries) this.#ledger.noteRecovery(at);
      },
      sink: {
        records: (from, partition, records) => {
          const cursor = records.cursor();
          while (cursor.next()) {
            if (cursor.offsetDelta < records.firstDelta) continue;
            const { value } = readBody(cursor.bytes, cursor.start, cursor.end);
            if (from === topic) this.#recordWindow(value, cursor, records.baseOffset, partition);
            else this.#recordGap(value);
          }
          this.#catchUp?.balance(this.#subscription.positions);
          if (from === topic) this.#settle();
          this.#throttle.poke();
        },
        gap: (from) => {
          if (from !== topic) return;
          this.#ledger.noteTruncated();
          this.#throttle.poke();
        },
      },
      logger,
      clock,
      statusChanged: (status) => {
        this.#connected = status === 'live';
        this.#endCatchUp();
        this.#throttle.poke();
      },
    });
    const look = (): void => {
      this.#followClock();
      this.#endCatchUp();
      if (this.#settleQuiet() || this.#doubt()?.code !== this.#doubtTold) this.#throttle.poke();
      this.#look = clock.schedule(lookIntervalMs, look);
    };
    this.#look = clock.schedule(lookIntervalMs, look);
  }

  readonly #noteRecovery: (at: number) => void;

  get summary(): Store<LedgerSummary> {
    return this.#store;
  }

  noteRecovery(atMs: number): void {
    this.#noteRecovery(atMs);
  }

  across(fromMs: number, toMs: number): Promise<LedgerRange | undefined> {
    const isWhole = this.#connected && this.#catchUp === undefined;
    return Promise.resolve(isWhole ? this.#ledger.across(fromMs, toMs) : undefined);
  }

  windows(count: number): Promise<readonly LedgerWindow[]> {
    return Promise.resolve(this.#ledger.windows(count));
  }

  dispose(): void {
    void this.close();
  }

  /** Like `dispose`; resolves when the consumer and its group are gone. */
  async close(): Promise<void> {
    this.#look.dispose();
    this.#throttle.dispose();
    this.#store.dispose();
    await this.#subscription.close();
    this.#closed();
  }

  #recordWindow(
    value: Uint8Array | null,
    { timestamp, offsetDelta }: RecordCursor,
    baseOffset: bigint,
    partition: number,
  ): void {
    const record = value === null ? undefined : this.#decode(value);
    if (record === undefined) {
      this.#ledger.recordUndecodable();
      return;
    }
    this.#timeForm = record.timeForm;
    if (record.timeForm === 'halfDays') this.#noteSecondHalf(record.windowStart);
    const window = this.#ledger.recordWindow(record, timestamp);
    if (window === undefined) return;
    this.#heardOf(timestamp);
    if (this.#catchUp === undefined) return;
    this.#catchUp.note(partition, window);
    const offset = baseOffset + BigInt(offsetDelta);
    if (timestamp <= this.#startedAt - settleMs && this.#catchUp.isBefore(partition, offset)) {
      this.#oldMark = Math.max(this.#oldMark ?? window, window);
    }
  }

  /** Upstream's times cannot say the second half of a day: its job drops those clicks as late, and no window of it is written. */
  #noteSecondHalf(windowStart: number): void {
    const day = Math.floor(windowStart / (2 * halfDayMs));
    if (day === this.#halfDay) return;
    this.#halfDay = day;
    const from = day * 2 * halfDayMs + halfDayMs;
    this.#ledger.recordGap({ from, to: from + halfDayMs });
  }

  #recordGap(value: Uint8Array | null): void {
    const gap = value === null ? undefined : decodeGap(value);
    if (gap === undefined) this.#ledger.recordUndecodable();
    else this.#ledger.recordGap(gap);
  }

  /** Control records are read without being told of, so this is asked from time to time, not with records only. */
  #endCatchUp(): void {
    const { positions } = this.#subscription;
    if (this.#catchUp === undefined || !this.#connected) return;
    if (!this.#catchUp.isDone(positions)) {
      this.#catchUp.balance(positions);
      return;
    }
    this.#catchUp.end();
    this.#catchUp = undefined;
    this.#hasCaughtUp = true;
    this.#quietSince = this.#clock.now();
    if (this.#oldMark !== undefined) this.#ledger.settle(this.#oldMark);
    this.#setMark();
  }

  /** When the clock was set back, what was to be waited for since then begins now. */
  #followClock(): void {
    const now = this.#clock.now();
    if (this.#mark !== undefined && this.#mark.at > now) this.#mark = { ...this.#mark, at: now };
    if (this.#quietSince > now) this.#quietSince = now;
    if (this.#lastCountAt !== undefined && this.#lastCountAt > now) this.#lastCountAt = now;
  }

  #settle(): void {
    if (this.#catchUp !== undefined) return;
    if (this.#mark === undefined) {
      this.#setMark();
    } else if (this.#clock.now() - this.#mark.at >= settleMs) {
      this.#ledger.settle(this.#mark.window);
      this.#setMark();
    }
  }

  #settleQuiet(): boolean {
    if (this.#catchUp !== undefined || !this.#connected || this.#ledger.newest === undefined) return false;
    return this.#clock.now() - this.#quietSince >= this.#silenceMs && this.#ledger.settle(this.#ledger.newest);
  }

  /** What was written before reading began was written when its broker says, what comes now is written now. */
  #heardOf(arrivedAt: number): void {
    const now = this.#clock.now();
    const at = this.#catchUp === undefined ? now : Math.min(now, arrivedAt);
    this.#lastCountAt = Math.max(this.#lastCountAt ?? at, at);
    this.#quietSince = now;
  }

  #setMark(): void {
    const window = this.#ledger.newest;
    if (window !== undefined) this.#mark = { window, at: this.#clock.now() };
  }

  /** Why what is good so far is not known to be good. */
  #doubt(): LedgerReason | undefined {
    if (!this.#connected) return { code: 'notConnected' };
    if (this.#catchUp !== undefined) return { code: 'catchingUp' };
    if (this.#lastCountAt === undefined || this.#clock.now() - this.#lastCountAt < this.#silenceMs) return undefined;
    return { code: 'noNewWindows' };
  }

  /** The same object until something new is counted. */
  #counted(): LedgerSummary {
    const summary = this.#ledger.summary();
    if (this.#timeForm === undefined) return summary;
    if (this.#told?.of !== summary) this.#told = { of: summary, summary: { ...summary, timeForm: this.#timeForm } };
    return this.#told.summary;
  }

  /** What was wrong stays wrong in doubt, but is not told before all that the topic held at first was read. */
  #summary(): LedgerSummary {
    const summary = this.#counted();
    const doubt = this.#doubt();
    this.#doubtTold = doubt?.code;
    if (doubt === undefined || (doubt.code === 'noNewWindows' && summary.verdict === 'FAIL')) return summary;
    return {
      ...summary,
      verdict: summary.verdict === 'FAIL' && this.#hasCaughtUp ? 'FAIL' : 'CANNOT TELL',
      reasons: [...summary.reasons, doubt],
    };
  }
}
