/** One count of the job: a record of the topic `output`, decoded. Times are milliseconds of event time since the epoch. */
export interface WindowRecord {
  readonly windowStart: number;
  /** Exclusive. */
  readonly windowEnd: number;
  readonly page: string;
  readonly count: number;
}

/** Where the fields of a record of window counts are, in any topic of JSON objects. */
export interface WindowContract {
  /** The field with the beginning of the window: ISO 8601 in UTC, milliseconds since the epoch, or upstream's 12-hour time. */
  readonly start: string;
  /** The field with its end, likewise; the length of the window says it where there is none. */
  readonly end?: string;
  /** The field with what is counted, a text: the page. */
  readonly key: string;
  /** The field with the count, a whole number. */
  readonly count: string;
}

/** A stretch of event time that the generator skipped, from a window's start to a window's end; milliseconds since the epoch. */
export interface GenerationGap {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

/**
 * What is known of the counts of one window and page.
 * `duplicated`: seen more than once with the same count. `conflicting`: seen more than once with different counts.
 * `open`: the window has not been closed by a later one yet. `notGenerated`: the generator skipped the window.
 */
export type CellStatus =
  'open' | 'exact' | 'short' | 'over' | 'missing' | 'notGenerated' | 'duplicated' | 'conflicting' | 'unknown';

/** One page in one window. */
export interface LedgerCell {
  readonly page: string;
  readonly status: CellStatus;
  /** The count of the last record; absent when none was seen. */
  readonly count?: number;
  /** How many records were seen. */
  readonly records: number;
}

/** One window, its cells in alphabetical order of pages. */
export interface LedgerWindow {
  /** Start and end of the window, milliseconds of event time since the epoch. */
  readonly start: number;
  readonly end: number;
  /** All records of the window were seen and judged; no longer open. */
  readonly closed: boolean;
  /** A failure, restore or restart is known between the writing of the window before and that of this one. */
  readonly recovery?: true;
  /** When its first record was written, milliseconds since the epoch; absent where none was seen. */
  readonly writtenAt?: number;
  readonly cells: readonly LedgerCell[];
}

/**
 * What happened to the job, or to what it runs on. Of an instance: `killed` by a person, `died` by itself, `started`. Of a job:
 * it is `restarting` after a failure, there is a `newJob`, a `savepoint` was taken, it was `restored` from one, its counts
 * `caughtUp`. `recovery`: one of those, it is not known which.
 */
export const ledgerMarkKinds = [
  'killed',
  'died',
  'started',
  'restarting',
  'newJob',
  'recovery',
  'savepoint',
  'restored',
  'caughtUp',
] as const;
export type LedgerMarkKind = (typeof ledgerMarkKinds)[number];

/** Something beside which counts are read, at a time by the clock, milliseconds since the epoch. */
export interface LedgerMark {
  readonly at: number;
  readonly kind: LedgerMarkKind;
  /** The instance, where it is one: `taskmanager-2`. */
  readonly of?: string;
  /** How long catching up took, milliseconds. */
  readonly tookMs?: number;
}

/** What window operators dropped since their tasks last started, because it came after its window had been counted. */
export interface LateRecords {
  readonly dropped: number;
  /** As metrics name them: `ClickEvent_Counter`. */
  readonly operators: readonly string[];
}

export type Verdict = 'PASS' | 'PASS WITH DUPLICATES' | 'FAIL' | 'CANNOT TELL';

/** Cells by status since the ledger was opened; `windows` counts closed windows, `exactWindows` those with every cell exact. */
export interface LedgerTotals {
  readonly windows: number;
  readonly exactWindows: number;
  /** Exact windows without a gap up to the newest closed one. */
  readonly consecutiveExactWindows: number;
  readonly exact: number;
  readonly short: number;
  readonly over: number;
  readonly missing: number;
  readonly notGenerated: number;
  /** Records beyond the first with an equal count, near a known recovery. */
  readonly duplicates: number;
  /** Records beyond the first with an equal count, with no recovery to explain them. */
  readonly unexplainedDuplicates: number;
  readonly conflicting: number;
  readonly unknown: number;
  /** Records that were not of the expected form. */
  readonly undecodable: number;
}

/** The totals of an account in which nothing was seen. */
export const noTotals: LedgerTotals = {
  windows: 0,
  exactWindows: 0,
  consecutiveExactWindows: 0,
  exact: 0,
  short: 0,
  over: 0,
  missing: 0,
  notGenerated: 0,
  duplicates: 0,
  unexplainedDuplicates: 0,
  conflicting: 0,
  unknown: 0,
  undecodable: 0,
};

/** A reason for a verdict; `code` is for tests and code, the sentence is made by the localiser where it is shown. */
export type LedgerReason =
  | { readonly code: 'noWindowYet' }
  | { readonly code: 'short'; readonly cells: number }
  | { readonly code: 'over'; readonly cells: number }
  | { readonly code: 'missing'; readonly cells: number }
  | { readonly code: 'conflicting'; readonly cells: number }
  | { readonly code: 'unexplainedDuplicates'; readonly records: number }
  | { readonly code: 'duplicates'; readonly records: number }
  | { readonly code: 'notGenerated'; readonly cells: number }
  | { readonly code: 'joinedMidWindow' }
  | { readonly code: 'topicTruncated' }
  | { readonly code: 'notEventTime' }
  | { readonly code: 'twoJobs' }
  /** Cells whose partial counts add up to the expected one, as a job leaves them that was drained and then resumed. */
  | { readonly code: 'drainedAndResumed'; readonly cells: number }
  /** Records of windows so old that what was seen of them is no longer kept. */
  | { readonly code: 'tooOld'; readonly records: number }
  | { readonly code: 'undecodable'; readonly records: number }
  | { readonly code: 'notConnected' }
  /** Records that were written before reading began are still to be read. */
  | { readonly code: 'catchingUp' }
  /** No record came for the time of several windows: nothing is proven of what the job does now, if there is one. */
  | { readonly code: 'noNewWindows' };

/** The account of the windows that a stretch of time by the clock touched, such as a restart of the job. */
export interface LedgerRange {
  /** Start of the first and end of the last window, milliseconds of event time since the epoch. */
  readonly start: number;
  readonly end: number;
  /** How many pages a window has. */
  readonly pages: number;
  /** Nothing is awaited any more for any of the windows: the verdict stays. */
  readonly closed: boolean;
  readonly verdict: Verdict;
  readonly reasons: readonly LedgerReason[];
  /** Of these windows alone. */
  readonly totals: LedgerTotals;
}

/** How a topic writes times: ISO 8601, milliseconds since the epoch, or upstream's `dd-MM-yyyy hh:mm:ss:SSS`. */
export type TimeForm = 'iso' | 'number' | 'halfDays';

export interface LedgerSummary {
  readonly verdict: Verdict;
  readonly reasons: readonly LedgerReason[];
  readonly totals: LedgerTotals;
  /** The newest windows, oldest first, at most a dozen. */
  readonly recent: readonly LedgerWindow[];
  /** How the topic writes the beginnings of windows; absent before the first. */
  readonly timeForm?: TimeForm;
}
