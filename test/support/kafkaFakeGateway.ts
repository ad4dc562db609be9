import type { ConsumeRequest, Consumption, KafkaGateway, LentRecord, RecordSink } from '../../src/core/kafka/gateway';
import { PlaygroundError } from '../../src/core/util/errors';

/** A consumption of the fake, held by the test. */
export class FakeConsumption implements Consumption {
  readonly ended: Promise<Error | undefined>;
  paused = false;
  /** `topic/partition`. */
  readonly held = new Set<string>();
  closed = false;
  #end: (failure: Error | undefined) => void = () => undefined;

  constructor(
    readonly request: ConsumeRequest,
    readonly sink: RecordSink,
  ) {
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  /** Delivers records from the position on, and moves it, as the real one does. */
  deliver(topic: string, partition: number, values: readonly (string | null)[], timestamp = 0): void {
    const partitions = this.request.positions.get(topic) ?? new Map<number, bigint>();
    this.request.positions.set(topic, partitions);
    const first = partitions.get(partition) ?? 0n;
    this.sink.records(
      topic,
      partition,
      values.map((value, index) => record({ offset: String(first + BigInt(index)), value, timestamp })),
    );
    partitions.set(partition, first + BigInt(values.length));
  }

  fail(error: Error = new PlaygroundError('unreachable', 'Kafka is away.')): void {
    this.#end(error);
  }

  setPaused(paused: boolean): void {
    this.paused = paused;
  }

  setHeld(topic: string, partition: number, held: boolean): void {
    if (held) this.held.add(`${topic}/${partition}`);
    else this.held.delete(`${topic}/${partition}`);
  }

  close(): Promise<void> {
    this.closed = true;
    this.#end(undefined);
    return Promise.resolve();
  }
}

/** One partition unless it says more, all with these offsets. */
interface FakeTopic {
  readonly low: bigint;
  readonly high: bigint;
  readonly partitions?: number;
}

/** A Kafka in memory that does what the test says: topics with their offsets, and errors. */
export class FakeGateway implements KafkaGateway {
  readonly topics = new Map<string, FakeTopic>();
  readonly consumptions: FakeConsumption[] = [];
  /** Thrown by every call while it is set. */
  failure: Error | undefined;

  get consumption(): FakeConsumption {
    const last = this.consumptions.at(-1);
    if (last === undefined) throw new Error('Nothing is consumed.');
    return last;
  }

  clusterId(): Promise<string> {
    return Promise.resolve('cluster');
  }

  describeTopics(): Promise<readonly []> {
    return Promise.resolve([]);
  }

  ensureTopics(): Promise<void> {
    return Promise.resolve();
  }

  positions(
    _brokers: readonly string[],
    topic: string,
    from: 'latest' | 'earliest',
  ): Promise<ReadonlyMap<number, bigint>> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    const offsets = this.topics.get(topic);
    if (offsets === undefined) return Promise.reject(new PlaygroundError('notFound', `There is no topic ${topic}.`));
    const offset = from === 'latest' ? offsets.high : offsets.low;
    return Promise.resolve(new Map(Array.from({ length: offsets.partitions ?? 1 }, (_, id) => [id, offset])));
  }

  consume(request: ConsumeRequest, sink: RecordSink): Promise<Consumption> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    const consumption = new FakeConsumption(request, sink);
    this.consumptions.push(consumption);
    return Promise.resolve(consumption);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** A record as the client library lends it. */
export function record(change: {
  offset?: string;
  timestamp?: number;
  key?: string | null;
  value?: string | null;
}): LentRecord {
  const { offset = '0', timestamp = 0, key = null, value = null } = change;
  const bytes = (text: string | null): Uint8Array | null => (text === null ? null : Buffer.from(text));
  return { offset, timestamp: String(timestamp), key: bytes(key), value: bytes(value) };
}
