import * as l10n from '@vscode/l10n';
import type { Engine } from '../core/engineApi';
import type { Disposable } from '../core/util/disposable';
import type { Notifications } from '../host/notifications';
import { formatDuration } from '../shared/format/duration';

/** Tells the person when the counts are on time again after a failure or a restart, and how long that took. */
export function announceCaughtUp(
  engine: Pick<Engine, 'onCaughtUp'>,
  notifications: Pick<Notifications, 'info'>,
): Disposable {
  return engine.onCaughtUp(({ tookMs }) => {
    notifications.info(
      l10n.t('Caught up: the counts are on time again, {0} after the failure or restart.', formatDuration(tookMs)),
      [],
    );
  });
}
