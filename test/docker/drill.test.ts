import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { execaRunner } from '../../src/core/environment/compose/cliRunner';
import { ComposeEnvironment } from '../../src/core/environment/compose/composeEnvironment';
import { FlinkClient } from '../../src/core/flink/flinkClient';
import { createInProcessKafkaPort } from '../../src/core/kafka/inProcessKafkaPort';
import type { KafkaPort } from '../../src/core/kafka/kafkaPort';
import { silentLogger } from '../../src/core/util/logger';
import { ignoreProgress, startOptions } from '../support/localPlayground';
import {
  exactWindows,
  generations,
  hasCompose,
  jarsDirectory,
  leftoversOf,
  stackDirectory,
  until,
  userArtifacts,
  type Generation,
} from './support';

const seconds = (count: number): AbortSignal => AbortSignal.timeout(count * 1000);

// The tutorial through the compose environment, as the extension operates it: each step on what the one before left.
describe.each(Object.keys(generations) as Generation[])('the compose environment with Compose %s', (generation) => {
  const project = `drill-${generation}`;
  const recoveries: number[] = [];
  let directory: string;
  let kafka: KafkaPort;
  let environment: ComposeEnvironment;
  let jobId: string;

  beforeEach(({ skip }) => skip(!hasCompose(generation), `This machine has no Compose ${generation}.`));

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'flink-playground-drill-'));
    kafka = createInProcessKafkaPort({ logger: silentLogger });
    environment = new ComposeEnvironment({
      dataDirectory: join(directory, 'data'),
      stackDirectory,
      jarsDirectory,
      artifacts: userArtifacts(),
      settings: () => ({ command: generations[generation].join(' '), file: '', project }),
      kafka,
      flinkClient: (baseUrl) => new FlinkClient({ baseUrl, logger: silentLogger }),
      runner: execaRunner({ logger: silentLogger }),
      logger: silentLogger,
    });
  });

  afterAll(async () => {
    if (hasCompose(generation)) await environment.stop({ deleteData: true }, ignoreProgress, seconds(120));
    environment.dispose();
    kafka.dispose();
    await rm(directory, { recursive: true, force: true });
  });

  const endpoints = (): { readonly rest: string; readonly broker: string } => {
    const { rest, brokers } = environment.snapshot.value.endpoints ?? {};
    return { rest: rest ?? '', broker: brokers?.[0] ?? '' };
  };
  const taskManagers = (): readonly string[] =>
    environment.snapshot.value.services
      .filter(({ name }) => name === 'taskmanager')
      .flatMap(({ instances }) => instances.map(({ id, state }) => `${id} ${state}`));
  const registered = async (count: number): Promise<true> =>
    until(`${count} TaskManagers`, async () => {
      const client = new FlinkClient({ baseUrl: endpoints().rest, logger: silentLogger });
      const { taskManagers: found } = await client.overview(seconds(10)).finally(() => client.dispose());
      return found === count ? true : undefined;
    });
  const job = async (): Promise<{ readonly state: string; readonly runs: boolean }> => {
    const client = new FlinkClient({ baseUrl: endpoints().rest, logger: silentLogger });
    const { state, vertices } = await client.job(jobId, seconds(10)).finally(() => client.dispose());
    return { state, runs: vertices.every(({ tasks, parallelism }) => tasks.RUNNING === parallelism) };
  };

  it('starts everything and counts three windows exactly', async () => {
    const started = await environment.start(startOptions(), ignoreProgress, seconds(240));

    expect(started.jobId).toMatch(/^[0-9a-f]{32}$/);
    jobId = started.jobId ?? '';
    expect(environment.snapshot.value).toMatchObject({ kind: 'compose', phase: 'running' });
    expect((await exactWindows(endpoints().broker, 3)).verdict).toBe('PASS');
  });

  it('sees the job lose its tasks when the TaskManager is killed', async () => {
    recoveries.push(Date.now());
    await environment.kill('taskmanager-1', seconds(60));

    expect(taskManagers()).toEqual(['taskmanager-1 killed']);
    await until('the job to restart', async () => {
      const { state, runs } = await job();
      return state === 'RESTARTING' || !runs ? true : undefined;
    });
  });

  it('recovers without a short window when it is started again', async () => {
    await environment.startInstance('taskmanager-1', seconds(120));
    await until('all tasks to run', async () => ((await job()).runs ? true : undefined));
    recoveries.push(Date.now());

    expect((await exactWindows(endpoints().broker, 1, recoveries)).verdict).toMatch(/^PASS/);
  });

  it('scales to three TaskManagers and back to one', async () => {
    await environment.scaleTaskManagers(3, seconds(150));
    await registered(3);

    await environment.scaleTaskManagers(1, seconds(150));
    await registered(1);
    expect(taskManagers()).toHaveLength(1);
  });

  it('leaves no container after Stop, and its data', async () => {
    await environment.stop({ deleteData: false }, ignoreProgress, seconds(120));

    expect(environment.snapshot.value.phase).toBe('absent');
    const left = await leftoversOf(project);
    expect(left.filter((name) => !name.startsWith('volume '))).toEqual([]);
    expect(left).not.toEqual([]);
  });

  it('goes on where it was at the next Start', async () => {
    recoveries.push(Date.now());
    const again = await environment.start(startOptions(), ignoreProgress, seconds(240));
    recoveries.push(Date.now());

    expect(again.restoredFrom).toMatch(new RegExp(`/stop-[0-9a-f]{12}/savepoint-${jobId.slice(0, 6)}-`));
    expect((await exactWindows(endpoints().broker, 1, recoveries)).verdict).toMatch(/^PASS/);
  });

  it('leaves nothing after Stop and Delete Data', async () => {
    await environment.stop({ deleteData: true }, ignoreProgress, seconds(120));

    expect(await leftoversOf(project)).toEqual([]);
  });
});
