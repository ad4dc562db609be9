import type { LedgerTotals, LedgerWindow, Verdict } from '../model/ledger';
import type { TimeZoneChoice } from './topicPanel';

/**
 * The protocol between the extension host and the page of a window check. States are whole, so that one may be left out;
 * every argument is validated where it arrives.
 */

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
}

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
  'showRecords',
  'recovery',
  'recoveryBefore',
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
 * `expectation` (the count).
 */
export type WindowPanelStrings = Readonly<Record<(typeof windowPanelTextNames)[number], string>>;
