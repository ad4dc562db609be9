import type { ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InstanceRegistry } from '../../../src/core/environment/local/instanceRegistry';
import { endLeftovers } from '../../../src/core/environment/local/leftovers';
import { LocalEnvironment } from '../../../src/core/environment/local/localEnvironment';
import { LocalPaths } from '../../../src/core/environment/local/localPaths';
import { anyPort } from '../../../src/core/environment/common/ports';
import { environmentMark, instanceMark } from '../../../src/core/environment/local/processIdentity';
import { systemProcessTable } from '../../../src/core/environment/common/processTable';
import { FlinkClient } from '../../../src/core/flink/flinkClient';
import { systemClock } from '../../../src/core/util/clock';
import { silentLogger } from '../../../src/core/util/logger';
import { tutorialVariant, type StartOptions } from '../../../src/shared/model/environment';
import { fakeJava, runFakeJava } from './fakeJava';

const never = new AbortController().signal;
const quiet = (): void => undefined;
const table = systemProcessTable();
const uuid = '7d5c1c0e-6a0f-4f0e-9a51-3f1c2b7f0a11';
const options: StartOptions = {
  flinkVersion: '2.2.1',
  kafkaMode: 'kraft',
  variant: tutorialVariant,
  parallelism: 1,
  taskManagers: 2,
  speed: 1,
};

