import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { KafkaPort, TailRequest, TailSession } from '../src/core/kafka/kafkaPort';
import { createWorkerKafkaPort } from '../src/core/kafka/workerKafkaPort';
import { silentLogger } from '../src/core/util/logger';
import type { TailState } from '../src/shared/protocol/topicPanel';
import { alone, compare, median, worst, type Figure, type Sample } from './measure';
import { recordSizes, readAll, TailBroker, type RecordSize } from './tailBroker';

const rounds = 3;
const capacity = 100_000;
const megabyte = 1024 * 1024;
/** One opening of a tail takes so short that it varies. */
const openings = 25;
const childrenTicks = 100;
const limits = {
  consoleTime: 0.5,
  kafkajsCpu: 1 / 0.85,
  kcatTime: { 75: 2, 1024: 1 / 0.9 },
  firstRecord: 0.2,
  growthMb: 30,
  peakMb: 250,
  hostDelayMs: 20,
  idlePercent: 1,
} as const;

/** Reading all of a topic into the ring, records of two sizes, beside what a person would use instead. */
export function tailThroughput(): Promise<readonly Figure[]> {
  return withTails([75, 1024], async (broker, port) => [
    ...(await throughput(broker, port, 75)),
    ...(await throughput(broker, port, 1024)),
  ]);
}

/** From asking for a tail until its first record is in the ring. */
export function tailFirstRecord(): Promise<readonly Figure[]> {
  return withTails([75], async (broker, port) => [await firstRecord(broker, port)]);
}

export function tailHostDelay(): Promise<readonly Figure[]> {
  return withTails([75], hostDelay);
}

export function tailMemory(): Promise<readonly Figure[]> {
  return withTails([75], memory);
}

export function tailIdle(): Promise<readonly Figure[]> {
  return withTails([], async (broker, port) => [await idle(broker, port)]);
}

/** A broker with the topics of these sizes, and the worker of the built extension. */
async function withTails<T>(
  sizes: readonly RecordSize[],
  measure: (broker: TailBroker, port: KafkaPort) => Promise<T>,
): Promise<T> {
  const broker = await TailBroker.start();
  const port = createWorkerKafkaPort({
    workerFile: join(process.cwd(), 'dist', 'kafkaWorker.js'),
    logger: silentLogger,
  });
  try {
    for (const size of sizes) await broker.fill(size);
    // The worker runs whenever a playground does, so what starting it takes is not a tail's.
    await port.clusterId(broker.brokers, AbortSignal.timeout(20_000));
    return await measure(broker, port);
  } finally {
    port.dispose();
    await broker.dispose();
  }
}

async function throughput(broker: TailBroker, port: KafkaPort, size: RecordSize): Promise<readonly Figure[]> {
  const topic = broker.topicOf(size);
  const records = recordSizes[size];
  const ours = async (): Promise<Sample> => {
    const cpuBefore = process.cpuUsage();
    const began = performance.now();
    const tail = await port.openTail(request(broker, topic));
    await until(tail, ({ total }) => total >= records);
    const value = (performance.now() - began) / 1000;
    const { user, system } = process.cpuUsage(cpuBefore);
    tail.dispose();
    return { value, cpuSeconds: (user + system) / 1e6 };
  };
  const whole = (start: () => ChildProcess) => async (): Promise<Sample> => {
    const before = childrenCpuSeconds();
    const { seconds } = await readAll(start());
    return { value: seconds, cpuSeconds: childrenCpuSeconds() - before };
  };
  const common = { unit: 's', rounds, ours };
  const name = `tail.throughput.${size}`;
  const kafkaConsole = await compare({
    ...common,
    name: `${name}.console`,
    baseline: `kafka-console-consumer to a pipe, whole process, ${records} records`,
    theirs: whole(() => broker.consoleConsumer(topic, records)),
  });
  const kafkajs = await compare({
    rounds,
    name: `${name}.kafkajs`,
    unit: 'CPU s',
    baseline: 'a bare loop of kafkajs that keeps nothing',
    ours: async () => inCpuSeconds(await ours()),
    theirs: async () => inCpuSeconds(await bareLoop(broker, topic, records)),
  });
  const kcat = await compare({
    ...common,
    name: `${name}.kcat`,
    baseline: 'kcat to a pipe, whole process',
    theirs: whole(() => broker.kcat(topic, records)),
  });
  return [
    { ...kafkaConsole, limit: limits.consoleTime },
    { ...kafkajs, limit: limits.kafkajsCpu },
    { ...kcat, limit: limits.kcatTime[size] },
  ];
}

function inCpuSeconds({ cpuSeconds }: Sample): Sample {
  return { value: cpuSeconds, cpuSeconds };
}

