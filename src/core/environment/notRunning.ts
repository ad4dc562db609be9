import * as l10n from '@vscode/l10n';
import { PlaygroundError } from '../util/errors';

/** What everything says that needs a playground, while there is none. */
export function notRunning(): PlaygroundError {
  return new PlaygroundError('input', l10n.t('The playground is not running.'), {
    remedy: l10n.t('Start the playground first.'),
  });
}
