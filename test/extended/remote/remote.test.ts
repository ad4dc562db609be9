import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { parse, stringify } from 'yaml';
import type { LocalEnvironment } from '../../../src/core/environment/local/localEnvironment';
import type { LocalStartResult } from '../../../src/core/environment/local/start';
import { RemoteEnvironment } from '../../../src/core/environment/remote/remoteEnvironment';
import { FlinkClient } from '../../../src/core/flink/flinkClient';
import { JobReads } from '../../../src/core/flink/jobReads';
import { createInProcessKafkaPort } from '../../../src/core/kafka/inProcessKafkaPort';
import type { KafkaPort } from '../../../src/core/kafka/kafkaPort';
import { LedgerMonitor } from '../../../src/core/ledger/ledgerMonitor';
import { idle, valueOf } from '../../../src/core/state/resource';
import { Store } from '../../../src/core/state/store';
import { systemClock } from '../../../src/core/util/clock';
import { silentLogger } from '../../../src/core/util/logger';
import { ignoreProgress, instanceOf, LocalTestBed, never, startOptions } from '../../support/localPlayground';

/** A playground of this machine, looked at as if others ran it. */
describe('a remote environment', { timeout: 240_000 }, () => {
  let bed: LocalTestBed;
  let local: LocalEnvironment;
  let started: LocalStartResult;
  let kafka: KafkaPort;
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'flink-playground-remote-'));
    kafka = createInProcessKafkaPort({ logger: silentLogger });
    bed = await LocalTestBed.create();
    local = bed.open();
    started = await local.start(startOptions(), ignoreProgress, AbortSignal.timeout(180_000));
  }, 240_000);

  afterAll(async () => {
    kafka.dispose();
    await bed.remove();
    await rm(directory, { recursive: true, force: true });
  }, 120_000);

  const restUrl = (): string => local.snapshot.value.endpoints?.rest ?? '';
  const brokers = (): string => local.snapshot.value.endpoints?.brokers.join(',') ?? '';

  function open(settings: { readonly restUrl?: string; readonly brokers?: string } = {}): RemoteEnvironment {
    const environment = new RemoteEnvironment({
      settings: () => ({ restUrl: restUrl(), brokers: brokers(), ...settings }),
      jarsDirectory: join(import.meta.dirname, '..', '..', '..', 'playground', 'job', 'target'),
      directory,
      kafka,
      flinkClient: (baseUrl) => new FlinkClient({ baseUrl, logger: silentLogger }),
      logger: silentLogger,
    });
    onTestFinished(() => environment.dispose());
    return environment;
  }

  const connect = (environment: RemoteEnvironment): ReturnType<RemoteEnvironment['start']> =>
    environment.start(startOptions(), ignoreProgress, AbortSignal.timeout(60_000));

  it('finds versions, job and addresses of a cluster that runs', async () => {
    const environment = open();
    expect(await connect(environment)).toMatchObject({ jobId: started.jobId, adopted: false });
    expect(environment.snapshot.value).toMatchObject({
      phase: 'running',
      flinkVersion: '2.2.1',
      endpoints: local.snapshot.value.endpoints,
      notices: [],
    });
  });

  it('goes on running when it is disconnected', async () => {
    const environment = open();
    await connect(environment);
    await environment.stop({ deleteData: false }, ignoreProgress, never);
    expect(environment.snapshot.value.phase).toBe('absent');
    const client = new FlinkClient({ baseUrl: restUrl(), logger: silentLogger });
    onTestFinished(() => client.dispose());
    expect(await client.job(started.jobId, never)).toMatchObject({ state: 'RUNNING' });
    expect(local.snapshot.value.phase).toBe('running');
  });

  it('is found again by the next window', async () => {
    const first = open();
    await connect(first);
    first.dispose();
    const next = open();
    await next.refresh(never);
    expect(next.snapshot.value.phase).toBe('running');
  });

  it('has an account of its windows', async () => {
    const environment = open();
    await connect(environment);
    const ledger = new LedgerMonitor({
      environment: environment.snapshot,
      onInstanceEvent: environment.onInstanceEvent,
      cluster: new Store({ overview: idle, jobs: idle, taskManagers: idle }),
      kafka,
      recoveries: { read: () => Promise.resolve([]), append: () => Promise.resolve() },
      clock: systemClock,
      logger: silentLogger,
    });
    onTestFinished(() => ledger.dispose());
    await expect.poll(() => ledger.summary.value.totals.exactWindows, { timeout: 60_000 }).toBeGreaterThanOrEqual(2);
  });

  it('gives the jars of the playground and the address of its brokers to a job', async () => {
    const environment = open();
    await connect(environment);
    const submission = await environment.jobSubmission(never);
    expect(submission.bootstrapServers).toBe(brokers());
    expect(submission.jars.v1.name).toMatch(/-[\da-f]{12}\.jar$/);
  });

  it('is told from a Kafka when the REST address is that of a broker', async () => {
    await expect(connect(open({ restUrl: `http://${brokers()}` }))).rejects.toMatchObject({
      name: 'PlaygroundError',
      remedy: expect.stringContaining('flinkPlayground.remote.restUrl') as string,
    });
  });

  it('is told from a Flink when the address of a broker is that of the REST server', async () => {
    const environment = open({ brokers: new URL(restUrl()).host });
    await expect(connect(environment)).rejects.toMatchObject({
      name: 'PlaygroundError',
      remedy: expect.stringContaining('flinkPlayground.remote.brokers') as string,
    });
    expect(environment.snapshot.value).toMatchObject({ phase: 'failed' });
  });

  it('says so when nobody listens at the address of a broker', async () => {
    const port = await freePort();
    await expect(connect(open({ brokers: `127.0.0.1:${port}` }))).rejects.toMatchObject({
      kind: 'unreachable',
      message: `Kafka at 127.0.0.1:${port} cannot be reached.`,
      remedy: expect.stringContaining('leave it empty') as string,
    });
  });

  it('says so when nobody listens at the address of Flink', async () => {
    const address = `http://127.0.0.1:${await freePort()}`;
    await expect(connect(open({ restUrl: address }))).rejects.toMatchObject({
      kind: 'unreachable',
      message: `Flink at ${address} does not answer.`,
    });
  });

  it('says where flame graphs are switched off, as Flink has them unless it is told otherwise', async () => {
    const address = await startJobManager({ 'rest.flamegraph.enabled': 'false' });
    const client = new FlinkClient({ baseUrl: address, logger: silentLogger });
    const reads = new JobReads({ client: new Store(client), intervalMs: () => 200, logger: silentLogger });
    onTestFinished(() => {
      reads.dispose();
      client.dispose();
    });
    const flames = reads.flameGraph(started.jobId, 'cbc357ccb763df2852fee8c4fc7d55f2', 'full');
    onTestFinished(() => flames.dispose());
    await expect.poll(() => valueOf(flames.state.value), { timeout: 30_000 }).toEqual({ state: 'disabled' });
  });

  /** A JobManager beside the playground's, of the same Flink, with settings of its own. Returns the address of its REST API. */
  async function startJobManager(settings: Readonly<Record<string, string>>): Promise<string> {
    const { pid = 0 } = instanceOf(local, 'jobmanager');
    const [java = '', ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
    const folder = join(directory, 'jobmanager');
    const [rest, rpc] = [await freePort(), await freePort()];
    const theirs = args.at(-1) ?? '';
    await cp(theirs, folder, { recursive: true });
    const config = join(folder, 'config.yaml');
    const known = parse(await readFile(config, 'utf8')) as Record<string, unknown>;
    await writeFile(config, stringify({ ...known, 'rest.port': rest, 'jobmanager.rpc.port': rpc, ...settings }));
    const own = args
      .filter((arg) => !arg.startsWith('-Dflink.playground.instance='))
      .map((arg) => arg.replaceAll(theirs, folder));
    const child = spawn(java, own, { stdio: 'ignore' });
    onTestFinished(() => void child.kill('SIGKILL'));
    return `http://127.0.0.1:${rest}`;
  }

  // The last one: it takes the broker away.
  it('is degraded while its Kafka is away, which comes back with its generator', async () => {
    const environment = open();
    await connect(environment);
    await local.kill('kafka', never);
    await environment.refresh(never);
    expect(environment.snapshot.value).toMatchObject({ phase: 'degraded' });
    // As it ends by itself half a minute after it last could send a record.
    process.kill(instanceOf(local, 'clickevent-generator').pid ?? 0, 'SIGTERM');
    await expect.poll(() => instanceOf(local, 'clickevent-generator').state, { timeout: 10_000 }).toBe('exited');
    await local.startInstance('kafka', AbortSignal.timeout(90_000));
    expect(instanceOf(local, 'clickevent-generator').state).toBe('healthy');
    await environment.refresh(never);
    expect(environment.snapshot.value.phase).toBe('running');
  });
});

async function freePort(): Promise<number> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}
