import * as l10n from '@vscode/l10n';
import { PlaygroundError, systemCode } from '../../util/errors';

/** A failed write as a sentence: a full disk, a folder without permission. */
export function diskError(path: string, cause: unknown): PlaygroundError {
  const code = systemCode(cause);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new PlaygroundError('disk', l10n.t('The disk is full: "{0}" could not be written.', path), {
      remedy: l10n.t('Free some space, then try again.'),
      cause,
    });
  }
  return new PlaygroundError('disk', l10n.t('"{0}" could not be written ({1}).', path, code ?? String(cause)), {
    remedy: l10n.t(
      'Check the permissions, or choose another folder in the setting flinkPlayground.local.dataDirectory.',
    ),
    cause,
  });
}
