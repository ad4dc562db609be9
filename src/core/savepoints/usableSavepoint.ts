import { randomBytes } from 'node:crypto';
import * as l10n from '@vscode/l10n';
import type { KnownRecipe, OperationRecord } from '../../shared/model/operations';
import { flinkUri } from '../environment/common/flinkUri';
import { PlaygroundError } from '../util/errors';
import { savepointKey, savepointPath } from './savepointPath';
import type { SavepointStore } from './savepointStore';

/** An id as Flink has them for jobs and triggers: 32 hexadecimal digits. */
export function newId(): string {
  return randomBytes(16).toString('hex');
}

/**
 * The savepoint as Flink wants it named, looked at where that can be done.
 * @throws PlaygroundError `input` for a path that is none, or at which there is no whole savepoint.
 */
export async function usableSavepoint(
  store: SavepointStore | undefined,
  path: string,
  signal: AbortSignal,
): Promise<string> {
  if (store === undefined) return path.trim();
  const { condition, problem } = await store.stat(path, signal);
  if (condition === 'whole') return flinkUri(savepointPath(path));
  throw new PlaygroundError('input', sentenceOf(condition, path, problem), {
    remedy: l10n.t('Choose another savepoint.'),
  });
}

function sentenceOf(
  condition: 'halfWritten' | 'missing' | 'notASavepoint',
  path: string,
  problem: string | undefined,
): string {
  switch (condition) {
    case 'missing':
      return l10n.t('There is nothing at "{0}".', path);
    case 'halfWritten':
      return l10n.t('The savepoint "{0}" is not whole: {1}.', path, problem ?? l10n.t('a part of it is missing'));
    case 'notASavepoint':
      break;
  }
  return l10n.t('"{0}" is not a savepoint.', path);
}

/** What job made the savepoint or checkpoint at a path, as the journal knows it. */
export function originOf(
  path: string,
  history: readonly OperationRecord[],
): { readonly jobName: string; readonly recipe: KnownRecipe | undefined } | undefined {
  const key = savepointKey(path);
  const maker = history.find(
    ({ kind, savepointPath: made }) => kind !== 'restore' && made !== undefined && savepointKey(made) === key,
  );
  if (maker !== undefined) return { jobName: maker.jobName, recipe: maker.previous };
  const jobId = /\/([0-9a-f]{32})\/chk-\d+$/.exec(key)?.[1];
  if (jobId === undefined) return undefined;
  const started = history.find(({ successorId }) => successorId === jobId);
  if (started !== undefined) return { jobName: started.jobName, recipe: started.wanted };
  const left = history.find((record) => record.jobId === jobId);
  return left === undefined ? undefined : { jobName: left.jobName, recipe: left.previous };
}
