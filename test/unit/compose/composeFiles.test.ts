import { mkdtemp, readFile, rm, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { additionTo, imagesFor, writeProject } from '../../../src/core/environment/compose/composeFiles';
import { ComposePaths } from '../../../src/core/environment/compose/composePaths';
import type { ComposeRun } from '../../../src/core/environment/compose/composeRecord';
import { startOptions } from '../../support/localPlayground';

const stack = join(import.meta.dirname, '../../../playground');

describe('the addition to our compose file', () => {
  it.each(['compose.yaml', 'compose.zookeeper.yaml'])('marks every service and volume of %s as ours', async (name) => {
    const text = await readFile(join(stack, name), 'utf8');
    const file = parse(text, { merge: true }) as { services: object; volumes: object };
    const added = parse(additionTo(text, { project: 'p', profile: 'flink-2.2.1-kraft', owner: 'me' })) as {
      services: Record<string, unknown>;
      volumes: Record<string, unknown>;
    };
    const labels = { 'flink-playground.owner': 'me' };
    expect(Object.keys(added.services)).toEqual(Object.keys(file.services));
    expect(Object.keys(added.volumes)).toEqual(Object.keys(file.volumes));
    expect(Object.values(added.services)).toEqual(Object.values(added.services).map(() => ({ labels })));
    expect(Object.entries(added.volumes)).toEqual(
      Object.keys(added.volumes).map((volume) => [volume, { name: `p_flink-2.2.1-kraft_${volume}`, labels }]),
    );
  });
});

describe('the project on disk', () => {
  let folder: string;
  let paths: ComposePaths;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'compose '));
    paths = new ComposePaths(folder);
    await mkdir(paths.project, { recursive: true });
    await writeFile(join(paths.project, 'compose.yaml'), await readFile(join(stack, 'compose.yaml')));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const run: ComposeRun = {
    instanceKey: '7d5c1c0e-6a0f-4f0e-9a51-3f1c2b7f0a10',
    phase: 'running',
    project: 'mine',
    options: startOptions({ parallelism: 2 }),
    ports: { rest: 8082, broker: 9093 },
    notices: [],
  };

  it('has variables for every name that the compose file asks for, and no other', async () => {
    const { variables } = await writeProject(paths, run, '/tmp/chk-1');
    const asked = (await readFile(join(paths.project, 'compose.yaml'), 'utf8')).matchAll(/\$\{(PLAYGROUND_\w+)/g);
    const names = new Set([...asked].map(([, name]) => name));
    // The version of the job is changed by restarts, not by starts.
    names.delete('PLAYGROUND_JOB_VERSION');
    expect(new Set(Object.keys(variables))).toEqual(names);
    expect(variables).toMatchObject({
      PLAYGROUND_REST_PORT: '8082',
      PLAYGROUND_BROKER_PORT: '9093',
      PLAYGROUND_JOB_PARALLELISM: '2',
      PLAYGROUND_JOB_OPTIONS: '--checkpointing --event-time',
      PLAYGROUND_JOB_SAVEPOINT: '/tmp/chk-1',
    });
  });

  it('means the same project for a person who types docker compose there', async () => {
    await writeProject(paths, run);
    const env = await readFile(join(paths.project, '.env'), 'utf8');
    expect(env).toContain('COMPOSE_PROJECT_NAME=mine\n');
    expect(env).toMatch(/^COMPOSE_FILE=compose\.yaml[:;]compose\.extension\.yaml$/m);
  });
});

describe('the images of a start', () => {
  it('are those of the version and the mode', () => {
    expect(imagesFor('1.20.5', 'kraft')).toEqual(['flink:1.20.5-java17', 'apache/kafka:4.2.2']);
    expect(imagesFor('2.2.1', 'zookeeper').map((name) => name.split(':')[0])).toEqual([
      'flink',
      'confluentinc/cp-kafka',
      'confluentinc/cp-zookeeper',
    ]);
  });
});
