import type { CellStatus, LedgerCell, LedgerWindow, Verdict } from '../../../src/shared/model/ledger';
import {
  windowPanelTextNames,
  type WindowPanelInit,
  type WindowPanelState,
} from '../../../src/shared/protocol/windowPanel';

type Fields = Readonly<Record<string, unknown>>;

/** All that a cell can be, in the order of the legend. */
export const cellStatuses = [
  'exact',
  'open',
  'short',
  'over',
  'missing',
  'duplicated',
  'conflicting',
  'notGenerated',
  'unknown',
] as const satisfies readonly CellStatus[];

const statuses: ReadonlySet<unknown> = new Set(cellStatuses);
const verdicts: ReadonlySet<unknown> = new Set<Verdict>(['PASS', 'PASS WITH DUPLICATES', 'FAIL', 'CANNOT TELL']);

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function isCell(value: unknown): value is LedgerCell {
  if (!isFields(value)) return false;
  const { page, status, count, records } = value;
  if (count !== undefined && typeof count !== 'number') return false;
  return typeof page === 'string' && statuses.has(status) && typeof records === 'number';
}

function isWindow(value: unknown): value is LedgerWindow {
  if (!isFields(value)) return false;
  const { start, end, closed, cells } = value;
  if (typeof start !== 'number' || typeof end !== 'number' || typeof closed !== 'boolean') return false;
  return Array.isArray(cells) && cells.every(isCell);
}

/** True for a state with all its parts. */
export function isWindowPanelState(value: unknown): value is WindowPanelState {
  if (!isFields(value)) return false;
  const { topic, expected, verdict, sentence, reasons, totals, windows } = value;
  if (typeof topic !== 'string' || typeof expected !== 'number' || typeof sentence !== 'string') return false;
  if (!verdicts.has(verdict) || !Array.isArray(reasons) || !reasons.every((each) => typeof each === 'string')) {
    return false;
  }
  if (!isFields(totals) || !Object.values(totals).every((each) => typeof each === 'number')) return false;
  return Array.isArray(windows) && windows.every(isWindow);
}

/** True for a first answer of the host. */
export function isWindowPanelInit(value: unknown): value is WindowPanelInit {
  if (!isFields(value)) return false;
  const { state, timeZone, locale, strings } = value;
  if (!isWindowPanelState(state) || typeof locale !== 'string' || !isFields(strings)) return false;
  if (timeZone !== 'local' && timeZone !== 'utc') return false;
  return windowPanelTextNames.every((name) => typeof strings[name] === 'string');
}
