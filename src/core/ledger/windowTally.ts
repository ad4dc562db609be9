import { noTotals, type LedgerReason, type LedgerTotals, type Verdict } from '../../shared/model/ledger';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Windows in a row, each page of each repeated without a recovery, from which on a second writer is supposed. */
const repeatedWindowsOfTwoJobs = 3;

/** What the verdict needs to know beside the counts. */
export interface Circumstances {
  readonly eventTime: boolean;
  readonly startedMidTopic: boolean;
  readonly truncated: boolean;
  /** Records were lost in the middle of what was read, not before it. */
  readonly lostRecords: boolean;
  readonly undecodable: number;
  readonly tooOld: number;
}

/** Counts of judged windows, added up in order of event time. */
export class WindowTally {
  readonly totals: Mutable<LedgerTotals> = { ...noTotals };
  /** Of `conflicting`, those that are split. */
  splits = 0;
  /** Closed windows of which at least one page is known. */
  judgedWindows = 0;
  #repeatedWindows = 0;
  #twoJobs = false;

  copy(): WindowTally {
    const copy = new WindowTally();
    Object.assign(copy.totals, this.totals);
    copy.splits = this.splits;
    copy.judgedWindows = this.judgedWindows;
    copy.#repeatedWindows = this.#repeatedWindows;
    copy.#twoJobs = this.#twoJobs;
    return copy;
  }

  /** Tells of the next window, after its cells were added. */
  endWindow(window: {
    readonly closed: boolean;
    readonly exact: boolean;
    readonly known: boolean;
    readonly repeated: boolean;
  }): void {
    const { totals } = this;
    if (window.closed) totals.windows += 1;
    if (window.closed && window.known) this.judgedWindows += 1;
    if (window.exact) totals.exactWindows += 1;
    totals.consecutiveExactWindows = window.exact ? totals.consecutiveExactWindows + 1 : 0;
    this.#repeatedWindows = window.repeated ? this.#repeatedWindows + 1 : 0;
    this.#twoJobs ||= this.#repeatedWindows >= repeatedWindowsOfTwoJobs;
  }

  /** Tells that windows follow of which nothing was seen: whatever the reason, what is exact is no longer consecutive. */
  breakRun(): void {
    this.totals.consecutiveExactWindows = 0;
    this.#repeatedWindows = 0;
  }

  verdict(circumstances: Circumstances): { readonly verdict: Verdict; readonly reasons: readonly LedgerReason[] } {
    const { totals } = this;
    const wrong: LedgerReason[] = [];
    const unsure: LedgerReason[] = [];
    const remarks: LedgerReason[] = [];

    if (this.judgedWindows === 0) unsure.push({ code: 'noWindowYet' });
    if (totals.short > 0) wrong.push({ code: 'short', cells: totals.short });
    if (totals.over > 0) wrong.push({ code: 'over', cells: totals.over });
    if (totals.missing > 0) wrong.push({ code: 'missing', cells: totals.missing });
    const conflicting = totals.conflicting - this.splits;
    if (conflicting > 0) wrong.push({ code: 'conflicting', cells: conflicting });
    if (this.splits > 0) unsure.push({ code: 'drainedAndResumed', cells: this.splits });
    if (this.#twoJobs) unsure.push({ code: 'twoJobs' });
    if (totals.unexplainedDuplicates > 0) {
      (this.#twoJobs ? unsure : wrong).push({ code: 'unexplainedDuplicates', records: totals.unexplainedDuplicates });
    }
    if (circumstances.truncated) (circumstances.lostRecords ? unsure : remarks).push({ code: 'topicTruncated' });
    if (circumstances.tooOld > 0) unsure.push({ code: 'tooOld', records: circumstances.tooOld });
    if (circumstances.undecodable > 0) unsure.push({ code: 'undecodable', records: circumstances.undecodable });
    if (circumstances.startedMidTopic && (totals.unknown > 0 || this.judgedWindows === 0)) {
      remarks.push({ code: 'joinedMidWindow' });
    }
    if (totals.notGenerated > 0) remarks.push({ code: 'notGenerated', cells: totals.notGenerated });
    if (totals.duplicates > 0) remarks.push({ code: 'duplicates', records: totals.duplicates });

    if (!circumstances.eventTime) return { verdict: 'CANNOT TELL', reasons: [{ code: 'notEventTime' }] };
    const reasons = [...wrong, ...unsure, ...remarks];
    if (wrong.length > 0) return { verdict: 'FAIL', reasons };
    if (unsure.length > 0) return { verdict: 'CANNOT TELL', reasons };
    return { verdict: totals.duplicates > 0 ? 'PASS WITH DUPLICATES' : 'PASS', reasons };
  }
}
