import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import * as l10n from '@vscode/l10n';
import type { JarSource } from '../../shared/model/operations';
import type { JobSubmission } from '../environment/environment';
import type { FlinkClient } from '../flink/flinkClient';
import { PlaygroundError, systemCode } from '../util/errors';

/**
 * Flink's id of the jar, uploaded unless one of the same content is there.
 * @throws PlaygroundError `input` for a file that cannot be read, `notFound` for a jar that the cluster no longer has.
 */
export async function provideJar(
  client: FlinkClient,
  source: JarSource,
  submission: JobSubmission,
  signal: AbortSignal,
): Promise<string> {
  const present = await client.jars(signal);
  if (source.from === 'cluster') {
    const found = present.find(({ id }) => id === source.id) ?? present.find(({ name }) => name === source.name);
    if (found !== undefined) return found.id;
    throw new PlaygroundError('notFound', l10n.t('The jar "{0}" is not on the cluster any more.', source.name), {
      remedy: l10n.t('Choose its file, to be uploaded again.'),
    });
  }
  const { path, name } = source.from === 'playground' ? submission.jars[source.version] : await jarFile(source.path);
  return present.find((jar) => jar.name === name)?.id ?? client.uploadJar(path, name, signal);
}

/** The file under a name with a part of its content's hash: equal names are equal jars. */
async function jarFile(path: string): Promise<{ readonly path: string; readonly name: string }> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
  } catch (error) {
    const code = systemCode(error) ?? String(error);
    throw new PlaygroundError('input', l10n.t('The jar "{0}" cannot be read ({1}).', path, code), {
      remedy: l10n.t('Choose a file that is there.'),
      cause: error,
    });
  }
  const stem = basename(path).replace(/\.jar$/i, '');
  return { path, name: `${stem}-${hash.digest('hex').slice(0, 12)}.jar` };
}