async function bareLoop(broker: TailBroker, topic: string, records: number): Promise<Sample> {
  const cpuBefore = process.cpuUsage();
  const began = performance.now();
  const consumer = broker.client().consumer({ groupId: `bench-${began}`, allowAutoTopicCreation: false });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  let read = 0;
  const all = Promise.withResolvers<undefined>();
  await consumer.run({
    autoCommit: false,
    partitionsConsumedConcurrently: 2,
    eachBatch: ({ batch }) => {
      read += batch.messages.length;
      if (read >= records) all.resolve(undefined);
      return Promise.resolve();
    },
  });
  await all.promise;
  const value = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  await consumer.disconnect();
  return { value, cpuSeconds: (user + system) / 1e6 };
}

async function firstRecord(broker: TailBroker, port: KafkaPort): Promise<Figure> {
  const topic = broker.topicOf(75);
  const figure = await compare({
    name: 'tail.firstRecord',
    unit: 's',
    baseline: "the first line of kafka-console-consumer's process",
    rounds,
    ours: async () => {
      const cpuBefore = process.cpuUsage();
      const seconds: number[] = [];
      for (let opening = 0; opening < openings; opening += 1) {
        const began = performance.now();
        const tail = await port.openTail(request(broker, topic));
        await until(tail, ({ total }) => total > 0);
        seconds.push((performance.now() - began) / 1000);
        tail.dispose();
      }
      const { user, system } = process.cpuUsage(cpuBefore);
      return { value: median(seconds), cpuSeconds: (user + system) / 1e6 / openings };
    },
    theirs: async () => {
      const before = childrenCpuSeconds();
      const { firstLine } = await readAll(broker.consoleConsumer(topic, 10));
      return { value: firstLine, cpuSeconds: childrenCpuSeconds() - before };
    },
  });
  return { ...figure, limit: limits.firstRecord };
}

/** The delay of the thread that the editor shares, while its worker reads as fast as it can. */
async function hostDelay(broker: TailBroker, port: KafkaPort): Promise<readonly Figure[]> {
  const delays: number[] = [];
  const rates: number[] = [];
  // The first reading of all warms the worker up.
  for (let round = -1; round < rounds; round += 1) {
    const histogram = monitorEventLoopDelay({ resolution: 5 });
    const began = performance.now();
    const tail = await port.openTail(request(broker, broker.topicOf(75)));
    histogram.enable();
    await until(tail, ({ total }) => total >= recordSizes[75]);
    histogram.disable();
    const seconds = (performance.now() - began) / 1000;
    tail.dispose();
    if (round < 0) continue;
    rates.push(recordSizes[75] / seconds);
    delays.push(histogram.percentile(99) / 1e6);
  }
  return [
    worst('tail.hostDelay', 'ms at p99', delays, limits.hostDelayMs),
    alone('tail.hostDelay.rate', 'records/s', '500 000 were asked for', rates),
  ];
}

/** Resident memory of this process with its worker, over ten million records, of which 100 000 are kept. */
async function memory(broker: TailBroker, port: KafkaPort): Promise<readonly Figure[]> {
  const closed = residentMb();
  let peak = closed;
  const watch = setInterval(() => {
    peak = Math.max(peak, residentMb());
  }, 100);
  const topic = broker.topicOf(75);
  let read = 0;
  let afterFirst = Number.NaN;
  // The topic is read again and again, by tails that are open side by side as two panels would be for a moment.
  for (let pass = 0; read < 10_000_000; pass += 1) {
    const tail = await port.openTail(request(broker, topic));
    await until(tail, ({ total }) => total >= recordSizes[75]);
    read += recordSizes[75];
    if (pass === 0) afterFirst = residentMb();
    tail.dispose();
  }
  clearInterval(watch);
  return [
    alone('tail.memory.growth', 'MB', 'from 1.5 to 10.5 million records', [residentMb() - afterFirst], limits.growthMb),
    alone('tail.memory.peak', 'MB', 'over a closed panel', [peak - closed], limits.peakMb),
  ];
}

async function idle(broker: TailBroker, port: KafkaPort): Promise<Figure> {
  const topic = 'nothing';
  await broker.createTopic(topic);
  const tail = await port.openTail(request(broker, topic));
  await until(tail, ({ status }) => status === 'live');
  await pause(3000);
  const percents: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const before = process.cpuUsage();
    await pause(10_000);
    const { user, system } = process.cpuUsage(before);
    percents.push((user + system) / 10_000 / 10);
  }
  tail.dispose();
  return worst('tail.idle', '% of a core', percents, limits.idlePercent);
}

function request(broker: TailBroker, topic: string): TailRequest {
  return { brokers: broker.brokers, topic, from: 'earliest', capacity, maxValueLength: 1024 };
}

async function until(tail: TailSession, condition: (state: TailState) => boolean): Promise<void> {
  if (condition(tail.state.value)) return;
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const listener = tail.state.onDidChange(({ next }) => {
    if (condition(next)) resolve(undefined);
  });
  await promise;
  listener.dispose();
}

function residentMb(): number {
  return process.memoryUsage.rss() / megabyte;
}

/** CPU seconds of processes that were started here and have ended. */
function childrenCpuSeconds(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) / childrenTicks;
}
