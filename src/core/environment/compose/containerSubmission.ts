import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as l10n from '@vscode/l10n';
import { playground } from '../../playground';
import { PlaygroundError } from '../../util/errors';
import type { JobSubmission } from '../environment';
import type { ComposeServices } from './composeServices';
import { connectorJarsInImage } from './stackFolder';
import { notRunning } from '../notRunning';

/** Kafka as the containers of the project reach it. */
export const insideBroker = 'kafka:9092';
/** Where `playground/compose.yaml` has Flink write savepoints: a volume that all its containers share. */
export const savepointsDirectory = '/tmp/flink-savepoints-directory';
/** Likewise for checkpoints. */
export const checkpointsDirectory = '/tmp/flink-checkpoints-directory';

/**
 * How the playground's job is given to the Flink of the containers.
 * @throws PlaygroundError `input` when nothing runs, or when what runs is not made of the playground's image.
 */
export async function containerSubmission(
  services: Pick<ComposeServices, 'registry' | 'jarsDirectory'>,
): Promise<JobSubmission> {
  const jobManager = services.registry.containers.find(({ service }) => service === 'jobmanager');
  if (jobManager === undefined) {
    throw notRunning();
  }
  const flinkVersion = versionInImage(jobManager.image);
  if (flinkVersion === undefined) {
    throw new PlaygroundError('input', l10n.t('The image "{0}" does not have what our job needs.', jobManager.image), {
      remedy: l10n.t('Submit a jar that brings its own Kafka connector.'),
    });
  }
  const { v1, v2, v3 } = playground.job.jars;
  const { jarsDirectory } = services;
  const [first, second, third] = await Promise.all([
    ownJar(jarsDirectory, v1),
    ownJar(jarsDirectory, v2),
    ownJar(jarsDirectory, v3),
  ]);
  return {
    jars: { v1: first, v2: second, v3: third },
    flinkConfiguration: {
      'pipeline.classpaths': connectorJarsInImage(flinkVersion)
        .map((jar) => `file://${jar}`)
        .join(';'),
    },
    bootstrapServers: insideBroker,
    savepointDirectory: `file://${savepointsDirectory}`,
  };
}

/** The version of Flink in an image of ours; `undefined` for any other. */
export function versionInImage(image: string): string | undefined {
  return /^flink-playground:(.+)$/.exec(image)?.[1];
}

/** A jar of the extension under a name with a part of its content's hash, so that equal names are equal jars. */
async function ownJar(folder: string, fileName: string): Promise<{ readonly path: string; readonly name: string }> {
  const path = join(folder, fileName);
  const hash = createHash('sha256')
    .update(await readFile(path))
    .digest('hex')
    .slice(0, 12);
  return { path, name: fileName.replace(/\.jar$/, `-${hash}.jar`) };
}
