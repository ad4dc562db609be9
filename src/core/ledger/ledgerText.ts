import * as l10n from '@vscode/l10n';
import type { LedgerReason, LedgerSummary } from '../../shared/model/ledger';

/** What the verdict means, in one sentence with its figures: "PASS: 42 windows counted exactly." */
export function verdictText(summary: LedgerSummary): string {
  const { totals } = summary;
  switch (summary.verdict) {
    case 'PASS':
      if (totals.exactWindows === 1) return l10n.t('PASS: 1 window counted exactly.');
      return l10n.t('PASS: {0} windows counted exactly.', totals.exactWindows);
    case 'PASS WITH DUPLICATES':
      return l10n.t('PASS WITH DUPLICATES: {0} of {1} windows exact.', totals.exactWindows, totals.windows);
    case 'FAIL':
      return l10n.t('FAIL: {0} of {1} windows exact.', totals.exactWindows, totals.windows);
    case 'CANNOT TELL':
      break;
  }
  if (totals.windows === 0) return l10n.t('CANNOT TELL yet.');
  return l10n.t('CANNOT TELL: {0} of {1} windows exact.', totals.exactWindows, totals.windows);
}

/** A sentence for each reason of the verdict, in the ledger's order: what is wrong, what is not known, remarks. */
export function reasonTexts(summary: Pick<LedgerSummary, 'reasons'>): readonly string[] {
  return summary.reasons.map(reasonText);
}

function reasonText(reason: LedgerReason): string {
  switch (reason.code) {
    case 'noWindowYet':
      return l10n.t('No window has been seen whole yet.');
    case 'short':
      return reason.cells === 1
        ? l10n.t('1 count is too low: clicks were lost.')
        : l10n.t('{0} counts are too low: clicks were lost.', reason.cells);
    case 'over':
      return reason.cells === 1
        ? l10n.t('1 count is too high: clicks were counted twice.')
        : l10n.t('{0} counts are too high: clicks were counted twice.', reason.cells);
    case 'missing':
      return reason.cells === 1
        ? l10n.t('1 count is missing: no record came for a page of a closed window.')
        : l10n.t('{0} counts are missing: no record came for pages of closed windows.', reason.cells);
    case 'conflicting':
      return reason.cells === 1
        ? l10n.t('1 page of a window was counted more than once, with different results.')
        : l10n.t('{0} pages of windows were counted more than once, with different results.', reason.cells);
    case 'unexplainedDuplicates':
      return reason.records === 1
        ? l10n.t('1 record came twice with no recovery near it that would explain it.')
        : l10n.t('{0} records came twice with no recovery near them that would explain them.', reason.records);
    case 'duplicates':
      return reason.records === 1
        ? l10n.t('1 record came twice after a recovery, as an at-least-once sink may do.')
        : l10n.t('{0} records came twice after a recovery, as an at-least-once sink may do.', reason.records);
    case 'notGenerated':
      return l10n.t(
        '{0} counts are not expected: the click generator was paused and skipped their windows.',
        reason.cells,
      );
    case 'joinedMidWindow':
      return l10n.t('Reading began in the middle of a window, so what came before is not judged.');
    case 'topicTruncated':
      return l10n.t('Kafka deleted records of the topic before they were read.');
    case 'notEventTime':
      return l10n.t('The job counts by the clock, not by event time, so its counts are not expected to be exact.');
    case 'twoJobs':
      return l10n.t(
        'Every window came more than once: two jobs write to the topic, or a job counted it again from the beginning.',
      );
    case 'drainedAndResumed':
      return l10n.t(
        'Partial counts add up to the expected one ({0}), as after a job was drained and then resumed.',
        reason.cells,
      );
    case 'tooOld':
      return reason.records === 1
        ? l10n.t('1 record belongs to a window so old that it could not be compared.')
        : l10n.t('{0} records belong to windows so old that they could not be compared.', reason.records);
    case 'undecodable':
      return reason.records === 1
        ? l10n.t('1 record is not a window count of this job.')
        : l10n.t('{0} records are not window counts of this job.', reason.records);
    case 'catchingUp':
      return l10n.t('The topic is still being read from its beginning.');
    case 'noNewWindows':
      return l10n.t('No window has been counted for a while. Is the job running, and the click generator?');
    case 'notConnected':
      break;
  }
  return l10n.t('The topic is not being read.');
}
