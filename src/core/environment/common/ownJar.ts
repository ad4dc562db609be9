import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as l10n from '@vscode/l10n';
import { PlaygroundError } from '../../util/errors';

/** A jar of the playground. */
export interface OwnJar {
  readonly path: string;
  /** Name with a part of the content's hash: equal names are equal jars. */
  readonly name: string;
}

/** A jar as it lies in the extension. @throws PlaygroundError `internal` when it is missing. */
export async function identifyJar(directory: string, fileName: string): Promise<OwnJar & { readonly size: number }> {
  const path = join(directory, fileName);
  const content = await readJar(path);
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 12);
  return { path, name: fileName.replace(/\.jar$/, `-${hash}.jar`), size: content.length };
}

async function readJar(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new PlaygroundError('internal', l10n.t('The extension is not complete: "{0}" is missing.', path), {
      remedy: l10n.t('Install the extension again.'),
      cause: error,
    });
  }
}
