import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ComposeEnvironment } from '../../../src/core/environment/compose/composeEnvironment';
import type { ComposeSettings } from '../../../src/core/environment/compose/composeServices';
import { FlinkClient } from '../../../src/core/flink/flinkClient';
import { silentLogger } from '../../../src/core/util/logger';
import { instancesOf } from '../../../src/shared/model/instances';
import { FakeClock, settled } from '../../support/builders/fakeClock';
import { fails, FakeCli, FakeStream, noSuchProgram } from '../../support/fakeCli';

const never = new AbortController().signal;
const recorded = (name: string): string =>
  readFileSync(join(import.meta.dirname, '../../fixtures/docker', name), 'utf8');

/** Everything that no container is needed for: what the engine says was recorded. */
describe('a compose environment', () => {
  let folder: string;
  let cli: FakeCli;
  let events: FakeStream;
  let clock: FakeClock;
  let opened: ComposeEnvironment[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'compose '));
    opened = [];
    clock = new FakeClock();
    events = new FakeStream();
    cli = new FakeCli()
      .on('docker version', '20.10.24')
      .on('docker compose version', '2.26.1')
      .on('docker context inspect', 'unix:///var/run/docker.sock')
      .on('docker events', events.answer)
      .on('docker ps', '')
      .on('docker inspect', '[]');
  });

  afterEach(async () => {
    for (const environment of opened) environment.dispose();
    await settled();
    await rm(folder, { recursive: true, force: true });
  });

  function open(settings: Partial<ComposeSettings> = {}): ComposeEnvironment {
    const unexpected = (): never => {
      throw new Error('Nothing should be started.');
    };
    const environment = new ComposeEnvironment({
      dataDirectory: folder,
      stackDirectory: folder,
      jarsDirectory: folder,
      artifacts: { ensure: unexpected },
      settings: () => ({ command: '', file: '', project: 'flink-playground', ...settings }),
      kafka: { clusterId: unexpected, ensureTopics: unexpected },
      // Nobody listens there.
      flinkClient: () => new FlinkClient({ baseUrl: 'http://127.0.0.1:9', logger: silentLogger }),
      runner: cli,
      logger: silentLogger,
      clock,
    });
    opened.push(environment);
    return environment;
  }

  function running(generation = 'v2'): void {
    cli.on('docker ps', 'a\nb\n').on('docker inspect', recorded(`inspect-${generation}.json`));
  }

  it('is absent, and its folders are not made, by a look at an engine without it', async () => {
    const environment = open();
    await environment.refresh(never);
    expect(environment.snapshot.value).toMatchObject({
      kind: 'compose',
      phase: 'absent',
      services: [],
      hasData: false,
    });
    expect(await readdir(folder)).toEqual([]);
  });

  it('asks for containers by the label of its project, never by names', async () => {
    await open({ project: 'mine' }).refresh(never);
    expect(cli.calls).toContain('docker ps -a -q --no-trunc --filter label=com.docker.compose.project=mine');
  });

  it.each(['v1', 'v2'])('shows what runs, whether Compose %s made it', async (generation) => {
    running(generation);
    const environment = open();
    await environment.refresh(never);
    const { phase, services, endpoints } = environment.snapshot.value;
    expect(phase).toBe('degraded');
    expect(endpoints).toEqual({ rest: 'http://127.0.0.1:18081', brokers: ['127.0.0.1:19092'] });
    const shown = services.flatMap(({ instances }) => instances.map(({ id, state }) => `${id} ${state}`));
    expect(shown).toEqual([
      'jobmanager healthy',
      'taskmanager-1 stopped',
      'taskmanager-2 killed',
      'kafka unhealthy',
      'clickevent-generator unhealthy',
      'client exited',
    ]);
  });

  it('is not known, with the reason, when Docker is not installed', async () => {
    cli.on('docker', noSuchProgram);
    const environment = open();
    await environment.refresh(never);
    expect(environment.snapshot.value).toMatchObject({
      phase: 'unknown',
      error: { message: 'Docker is not installed: there is no program "docker".' },
    });
  });

  it('starts one process at rest: the stream of events', async () => {
    running();
    const environment = open();
    await environment.refresh(never);
    const before = cli.calls.length;
    await clock.advance(600_000);
    expect(cli.calls.length - before).toBe(0);
    expect(events.attached).toBe(1);
  });

  it('is not known while the engine is away, and right again when it is back', async () => {
    running();
    const environment = open();
    await environment.refresh(never);
    const away = fails(
      'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
    );
    cli.on('docker ps', away).on('docker events', away);
    events.end({ exitCode: 1, stderr: 'unexpected EOF' });
    await clock.advance(60_000);
    expect(environment.snapshot.value).toMatchObject({
      phase: 'unknown',
      error: { message: 'Docker is installed, but it does not run.' },
    });
    cli.on('docker ps', 'a\nb\n').on('docker events', events.answer);
    await clock.advance(20_000);
    expect(environment.snapshot.value.phase).toBe('degraded');
    expect(environment.snapshot.value.error).toBeUndefined();
  });

  it('asks ever more rarely while the engine is away', async () => {
    const environment = open();
    await environment.refresh(never);
    const away = fails(
      'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
    );
    cli.on('docker ps', away).on('docker events', away);
    events.end();
    await clock.advance(120_000);
    const before = cli.calls.length;
    await clock.advance(60_000);
    expect(cli.calls.length - before).toBeLessThanOrEqual(4);
  });

  it('is not put back to what it was by a listing that began before something happened', async () => {
    const before = recorded('inspect-v2.json');
    const answers: (() => void)[] = [];
    running();
    const environment = open();
    await environment.refresh(never);
    const kafka = (): string | undefined =>
      instancesOf(environment.snapshot.value).find(({ id }) => id === 'kafka')?.state;
    expect(kafka()).toBe('unhealthy');
    const id = /"Id": "(\w+)"(?:(?!"Id": )[^])*?"com.docker.compose.service": "kafka"/.exec(before)?.[1] ?? '';
    cli.on('docker inspect', () => new Promise((resolve) => answers.push(() => resolve({ stdout: before }))));
    const listing = environment.refresh(never);
    await vi.waitFor(() => expect(answers).toHaveLength(1));
    events.say(
      JSON.stringify({ status: 'health_status: healthy', id, Type: 'container', Action: 'health_status: healthy' }),
    );
    cli.on('docker inspect', before.replaceAll('"unhealthy"', '"healthy"'));
    for (const answer of answers) answer();
    await listing;
    await clock.advance(1000);
    expect(kafka()).toBe('healthy');
  });

  it('refuses to delete the data of a project that it did not start, and does nothing at all', async () => {
    running();
    const environment = open();
    await environment.refresh(never);
    const before = cli.calls.length;
    await expect(environment.stop({ deleteData: true }, () => undefined, never)).rejects.toMatchObject({
      kind: 'input',
      message: 'The Compose project "flink-playground" was not started by this extension, so its data is not deleted.',
    });
    const changing = cli.calls
      .slice(before)
      .filter((call) => !/^docker (ps|inspect|context|version|compose version)/.test(call));
    expect(changing).toEqual([]);
  });

  it('stops a project that it did not start by its containers, and removes none', async () => {
    running();
    cli.on('docker stop', '');
    const environment = open();
    await environment.stop({ deleteData: false }, () => undefined, never);
    expect(cli.calls.filter((call) => / (rm|down|volume|network) /.test(call))).toEqual([]);
    expect(cli.calls.filter((call) => call.startsWith('docker stop'))).not.toEqual([]);
  });

  it.each([-1, 17, 10_000, 1.5])('does not scale to %s TaskManagers', async (count) => {
    running();
    await expect(open().scaleTaskManagers(count, never)).rejects.toMatchObject({ kind: 'input' });
    expect(cli.calls.filter((call) => / (up|stop|rm|start) /.test(call))).toEqual([]);
  });

  it('kills no instance that there is not, and says which there are', async () => {
    running();
    await expect(open().kill('taskmanager-9', never)).rejects.toMatchObject({
      kind: 'notFound',
      remedy: expect.stringContaining('taskmanager-1, taskmanager-2'),
    });
  });

  it('leaves an instance as it is that died just before it was to be killed', async () => {
    running();
    await open().kill('taskmanager-2', never);
    expect(cli.calls.filter((call) => call.startsWith('docker kill'))).toEqual([]);
  });

  it('says what is wrong with the name of a project', async () => {
    const environment = open({ project: 'Mine!' });
    await environment.refresh(never);
    expect(environment.snapshot.value.error?.message).toBe('"Mine!" cannot be the name of a Compose project.');
  });
});
