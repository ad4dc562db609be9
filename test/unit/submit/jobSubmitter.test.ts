import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JobSubmission } from '../../../src/core/environment/environment';
import type { ConfigEntry } from '../../../src/core/flink/decode/cluster';
import type { FlinkClient } from '../../../src/core/flink/flinkClient';
import { RememberedRecipes } from '../../../src/core/savepoints/recipes';
import { JobSubmitter } from '../../../src/core/submit/jobSubmitter';
import { PlaygroundError } from '../../../src/core/util/errors';

const signal = new AbortController().signal;
const own = { path: '/jars/own.jar', name: 'own-1.jar' };
const submission: JobSubmission = {
  jars: { v1: own, v2: own, v3: own },
  flinkConfiguration: { 'pipeline.classpaths': 'file:/connector.jar' },
  bootstrapServers: '127.0.0.1:9092',
};

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'submit-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

function setup(
  refusal?: PlaygroundError,
  configuration: readonly ConfigEntry[] = [],
): {
  readonly submitter: JobSubmitter;
  readonly uploads: readonly unknown[];
  readonly runs: readonly (readonly unknown[])[];
} {
  const uploads: unknown[] = [];
  const runs: (readonly unknown[])[] = [];
  const answer = <T>(value: T): Promise<T> =>
    refusal === undefined ? Promise.resolve(value) : Promise.reject(refusal);
  const client: Pick<FlinkClient, 'jars' | 'uploadJar' | 'runJar' | 'planJar' | 'overview' | 'jobManagerConfig'> = {
    jars: () =>
      Promise.resolve(uploads.map(() => ({ id: 'jar-1', name: 'other', uploadedAt: 0, entryClasses: ['a.Main'] }))),
    uploadJar: (path, name) => {
      uploads.push([path, name]);
      return Promise.resolve('jar-1');
    },
    runJar: (...args) => {
      runs.push(args.slice(0, 2));
      return answer(String(args[1].jobId));
    },
    planJar: (...args) => {
      runs.push(args.slice(0, 2));
      return answer({ nodes: [] });
    },
    jobManagerConfig: () => Promise.resolve(configuration),
    overview: () => Promise.resolve({ flinkVersion: '2.2.1', taskManagers: 1, slotsTotal: 2, slotsAvailable: 2 }),
  };
  const submitter = new JobSubmitter({
    environment: { jobSubmission: () => Promise.resolve(submission), operationsDirectory: folder },
    withClient: (act) => act(client as FlinkClient),
  });
  return { submitter, uploads, runs };
}

async function file(name: string, content: string): Promise<{ readonly from: 'file'; readonly path: string }> {
  const path = join(folder, name);
  await writeFile(path, content);
  return { from: 'file', path };
}

describe('a jar', () => {
  it('is brought to Flink, which tells its programs', async () => {
    const { submitter, uploads } = setup();
    const jar = await file('orders.jar', 'PK\u0003\u0004');
    expect(await submitter.prepare(jar, signal)).toEqual(['a.Main']);
    expect(uploads).toEqual([[jar.path, expect.stringMatching(/^orders-[0-9a-f]{12}\.jar$/)]]);
  });

  it.each([['text'], ['']])('that holds %j is none, and is not uploaded', async (content) => {
    const { submitter, uploads } = setup();
    await expect(submitter.prepare(await file('orders.jar', content), signal)).rejects.toMatchObject({
      kind: 'input',
      message: `The file "${join(folder, 'orders.jar')}" is no jar.`,
    });
    expect(uploads).toEqual([]);
  });

  it('that is larger than Flink takes is not uploaded', async () => {
    const { submitter, uploads } = setup();
    const jar = await file('orders.jar', 'PK\u0003\u0004');
    await truncate(jar.path, 500 * 2 ** 20);
    await expect(submitter.prepare(jar, signal)).rejects.toMatchObject({
      kind: 'input',
      message: `The jar "${jar.path}" has 500 MB, and Flink takes 100 MB at most.`,
    });
    expect(uploads).toEqual([]);
  });

  it('that is large is uploaded to a Flink that takes more than others', async () => {
    const { submitter, uploads } = setup(undefined, [{ key: 'rest.server.max-content-length', value: '209715200' }]);
    const jar = await file('orders.jar', 'PK\u0003\u0004');
    await truncate(jar.path, 101 * 2 ** 20);
    await submitter.prepare(jar, signal);
    expect(uploads).toHaveLength(1);
  });

  it('that is not there is said to be so', async () => {
    const jar = { from: 'file', path: join(folder, 'gone.jar') } as const;
    await expect(setup().submitter.prepare(jar, signal)).rejects.toMatchObject({ kind: 'input' });
  });
});

describe('a job', () => {
  it('is started under an id that is chosen here, with what the person gave', async () => {
    const { submitter, runs } = setup();
    const jar = await file('orders.jar', 'PK\u0003\u0004');
    const jobId = await submitter.submit({ jar, args: ['--x'], parallelism: 2, savepointPath: 'file:/s' }, signal);
    expect(jobId).toMatch(/^[0-9a-f]{32}$/);
    expect(runs).toEqual([
      [
        'jar-1',
        {
          jobId,
          programArgs: ['--x'],
          parallelism: 2,
          savepointPath: 'file:/s',
          flinkConfiguration: submission.flinkConfiguration,
        },
      ],
    ]);
  });

  it('is remembered by its id, so that it can be restarted and restored without asking for its jar', async () => {
    const { submitter } = setup();
    const jar = await file('orders.jar', 'PK\u0003\u0004');
    const jobId = await submitter.submit({ jar, entryClass: 'a.Main', args: ['--x'], parallelism: 2 }, signal);
    expect(await new RememberedRecipes(folder).read()).toEqual({
      [jobId]: { jar, entryClass: 'a.Main', args: ['--x'], parallelism: 2 },
    });
  });

  it('runs though it cannot be remembered', async () => {
    const { submitter } = setup();
    await mkdir(join(folder, 'recipes.json'));
    const jar = await file('orders.jar', 'PK\u0003\u0004');
    await expect(submitter.submit({ jar, args: [] }, signal)).resolves.toMatch(/^[0-9a-f]{32}$/);
  });

  it('of the playground gets the broker of today', async () => {
    const { submitter, runs } = setup();
    await submitter.submit({ jar: { from: 'playground', version: 'v1' }, args: ['--checkpointing'] }, signal);
    expect(runs[0]?.[1]).toMatchObject({
      entryClass: 'flinkplayground.clickcount.ClickEventCount',
      programArgs: ['--bootstrap.servers', '127.0.0.1:9092', '--checkpointing'],
    });
  });

  it('can be looked at as a plan before', async () => {
    const { submitter } = setup();
    const jar = await file('orders.jar', 'PK\u0003\u0004');
    expect(await submitter.plan({ jar, args: [] }, signal)).toBe('{\n  "nodes": []\n}\n');
  });

  it('that Flink refuses is explained', async () => {
    const trace = 'NoClassDefFoundError: org/apache/flink/api/java/ExecutionEnvironment';
    const { submitter } = setup(new PlaygroundError('rejected', trace));
    const jar = await file('orders.jar', 'PK\u0003\u0004');
    await expect(submitter.submit({ jar, args: [] }, signal)).rejects.toMatchObject({
      message: 'The jar was made for another line of Flink than 2.2.1.',
    });
  });
});
