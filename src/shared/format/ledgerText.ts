import type { LedgerReason, LedgerSummary } from '../model/ledger';
import type { Localize } from './localize';

/** What the verdict means, in one sentence with its figures: "PASS: 42 windows counted exactly." */
export function verdictText(summary: LedgerSummary, localize: Localize): string {
  const { totals } = summary;
  switch (summary.verdict) {
    case 'PASS':
      if (totals.exactWindows === 1) return localize('PASS: 1 window counted exactly.');
      return localize('PASS: {0} windows counted exactly.', totals.exactWindows);
    case 'PASS WITH DUPLICATES':
      return localize('PASS WITH DUPLICATES: {0} of {1} windows exact.', totals.exactWindows, totals.windows);
    case 'FAIL':
      return localize('FAIL: {0} of {1} windows exact.', totals.exactWindows, totals.windows);
    case 'CANNOT TELL':
      break;
  }
  if (totals.windows === 0) return localize('CANNOT TELL yet.');
  return localize('CANNOT TELL: {0} of {1} windows exact.', totals.exactWindows, totals.windows);
}

/** A sentence for each reason of the verdict, in the ledger's order: what is wrong, what is not known, remarks. */
export function reasonTexts(summary: LedgerSummary, localize: Localize): readonly string[] {
  return summary.reasons.map((reason) => reasonText(reason, localize));
}

function reasonText(reason: LedgerReason, localize: Localize): string {
  switch (reason.code) {
    case 'noWindowYet':
      return localize('No window has been seen whole yet.');
    case 'short':
      return reason.cells === 1
        ? localize('1 count is too low: clicks were lost.')
        : localize('{0} counts are too low: clicks were lost.', reason.cells);
    case 'over':
      return reason.cells === 1
        ? localize('1 count is too high: clicks were counted twice.')
        : localize('{0} counts are too high: clicks were counted twice.', reason.cells);
    case 'missing':
      return reason.cells === 1
        ? localize('1 count is missing: no record came for a page of a closed window.')
        : localize('{0} counts are missing: no record came for pages of closed windows.', reason.cells);
    case 'conflicting':
      return reason.cells === 1
        ? localize('1 page of a window was counted more than once, with different results.')
        : localize('{0} pages of windows were counted more than once, with different results.', reason.cells);
    case 'unexplainedDuplicates':
      return reason.records === 1
        ? localize('1 record came twice with no recovery near it that would explain it.')
        : localize('{0} records came twice with no recovery near them that would explain them.', reason.records);
    case 'duplicates':
      return reason.records === 1
        ? localize('1 record came twice after a recovery, as an at-least-once sink may do.')
        : localize('{0} records came twice after a recovery, as an at-least-once sink may do.', reason.records);
    case 'notGenerated':
      return localize(
        '{0} counts are not expected: the click generator was paused and skipped their windows.',
        reason.cells,
      );
    case 'joinedMidWindow':
      return localize('Reading began in the middle of a window, so what came before is not judged.');
    case 'topicTruncated':
      return localize('Kafka deleted records of the topic before they were read.');
    case 'notEventTime':
      return localize('The job counts by the clock, not by event time, so its counts are not expected to be exact.');
    case 'twoJobs':
      return localize(
        'Every window came more than once: two jobs write to the topic, or a job counted it again from the beginning.',
      );
    case 'drainedAndResumed':
      return localize(
        'Partial counts add up to the expected one ({0}), as after a job was drained and then resumed.',
        reason.cells,
      );
    case 'tooOld':
      return reason.records === 1
        ? localize('1 record belongs to a window so old that it could not be compared.')
        : localize('{0} records belong to windows so old that they could not be compared.', reason.records);
    case 'undecodable':
      return reason.records === 1
        ? localize('1 record is not a window count of this job.')
        : localize('{0} records are not window counts of this job.', reason.records);
    case 'notConnected':
      break;
  }
  return localize('The topic is not being read.');
}
