import * as l10n from '@vscode/l10n';
import { savepointPath } from '../core/savepoints/savepointPath';
import { PlaygroundError } from '../core/util/errors';
import type { UserInput } from '../host/userInput';
import { formatDateTime } from '../shared/format/time';
import type { SavepointEntry } from '../shared/model/savepoints';

/** Lets the person choose among savepoints, or type the path of another one. @returns its path, `undefined` when called off. */
export async function pickSavepoint(
  input: UserInput,
  entries: readonly SavepointEntry[],
  placeholder: string,
): Promise<string | undefined> {
  const usable = entries.filter(({ condition }) => condition === 'whole' || condition === 'unknown');
  const other = l10n.t('Another path…');
  const picked = await input.pick<SavepointEntry | 'other'>(
    [
      ...usable.map((entry) => ({
        label: entry.jobName ?? l10n.t('Job {0}', entry.jobId?.slice(0, 6) ?? '?'),
        description: entry.at === undefined ? '' : formatDateTime(entry.at),
        detail: entry.path,
        codicon: entry.kind === 'savepoint' ? 'save' : 'history',
        value: entry,
      })),
      { label: other, codicon: 'folder', value: 'other' as const },
    ],
    { placeholder },
  );
  if (picked !== 'other') return picked?.path;
  return input.text({
    prompt: l10n.t('Path of the savepoint, as Flink names it'),
    placeholder: 'file:/…/savepoint-694d7c-2a9dafb8eb8b',
    validate: (text) => {
      try {
        savepointPath(text);
        return undefined;
      } catch (error) {
        if (PlaygroundError.is(error)) return error.message;
        throw error;
      }
    },
  });
}
