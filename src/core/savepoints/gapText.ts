import * as l10n from '@vscode/l10n';
import type { LedgerRange } from '../../shared/model/ledger';
import { reasonTexts } from '../ledger/ledgerText';
import type { GapNote } from './savepointNotes';

/** Operations after which it is asked whether a window is lost. */
export type GapKind = 'restart' | 'rescale' | 'restore';

/** What became of the windows across an operation, in words: "No window lost: 6 pages × 4 windows exact across the restart." */
export function gapNote(range: LedgerRange | undefined, kind: GapKind): GapNote {
  const across = acrossWords[kind]();
  if (range === undefined) {
    return {
      outcome: 'unclear',
      text: l10n.t('No window was counted since {0}, so it cannot be told whether one is lost.', across),
    };
  }
  const { verdict, pages, totals } = range;
  const reasons = reasonTexts(range).join(' ');
  if (verdict === 'FAIL') return { outcome: 'lost', text: l10n.t('Wrong across {0}: {1}', across, reasons) };
  if (verdict === 'CANNOT TELL' || !range.closed || totals.unknown > 0) {
    const why = reasons === '' ? l10n.t('Not all of its windows are known.') : reasons;
    return {
      outcome: 'unclear',
      text: l10n.t('It cannot be told whether a window is lost across {0}. {1}', across, why),
    };
  }
  if (totals.duplicates > 0) {
    return {
      outcome: 'duplicates',
      text: l10n.t(
        'No window lost: {0} pages × {1} windows counted across {2}. {3}',
        pages,
        totals.windows,
        across,
        reasons,
      ),
    };
  }
  const counted = l10n.t('No window lost: {0} pages × {1} windows exact across {2}.', pages, totals.windows, across);
  return { outcome: 'whole', text: reasons === '' ? counted : `${counted} ${reasons}` };
}

const acrossWords = {
  restart: () => l10n.t('the restart'),
  rescale: () => l10n.t('the rescale'),
  restore: () => l10n.t('the restore'),
};
