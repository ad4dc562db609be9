import type { ConsumeRequest, Consumption, KafkaGateway, RecordSink, StartRequest } from '../../src/core/kafka/gateway';
import { startPositions } from '../../src/core/kafka/startPositions';
import { PlaygroundError } from '../../src/core/util/errors';
import { lent } from './recordBatches';

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
      lent(
        first,
        values.map((value) => ({ value, timestamp })),
      ),
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

  createTopic(): Promise<void> {
    return Promise.resolve();
  }

  deleteTopic(): Promise<void> {
    return Promise.resolve();
  }

  topicSettings(): Promise<readonly []> {
    return Promise.resolve([]);
  }

  groups(): Promise<readonly []> {
    return Promise.resolve([]);
  }

  positions(
    _brokers: readonly string[],
    { topic, from, partitions }: StartRequest,
  ): Promise<ReadonlyMap<number, bigint>> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    const offsets = this.topics.get(topic);
    if (offsets === undefined) return Promise.reject(new PlaygroundError('notFound', `There is no topic ${topic}.`));
    const { low, high } = offsets;
    const ends = Array.from({ length: offsets.partitions ?? 1 }, (_, partition) => ({ partition, low, high }));
    return Promise.resolve(
      startPositions(
        ends.filter(({ partition }) => partitions?.includes(partition) ?? true),
        from,
      ),
    );
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
