import * as l10n from '@vscode/l10n';
import { systemClock } from '../util/clock';
import type { Disposable } from '../util/disposable';
import { PlaygroundError } from '../util/errors';
import type { Logger } from '../util/logger';
import { abortable } from '../util/abortable';
import { AbortedTransactions } from './abortedTransactions';
import type { ConsumeRequest, Consumption, GapCause, RecordSink } from './gateway';
import { protocolErrorOf, toKafkaError } from './kafkaErrors';
import { errorOfCode, KafkajsLink, type BrokerLink } from './kafkajsLink';
import type { FetchedPartition } from './records/fetchResponse';
import { readBatches, type RecordBatch } from './records/recordBatch';

/** How long a broker waits for a record before it answers without one; closing waits as long at most. */
const fetchWaitMs = 400;
const fetchBytesPerPartition = 1024 * 1024;
const fetchBytes = 8 * 1024 * 1024;
/** How soon partitions that were added, other leaders and a topic that is gone are seen. */
const metadataIntervalMs = 2000;
/** A broker that answers does so every half second; one that is silent for so long is given up. */
const silenceMs = 8000;
const closeTimeoutMs = 2000;
/** What a broker answers while leaders change, or while it starts; asked anew it tells the new ones. */
const movedErrors = new Set([
  'NOT_LEADER_FOR_PARTITION',
  'LEADER_NOT_AVAILABLE',
  'REPLICA_NOT_AVAILABLE',
  'FENCED_LEADER_EPOCH',
  'UNKNOWN_LEADER_EPOCH',
  'KAFKA_STORAGE_ERROR',
]);
const mostMoves = 10;
const moveRetryMs = 200;
const outOfRange = 1;

interface Partition {
  readonly topic: string;
  readonly id: number;
  leader: string;
  held: boolean;
  /** What is asked for next; runs ahead of the position by the fetch that is being handed out. */
  next: bigint;
}

interface Asked {
  readonly offsets: ReadonlyMap<Partition, bigint>;
  readonly answer: Promise<readonly FetchedPartition[]>;
}

interface Fetched {
  readonly partition: Partition;
  readonly offset: bigint;
  readonly answer: FetchedPartition;
  readonly batches: readonly RecordBatch[];
}

/**
 * Reads topics without a group: one loop of fetches for each broker that leads partitions. The next fetch is under way while the
 * records of the last are handed out. It never recovers by itself: whoever opened it decides that.
 */
export class TopicReader implements Consumption {
  readonly ended: Promise<Error | undefined>;
  readonly #end: (failure: Error | undefined) => void;
  readonly #link: KafkajsLink;
  readonly #partitions = new Map<string, Partition>();
  readonly #loops = new Map<string, Promise<void>>();
  readonly #closing = new AbortController();
  readonly #held = new Set<string>();
  #timer: Disposable | undefined;
  #paused = false;
  #moves = 0;
  #wake: PromiseWithResolvers<undefined> = Promise.withResolvers();
  #closed: Promise<void> | undefined;
  #started: Promise<void> = Promise.resolve();

  constructor(
    private readonly request: ConsumeRequest,
    private readonly sink: RecordSink,
    logger: Logger,
    private readonly onClosed: () => void,
  ) {
    const { promise, resolve } = Promise.withResolvers<Error | undefined>();
    this.ended = promise;
    this.#end = resolve;
    this.#link = new KafkajsLink(request.brokers, request.isolation ?? 'committed', request.topics, logger);
  }

  /** Resolves when the leaders of all partitions are connected. */
  start(): Promise<void> {
    this.#started = this.#connect();
    return this.#started;
  }

  setPaused(paused: boolean): void {
    this.#paused = paused;
    this.#wakeUp();
  }

