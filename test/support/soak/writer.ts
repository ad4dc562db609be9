import type { Message, Producer, RecordMetadata } from 'kafkajs';
import { KafkaTestClient, toMessage } from '../kafkaClient';
import { OffsetSum } from './offsetSum';
import { soakCount, soakKeys, soakWindowMs, type SoakOrder, type SoakWritten } from './order';

/** The process that writes the soak's records: window counts, some in transactions, of which some are taken back. */

const tickMs = 50;
/** Of so many ticks one writes in a transaction, and one takes back a transaction of its own before it writes. */
const ticksPerTransaction = 10;
/** In one request, which has to stay below a megabyte; the rest is written by the ticks that follow. */
const mostWindowsPerTick = 80;
const firstWindow = Date.UTC(2026, 0, 1);
const partitions = [0, 1] as const;

class Writer {
  readonly #committed = partitions.map(() => new OffsetSum());
  readonly #aborted = partitions.map(() => 0);
  #transactions = 0;
  #windows = 0;

  constructor(
    private readonly order: SoakOrder,
    private readonly plain: Producer,
    private readonly transactional: Producer,
  ) {}

  async run(): Promise<SoakWritten> {
    const { rate, seconds } = this.order;
    const windowsPerSecond = rate / soakKeys.length;
    const began = performance.now();
    for (let tick = 0; ; tick += 1) {
      const elapsed = performance.now() - began;
      if (elapsed >= seconds * 1000) return this.#written(elapsed / 1000);
      const due = Math.floor((elapsed / 1000) * windowsPerSecond) - this.#windows;
      if (due > 0) await this.#tick(tick, Math.min(due, mostWindowsPerTick));
      await new Promise((resolve) =>
        setTimeout(resolve, Math.max(0, (tick + 1) * tickMs - (performance.now() - began))),
      );
    }
  }

  async #tick(tick: number, windows: number): Promise<void> {
    if (tick % ticksPerTransaction === 3) await this.#takeBack(this.#messages(windows, 7));
    const messages = this.#messages(windows, soakCount);
    const written =
      tick % ticksPerTransaction === 6 ? await this.#commit(messages) : await this.#send(this.plain, messages);
    for (const each of written) this.#note(each, messages);
    this.#windows += windows;
  }

  #messages(windows: number, count: number): readonly Message[] {
    return Array.from({ length: windows }, (_, index) => this.#windows + index).flatMap((window) => {
      const at = firstWindow + window * soakWindowMs;
      const windowStart = new Date(at).toISOString();
      const windowEnd = new Date(at + soakWindowMs).toISOString();
      return soakKeys.map((page, index) =>
        toMessage({
          value: JSON.stringify({ windowStart, windowEnd, page, count }),
          // One has twice as many as the other, as pages go.
          partition: index % 3 === 0 ? 1 : 0,
        }),
      );
    });
  }

  #send(producer: Pick<Producer, 'send'>, messages: readonly Message[]): Promise<readonly RecordMetadata[]> {
    return producer.send({ topic: this.order.topic, messages: [...messages] });
  }

  async #commit(messages: readonly Message[]): Promise<readonly RecordMetadata[]> {
    const transaction = await this.transactional.transaction();
    const written = await this.#send(transaction, messages);
    await transaction.commit();
    this.#transactions += 1;
    return written;
  }

  async #takeBack(messages: readonly Message[]): Promise<void> {
    const transaction = await this.transactional.transaction();
    await this.#send(transaction, messages);
    await transaction.abort();
    this.#transactions += 1;
    for (const partition of partitions) {
      this.#aborted[partition] = (this.#aborted[partition] ?? 0) + countOf(messages, partition);
    }
  }

  #note({ partition, baseOffset }: RecordMetadata, messages: readonly Message[]): void {
    if (baseOffset === undefined) throw new Error('The broker did not say where it wrote.');
    const first = Number(baseOffset);
    const end = first + countOf(messages, partition);
    for (let offset = first; offset < end; offset += 1) this.#committed[partition]?.add(offset);
  }

  #written(seconds: number): SoakWritten {
    const described = partitions.map((partition) => ({
      partition,
      committed: this.#committed[partition]?.totals ?? { count: 0, checksum: 0 },
      aborted: this.#aborted[partition] ?? 0,
      markers: this.#transactions,
    }));
    return { partitions: described, windows: this.#windows, seconds };
  }
}

function countOf(messages: readonly Message[], partition: number): number {
  return messages.reduce((sum, message) => sum + (message.partition === partition ? 1 : 0), 0);
}

async function main(): Promise<void> {
  const order = JSON.parse(process.argv[2] ?? '') as SoakOrder;
  const client = new KafkaTestClient(order.brokers);
  await client.withProducer((plain) =>
    client.withProducer(async (transactional) => {
      const written = await new Writer(order, plain, transactional).run();
      process.stdout.write(`${JSON.stringify(written)}\n`);
    }, 'soak'),
  );
}

void main();
