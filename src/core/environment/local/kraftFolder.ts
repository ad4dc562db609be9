import { createHash } from 'node:crypto';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import * as z from 'zod/mini';
import { messageOf, systemCode } from '../../util/errors';
import type { Logger } from '../../util/logger';
import { newKafkaId } from './kafkaConfig';

const bootstrapFile = 'bootstrap.checkpoint';
const metaFile = 'meta.properties';

const templateSchema = z.object({ metaProperties: z.string(), bootstrapCheckpoint: z.string(), sha256: z.string() });

/** The folder of the cache that holds the templates; safe to delete at any time. */
export const kraftTemplatesFolder = 'kraft-folders';

/**
 * Gives an empty data folder of a KRaft broker what `kafka.tools.StorageTool format` writes there. The tool is a JVM of its own,
 * and the broker has to wait for it; what it wrote for another folder differs in two ids only (`MetaProperties` of Kafka), so
 * that it is kept in the cache and used again by the same jars.
 */
export class KraftFolders {
  readonly #directory: string;
  readonly #logger: Logger;

  constructor(cacheDirectory: string, logger: Logger) {
    this.#directory = join(cacheDirectory, kraftTemplatesFolder);
    this.#logger = logger;
  }

  /** True when the folder was prepared from what an earlier format wrote; false when the tool has to be run. */
  async prepare(dataDirectory: string, clusterId: string, classPath: readonly string[]): Promise<boolean> {
    const template = await this.#read(this.#file(classPath));
    if (template === undefined) return false;
    const metaProperties = withValue(
      withValue(template.metaProperties, 'cluster.id', clusterId),
      'directory.id',
      newKafkaId(),
    );
    await writeFile(join(dataDirectory, bootstrapFile), Buffer.from(template.bootstrapCheckpoint, 'base64'));
    // The last, because a folder with both files counts as prepared.
    await writeFileAtomic(join(dataDirectory, metaFile), metaProperties);
    return true;
  }

  /** Keeps what the tool wrote, once a broker has started from it. A failure is logged only: it costs a little speed, nothing else. */
  async keep(dataDirectory: string, classPath: readonly string[]): Promise<void> {
    const file = this.#file(classPath);
    try {
      const metaProperties = await readFile(join(dataDirectory, metaFile), 'utf8');
      const bootstrapCheckpoint = (await readFile(join(dataDirectory, bootstrapFile))).toString('base64');
      const sha256 = checksum(metaProperties, bootstrapCheckpoint);
      await mkdir(this.#directory, { recursive: true });
      await writeFileAtomic(file, JSON.stringify({ metaProperties, bootstrapCheckpoint, sha256 }));
    } catch (error) {
      this.#logger.warn(`The prepared data folder of Kafka was not kept for later starts: ${messageOf(error)}`);
    }
  }

  #file(classPath: readonly string[]): string {
    const jars = classPath.map((jar) => basename(jar)).join('\n');
    return join(this.#directory, `${createHash('sha256').update(jars).digest('hex').slice(0, 16)}.json`);
  }

  async #read(file: string): Promise<z.infer<typeof templateSchema> | undefined> {
    try {
      const parsed = templateSchema.safeParse(JSON.parse(await readFile(file, 'utf8')));
      const whole =
        parsed.success && parsed.data.sha256 === checksum(parsed.data.metaProperties, parsed.data.bootstrapCheckpoint);
      return whole ? parsed.data : undefined;
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') this.#logger.warn(`${file} is not usable: ${messageOf(error)}`);
      return undefined;
    }
  }
}

/** The cluster id in the data folder of a KRaft broker that was prepared or has run; `undefined` when it has to be prepared. */
export async function clusterIdOf(dataDirectory: string): Promise<string | undefined> {
  try {
    await stat(join(dataDirectory, bootstrapFile));
    const text = await readFile(join(dataDirectory, metaFile), 'utf8');
    return /^cluster\.id=(\S+)$/m.exec(text)?.[1];
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function checksum(...texts: readonly string[]): string {
  return createHash('sha256').update(texts.join('\n')).digest('hex');
}

function withValue(properties: string, key: string, value: string): string {
  return properties
    .split('\n')
    .map((line) => (line.startsWith(`${key}=`) ? `${key}=${value}` : line))
    .join('\n');
}
