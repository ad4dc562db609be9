import type { ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LocalEnvironment } from '../../../src/core/environment/local/localEnvironment';
import { LocalPaths } from '../../../src/core/environment/local/localPaths';
import { environmentMark, instanceMark } from '../../../src/core/environment/local/processIdentity';
import { FlinkClient } from '../../../src/core/flink/flinkClient';
import { followInstance } from '../../../src/core/logs/instanceLog';
import { silentLogger } from '../../../src/core/util/logger';
import { tutorialVariant } from '../../../src/shared/model/environment';
import { never } from '../../support/localPlayground';
import { fakeJava, runFakeJava } from '../../unit/local/fakeJava';

const instance = 'clickevent-generator';
const kills = 5;
const jobManagerUuid = '7d5c1c0e-6a0f-4f0e-9a51-3f1c2b7f0a11';
const generatorUuid = '7d5c1c0e-6a0f-4f0e-9a51-3f1c2b7f0a12';

/** Real processes without a JVM's weight: a logger of numbered lines runs in the generator's place. */
describe('a log that is followed', { timeout: 120_000 }, () => {
  let folder: string;
  let paths: LocalPaths;
  let environment: LocalEnvironment;
  let jobManager: ChildProcess;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'log-follow-'));
    paths = new LocalPaths(join(folder, 'data'));
    const logger = join(import.meta.dirname, '..', '..', 'support', 'numberedLogger.mjs');
    const runLogger = `case "$*" in *ClickEventGenerator*) exec '${process.execPath}' '${logger}' "$@";; esac`;
    const java = await fakeJava(folder, runLogger);
    await recordRun(paths);
    jobManager = await runFakeJava(java, [environmentMark(paths.marker), instanceMark(jobManagerUuid), 'Main']);
    environment = await open(folder, java);
    await environment.refresh(never);
    await environment.startInstance(instance, AbortSignal.timeout(30_000));
  });

  afterAll(async () => {
    await environment.kill(instance, never);
    environment.dispose();
    jobManager.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  });

  it('loses and repeats no line over five kills, and says where each was', async () => {
    const lines: string[] = [];
    const following = new AbortController();
    const done = followInstance(environment, instance, (line) => lines.push(line), following.signal);
    const numbered = (): readonly string[] => lines.filter((line) => line.startsWith('run '));
    for (let kill = 0; kill < kills; kill++) {
      const before = numbered().length;
      await expect.poll(() => numbered().length, { timeout: 20_000 }).toBeGreaterThan(before + 1000);
      await environment.kill(instance, never);
      await environment.startInstance(instance, AbortSignal.timeout(30_000));
    }
    const seen = numbered().length;
    await expect.poll(() => numbered().length, { timeout: 20_000 }).toBeGreaterThan(seen);
    await environment.kill(instance, never);
    await expect.poll(() => lines.at(-1)).toContain('was killed');
    following.abort();
    await done;

    const runs = Map.groupBy(numbered(), (line) => line.split(' ')[1] ?? '');
    expect(runs.size).toBe(kills + 1);
    const log = paths.log(instance);
    for (const [index, [run, own]] of Array.from(runs).entries()) {
      // The first run had begun before its log was followed.
      const first = index === 0 ? Number(own[0]?.split(' ')[3]) : 1;
      expect(own).toEqual(own.map((_line, offset) => `run ${run} line ${first + offset}`));
      const counted = Number(await readFile(`${log}.count-${run}`, 'utf8'));
      // A kill may come between a line and its count.
      expect([counted, counted + 1]).toContain(first + own.length - 1);
    }
    const story = lines
      .filter((line) => line.startsWith('run ') || line.startsWith('──── '))
      .map((line) => line.replace(/ line \d+$/, '').replace(/ [\d.]+ s /, ' … '))
      .filter((line, index, all) => line !== all[index - 1]);
    expect(story).toEqual(
      Array.from(runs.keys(), (run: string, index) => [
        `run ${run}`,
        `──── ${instance} was killed ────`,
        ...(index < kills ? [`──── ${instance} restarted after … ────`] : []),
      ]).flat(),
    );
  });
});

/** A run of which the JobManager is said to run, and the generator to have ended. */
async function recordRun(paths: LocalPaths): Promise<void> {
  await mkdir(paths.root, { recursive: true });
  const run = {
    instanceKey: jobManagerUuid,
    phase: 'running',
    options: {
      flinkVersion: '2.2.1',
      kafkaMode: 'kraft',
      variant: tutorialVariant,
      parallelism: 1,
      taskManagers: 1,
      speed: 1,
    },
    ports: { rest: 1, rpc: 2, broker: 3, controller: 4 },
    notices: [],
    instances: [
      { id: 'jobmanager', service: 'jobmanager', uuid: jobManagerUuid, startedAt: 1 },
      { id: instance, service: instance, uuid: generatorUuid, startedAt: 1, ended: { at: 2, how: 'killed' } },
    ],
  };
  await writeFile(paths.stateFile, JSON.stringify({ version: 1, generation: 1, run, profiles: {} }));
}

async function open(folder: string, java: string): Promise<LocalEnvironment> {
  const jarsDirectory = join(folder, 'jars');
  await mkdir(jarsDirectory);
  for (const name of ['click-event-count-1.0.jar', 'clickevent-generator-1.0.jar', 'rest-guard-1.0.jar']) {
    await writeFile(join(jarsDirectory, name), name);
  }
  return new LocalEnvironment({
    dataDirectory: join(folder, 'data'),
    cacheDirectory: join(folder, 'cache'),
    jarsDirectory,
    artifacts: {
      ensure: (sets) => Promise.resolve(new Map(sets.map((set) => [set, []]))),
      verify: () => Promise.resolve([]),
    },
    findJava: () => Promise.resolve({ home: folder, executable: java, version: 17, source: 'PATH' }),
    kafka: { clusterId: () => Promise.resolve('id'), ensureTopics: () => Promise.resolve() },
    flinkClient: (baseUrl) => new FlinkClient({ baseUrl, logger: silentLogger }),
    memory: () => 'small',
    logger: silentLogger,
  });
}
