import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import type { KafkaPort, TailSession } from '../../../src/core/kafka/kafkaPort';
import { createWorkerKafkaPort } from '../../../src/core/kafka/workerKafkaPort';
import { delay } from '../../../src/core/util/async';
import { silentLogger } from '../../../src/core/util/logger';
import { WindowCheck } from '../../../src/panels/windowCheck';
import type { LedgerTotals, Verdict } from '../../../src/shared/model/ledger';
import { engineDouble } from '../builders/engine';
import { runningEnvironment } from '../builders/environment';
import { KafkaBroker } from '../kafkaBroker';
import { KafkaTestClient } from '../kafkaClient';
import { bundleKafkaWorker } from '../kafkaWorkerBundle';
import { MemoryCourse, type MemoryFigures } from './memoryCourse';
import { OffsetSum, type OffsetTotals } from './offsetSum';
import { soakCount, soakKeys, soakWindowMs, type SoakOrder, type SoakWritten, type WrittenPartition } from './order';

export interface SoakOptions {
  readonly seconds: number;
  /** Records a second. */
  readonly rate: number;
}

/** One partition as it was written, and as the tail handed it out. */
export interface SoakedPartition extends WrittenPartition {
  /** The offset after the last record, by the word of the broker. */
  readonly end: number;
  readonly seen: OffsetTotals;
}

export interface SoakReport {
  /** Records a second that were written, without those that were taken back. */
  readonly rate: number;
  readonly seconds: number;
  readonly partitions: readonly SoakedPartition[];
  /** Rows of the tail that stand for records that are gone. */
  readonly gaps: number;
  /** Rows that left the ring before the soak looked at them. */
  readonly unread: number;
  readonly filter: { readonly found: number; readonly wanted: number };
  readonly windows: { readonly written: number; readonly totals: LedgerTotals; readonly verdicts: readonly Verdict[] };
  /** The most records that the tail had still to read. */
  readonly mostBehind: number;
  /** Of this process and its worker, of one core; the broker and the writer are others. */
  readonly cpuPercent: number;
  readonly memory: MemoryFigures;
}

const megabyte = 1024 * 1024;
/** At 20,000 records a second 15 s: what comes while the machine is elsewhere must not leave before it is looked at. */
const capacity = 300_000;
const rowsAtOnce = 2000;
const lookMs = 100;
const graceMs = 60_000;
/** Of the 50 pages, 11 have it in their names. */
const wantedText = 'PAGE-1';
const wantedKeys = soakKeys.filter((key) => key.includes('page-1')).length;

/**
 * Lets a tail with a filter and a window check read one topic for a while, in the worker thread and over a real broker, and
 * accounts for every offset of it. Old segments are deleted, so that the disk holds what a long run writes.
 */
export async function soak({ seconds, rate }: SoakOptions): Promise<SoakReport> {
  const [broker, bundle] = await Promise.all([KafkaBroker.start('kraft'), bundleKafkaWorker()]);
  const port = createWorkerKafkaPort({ workerFile: bundle.workerFile, logger: silentLogger });
  try {
    const config = { 'retention.bytes': String(256 * megabyte), 'segment.bytes': String(64 * megabyte) };
    const topic = 'soak';
    await port.ensureTopics(broker.brokers, [{ name: topic, partitions: 2, config }], AbortSignal.timeout(graceMs));
    return await watched(port, { brokers: broker.brokers, topic, rate, seconds });
  } finally {
    port.dispose();
    await bundle.remove();
    await broker.dispose();
  }
}

async function watched(port: KafkaPort, order: SoakOrder): Promise<SoakReport> {
  const { brokers, topic } = order;
  const tail = await port.openTail({ brokers, topic, from: 'earliest', capacity, maxValueLength: 1024 });
  await tail.setFilter({ text: wantedText });
  const check = openCheck(port, order);
  const verdicts = new Set<Verdict>();
  check.state.onDidChange(({ next }) => verdicts.add(next.verdict));
  const reader = new RowReader(tail);
  const memory = new MemoryCourse();
  const cpuBefore = process.cpuUsage();
  const began = performance.now();
  try {
    const done = new AbortController();
    const writing = write(order).finally(() => done.abort());
    writing.catch(() => undefined);
    while (!done.signal.aborted) {
      await reader.look();
      memory.sample((performance.now() - began) / 1000);
      await delay(lookMs, done.signal).catch(() => undefined);
    }
    const { partitions, windows, seconds } = await writing;
    const cpu = process.cpuUsage(cpuBefore);
    const spentMs = performance.now() - began;
    const records = partitions.reduce((sum, { committed }) => sum + committed.count, 0);
    await reader.until(records);
    await until(() => check.state.value.totals.windows === windows);
    return {
      rate: Math.round(records / seconds),
      seconds: Math.round(seconds),
      partitions: await compared(partitions, reader, brokers, topic),
      gaps: reader.gaps,
      unread: reader.unread,
      filter: { found: tail.state.value.matches?.end ?? 0, wanted: windows * wantedKeys },
      windows: { written: windows, totals: check.state.value.totals, verdicts: Array.from(verdicts) },
      mostBehind: reader.mostBehind,
      cpuPercent: Math.round((cpu.user + cpu.system) / 10 / spentMs),
      memory: memory.figures(),
    };
  } finally {
    check.dispose();
    tail.dispose();
  }
}

