import type {
  TailExportChunk,
  TailExportFormat,
  TailFilter,
  TailHistogram,
  TailRecord,
  TailRow,
  TailState,
  TailStatus,
} from '../../shared/protocol/topicPanel';
import { Store } from '../state/store';
import type { Clock } from '../util/clock';
import type { Disposable } from '../util/disposable';
import type { Logger } from '../util/logger';
import type { KafkaGateway, Positions } from './gateway';
import type { HistogramRange, TailRequest, TailSession } from './kafkaPort';
import { RateMeter } from './rateMeter';
import { RecordRing } from './recordRing';
import { decodeText } from './recordText';
import { TailProgress } from './tailProgress';
import { Subscription, type SubscriptionStatus } from './subscription';
import { Throttle } from './throttle';
import { recordDetail } from './view/recordDetail';
import type { RowExport } from './view/rowExport';
import { TailView } from './view/tailView';

/** What a tail remembers over the end of the worker it ran in. Its records are not part of it. */
export interface TailResume {
  readonly positions: Positions;
  readonly seq: number;
  readonly total: number;
}

export interface TailOptions {
  readonly request: TailRequest;
  readonly gateway: KafkaGateway;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Called when the consumer and its group are gone. */
  readonly closed: () => void;
  readonly resume?: TailResume;
}

/** Each state that a page follows makes it ask for rows: with the answers it gets twice as many messages, and is to get ten a second. */
const stateIntervalMs = 250;
const rateIntervalMs = 500;
/** Room for the bytes of so many records of 1.2 KB, within these bounds. */
const bytesPerRow = 1280;
const fewestBytes = 16 * 1024 * 1024;
const mostBytes = 128 * 1024 * 1024;

/** Reads a topic into a ring and tells, at most four times a second, what the ring holds. */
export class Tail implements TailSession {
  readonly #store: Store<TailState>;
  readonly #ring: RecordRing;
  readonly #view: TailView;
  readonly #rate = new RateMeter();
  readonly #progress = new TailProgress();
  readonly #throttle: Throttle;
  readonly #closed: () => void;
  readonly #subscription: Subscription;
  readonly #request: TailRequest;
  readonly #clock: Clock;
  #status: SubscriptionStatus;
  #message: string | undefined;
  #paused = false;
  #total: number;
  #rateTimer: Disposable | undefined;
  #disposed = false;