/** Real processes that stand for JVMs: they are started, recorded, found and ended, but never get ready. */
describe.skipIf(process.platform === 'win32')('the processes of a run', () => {
  let folder: string;
  let paths: LocalPaths;
  let environment: LocalEnvironment | undefined;
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'runs-'));
    paths = new LocalPaths(join(folder, 'data'));
  });

  afterEach(async () => {
    environment?.dispose();
    for (const child of children.splice(0)) child.kill('SIGKILL');
    for (const { pid } of await ours()) process.kill(pid, 'SIGKILL');
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  });

  const ours = (): ReturnType<typeof table.find> => table.find(environmentMark(paths.marker));

  async function open(java: string, warning?: string): Promise<LocalEnvironment> {
    await mkdir(join(folder, 'jars'));
    for (const name of ['click-event-count-1.0.jar', 'clickevent-generator-1.0.jar', 'rest-guard-1.0.jar']) {
      await writeFile(join(folder, 'jars', name), name);
    }
    return new LocalEnvironment({
      dataDirectory: join(folder, 'data'),
      cacheDirectory: join(folder, 'cache'),
      jarsDirectory: join(folder, 'jars'),
      artifacts: {
        ensure: (sets) => Promise.resolve(new Map(sets.map((set) => [set, []]))),
        verify: () => Promise.resolve([]),
      },
      findJava: () =>
        Promise.resolve({
          home: folder,
          executable: java,
          version: 17,
          source: 'PATH',
          ...(warning === undefined ? {} : { warning }),
        }),
      kafka: { clusterId: () => Promise.resolve('id'), ensureTopics: () => Promise.resolve() },
      flinkClient: () => new FlinkClient({ baseUrl: 'http://127.0.0.1:1', logger: silentLogger }),
      memory: () => 'small',
      logger: silentLogger,
    });
  }

  async function recordedRun(): Promise<{ readonly phase: string } | undefined> {
    const state = JSON.parse(await readFile(paths.stateFile, 'utf8')) as { readonly run?: { readonly phase: string } };
    return state.run;
  }

  it('are ended, and no longer recorded, when their window is let go in the middle of the start', async () => {
    environment = await open(await fakeJava(folder));
    const outcome = environment.start(options, quiet, never).catch((error: unknown) => error);
    await expect.poll(async () => (await ours()).length).toBeGreaterThan(2);
    environment.dispose();
    expect(await outcome).toMatchObject({ name: 'AbortError' });
    expect(await ours()).toEqual([]);
    expect(await recordedRun()).toBeUndefined();
  });

  it('are all ended when one of them fails, also those that were about to be started', async () => {
    environment = await open(await fakeJava(folder, 'case "$*" in *taskmanager-2*) exit 1;; esac'));
    await expect(environment.start(options, quiet, never)).rejects.toMatchObject({ kind: 'process' });
    expect(environment.snapshot.value.phase).toBe('failed');
    expect(await ours()).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await ours()).toEqual([]);
  });

  async function recordJobManager(change: object): Promise<void> {
    await mkdir(paths.root, { recursive: true });
    const instance = { id: 'jobmanager', service: 'jobmanager', uuid, startedAt: 1, ...change };
    const taken = new Set<number>();
    for (let count = 0; count < 4; count++) taken.add(await anyPort(taken));
    const [rest, rpc, broker, controller] = taken;
    const ports = { rest, rpc, broker, controller };
    const run = { instanceKey: uuid, phase: 'running', options, ports, notices: [], instances: [instance] };
    await writeFile(paths.stateFile, JSON.stringify({ version: 1, generation: 1, run, profiles: {} }));
  }

  it('go on with the job that they were started with, which is said to who starts another', async () => {
    const java = await fakeJava(folder);
    children.push(await runFakeJava(java, [environmentMark(paths.marker), instanceMark(uuid), 'Main']));
    environment = await open(java);
    await recordJobManager({});
    const started = environment;
    const other = { ...options, variant: { ...tutorialVariant, backpressure: true } };
    const outcome = started.start(other, quiet, never).catch((error: unknown) => error);
    await expect
      .poll(() => started.snapshot.value.notices)
      .toContain(
        'The job keeps the flags with which the playground was started: --checkpointing --event-time. ' +
          'To change them, stop the playground first.',
      );
    expect(started.snapshot.value.variant).toEqual(tutorialVariant);
    started.dispose();
    expect(await outcome).toMatchObject({ name: 'AbortError' });
    // What ran before the start that was cut off runs on, and is known not to be whole.
    expect(await ours()).toHaveLength(1);
    expect(await recordedRun()).toMatchObject({ phase: 'starting' });
  });

  it("come with Java's warning, where a person sees it", async () => {
    environment = await open(await fakeJava(folder), 'Java 25 is newer than what was tried.');
    const started = environment;
    const outcome = started.start(options, quiet, never).catch((error: unknown) => error);
    await expect.poll(() => started.snapshot.value.notices).toContain('Java 25 is newer than what was tried.');
    started.dispose();
    expect(await outcome).toMatchObject({ name: 'AbortError' });
  });

  it('are ended by Stop also when they are recorded as ended and live', async () => {
    const java = await fakeJava(folder);
    children.push(await runFakeJava(java, [environmentMark(paths.marker), instanceMark(uuid), 'Main']));
    environment = await open(java);
    await recordJobManager({ ended: { at: 2, how: 'exited' } });
    await environment.stop({ deleteData: false }, quiet, never);
    expect(await ours()).toEqual([]);
  });

  it('that no record knows are killed when they do not end, and gone then', async () => {
    const java = await fakeJava(folder, "trap '' TERM");
    const mark = environmentMark(paths.marker);
    children.push(await runFakeJava(java, [mark, 'Main']));
    await new Promise((resolve) => setTimeout(resolve, 200));
    const registry = new InstanceRegistry(table, systemClock);
    await endLeftovers({ table, registry, paths, logger: silentLogger, clock: systemClock }, 100);
    expect(await ours()).toEqual([]);
    expect(children[0]?.signalCode ?? 'SIGKILL').toBe('SIGKILL');
    registry.dispose();
  });

  it('are not other programs that mention our mark', async () => {
    const java = await fakeJava(folder);
    const stranger = await runFakeJava('/bin/sh', ['-c', 'sleep 600; :', 'sh', environmentMark(paths.marker)]);
    children.push(stranger);
    environment = await open(java);
    await environment.refresh(never);
    expect(environment.snapshot.value.phase).toBe('absent');
    await environment.stop({ deleteData: false }, quiet, never);
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
  });
});
