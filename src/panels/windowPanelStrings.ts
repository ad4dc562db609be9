import * as l10n from '@vscode/l10n';
import type { WindowPanelStrings } from '../shared/protocol/windowPanel';

/** The texts of the page; a webview has no localisation of its own. */
export function windowPanelStrings(): WindowPanelStrings {
  return {
    open: l10n.t('still open'),
    exact: l10n.t('exact'),
    short: l10n.t('too low'),
    over: l10n.t('too high'),
    missing: l10n.t('missing'),
    notGenerated: l10n.t('not generated'),
    duplicated: l10n.t('more than once, the same'),
    conflicting: l10n.t('more than once, different'),
    unknown: l10n.t('not known'),
    cell: l10n.t('{0}, {1}: {2}, {3}', '{0}', '{1}', '{2}', '{3}'),
    cellTwice: l10n.t('{0}, {1}: {2}, {3}, {4} records', '{0}', '{1}', '{2}', '{3}', '{4}'),
    cellEmpty: l10n.t('{0}, {1}: {2}', '{0}', '{1}', '{2}'),
    window: l10n.t('Window'),
    page: l10n.t('Page'),
    grid: l10n.t('Counts per page and window'),
    asTable: l10n.t('As a Table'),
    exportMarkdown: l10n.t('Export as Markdown'),
    showRecords: l10n.t('Enter shows the records.'),
    recovery: l10n.t('failure or restart'),
    recoveryBefore: l10n.t('A failure or restart came before this window was written.'),
    none: l10n.t('No window yet.'),
    expectation: l10n.t('{0} expected per page and window', '{0}'),
    totalWindows: l10n.t('closed windows'),
    totalExactWindows: l10n.t('windows exact'),
    totalRun: l10n.t('exact in a row'),
    totalDuplicates: l10n.t('duplicates after a recovery'),
    totalUnexplained: l10n.t('unexplained duplicates'),
    totals: l10n.t('Totals'),
    reasons: l10n.t('Why'),
    legend: l10n.t('What the signs mean'),
  };
}
