import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clusterIdOf, KraftFolders, kraftTemplatesFolder } from '../../../src/core/environment/local/kraftFolder';
import { silentLogger } from '../../../src/core/util/logger';

const jars = ['/somewhere/kafka-server-4.2.2.jar', '/somewhere/zstd.jar'];
const bootstrap = Buffer.from([0, 1, 2, 255]);
const metaProperties = [
  '#',
  '#Mon Nov 23 06:00:00 UTC 2026',
  'cluster.id=first',
  'directory.id=folder',
  'node.id=1',
  'version=1',
  '',
].join('\n');

describe('Data folders of a KRaft broker', () => {
  let root: string;
  let folders: KraftFolders;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'kraft-'));
    folders = new KraftFolders(join(root, 'cache'), silentLogger);
  });
  afterEach(async () => {
    await rm(root, { recursive: true, force: true });
  });

  async function emptyFolder(name: string): Promise<string> {
    const folder = join(root, name);
    await mkdir(folder);
    return folder;
  }

  async function formattedFolder(): Promise<string> {
    const folder = await emptyFolder('formatted');
    await writeFile(join(folder, 'meta.properties'), metaProperties);
    await writeFile(join(folder, 'bootstrap.checkpoint'), bootstrap);
    return folder;
  }

  it('cannot be prepared before the tool has been run once', async () => {
    expect(await folders.prepare(await emptyFolder('data'), 'second', jars)).toBe(false);
  });

  it('are prepared from what the tool wrote, with ids of their own', async () => {
    await folders.keep(await formattedFolder(), jars);
    const data = await emptyFolder('data');

    expect(await folders.prepare(data, 'second', jars)).toBe(true);

    expect(await clusterIdOf(data)).toBe('second');
    const text = await readFile(join(data, 'meta.properties'), 'utf8');
    expect(text).toMatch(/^directory\.id=[A-Za-z0-9_-]{22}$/m);
    expect(text.replace(/^(?:cluster|directory)\.id=.*$/gm, '')).toBe(
      metaProperties.replace(/^(?:cluster|directory)\.id=.*$/gm, ''),
    );
    expect(await readFile(join(data, 'bootstrap.checkpoint'))).toEqual(bootstrap);
  });

  it('are not prepared from what the tool of other jars wrote', async () => {
    await folders.keep(await formattedFolder(), jars);
    const others = ['/somewhere/kafka-server-4.3.1.jar'];
    expect(await folders.prepare(await emptyFolder('data'), 'second', others)).toBe(false);
  });

  it.each(['', '{"metaProperties":', '{"metaProperties":"x","bootstrapCheckpoint":"AAEC","sha256":"0"}'])(
    'are not prepared from a damaged template: %j',
    async (text) => {
      await folders.keep(await formattedFolder(), jars);
      const [name = ''] = await readdir(join(root, 'cache', kraftTemplatesFolder));
      await writeFile(join(root, 'cache', kraftTemplatesFolder, name), text);
      expect(await folders.prepare(await emptyFolder('data'), 'second', jars)).toBe(false);
    },
  );

  it('stay unknown to later starts when the cache cannot be written', async () => {
    await writeFile(join(root, 'cache'), 'a file where a folder should be');
    await folders.keep(await formattedFolder(), jars);
    expect(await folders.prepare(await emptyFolder('data'), 'second', jars)).toBe(false);
  });
});
