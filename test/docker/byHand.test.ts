import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { playground } from '../../src/core/playground';
import { ComposeStack, exactWindows, hasCompose, leftoversOf, stackFolder, until, type Generation } from './support';

/** As `npm run stack` completes it. */
const playgroundFolder = join(import.meta.dirname, '..', '..', 'playground');

interface Way {
  readonly generation: Generation;
  readonly file: string;
  readonly flinkVersion: string;
  /** The console consumer, by its name in the image of the file. */
  readonly script: string;
}

/** Each generation of Compose, each mode of Kafka and each line of Flink once. */
const ways: readonly Way[] = [
  { generation: 'v2', file: 'compose.yaml', flinkVersion: '2.2.1', script: 'kafka-console-consumer.sh' },
  { generation: 'v1', file: 'compose.zookeeper.yaml', flinkVersion: '1.20.5', script: 'kafka-console-consumer' },
];

// The steps of playground/README.md in their order, each on what the one before left.
describe.each(ways)('by hand, Compose $generation, Flink $flinkVersion and $file', (way) => {
  const { generation, file, flinkVersion, script } = way;
  let folder: string | undefined;
  beforeEach(({ skip }) => skip(!hasCompose(generation), `This machine has no Compose ${generation}.`));

  let stack: ComposeStack;
  let firstJob: string;

  beforeAll(async () => {
    if (!hasCompose(generation)) return;
    folder = flinkVersion === playground.flink.default ? undefined : await stackFolder(flinkVersion);
    stack = await ComposeStack.create({
      generation,
      file,
      folder: folder ?? playgroundFolder,
      project: `by-hand-${generation}`,
      environment: { PLAYGROUND_FLINK_VERSION: flinkVersion },
    });
    await stack.compose('down', '-v');
    await stack.compose('build');
  });

  afterAll(async () => {
    if (hasCompose(generation)) await stack.compose('down', '-v');
    if (folder !== undefined) await rm(folder, { recursive: true });
  });

  it('comes up with one job that runs, and three windows are exact', async () => {
    await stack.compose('up', '-d');

    firstJob = (await stack.jobRunning()).jid;
    const { verdict } = await exactWindows(stack.broker, 3);
    expect(verdict).toBe('PASS');
  });

  it('has submitted the job once and ended the client with exit code 0', async () => {
    const client = await until('the client to end', async () =>
      (await stack.containers('client')).find(({ status }) => status === 'exited'),
    );
    expect(client.exitCode).toBe(0);
  });

  it('submits no second job when it is brought up again', async () => {
    await stack.compose('up', '-d');
    await until('the client to end again', async () =>
      (await stack.containers('client')).find(({ status }) => status === 'exited'),
    );

    expect((await stack.jobs()).map(({ jid }) => jid)).toEqual([firstJob]);
  });

  it('shows records to the console consumer of the container', async () => {
    const text = await stack.compose(
      'exec',
      '-T',
      'kafka',
      script,
      '--bootstrap-server',
      'localhost:9092',
      '--topic',
      'output',
      '--from-beginning',
      '--max-messages',
      '1',
    );
    expect(text).toMatch(/"page":"\/\w+".*"count":1000/);
  });

  it('answers no request of a web page', async () => {
    const response = await fetch(`http://127.0.0.1:${stack.ports.rest}/jobs`, {
      headers: { Origin: 'http://pages.example' },
    });
    expect(response.status).toBe(403);
  });

  it('keeps a killed TaskManager dead, and goes on without a short window when it is started', async () => {
    const killedAt = Date.now();
    await stack.compose('kill', 'taskmanager');
    await until('the job to lose its tasks', async () =>
      (await stack.jobs()).find(({ tasks: { running, total } }) => running < total),
    );
    expect((await stack.containers('taskmanager')).map(({ status }) => status)).toEqual(['exited']);

    await stack.compose('start', 'taskmanager');
    await stack.jobRunning();

    const { verdict } = await exactWindows(stack.broker, 1, [killedAt, Date.now()]);
    expect(verdict).toMatch(/^PASS/);
  });

  it('stops with a savepoint and goes on from it with parallelism 3 on a second TaskManager', async () => {
    const stopped = await stack.compose('run', '--rm', '--no-deps', 'client', 'flink', 'stop', firstJob);
    const savepoint = /file:\S+savepoint-\S+/.exec(stopped)?.[0] ?? '';

    await stack.compose('run', '--rm', '--no-deps', 'client', 'submit', '-s', savepoint, '-p', '3');
    await stack.compose('up', '-d', '--no-deps', '--no-recreate', '--scale', 'taskmanager=2', 'taskmanager');

    await stack.jobRunning(3 * 4);
    const { verdict } = await exactWindows(stack.broker, 1, [Date.now()]);
    expect(verdict).toMatch(/^PASS/);
  });

  it('leaves nothing after down -v', async () => {
    await stack.compose('down', '-v');

    expect(await leftoversOf(`by-hand-${generation}`)).toEqual([]);
  });
});

describe.each([
  { generation: 'v1', file: 'compose.yaml' },
  { generation: 'v2', file: 'compose.zookeeper.yaml' },
] as const)('Compose $generation', ({ generation, file }) => {
  it.skipIf(!hasCompose(generation))(`reads ${file}`, async () => {
    const stack = await ComposeStack.create({ generation, file, folder: playgroundFolder, project: 'read-only' });
    expect(await stack.attempt('config', '-q')).toMatchObject({ exitCode: 0 });
  });
});