function openCheck(kafka: KafkaPort, { brokers, topic }: SoakOrder): WindowCheck {
  const running = runningEnvironment();
  const endpoints = { rest: running.endpoints?.rest ?? '', brokers };
  return new WindowCheck({
    topic,
    engine: engineDouble({ kafka: { openLedger: (request) => kafka.openLedger(request) } }, { ...running, endpoints })
      .engine,
    contract: {
      topic,
      contract: { start: 'windowStart', end: 'windowEnd', key: 'page', count: 'count' },
      windowMs: soakWindowMs,
      expectedCount: soakCount,
      keys: soakKeys,
    },
    locale: 'en',
    timeZone: () => 'utc',
    showRecords: () => Promise.resolve(),
    showDocument: () => Promise.resolve(),
    savePicture: () => Promise.resolve(),
    onFailure: () => undefined,
    onPageError: () => undefined,
  });
}

/** Writes in a process of its own, so that what is measured here is what reads. */
async function write(order: SoakOrder): Promise<SoakWritten> {
  const built = await esbuild.build({
    entryPoints: [join(import.meta.dirname, 'writer.ts')],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    mainFields: ['module', 'main'],
    logLevel: 'silent',
  });
  const child = spawn(process.execPath, ['-', JSON.stringify(order)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const deadline = setTimeout(() => child.kill('SIGKILL'), order.seconds * 1000 + graceMs);
  let said = '';
  child.stdout.on('data', (data: Buffer) => {
    said += data.toString();
  });
  child.stdin.end(built.outputFiles[0]?.contents);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(deadline);
  if (code !== 0) throw new Error(`What writes the records ended with ${code}.`);
  return JSON.parse(said) as SoakWritten;
}

async function compared(
  partitions: readonly WrittenPartition[],
  reader: RowReader,
  brokers: readonly string[],
  topic: string,
): Promise<readonly SoakedPartition[]> {
  const ends = await new KafkaTestClient(brokers).withAdmin((admin) => admin.fetchTopicOffsets(topic));
  return partitions.map((written) => ({
    ...written,
    end: Number(ends.find(({ partition }) => partition === written.partition)?.high),
    seen: reader.seen(written.partition),
  }));
}

/** Looks at every row that a tail hands out, as a page does that follows it. */
class RowReader {
  readonly #sums = new Map<number, OffsetSum>();
  #next = 0;
  gaps = 0;
  unread = 0;
  mostBehind = 0;

  constructor(private readonly tail: TailSession) {}

  seen(partition: number): OffsetTotals {
    return this.#sum(partition).totals;
  }

  async look(): Promise<void> {
    const { end, behind = 0, matches } = this.tail.state.value;
    this.mostBehind = Math.max(this.mostBehind, behind);
    // What a page shows that stands at the end.
    if (matches !== undefined) await this.tail.matches(Math.max(0, matches.end - 50), matches.end);
    while (this.#next < end) {
      const rows = await this.tail.rows(this.#next, Math.min(end, this.#next + rowsAtOnce));
      this.unread += (rows[0]?.seq ?? end) - this.#next;
      for (const { partition, offset, gap } of rows) {
        if (gap === undefined) this.#sum(partition).add(Number(offset));
        else this.gaps += 1;
      }
      this.#next = (rows.at(-1)?.seq ?? end - 1) + 1;
    }
  }

  /** Looks on until so many records were there and the filter went through them. */
  async until(total: number): Promise<void> {
    await until(() => this.tail.state.value.total >= total && this.tail.state.value.matches?.left === 0);
    await this.look();
  }

  #sum(partition: number): OffsetSum {
    const sum = this.#sums.get(partition) ?? new OffsetSum();
    this.#sums.set(partition, sum);
    return sum;
  }
}

/** Gives up after a while: what is not as it should be is seen in the report. */
async function until(condition: () => boolean): Promise<void> {
  const signal = AbortSignal.timeout(graceMs);
  while (!condition() && !signal.aborted) await delay(lookMs, signal).catch(() => undefined);
}
