import type { LedgerMarkKind, LedgerTotals, LedgerWindow, Verdict } from '../model/ledger';
import type { TimeZoneChoice } from './topicPanel';

/**
 * The protocol between the extension host and the page of a window check. States are whole, so that one may be left out;
 * every argument is validated where it arrives.
 */

/** Something that happened beside the counts. */
export interface ShownMark {
  /** The start of the first window that was written after it; absent where none was yet. */
  readonly window?: number;
  /** By the clock, milliseconds since the epoch. */
  readonly at: number;
  readonly kind: LedgerMarkKind;
  /** What happened, without the time. */
  readonly text: string;
}

/** How fast records were written while somebody watched. */
export interface RateStretch {
  /** Milliseconds since the epoch, oldest first. */
  readonly times: readonly number[];
  /** Records a second over the length of a window before each time. */
  readonly rates: readonly number[];
}

/** How fast records are written to a topic; of the time between stretches nothing is known. */
export interface ShownRates {
  readonly topic: string;
  /** Oldest first, none of them empty. */
  readonly stretches: readonly RateStretch[];
}

/** Everything the page shows. Sentences are made by the host. */
export interface WindowPanelState {
  readonly topic: string;
  /** The count that every page must have in every window. */
  readonly expected: number;
  readonly verdict: Verdict;
  readonly sentence: string;
  /** Why, a sentence each. */
  readonly reasons: readonly string[];
  readonly totals: LedgerTotals;
  /** The newest windows, oldest first, as many as the page shows. */
  readonly windows: readonly LedgerWindow[];
  /** In the order of time. */
  readonly marks: readonly ShownMark[];
  /** What goes in beside what comes out. */
  readonly rates: readonly ShownRates[];
  /** That the job is on time again, and how long it took; absent where it was not late, or still is. */
  readonly caughtUp?: string;
  /** What the job dropped as late; absent where that is not known. */
  readonly late?: { readonly dropped: number; readonly sentence: string };
}

/** Pictures that the page can make of what it shows. */
export type PictureFormat = 'svg' | 'png';

export interface WindowPanelInit {
  readonly state: WindowPanelState;
  readonly timeZone: TimeZoneChoice;
  /** The person's locale, for numbers and times. */
  readonly locale: string;
  readonly strings: WindowPanelStrings;
}

/** What the page can ask of the host. */
export interface WindowPanelHost {
  /** The page is there; the answer is its first state. */
  ready(): Promise<WindowPanelInit>;
  /** Shows the records of a page in a window in the topic's own panel; the window by its start. */
  showRecords(windowStart: number, page: string): Promise<void>;
  /** Opens the account as a Markdown document. */
  exportMarkdown(): Promise<void>;
  /** Writes a picture to a file that the person chooses; does not wait for it. SVG is text, PNG base64. */
  exportPicture(format: PictureFormat, data: string): Promise<void>;
  /** The page failed; the text goes to the extension's log. */
  reportError(message: string): Promise<void>;
}

/** What the host tells the page. */
export interface WindowPanelPage {
  stateChanged(state: WindowPanelState): void;
}

/** The names of all texts of the page, so that none can be missing where they arrive. */
export const windowPanelTextNames = [
  'open',
  'exact',
  'short',
  'over',
  'missing',
  'notGenerated',
  'duplicated',
  'conflicting',
  'unknown',
  'cell',
  'cellTwice',
  'cellEmpty',
  'window',
  'page',
  'grid',
  'asTable',
  'exportMarkdown',
  'exportSvg',
  'exportPng',
  'showRecords',
  'recovery',
  'recoveryBefore',
  'killed',
  'died',
  'started',
  'restarting',
  'newJob',
  'savepoint',
  'restored',
  'caughtUp',
  'sinceThen',
  'rates',
  'rate',
  'none',
  'expectation',
  'totalWindows',
  'totalExactWindows',
  'totalRun',
  'totalDuplicates',
  'totalUnexplained',
  'totals',
  'reasons',
  'legend',
] as const;

/**
 * Localised texts of the page: the words for what is known of a cell, and sentences in which the page fills in numbers and
 * times: `cell` (window, page, count, word), `cellTwice` (the same and how many records), `cellEmpty` (window, page, word),
 * `expectation` (the count), `rate` (records a second).
 */
export type WindowPanelStrings = Readonly<Record<(typeof windowPanelTextNames)[number], string>>;
