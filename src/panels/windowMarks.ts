import * as l10n from '@vscode/l10n';
import { formatDuration } from '../shared/format/duration';
import type { LedgerMark, LedgerWindow } from '../shared/model/ledger';
import type { ShownMark } from '../shared/protocol/windowPanel';

/** Each mark at the first window that was written after it; those of before the oldest window are left out. */
export function shownMarks(marks: readonly LedgerMark[], windows: readonly LedgerWindow[]): readonly ShownMark[] {
  const written = windows.flatMap(({ start, writtenAt }) => (writtenAt === undefined ? [] : [{ start, writtenAt }]));
  const oldest = written[0]?.writtenAt ?? Number.POSITIVE_INFINITY;
  return marks
    .filter(({ at }) => at >= oldest)
    .map((mark) => {
      const { at, kind } = mark;
      const after = written.find(({ writtenAt }) => writtenAt >= at);
      return { at, kind, text: markText(mark), ...(after === undefined ? {} : { window: after.start }) };
    });
}

/** That the job caught up, unless something happened since. */
export function caughtUpText(marks: readonly LedgerMark[]): string | undefined {
  const last = marks.at(-1);
  if (last?.kind !== 'caughtUp') return undefined;
  return l10n.t('Caught up {0} after the failure or restart.', formatDuration(last.tookMs ?? 0));
}

function markText({ kind, of = '', tookMs = 0 }: LedgerMark): string {
  switch (kind) {
    case 'killed':
      return l10n.t('{0} was killed', of);
    case 'died':
      return l10n.t('{0} died', of);
    case 'started':
      return l10n.t('{0} was started', of);
    case 'restarting':
      return l10n.t('the job failed and is restarted');
    case 'newJob':
      return l10n.t('another job was started');
    case 'savepoint':
      return l10n.t('a savepoint was taken');
    case 'restored':
      return l10n.t('the job went on from its state');
    case 'caughtUp':
      return l10n.t('caught up after {0}', formatDuration(tookMs));
    case 'recovery':
      break;
  }
  return l10n.t('failure or restart');
}