  constructor({ request, gateway, logger, clock, resume, closed }: TailOptions) {
    this.#request = request;
    this.#clock = clock;
    this.#closed = closed;
    this.#status = resume === undefined ? 'connecting' : 'reconnecting';
    this.#total = resume?.total ?? 0;
    this.#ring = new RecordRing({
      capacity: request.capacity,
      byteCapacity: Math.min(mostBytes, Math.max(fewestBytes, request.capacity * bytesPerRow)),
      firstSeq: resume?.seq ?? 0,
    });
    this.#view = new TailView({
      ring: this.#ring,
      capacity: request.capacity,
      maxLength: request.maxValueLength,
      clock,
      changed: () => this.#throttle.poke(),
    });
    this.#store = new Store(this.#describe());
    this.#throttle = new Throttle(stateIntervalMs, () => this.#store.set(this.#describe()), clock);
    this.#subscription = new Subscription({
      gateway,
      brokers: request.brokers,
      topics: [
        {
          name: request.topic,
          from: request.from,
          ...(request.partitions === undefined ? {} : { partitions: request.partitions }),
        },
      ],
      ...(request.isolation === undefined ? {} : { isolation: request.isolation }),
      sink: {
        records: (_topic, partition, records) => {
          const isFirst = this.#total === 0;
          const count = this.#ring.append(partition, records);
          this.#total += count;
          this.#rate.add(count, clock.now());
          this.#view.poke();
          if (isFirst && count > 0) this.#throttle.pokeNow();
          else this.#throttle.poke();
          this.#watchRate();
        },
        gap: (_topic, partition, gap) => {
          this.#ring.appendGap(partition, gap);
          this.#view.poke();
          this.#throttle.poke();
        },
        watermarks: (_topic, partition, watermarks) => {
          const next = this.positions.get(request.topic)?.get(partition) ?? 0n;
          if (this.#progress.note(partition, next, watermarks, clock.now())) this.#throttle.poke();
        },
      },
      logger,
      clock,
      ...(resume === undefined ? {} : { resume: resume.positions }),
      statusChanged: (status, message) => {
        this.#status = status;
        this.#message = message;
        this.#throttle.poke();
      },
    });
  }

  get state(): Store<TailState> {
    return this.#store;
  }

  /** The offsets that would be read next, at this moment. */
  get positions(): Positions {
    return this.#subscription.positions;
  }

  rows(from: number, to: number, fields?: readonly string[]): Promise<readonly TailRow[]> {
    return Promise.resolve(this.#view.rows(from, to, fields));
  }

  matches(from: number, to: number, fields?: readonly string[]): Promise<readonly TailRow[]> {
    return Promise.resolve(this.#view.matches(from, to, fields));
  }

  setFilter(filter: TailFilter | undefined): Promise<void> {
    this.#view.setFilter(filter);
    return Promise.resolve();
  }

  record(seq: number): Promise<TailRecord | undefined> {
    return Promise.resolve(recordDetail(this.#ring, seq));
  }

  fields(): Promise<readonly string[]> {
    return Promise.resolve(this.#view.fields());
  }

  histogram(range: HistogramRange): Promise<TailHistogram> {
    return Promise.resolve(this.#view.histogram(range));
  }

  // oxlint-disable-next-line typescript/require-await -- the port promises an asynchronous one, which the worker's is.
  async *export(format: TailExportFormat): AsyncGenerator<TailExportChunk> {
    const rows = this.#view.export(format);
    for (;;) {
      const chunk = rows.next();
      yield chunk;
      if (chunk.done === chunk.total) return;
    }
  }

  /** Begins an export of which every chunk is asked for by itself. */
  startExport(format: TailExportFormat): RowExport {
    return this.#view.export(format);
  }

  value(seq: number): Promise<string | undefined> {
    const value = this.#ring.get(seq)?.value ?? undefined;
    return Promise.resolve(value && decodeText(value));
  }

  setPaused(paused: boolean): Promise<void> {
    this.#paused = paused;
    this.#subscription.setPaused(paused);
    this.#throttle.poke();
    return Promise.resolve();
  }

  clear(): Promise<void> {
    this.#ring.clear();
    this.#throttle.poke();
    return Promise.resolve();
  }

  end(): Promise<void> {
    this.#status = 'ended';
    this.#message = undefined;
    this.#throttle.pokeNow();
    return this.#subscription.close();
  }

  dispose(): void {
    void this.close();
  }

  /** Like `dispose`; resolves when the consumer and its group are gone. */
  async close(): Promise<void> {
    this.#disposed = true;
    this.#throttle.dispose();
    this.#rateTimer?.dispose();
    this.#view.dispose();
    this.#store.dispose();
    await this.#subscription.close();
    this.#closed();
  }

  #describe(): TailState {
    const state: TailState = {
      topic: this.#request.topic,
      status: this.#shownStatus(),
      first: this.#ring.first,
      end: this.#ring.end,
      total: this.#total,
      capacity: this.#request.capacity,
      rate: 0,
      ...this.#view.describe(),
      ...(this.#status === 'ended' ? {} : this.#describeReading()),
    };
    return this.#message === undefined ? state : { ...state, message: this.#message };
  }

  #describeReading(): Pick<TailState, 'rate' | 'behind' | 'openTransactions'> {
    const now = this.#clock.now();
    return { rate: this.#rate.rate(now), ...this.#progress.describe(now) };
  }

  #shownStatus(): TailStatus {
    return this.#paused && this.#status === 'live' ? 'paused' : this.#status;
  }

  /** The rate falls without a record: it is told until it is zero. */
  #watchRate(): void {
    if (this.#rateTimer !== undefined || this.#disposed) return;
    this.#rateTimer = this.#clock.schedule(rateIntervalMs, () => {
      this.#rateTimer = undefined;
      this.#throttle.poke();
      if (this.#rate.rate(this.#clock.now()) > 0) this.#watchRate();
    });
  }
}