  setHeld(topic: string, partition: number, held: boolean): void {
    const key = keyOf(topic, partition);
    if (held) this.#held.add(key);
    else this.#held.delete(key);
    const known = this.#partitions.get(key);
    if (known !== undefined) known.held = held;
    this.#wakeUp();
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #connect(): Promise<void> {
    await this.#link.connect();
    await this.#assign();
    await Promise.all(Array.from(this.#leaders(), (node) => this.#link.broker(node)));
    if (this.#closing.signal.aborted) return;
    this.#startLoops();
    this.#watchMetadata();
  }

  async #close(): Promise<void> {
    this.#closing.abort();
    this.#timer?.dispose();
    this.#wakeUp();
    // A client of kafkajs that is closed while it connects would connect again, so its start is awaited.
    const disconnected = this.#started.catch(() => undefined).then(() => this.#link.close());
    await abortable(disconnected, AbortSignal.timeout(closeTimeoutMs)).catch(() => undefined);
    this.#end(undefined);
    this.onClosed();
  }

  #fail(error: unknown): void {
    this.#end(toKafkaError(error, this.request.brokers));
  }

  /** Takes up the partitions that are known by now, with those that are new from their beginning. */
  async #assign(): Promise<void> {
    const { topics, positions, partitions: chosen } = this.request;
    for (const topic of topics) {
      const leaders = this.#link.leaders(topic);
      const of = positions.get(topic) ?? new Map<number, bigint>();
      positions.set(topic, of);
      const wanted = Array.from(leaders.keys()).filter((id) => chosen?.includes(id) ?? true);
      const fresh = wanted.filter((id) => !of.has(id));
      if (fresh.length > 0) {
        for (const [id, offset] of await this.#link.ends(topic, fresh, 'earliest')) of.set(id, offset);
      }
      for (const id of wanted) this.#take(topic, id, leaders.get(id) ?? '', of.get(id) ?? 0n);
    }
  }

  #take(topic: string, id: number, leader: string, next: bigint): void {
    const key = keyOf(topic, id);
    const known = this.#partitions.get(key);
    if (known === undefined) this.#partitions.set(key, { topic, id, leader, held: this.#held.has(key), next });
    else known.leader = leader;
  }

