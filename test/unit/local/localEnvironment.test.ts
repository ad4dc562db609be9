import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LocalEnvironment } from '../../../src/core/environment/local/localEnvironment';
import type { LocalEnvironmentOptions } from '../../../src/core/environment/local/services';
import { emptyState, type LocalState } from '../../../src/core/environment/local/stateFile';
import { PlaygroundError } from '../../../src/core/util/errors';
import { silentLogger } from '../../../src/core/util/logger';
import { tutorialVariant, type StartOptions } from '../../../src/shared/model/environment';
import { FakeClock } from '../../support/builders/fakeClock';

const never = new AbortController().signal;
const quiet = (): void => undefined;
const options: StartOptions = {
  flinkVersion: '2.2.1',
  kafkaMode: 'kraft',
  variant: tutorialVariant,
  parallelism: 1,
  taskManagers: 1,
  speed: 1,
};

/** What was recorded before the machine was switched off: nothing of it runs. */
const gone: LocalState = {
  ...emptyState,
  run: {
    instanceKey: '7d5c1c0e-6a0f-4f0e-9a51-3f1c2b7f0a10',
    phase: 'running',
    options,
    ports: { rest: 8081, rpc: 6123, broker: 9092, controller: 9093 },
    notices: [],
    instances: [
      {
        id: 'jobmanager',
        service: 'jobmanager',
        uuid: '7d5c1c0e-6a0f-4f0e-9a51-3f1c2b7f0a11',
        startedAt: 1,
        pid: process.pid,
        startToken: 'of another boot',
      },
    ],
  },
  profiles: { 'flink-2.2.1-kraft': { kafkaClusterId: 'abc', retiredJobs: [] } },
};

/** How it failed, observed from the beginning, so that nothing is ever unhandled. */
function failureOf(outcome: Promise<unknown>): Promise<unknown> {
  return outcome.then(
    () => 'no failure',
    (error: unknown) => error,
  );
}

