import { createServer } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import {
  remoteAvailability,
  RemoteEnvironment,
  type RemoteEnvironmentOptions,
} from '../../../src/core/environment/remote/remoteEnvironment';
import { FlinkClient } from '../../../src/core/flink/flinkClient';
import { delay } from '../../../src/core/util/async';
import { PlaygroundError } from '../../../src/core/util/errors';
import { silentLogger } from '../../../src/core/util/logger';
import type { JobOverview } from '../../../src/shared/model/flink';
import { FakeClock } from '../../support/builders/fakeClock';
import { jobOverview } from '../../support/builders/flink';
import { ignoreProgress, never, startOptions } from '../../support/localPlayground';

const rest = 'http://flink.test:8081';
const overview = { flinkVersion: '2.2.1', taskManagers: 1, slotsTotal: 2, slotsAvailable: 0 };
const away = (): Promise<never> =>
  Promise.reject(new PlaygroundError('unreachable', 'Flink does not answer.', { remedy: 'Look at its log.' }));
const noKafka = (): Promise<never> => Promise.reject(new PlaygroundError('unreachable', 'Kafka cannot be reached.'));

describe('a remote environment', () => {
  let directory: string;
  let clock: FakeClock;
  let settings = { restUrl: rest, brokers: 'kafka.test:9092' };
  let jobs: readonly JobOverview[] = [];
  let flink: (signal: AbortSignal) => Promise<typeof overview>;
  let kafka: () => Promise<string>;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'flink-playground-remote-'));
    clock = new FakeClock();
    settings = { restUrl: rest, brokers: 'kafka.test:9092' };
    jobs = [];
    flink = () => Promise.resolve(overview);
    kafka = () => Promise.resolve('cluster');
  });

  afterEach(() => rm(directory, { recursive: true, force: true }));

  function open(change: Partial<RemoteEnvironmentOptions> = {}): RemoteEnvironment {
    const environment = new RemoteEnvironment({
      settings: () => settings,
      jarsDirectory: directory,
      directory: join(directory, 'remote'),
      kafka: { clusterId: () => kafka() },
      flinkClient: () => ({
        overview: (signal) => flink(signal),
        jobs: () => Promise.resolve(jobs),
        dispose: () => undefined,
      }),
      logger: silentLogger,
      clock,
      ...change,
    });
    onTestFinished(() => environment.dispose());
    return environment;
  }

  async function connected(): Promise<RemoteEnvironment> {
    const environment = open();
    await environment.start(startOptions(), ignoreProgress, never);
    return environment;
  }

  const failureOf = async (environment: RemoteEnvironment): Promise<unknown> =>
    environment.start(startOptions(), ignoreProgress, never).catch((error: unknown) => error);

  it("is connected after Start, and finds the playground's job", async () => {
    jobs = [jobOverview({ id: 'other', name: 'Other' }), jobOverview({ id: 'clicks' })];
    const environment = open();
    expect(await environment.start(startOptions(), ignoreProgress, never)).toMatchObject({
      adopted: false,
      jobId: 'clicks',
    });
    expect(environment.snapshot.value).toMatchObject({
      kind: 'remote',
      phase: 'running',
      endpoints: { rest, brokers: ['kafka.test:9092'] },
      flinkVersion: '2.2.1',
      services: [],
    });
  });

  it('needs no job of the playground', async () => {
    jobs = [jobOverview({ state: 'CANCELED' })];
    expect(await open().start(startOptions(), ignoreProgress, never)).not.toHaveProperty('jobId');
  });

  it('shows what it connects to while it does', async () => {
    const environment = open();
    const said: unknown[] = [];
    await environment.start(startOptions(), ({ step, state, message }) => said.push([step, state, message]), never);
    expect(said).toEqual([
      ['connect', 'running', undefined],
      ['connect', 'running', rest],
      ['connect', 'done', rest],
    ]);
  });

  it('adopts the connection that is there', async () => {
    const environment = await connected();
    expect(await environment.start(startOptions(), ignoreProgress, never)).toMatchObject({ adopted: true });
  });

  it('can do without Kafka, and says what is missing then', async () => {
    settings = { restUrl: rest, brokers: '' };
    kafka = noKafka;
    const environment = await connected();
    expect(environment.snapshot.value).toMatchObject({ phase: 'running', endpoints: { brokers: [] } });
    expect(environment.snapshot.value.notices).toEqual([expect.stringMatching(/^No Kafka brokers are set/)]);
  });

  it('is disconnected after Stop, and stays so in the next window', async () => {
    const environment = await connected();
    await environment.stop({ deleteData: false }, ignoreProgress, never);
    expect(environment.snapshot.value).toMatchObject({ phase: 'absent' });
    expect(environment.snapshot.value.endpoints).toBeUndefined();
    const next = open();
    await next.refresh(never);
    expect(next.snapshot.value.phase).toBe('absent');
  });

  it('is connected again in the next window when it was', async () => {
    (await connected()).dispose();
    const next = open();
    await next.refresh(never);
    expect(next.snapshot.value).toMatchObject({ phase: 'running', flinkVersion: '2.2.1' });
  });

  it('is not connected to another cluster than the one that was', async () => {
    (await connected()).dispose();
    settings = { restUrl: 'http://other.test:8081', brokers: '' };
    const next = open();
    await next.refresh(never);
    expect(next.snapshot.value.phase).toBe('absent');
  });

  it('is not known while Flink does not answer the next window, with why', async () => {
    (await connected()).dispose();
    flink = away;
    const next = open();
    await next.refresh(never);
    expect(next.snapshot.value).toMatchObject({ phase: 'unknown', error: { message: 'Flink does not answer.' } });
  });

  it('tells another cluster in the settings from the connected one', async () => {
    const environment = await connected();
    settings = { restUrl: 'http://other.test:8081', brokers: 'kafka.test:9092' };
    await environment.refresh(never);
    expect(environment.snapshot.value.endpoints?.rest).toBe(rest);
    expect(environment.snapshot.value.notices).toEqual([expect.stringMatching(/name another cluster/)]);
    await environment.start(startOptions(), ignoreProgress, never);
    expect(environment.snapshot.value).toMatchObject({ endpoints: { rest: 'http://other.test:8081' }, notices: [] });
  });

  it('bears one silence, is unknown at the second, and runs again at the first answer', async () => {
    const environment = await connected();
    flink = away;
    await clock.advance(15_000);
    expect(environment.snapshot.value.phase).toBe('running');
    await clock.advance(20_000);
    expect(environment.snapshot.value).toMatchObject({ phase: 'unknown', endpoints: { rest } });
    flink = () => Promise.resolve(overview);
    await clock.advance(40_000);
    expect(environment.snapshot.value.phase).toBe('running');
    expect(environment.snapshot.value.error).toBeUndefined();
  });

  it('is degraded while only Kafka is away', async () => {
    const environment = await connected();
    kafka = noKafka;
    await clock.advance(15_000);
    expect(environment.snapshot.value).toMatchObject({
      phase: 'degraded',
      error: { message: 'Kafka cannot be reached.' },
    });
  });

  it('fails whole when Flink does not answer, with what to check', async () => {
    flink = away;
    const environment = open();
    expect(await failureOf(environment)).toMatchObject({
      kind: 'unreachable',
      message: 'Flink does not answer.',
      remedy: expect.stringContaining('flinkPlayground.remote.restUrl') as string,
    });
    expect(environment.snapshot.value).toMatchObject({ phase: 'failed', error: { message: 'Flink does not answer.' } });
    expect(environment.snapshot.value.endpoints).toBeUndefined();
  });

  it('fails whole when Kafka cannot be reached, with what to check', async () => {
    kafka = noKafka;
    const environment = open();
    expect(await failureOf(environment)).toMatchObject({
      message: 'Kafka cannot be reached.',
      remedy: expect.stringContaining('flinkPlayground.remote.brokers') as string,
    });
    expect(environment.snapshot.value.phase).toBe('failed');
  });

  it('fails with what is wrong with the settings, before anybody is asked', async () => {
    settings = { restUrl: '', brokers: '' };
    flink = () => Promise.reject(new Error('asked'));
    expect(await failureOf(open())).toMatchObject({ kind: 'input', message: 'No remote cluster is set.' });
  });

  it('leaves nothing connected when it is called off', async () => {
    const controller = new AbortController();
    flink = (signal) => delay(60_000, signal, clock).then(() => overview);
    const environment = open();
    const start = environment.start(startOptions(), ignoreProgress, controller.signal);
    expect(environment.snapshot.value.phase).toBe('starting');
    controller.abort();
    await expect(start).rejects.toMatchObject({ name: 'AbortError' });
    expect(environment.snapshot.value).toMatchObject({ phase: 'absent' });
  });

  it('has no processes to operate', async () => {
    const environment = await connected();
    expect(environment.capabilities).toMatchObject({ lifecycle: false, processes: false, scale: false, logs: false });
    await expect(environment.kill()).rejects.toThrow(/processes of a remote cluster/);
  });

  it('keeps the record of operations of each cluster apart', async () => {
    const environment = await connected();
    const first = environment.operationsDirectory;
    settings = { restUrl: 'http://other.test:8081', brokers: '' };
    await environment.start(startOptions(), ignoreProgress, never);
    expect(first).toMatch(/remote.*operations$/);
    expect(environment.operationsDirectory).not.toBe(first);
  });

  it('ends its watch when it is disposed', async () => {
    const environment = await connected();
    environment.dispose();
    expect(clock.pending).toBe(0);
  });

  it('offers what the settings name, and says what they lack', () => {
    expect(remoteAvailability(settings)).toMatchObject({
      usable: true,
      detail: expect.stringContaining(rest) as string,
    });
    expect(remoteAvailability({ restUrl: '', brokers: '' })).toMatchObject({
      usable: false,
      detail: expect.stringContaining('flinkPlayground.remote.restUrl') as string,
    });
  });

  it.each([
    ['a web page', 200, '<html>Welcome</html>', /answered with a web page/],
    ['another JSON', 200, '{"name":"elastic"}', /./],
    ['a redirect', 302, '', /redirects elsewhere/],
    ['a login', 401, '', /asks for a user name/],
  ])('says so when the address is that of %s', async (_what, status, body, sentence) => {
    const server = createServer((_request, response) =>
      response.writeHead(status, { location: 'https://login.test/' }).end(body),
    );
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    settings = { restUrl: `http://127.0.0.1:${port}`, brokers: '' };
    const environment = open({ flinkClient: (baseUrl) => new FlinkClient({ baseUrl, logger: silentLogger }) });
    expect(await failureOf(environment)).toMatchObject({
      name: 'PlaygroundError',
      message: expect.stringMatching(sentence) as string,
      remedy: expect.stringContaining('flinkPlayground.remote.restUrl') as string,
    });
  });
});
