import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectorJarsInImage, writeStackFolder } from '../../../src/core/environment/compose/stackFolder';
import { playground } from '../../../src/core/playground';
import type { PlaygroundError } from '../../../src/core/util/errors';

const repository = join(import.meta.dirname, '..', '..', '..');
const never = new AbortController().signal;

describe('the folder from which Compose builds', () => {
  let root: string;
  let jarsDirectory: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'stack-folder-'));
    jarsDirectory = join(root, 'extension');
    await mkdir(jarsDirectory);
    for (const name of Object.values(playground.job.jars)) await writeFile(join(jarsDirectory, name), name);
  });

  afterEach(() => rm(root, { recursive: true, force: true }));

  /** An artifact store whose sets have one jar each, named after the set. */
  const artifacts = {
    ensure: async (sets: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> => {
      const found = new Map<string, readonly string[]>();
      for (const set of sets) {
        const jar = join(root, `${set}.jar`);
        await writeFile(jar, set);
        found.set(set, [jar]);
      }
      return found;
    },
  };

  function write(flinkVersion: string, signal = never): Promise<void> {
    const stackDirectory = join(repository, 'playground');
    return writeStackFolder(
      join(root, 'stack'),
      { stackDirectory, jarsDirectory, artifacts, flinkVersion },
      () => undefined,
      signal,
    );
  }

  async function files(): Promise<readonly string[]> {
    const entries = await readdir(join(root, 'stack'), { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(join(root, 'stack'), join(entry.parentPath, entry.name)))
      .toSorted();
  }

  it('has the compose files, the image and the jars of the version, and nothing else', async () => {
    await write('2.2.1');

    expect(await files()).toEqual([
      'compose.yaml',
      'compose.zookeeper.yaml',
      'images/flink/Dockerfile',
      'images/flink/jars/connector/connector-5.0.0-2.2.jar',
      'images/flink/jars/connector/kafka-clients-4.2.2.jar',
      'images/flink/jars/generator/clickevent-generator-1.0.jar',
      'images/flink/jars/generator/kafka-clients-4.2.2.jar',
      'images/flink/jars/guard/rest-guard-1.0.jar',
      'images/flink/jars/jobs/click-event-count-1.0.jar',
      'images/flink/jars/jobs/click-event-count-2.0.jar',
      'images/flink/jars/jobs/click-event-count-3.0.jar',
      'images/flink/log4j-console.properties',
      'images/flink/submit',
    ]);
  });

  it('keeps no jar of another version, for the image would take it', async () => {
    await write('2.2.1');
    await write('1.20.5');

    expect((await files()).filter((file) => file.includes('/connector/'))).toEqual([
      'images/flink/jars/connector/connector-3.4.0-1.20.jar',
      'images/flink/jars/connector/kafka-clients-4.2.2.jar',
    ]);
  });

  it('has everything that the Dockerfile copies', async () => {
    await write('2.2.1');

    const dockerfile = await readFile(join(root, 'stack/images/flink/Dockerfile'), 'utf8');
    const copied = Array.from(dockerfile.matchAll(/^COPY (\S+)/gm), (match) => `images/flink/${match[1] ?? ''}`);
    const present = await files();
    expect(copied.filter((source) => !present.some((file) => file.startsWith(source)))).toEqual([]);
  });

  it('refuses a version of Flink that the playground does not have', async () => {
    await expect(write('1.8.0')).rejects.toMatchObject({ kind: 'input' } satisfies Partial<PlaygroundError>);
  });

  it('names the file that an incomplete extension lacks', async () => {
    await rm(join(jarsDirectory, playground.job.jars.guard));

    await expect(write('2.2.1')).rejects.toThrow(playground.job.jars.guard);
  });

  it('leaves the jars that were there when it is cancelled', async () => {
    await write('2.2.1');
    const cancelled = new AbortController();
    cancelled.abort(new Error('cancelled by the test'));

    await expect(write('1.20.5', cancelled.signal)).rejects.toThrow('cancelled by the test');
    expect((await files()).filter((file) => file.includes('connector-'))).toEqual([
      'images/flink/jars/connector/connector-5.0.0-2.2.jar',
    ]);
  });
});

describe('the connector in the image', () => {
  it('is where the Dockerfile copies it', async () => {
    const dockerfile = await readFile(join(repository, 'playground/images/flink/Dockerfile'), 'utf8');
    const folder = /^COPY jars\/connector\/ (\S+)\/$/m.exec(dockerfile)?.[1];
    expect(connectorJarsInImage('2.2.1').filter((jar) => !jar.startsWith(`${folder}/`))).toEqual([]);
    expect(connectorJarsInImage('2.2.1')).toContain(`${folder}/flink-connector-kafka-5.0.0-2.2.jar`);
  });
});
