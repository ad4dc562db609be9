import * as l10n from '@vscode/l10n';
import type { Phase } from '../../shared/model/environment';

/** What an environment is doing; functions, because texts are translated when they are shown. */
export const phaseWords: Readonly<Record<Phase, () => string>> = {
  absent: () => l10n.t('stopped'),
  starting: () => l10n.t('starting'),
  running: () => l10n.t('running'),
  degraded: () => l10n.t('degraded'),
  stopping: () => l10n.t('stopping'),
  failed: () => l10n.t('failed'),
  unknown: () => l10n.t('not known'),
};
