import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import getPort from 'get-port';
import { ArtifactStore } from '../../src/core/environment/local/artifacts/artifactStore';
import { waitFor } from '../../src/core/util/async';
import { silentLogger } from '../../src/core/util/logger';

/** Put in by the runner's configuration. */
declare const __CENTRAL_ADDRESS__: string;

export type KafkaBrokerMode = 'kraft' | 'zookeeper';

const sets = { kraft: 'kafka-4.2.2', zookeeper: 'kafka-3.9.2' } as const;
const deadlineMs = 60_000;
/** What a broker calls itself to those who ask at the address for it. */
export const lostAddress = '127.0.0.1:1';
const clusterId = 'MkU3OEVBNTcwNTJENDM2Qk';

/** A real broker in processes of its own and a temporary folder, alone on free ports of 127.0.0.1. */
export class KafkaBroker {
  readonly #processes = new Map<'kafka' | 'zookeeper', ChildProcess>();

  private constructor(
    readonly mode: KafkaBrokerMode,
    private readonly directory: string,
    private readonly classPath: string,
    private readonly port: number,
    private readonly otherPort: number,
    private readonly lostPort: number,
  ) {}

  static async start(mode: KafkaBrokerMode): Promise<KafkaBroker> {
    const store = new ArtifactStore({
      cacheDirectory: path.resolve('.cache/artifacts'),
      baseAddress: __CENTRAL_ADDRESS__,
      mavenRepository: path.join(homedir(), '.m2', 'repository'),
      logger: silentLogger,
    });
    const jars = await store.ensure([sets[mode]], () => undefined, AbortSignal.timeout(240_000));
    const classPath = (jars.get(sets[mode]) ?? []).join(path.delimiter);
    const directory = await mkdtemp(path.join(tmpdir(), 'kafka-contract-'));
    const broker = new KafkaBroker(mode, directory, classPath, await getPort(), await getPort(), await getPort());
    await broker.#prepare();
    await broker.restart();
    return broker;
  }

  get brokers(): readonly string[] {
    return [`127.0.0.1:${this.port}`];
  }

  /** An address at which it answers, and says that it is to be reached at {@link lostAddress}, where nothing is. */
  get misadvertised(): readonly string[] {
    return [`127.0.0.1:${this.lostPort}`];
  }

  /** Ends the broker as a crash does; its data stays. */
  async kill(): Promise<void> {
    await this.#kill('kafka');
  }

  /** Makes the broker hang, or go on: its port stays open. */
  freeze(frozen: boolean): void {
    this.#processes.get('kafka')?.kill(frozen ? 'SIGSTOP' : 'SIGCONT');
  }

  /** Starts the broker, for the first time or again with its data, and waits until its port is open. */
  async restart(): Promise<void> {
    await this.#kill('kafka');
    await this.#untilOpen(this.port, () => {
      // ZooKeeper holds the name of a broker that crashed until its session is over, and the new one exits.
      if (!this.#isRunning('kafka')) this.#spawn('kafka', 'kafka.Kafka');
    });
  }

  async dispose(): Promise<void> {
    await this.#kill('kafka');
    await this.#kill('zookeeper');
    await rm(this.directory, { recursive: true, force: true, maxRetries: 3 });
  }

  async #prepare(): Promise<void> {
    const data = path.join(this.directory, 'data');
    await mkdir(data);
    const listener = `127.0.0.1:${this.port}`;
    const common = [
      `log.dirs=${data}`,
      'offsets.topic.num.partitions=1',
      'offsets.topic.replication.factor=1',
      'transaction.state.log.replication.factor=1',
      'transaction.state.log.min.isr=1',
      'group.initial.rebalance.delay.ms=0',
      'auto.create.topics.enable=true',
      'log.retention.check.interval.ms=1000',
      'file.delete.delay.ms=100',
      'log.cleaner.backoff.ms=200',
      'allow.everyone.if.no.acl.found=true',
      `advertised.listeners=PLAINTEXT://${listener},LOST://${lostAddress}`,
      'inter.broker.listener.name=PLAINTEXT',
    ];
    const ofMode =
      this.mode === 'kraft'
        ? [
            'process.roles=broker,controller',
            'authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer',
            'node.id=1',
            `listeners=PLAINTEXT://${listener},LOST://127.0.0.1:${this.lostPort},CONTROLLER://127.0.0.1:${this.otherPort}`,
            'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,LOST:PLAINTEXT,CONTROLLER:PLAINTEXT',
            'controller.listener.names=CONTROLLER',
            `controller.quorum.bootstrap.servers=127.0.0.1:${this.otherPort}`,
            // A broker that crashed is waited for as long as this when it comes back.
            'broker.session.timeout.ms=2000',
            'broker.heartbeat.interval.ms=500',
            'share.coordinator.state.topic.replication.factor=1',
            'share.coordinator.state.topic.min.isr=1',
          ]
        : [
            'broker.id=1',
            'authorizer.class.name=kafka.security.authorizer.AclAuthorizer',
            `listeners=PLAINTEXT://${listener},LOST://127.0.0.1:${this.lostPort}`,
            'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,LOST:PLAINTEXT',
            `zookeeper.connect=127.0.0.1:${this.otherPort}`,
            'zookeeper.session.timeout.ms=2000',
          ];
    await writeFile(this.#file('kafka'), [...common, ...ofMode].join('\n'));
    if (this.mode === 'kraft') {
      const format = ['format', '--standalone', '-t', clusterId, '-c', this.#file('kafka')];
      await promisify(execFile)('java', ['-cp', this.classPath, 'kafka.tools.StorageTool', ...format]);
      return;
    }
    const zookeeper = [
      'tickTime=500',
      'clientPortAddress=127.0.0.1',
      `clientPort=${this.otherPort}`,
      'admin.enableServer=false',
    ];
    await writeFile(
      this.#file('zookeeper'),
      [...zookeeper, `dataDir=${path.join(this.directory, 'zookeeper')}`].join('\n'),
    );
    this.#spawn('zookeeper', 'org.apache.zookeeper.server.quorum.QuorumPeerMain');
    await this.#untilOpen(this.otherPort);
  }

  #file(role: 'kafka' | 'zookeeper'): string {
    return path.join(this.directory, `${role}.properties`);
  }

  #spawn(role: 'kafka' | 'zookeeper', mainClass: string): void {
    const log = openSync(path.join(this.directory, `${role}.out`), 'a');
    const flags = ['-Xmx384m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];
    const child = spawn('java', [...flags, '-cp', this.classPath, mainClass, this.#file(role)], {
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    this.#processes.set(role, child);
  }

  async #kill(role: 'kafka' | 'zookeeper'): Promise<void> {
    const child = this.#processes.get(role);
    this.#processes.delete(role);
    if (child === undefined || !isRunning(child)) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  #isRunning(role: 'kafka' | 'zookeeper'): boolean {
    const child = this.#processes.get(role);
    return child !== undefined && isRunning(child);
  }

  async #untilOpen(port: number, beforeEach: () => void = () => undefined): Promise<void> {
    const probe = (): Promise<true | undefined> => {
      beforeEach();
      return isOpen(port);
    };
    await waitFor(probe, {
      what: `port ${port} to open`,
      timeoutMs: deadlineMs,
      intervalMs: 100,
      signal: AbortSignal.timeout(deadlineMs),
    });
  }
}

function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}

function isOpen(port: number): Promise<true | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(undefined));
  });
}
