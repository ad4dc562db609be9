import { fillIn } from '../../../src/shared/format/fillIn';
import type { CellStatus, LedgerCell, LedgerMarkKind, LedgerWindow } from '../../../src/shared/model/ledger';
import type { ShownMark, WindowPanelStrings } from '../../../src/shared/protocol/windowPanel';
import type { Formats } from '../formats';

/** A sign for each status, so that no two are told apart by colour alone. */
export const signs: Readonly<Record<CellStatus, string>> = {
  exact: '✓',
  open: '…',
  short: '▼',
  over: '▲',
  missing: '✕',
  duplicated: '2×',
  conflicting: '≠',
  notGenerated: '–',
  unknown: '?',
};

/** A sign for everything that can happen beside the counts, none of which is a cell's. */
export const markSigns: Readonly<Record<LedgerMarkKind, string>> = {
  killed: '⊗',
  died: '⊘',
  started: '▷',
  restarting: '↻',
  newJob: '☆',
  recovery: '┊',
  savepoint: '◆',
  restored: '↥',
  caughtUp: '⚑',
};

/** What happened, each with its time. */
export function markWords(marks: readonly ShownMark[], formats: Formats): string {
  return marks.map(({ at, text }) => `${formats.time(at)}: ${text}`).join('; ');
}

/** A cell in words: its window, page and count, and what is known of it. */
export function cellSentence(
  window: LedgerWindow,
  { page, status, count, records }: LedgerCell,
  strings: WindowPanelStrings,
  formats: Formats,
): string {
  const time = formats.timeWithin(window.start, window.start);
  if (count === undefined) return fillIn(strings.cellEmpty, time, page, strings[status]);
  const shown = formats.number(count);
  if (records < 2) return fillIn(strings.cell, time, page, shown, strings[status]);
  return fillIn(strings.cellTwice, time, page, shown, strings[status], formats.number(records));
}

/** A cell of the table: the count, and a word for what is not exact. */
export function cellWords(
  { status, count, records }: LedgerCell,
  strings: WindowPanelStrings,
  formats: Formats,
): string {
  if (count === undefined) return strings[status];
  if (status === 'exact') return formats.number(count);
  const times = records > 1 ? ` × ${formats.number(records)}` : '';
  return `${formats.number(count)} (${strings[status]}${times})`;
}