  #leaders(): ReadonlySet<string> {
    return new Set(Array.from(this.#partitions.values(), ({ leader }) => leader));
  }

  #startLoops(): void {
    for (const node of this.#leaders()) {
      if (this.#loops.has(node)) continue;
      const loop = this.#read(node).catch((error: unknown) => this.#fail(error));
      this.#loops.set(node, loop);
    }
    this.#wakeUp();
  }

  #watchMetadata(): void {
    const { signal } = this.#closing;
    this.#timer = systemClock.schedule(metadataIntervalMs, () => {
      this.#refresh().then(
        () => {
          if (!signal.aborted) this.#watchMetadata();
        },
        (error: unknown) => this.#fail(error),
      );
    });
  }

  async #refresh(): Promise<void> {
    await abortable(this.#link.refresh(), AbortSignal.timeout(silenceMs));
    await this.#assign();
    if (!this.#closing.signal.aborted) this.#startLoops();
  }

  async #read(node: string): Promise<void> {
    const { signal } = this.#closing;
    const broker = await this.#link.broker(node);
    let asked: Asked | undefined;
    while (!signal.aborted) {
      asked ??= this.#ask(node, broker);
      if (asked === undefined) {
        await this.#wake.promise;
        continue;
      }
      const { offsets } = asked;
      const fetched = await this.#accept(await asked.answer, offsets);
      asked = undefined;
      if (signal.aborted) return;
      if (!fetched.some(({ batches }) => batches.length > 0)) {
        for (const each of fetched) this.#handOut(each);
        continue;
      }
      for (const { partition, batches } of fetched) {
        const last = batches.at(-1);
        if (last !== undefined && last.lastOffset >= partition.next) partition.next = last.lastOffset + 1n;
      }
      asked = this.#ask(node, broker);
      // The request is written before this thread is busy with the records.
      await new Promise(setImmediate);
      for (const each of fetched) this.#handOut(each);
    }
    asked?.answer.catch(() => undefined);
  }

  /** Asks a broker for all that it leads and that is wanted now; `undefined` when that is nothing. */
  #ask(node: string, broker: BrokerLink): Asked | undefined {
    const offsets = new Map<Partition, bigint>();
    const topics = new Map<string, { partition: number; fetchOffset: string; maxBytes: number }[]>();
    for (const partition of this.#inTurn()) {
      const { topic, id, leader, held, next } = partition;
      if (leader !== node || held || this.#paused) continue;
      const of = topics.get(topic) ?? [];
      topics.set(topic, of);
      of.push({ partition: id, fetchOffset: next.toString(), maxBytes: fetchBytesPerPartition });
      offsets.set(partition, next);
    }
    if (offsets.size === 0) return undefined;
    const request = {
      waitMs: fetchWaitMs,
      maxBytes: fetchBytes,
      topics: Array.from(topics, ([topic, partitions]) => ({ topic, partitions })),
    };
    const answer = deadline(this.#link.fetch(broker, request), this.request.brokers);
    const partitions = answer.then((response) => response.partitions);
    // A failure is thrown where the answer is awaited, which may be after the records of the last one were handed out.
    partitions.catch(() => undefined);
    return { offsets, answer: partitions };
  }

  /** Every time in another order: when an answer is full, the broker leaves out the last ones. */
  #inTurn(): readonly Partition[] {
    const all = Array.from(this.#partitions.values());
    const turn = all.length === 0 ? 0 : (this.#turn += 1) % all.length;
    return [...all.slice(turn), ...all.slice(0, turn)];
  }
  #turn = 0;

  /** Handles what is no record, and leaves out what is not asked for any more. */
  async #accept(
    answer: readonly FetchedPartition[],
    offsets: ReadonlyMap<Partition, bigint>,
  ): Promise<readonly Fetched[]> {
    const fetched: Fetched[] = [];
    let moved: Error | undefined;
    for (const each of answer) {
      const partition = this.#partitions.get(keyOf(each.topic, each.partition));
      const offset = partition && offsets.get(partition);
      if (partition === undefined || offset === undefined || partition.next !== offset) continue;
      if (each.errorCode === outOfRange) {
        await this.#reposition(partition);
      } else if (each.errorCode !== 0) {
        const error = errorOfCode(each.errorCode);
        const type = protocolErrorOf(error) ?? '';
        if (type === 'TOPIC_AUTHORIZATION_FAILED') throw notAllowed(each.topic, error);
        if (!movedErrors.has(type)) throw error;
        moved = error;
      } else {
        fetched.push({ partition, offset, answer: each, batches: readBatches(each.records) });
      }
    }
    if (moved === undefined) this.#moves = 0;
    else await this.#follow(moved);
    return fetched;
  }

  /** Finds the new leaders; gives up when there are none for long. */
  async #follow(error: Error): Promise<void> {
    this.#moves += 1;
    if (this.#moves > mostMoves) throw error;
    await new Promise((resolve) => {
      systemClock.schedule(moveRetryMs, () => resolve(undefined));
    });
    await this.#refresh();
  }

  /** The offset is not there: its record was deleted before it was read, or the topic was made anew. */
  async #reposition(partition: Partition): Promise<void> {
    const { topic, id, next } = partition;
    const earliest = (await this.#link.ends(topic, [id], 'earliest')).get(id) ?? 0n;
    const cause: GapCause = earliest > next ? 'deleted' : 'recreated';
    const missing = cause === 'deleted' ? earliest - next : 0n;
    this.sink.gap(topic, id, { from: next, to: earliest, missing, cause });
    this.#advance(partition, earliest);
    partition.next = earliest;
  }

  #handOut({ partition, offset, answer, batches }: Fetched): void {
    const { topic, id } = partition;
    const committed = this.request.isolation !== 'uncommitted';
    const aborted = new AbortedTransactions(committed ? answer.aborted : []);
    let next = offset;
    for (const batch of batches) {
      // What is not handed out is fetched again, when it is wanted again.
      if (this.#paused || partition.held || this.#closing.signal.aborted) break;
      if (batch.lastOffset < next) continue;
      const isAborted = aborted.isAborted(batch);
      this.#tellGap(partition, next, batch);
      if (!batch.isControl && !isAborted && batch.count > 0) {
        const { baseOffset } = batch;
        const firstDelta = next > baseOffset ? Number(next - baseOffset) : 0;
        this.sink.records(topic, id, { baseOffset, firstDelta, cursor: () => batch.cursor() });
      }
      next = batch.lastOffset + 1n;
      this.#advance(partition, next);
    }
    partition.next = next;
    this.sink.watermarks?.(topic, id, { high: answer.highWatermark, stable: answer.lastStableOffset });
  }

  /** Offsets without a record, before a batch and within it, are told as one gap before it. */
  #tellGap({ topic, id }: Partition, next: bigint, { baseOffset, lastOffset, count, isControl }: RecordBatch): void {
    const before = baseOffset > next ? baseOffset - next : 0n;
    // A batch of which records were read already cannot be counted, only compared as a whole.
    const within = isControl || next > baseOffset ? 0n : lastOffset - baseOffset + 1n - BigInt(count);
    const missing = before + within;
    if (missing <= 0n) return;
    const to = within > 0n ? lastOffset + 1n : baseOffset;
    this.sink.gap(topic, id, { from: next, to, missing, cause: 'compacted' });
  }

  #advance({ topic, id }: Partition, next: bigint): void {
    this.request.positions.get(topic)?.set(id, next);
  }

  #wakeUp(): void {
    this.#wake.resolve(undefined);
    this.#wake = Promise.withResolvers();
  }
}

function keyOf(topic: string, partition: number): string {
  return `${partition}/${topic}`;
}

function notAllowed(topic: string, cause: Error): PlaygroundError {
  return new PlaygroundError('input', l10n.t('Kafka does not allow us to read the topic {0}.', topic), {
    remedy: l10n.t('Ask who runs this Kafka for the right to read it.'),
    cause,
  });
}

/** kafkajs waits long for a broker that hangs. */
async function deadline<T>(answer: Promise<T>, brokers: readonly string[]): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = systemClock.schedule(silenceMs, () => {
    reject(new PlaygroundError('timeout', l10n.t('Kafka at {0} did not answer in time.', brokers.join(', '))));
  });
  try {
    return await Promise.race([answer, promise]);
  } finally {
    timer.dispose();
  }
}
