import type { Engine } from '../core/engineApi';
import type { Disposable } from '../core/util/disposable';
import type { Notifications } from '../host/notifications';

/** Tells the person, once the windows are closed, whether one was lost across the restart that they asked for. */
export function announceGaps(
  engine: Pick<Engine, 'gaps'>,
  notifications: Pick<Notifications, 'error' | 'info'>,
): Disposable {
  return engine.gaps.onJudged(({ note }) => {
    if (note.outcome === 'lost') notifications.error(note.text, []);
    else notifications.info(note.text, []);
  });
}