/** Everything that no JVM is needed for: what is recorded, and starts that end before one is started. */
describe('a local environment', () => {
  let folder: string;
  let opened: LocalEnvironment[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'local é '));
    opened = [];
  });

  afterEach(async () => {
    for (const environment of opened) environment.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  function open(change: Partial<LocalEnvironmentOptions> = {}): LocalEnvironment {
    const unexpected = (): never => {
      throw new Error('Nothing should be started.');
    };
    const environment = new LocalEnvironment({
      dataDirectory: join(folder, 'data'),
      cacheDirectory: join(folder, 'cache'),
      jarsDirectory: join(folder, 'jars'),
      artifacts: { ensure: unexpected, verify: unexpected },
      findJava: unexpected,
      kafka: { clusterId: unexpected, ensureTopics: unexpected },
      flinkClient: unexpected,
      memory: () => 'small',
      logger: silentLogger,
      clock: new FakeClock(),
      ...change,
    });
    opened.push(environment);
    return environment;
  }

  const stateFile = (): string => join(folder, 'data', 'local', 'state.json');

  async function putState(text: string): Promise<void> {
    await mkdir(join(folder, 'data', 'local'), { recursive: true });
    await writeFile(stateFile(), text);
  }

  async function putJars(): Promise<void> {
    await mkdir(join(folder, 'jars'));
    for (const name of ['click-event-count-1.0.jar', 'clickevent-generator-1.0.jar', 'rest-guard-1.0.jar']) {
      await writeFile(join(folder, 'jars', name), name);
    }
  }

  it('is absent, and its folders are not made, by a look at it', async () => {
    const environment = open();
    await environment.refresh(never);
    expect(environment.snapshot.value).toMatchObject({ phase: 'absent', hasData: false });
    expect(await readdir(folder)).toEqual([]);
  });

  it('whose recorded pids are gone does not run, and has its data', async () => {
    await putState(JSON.stringify(gone));
    const environment = open();
    await environment.refresh(never);
    expect(environment.snapshot.value).toMatchObject({ phase: 'absent', hasData: true, variant: tutorialVariant });
  });

  it('whose recorded pids are gone is stopped without touching who has them now', async () => {
    await putState(JSON.stringify(gone));
    const environment = open();
    await environment.stop({ deleteData: false }, quiet, never);
    expect(environment.snapshot.value).toMatchObject({ phase: 'absent', hasData: true });
    const written: unknown = JSON.parse(await readFile(stateFile(), 'utf8'));
    expect(written).toEqual({ version: 1, generation: 1, profiles: gone.profiles });
  });

  it('is not known when a newer version recorded it, and neither started nor stopped', async () => {
    const newer = JSON.stringify({ ...gone, version: 2 });
    await putState(newer);
    const environment = open();
    await environment.refresh(never);
    expect(environment.snapshot.value).toMatchObject({
      phase: 'unknown',
      error: {
        message: 'The playground was last started by a newer version of this extension.',
        remedy: expect.stringContaining('Update the extension') as string,
      },
    });
    await expect(environment.start(options, quiet, never)).rejects.toMatchObject({ kind: 'state' });
    await expect(environment.stop({ deleteData: true }, quiet, never)).rejects.toMatchObject({ kind: 'state' });
    expect(await readFile(stateFile(), 'utf8')).toBe(newer);
  });

  it('is not known when its record was cut short, which is kept and named', async () => {
    await putState(JSON.stringify(gone).slice(0, 200));
    const environment = open();
    await environment.refresh(never);
    const { phase, error } = environment.snapshot.value;
    expect(phase).toBe('unknown');
    const kept = /"([^"]+\.damaged-\d+)"/.exec(error?.message ?? '')?.[1] ?? '';
    expect(await readFile(kept, 'utf8')).toBe(JSON.stringify(gone).slice(0, 200));
  });

  it('says why there is no start without Java, and asks for no download', async () => {
    await putJars();
    const environment = open({
      findJava: () => Promise.reject(new PlaygroundError('java', 'No Java was found.', { remedy: 'Install one.' })),
    });
    await expect(environment.start(options, quiet, never)).rejects.toMatchObject({ kind: 'java' });
    expect(environment.snapshot.value).toMatchObject({
      phase: 'failed',
      error: { message: 'No Java was found.', remedy: 'Install one.' },
      steps: [{ step: 'prepare', state: 'failed' }],
    });
  });

  it('that is cancelled in mid-download is as before, and can be started again', async () => {
    await putJars();
    const downloads: AbortSignal[] = [];
    const environment = open({
      findJava: () => Promise.resolve({ home: '/java', executable: '/java/bin/java', version: 17, source: 'PATH' }),
      artifacts: {
        ensure: (_sets, _progress, signal) =>
          new Promise((_resolve, reject) => {
            downloads.push(signal);
            signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
          }),
        verify: () => Promise.resolve([]),
      },
    });
    for (const count of [1, 2]) {
      const cancel = new AbortController();
      const ended = failureOf(environment.start(options, quiet, cancel.signal));
      await expect.poll(() => downloads.length).toBe(count);
      expect(environment.snapshot.value.phase).toBe('starting');
      cancel.abort();
      expect(await ended).toMatchObject({ name: 'AbortError' });
      expect(environment.snapshot.value).toMatchObject({ phase: 'absent' });
      expect(environment.snapshot.value.error).toBeUndefined();
    }
  });

  it('that is let go in the middle of a start writes down what became of it', async () => {
    await putJars();
    await putState(JSON.stringify(gone));
    let download: AbortSignal | undefined;
    const environment = open({
      findJava: () => Promise.resolve({ home: '/java', executable: '/java/bin/java', version: 17, source: 'PATH' }),
      artifacts: {
        ensure: (_sets, _progress, signal) =>
          new Promise((_resolve, reject) => {
            download = signal;
            signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
          }),
        verify: () => Promise.resolve([]),
      },
    });
    const ended = failureOf(environment.start(options, quiet, never));
    await expect.poll(() => download).toBeDefined();
    environment.dispose();
    expect(await ended).toMatchObject({ name: 'AbortError' });
    expect(await readFile(stateFile(), 'utf8')).toBe(JSON.stringify(gone));
    expect(await failureOf(environment.start(options, quiet, never))).toMatchObject({ name: 'AbortError' });
    const next = open();
    await next.stop({ deleteData: false }, quiet, never);
  });

  it('is started nowhere when its data folder is a file, and says what to do', async () => {
    await writeFile(join(folder, 'data'), 'a file where a folder should be');
    const environment = open();
    await environment.refresh(never);
    expect(environment.snapshot.value.phase).toBe('absent');
    await expect(environment.start(options, quiet, never)).rejects.toMatchObject({
      kind: 'disk',
      remedy: expect.stringContaining('flinkPlayground.local.dataDirectory') as string,
    });
  });

  it('sees what another window did in the second after its own transition', async () => {
    const clock = new FakeClock();
    const environment = open({ clock });
    await environment.stop({ deleteData: false }, quiet, never);
    expect(environment.snapshot.value.hasData).toBe(false);
    await putState(JSON.stringify({ ...emptyState, profiles: gone.profiles }));
    await clock.advance(1000);
    await expect.poll(() => environment.snapshot.value.hasData).toBe(true);
  });

  it('is known again when its record can be read again', async () => {
    const clock = new FakeClock();
    const environment = open({ clock });
    await putState(JSON.stringify({ ...gone, version: 2 }));
    await environment.refresh(never);
    expect(environment.snapshot.value.phase).toBe('unknown');
    await rm(stateFile());
    await clock.advance(1000);
    await expect.poll(() => environment.snapshot.value).toMatchObject({ phase: 'absent' });
    expect(environment.snapshot.value.error).toBeUndefined();
  });

  it('says that its record was damaged until it is started or stopped', async () => {
    const environment = open();
    await putState('{');
    await environment.refresh(never);
    await environment.refresh(never);
    expect(environment.snapshot.value).toMatchObject({
      phase: 'unknown',
      error: { message: expect.stringContaining('was damaged') as string },
    });
    await environment.stop({ deleteData: false }, quiet, never);
    expect(environment.snapshot.value.phase).toBe('absent');
    expect(environment.snapshot.value.error).toBeUndefined();
  });

  it('says in another window that it is being started, and refuses a second start there', async () => {
    await putJars();
    const cancel = new AbortController();
    const one = open({
      findJava: (signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
        }),
    });
    const two = open();
    const ended = failureOf(one.start(options, quiet, cancel.signal));
    await expect.poll(() => one.snapshot.value.steps.length).toBe(1);
    await two.refresh(never);
    expect(two.snapshot.value).toMatchObject({
      phase: 'starting',
      inProgressElsewhere: expect.stringContaining('being started in another window') as string,
    });
    await expect(two.start(options, quiet, never)).rejects.toMatchObject({ kind: 'busy' });
    cancel.abort();
    expect(await ended).toMatchObject({ name: 'AbortError' });
  });

  it('refuses what no start can satisfy, before anything is done', async () => {
    const environment = open();
    for (const wrong of [{ flinkVersion: '9.9' }, { taskManagers: 0 }, { parallelism: 1.5 }, { speed: 0 }]) {
      await expect(environment.start({ ...options, ...wrong }, quiet, never)).rejects.toMatchObject({ kind: 'input' });
    }
  });
});
