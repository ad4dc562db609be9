import { basename, dirname } from 'node:path';
import * as l10n from '@vscode/l10n';
import type { StoredSavepoint } from '../../shared/model/savepoints';
import { readReferences } from './savepointMetadata';

/** What a file system says of a file. */
export interface FileFacts {
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly mtimeMs: number;
}

/** A folder that may be a savepoint, as it was found. */
export interface FoundFolder {
  /** Of the folder itself, milliseconds since the epoch. */
  readonly mtimeMs: number;
  /** Its own files by name. */
  readonly files: ReadonlyMap<string, FileFacts>;
  /** The content of `_metadata`, where it was read. */
  readonly metadata?: Buffer;
}

/** Written last by Flink, so that a savepoint without it is not finished. */
export const metadataFile = '_metadata';
/** As Flink names them: the first six digits of the job's id, and a part of its own. */
export const savepointName = /^savepoint-([0-9a-f]{6})-[0-9a-f]{12}$/;
export const checkpointName = /^chk-(\d+)$/;
export const jobName = /^[0-9a-f]{32}$/;
/** Metadata beyond this size, in bytes, is not looked through. */
export const largestMetadata = 64 * 1024 * 1024;

/**
 * Judges what lies at a path. `isThere` tells of files elsewhere than in the folder, by the URI under which Flink wrote them and
 * the bytes that they must have; `undefined` for one that cannot be looked for.
 */
export async function judgeSavepoint(
  path: string,
  folder: FoundFolder | undefined,
  isThere: (uri: string, size: number) => Promise<boolean | undefined>,
): Promise<StoredSavepoint> {
  const name = basename(path);
  const number = checkpointName.exec(name)?.[1];
  const prefix = savepointName.exec(name)?.[1];
  const owner = basename(dirname(path));
  const jobId = number === undefined ? prefix : jobName.test(owner) ? owner : undefined;
  const common = {
    path,
    kind: number === undefined ? ('savepoint' as const) : ('checkpoint' as const),
    ...(jobId === undefined ? {} : { jobId }),
    ...(number === undefined ? {} : { checkpointId: Number(number) }),
    filesChecked: 0,
    filesUnknown: 0,
  };
  if (folder === undefined) return { ...common, condition: 'missing' };
  const { files } = folder;
  const metadata = files.get(metadataFile);
  const sizeBytes = Array.from(files.values()).reduce((sum, file) => sum + file.size, 0);
  const facts = { ...common, sizeBytes, writtenAt: metadata?.mtimeMs ?? folder.mtimeMs };
  const named = number !== undefined || prefix !== undefined;
  if (metadata === undefined) {
    if (!named) return { ...facts, condition: 'notASavepoint' };
    return { ...facts, condition: 'halfWritten', problem: l10n.t('its file {0} is missing', metadataFile) };
  }
  if (folder.metadata === undefined) return { ...facts, condition: 'whole', filesUnknown: 1 };
  const references = readReferences(folder.metadata);
  if (references === undefined) {
    if (!named) return { ...facts, condition: 'notASavepoint' };
    return { ...facts, condition: 'halfWritten', problem: l10n.t('its file {0} cannot be read as one', metadataFile) };
  }
  if (references === 'cutShort') {
    return { ...facts, condition: 'halfWritten', problem: l10n.t('its file {0} is cut short', metadataFile) };
  }
  const beside = Array.from(references.beside, ([file, size]) => ({
    file,
    isThere: (files.get(file)?.size ?? -1) >= size,
  }));
  const elsewhere = await Promise.all(
    Array.from(references.elsewhere, async ([file, size]) => ({ file, isThere: await isThere(file, size) })),
  );
  const checked = [...beside, ...elsewhere.filter((each) => each.isThere !== undefined)];
  const absent = checked.filter((each) => each.isThere === false).map(({ file }) => file);
  const counts = { filesChecked: checked.length, filesUnknown: beside.length + elsewhere.length - checked.length };
  if (absent.length === 0) return { ...facts, ...counts, condition: 'whole' };
  const [first = ''] = absent;
  const problem =
    absent.length === 1
      ? l10n.t('its file {0} is missing or cut short', first)
      : l10n.t('{0} of its files are missing or cut short, {1} for one', absent.length, first);
  return { ...facts, ...counts, condition: 'halfWritten', problem };
}
