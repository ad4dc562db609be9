import { copyFile, mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import * as l10n from '@vscode/l10n';
import { playground } from '../../playground';
import { PlaygroundError, systemCode } from '../../util/errors';
import { diskError } from '../common/diskError';
import { requireFlinkVersion } from '../common/startOptions';
import { artifactLock, jarName } from '../local/artifacts/artifactLock';
import type { ArtifactStoreLike } from '../local/services';

/** What Compose reads, as paths below `playground` in the project and below `dist/playground` in the extension. */
const stackFiles = [
  'compose.yaml',
  'compose.zookeeper.yaml',
  'images/flink/Dockerfile',
  'images/flink/submit',
  'images/flink/log4j-console.properties',
];

/** Where `playground/images/flink/Dockerfile` puts the connector in the image. */
const connectorInImage = '/opt/flink-playground/connector';

export interface StackFolderOptions {
  /** The folder with the compose files and the image's own files. */
  readonly stackDirectory: string;
  /** The folder with the playground's own jars, by the names of `playground.json`. */
  readonly jarsDirectory: string;
  readonly artifacts: Pick<ArtifactStoreLike, 'ensure'>;
  readonly flinkVersion: string;
}

/**
 * Makes a folder from which Compose can build and start the playground: the compose files, the Dockerfile and the jars for one
 * version of Flink. Nothing in it refers to the extension. A folder that is there is brought up to date; equal content gives
 * equal image layers, whatever the times of the files. For one caller at a time.
 * @param onBytes how far the download of the Kafka connector is.
 * @throws PlaygroundError `download`, `disk`, `input` for a version that the playground does not have; the signal's reason.
 */
export async function writeStackFolder(
  folder: string,
  { stackDirectory, jarsDirectory, artifacts, flinkVersion }: StackFolderOptions,
  onBytes: (doneBytes: number, totalBytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const sets = connectorSets(flinkVersion);
  const found = await artifacts.ensure(sets, ({ doneBytes, totalBytes }) => onBytes(doneBytes, totalBytes), signal);
  const [connector = [], kafkaClients = []] = sets.map((set) => found.get(set));
  const { v1, v2, v3, generator, guard } = playground.job.jars;
  const own = (name: string): string => join(jarsDirectory, name);
  const jars: Readonly<Record<string, readonly string[]>> = {
    guard: [own(guard)],
    jobs: [own(v1), own(v2), own(v3)],
    connector: [...connector, ...kafkaClients],
    generator: [own(generator), ...kafkaClients],
  };
  if (resolve(folder) !== resolve(stackDirectory)) {
    for (const file of stackFiles) {
      signal.throwIfAborted();
      await copy(join(stackDirectory, file), join(folder, file));
    }
  }
  // The image takes every jar of these folders, so none of another version may be left in them.
  const target = join(folder, 'images/flink/jars');
  const draft = `${target}.draft`;
  try {
    await rm(draft, { recursive: true, force: true });
    for (const [name, files] of Object.entries(jars)) {
      for (const file of files) {
        signal.throwIfAborted();
        await copy(file, join(draft, name, basename(file)));
      }
    }
    await rm(target, { recursive: true, force: true });
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    signal.throwIfAborted();
    throw error instanceof PlaygroundError ? error : diskError(target, error);
  }
}

/**
 * The jars that a job needs beside its own, as paths in the playground's image: what `pipeline.classpaths` of a job that is run
 * through REST names, as `submit` in the image gives it by `flink run -C`.
 * @throws PlaygroundError `input` for a version that the playground does not have.
 */
export function connectorJarsInImage(flinkVersion: string): readonly string[] {
  const artifacts = connectorSets(flinkVersion).flatMap((set) => artifactLock.sets[set] ?? []);
  return artifacts.map((artifact) => `${connectorInImage}/${jarName(artifact)}`);
}

function connectorSets(flinkVersion: string): readonly string[] {
  const version = requireFlinkVersion(flinkVersion);
  return [`connector-${version.connector}`, `kafka-clients-${version.kafkaClients}`];
}

async function copy(source: string, target: string): Promise<void> {
  try {
    await mkdir(dirname(target), { recursive: true });
    await copyFile(source, target);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') {
      throw new PlaygroundError('internal', l10n.t('The extension is not complete: "{0}" is missing.', source), {
        remedy: l10n.t('Install the extension again.'),
        cause: error,
      });
    }
    throw diskError(target, error);
  }
}
