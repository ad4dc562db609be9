import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { ArtifactStore } from '../src/core/environment/local/artifacts/artifactStore';
import { silentLogger } from '../src/core/util/logger';
import { KafkaBroker } from '../test/support/kafkaBroker';

/** Put in by the build, as in `src/core/engine.ts`. */
declare const __CENTRAL_ADDRESS__: string;

/** Sizes of records that are compared, in bytes of their value. */
export const recordSizes = { 75: 1_500_000, 1024: 300_000 } as const;
export type RecordSize = keyof typeof recordSizes;

const partitions = 2;
const pages = ['/help', '/index', '/shop', '/jobs', '/about', '/news'];

/** How many records, and how many of them a second at most. */
export interface Pace {
  readonly count: number;
  readonly perSecond?: number;
}

/** One broker with the topics that all benches of tails read. */
export class TailBroker {
  private constructor(
    private readonly broker: KafkaBroker,
    private readonly toolsClassPath: string,
  ) {}

  static async start(): Promise<TailBroker> {
    const store = new ArtifactStore({
      cacheDirectory: join(process.cwd(), '.cache', 'artifacts'),
      baseAddress: __CENTRAL_ADDRESS__,
      mavenRepository: join(homedir(), '.m2', 'repository'),
      logger: silentLogger,
    });
    const sets = ['kafka-4.2.2', 'kafka-tools'];
    const jars = await store.ensure(sets, () => undefined, AbortSignal.timeout(240_000));
    const classPath = sets.flatMap((set) => jars.get(set) ?? []).join(delimiter);
    return new TailBroker(await KafkaBroker.start('kraft'), classPath);
  }

  get brokers(): readonly string[] {
    return this.broker.brokers;
  }

  topicOf(size: RecordSize): string {
    return `records-${size}`;
  }

  /** Makes and fills the topic of a size. */
  async fill(size: RecordSize): Promise<void> {
    await this.createTopic(this.topicOf(size));
    await this.produce(this.topicOf(size), size, { count: recordSizes[size] });
  }

  async createTopic(topic: string): Promise<void> {
    const admin = this.client().admin();
    await admin.connect();
    await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions: partitions }] });
    await admin.disconnect();
  }

  /**
   * Writes records by Kafka's own tool, so that this process stays as it is before a panel is opened.
   * @param pace as fast as it can unless `perSecond` says how many.
   */
  async produce(topic: string, size: RecordSize, { count, perSecond = -1 }: Pace, signal?: AbortSignal): Promise<void> {
    const directory = await mkdtemp(join(tmpdir(), 'bench-tail-'));
    const payloads = join(directory, 'payloads');
    await writeFile(payloads, Array.from({ length: 600 }, (_, index) => valueOf(size, index)).join('\n'));
    const [server = ''] = this.brokers;
    const what = ['--topic', topic, '--num-records', String(count), '--payload-file', payloads];
    const pace = ['--throughput', String(perSecond)];
    const main = 'org.apache.kafka.tools.ProducerPerformance';
    const properties = ['--producer-props', `bootstrap.servers=${server}`, 'linger.ms=5', 'batch.size=65536'];
    const child = spawn('java', ['-Xmx512M', '-cp', this.toolsClassPath, main, ...what, ...pace, ...properties], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const stop = (): boolean => child.kill();
    signal?.addEventListener('abort', stop);
    const [code] = (await once(child, 'exit')) as [number | null];
    await rm(directory, { recursive: true, force: true });
    if (code !== 0 && signal?.aborted !== true) throw new Error(`The records were not written: ${code}.`);
  }

  /** Kafka's own console consumer as a process, reading from the beginning until it has so many records. */
  consoleConsumer(topic: string, records: number): ChildProcess {
    const [server = ''] = this.brokers;
    const reader = [
      '--bootstrap-server',
      server,
      '--topic',
      topic,
      '--from-beginning',
      '--max-messages',
      String(records),
    ];
    const main = 'org.apache.kafka.tools.consumer.ConsoleConsumer';
    // The memory and the collector that `kafka-console-consumer.sh` gives it.
    const flags = ['-Xmx512M', '-server', '-XX:+UseG1GC', '-XX:MaxGCPauseMillis=20'];
    return spawn('java', [...flags, '-cp', this.toolsClassPath, main, ...reader], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  }

  /** `kcat`, when this machine has it. */
  kcat(topic: string, records: number): ChildProcess {
    const [server = ''] = this.brokers;
    return spawn('kcat', ['-C', '-b', server, '-t', topic, '-o', 'beginning', '-c', String(records), '-q'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  }

  client(): Kafka {
    return new Kafka({ clientId: 'bench', brokers: [...this.brokers], logLevel: logLevel.NOTHING });
  }

  dispose(): Promise<void> {
    return this.broker.dispose();
  }
}

/** Seconds until a process has ended and all that it said was read; the first line's seconds beside it. */
export async function readAll(child: ChildProcess): Promise<{ readonly seconds: number; readonly firstLine: number }> {
  const began = performance.now();
  let firstLine = Number.NaN;
  child.stdout?.on('data', () => {
    if (Number.isNaN(firstLine)) firstLine = (performance.now() - began) / 1000;
  });
  await once(child, 'close');
  return { seconds: (performance.now() - began) / 1000, firstLine };
}

function valueOf(size: RecordSize, index: number): string {
  const page = pages[index % pages.length] ?? '';
  return `{"timestamp":"2026-01-01T00:00:00.000Z","page":"${page}","n":${index},"x":"`.padEnd(size - 2, 'x') + '"}';
}
