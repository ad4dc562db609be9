import {
  ledgerMarkKinds,
  type CellStatus,
  type LedgerCell,
  type LedgerWindow,
  type Verdict,
} from '../../../src/shared/model/ledger';
import {
  windowPanelTextNames,
  type RateStretch,
  type ShownMark,
  type ShownRates,
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

const markKinds: ReadonlySet<unknown> = new Set(ledgerMarkKinds);
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

function isMark(value: unknown): value is ShownMark {
  if (!isFields(value)) return false;
  const { window, at, kind, text } = value;
  if (window !== undefined && typeof window !== 'number') return false;
  return typeof at === 'number' && markKinds.has(kind) && typeof text === 'string';
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'number');
}

function isRates(value: unknown): value is ShownRates {
  if (!isFields(value)) return false;
  const { topic, stretches } = value;
  return typeof topic === 'string' && Array.isArray(stretches) && stretches.every(isStretch);
}

function isStretch(value: unknown): value is RateStretch {
  if (!isFields(value)) return false;
  const { times, rates } = value;
  return isNumbers(times) && isNumbers(rates) && times.length > 0 && times.length === rates.length;
}

function isLate(value: unknown): boolean {
  if (value === undefined) return true;
  return isFields(value) && typeof value['dropped'] === 'number' && typeof value['sentence'] === 'string';
}

/** True for a state with all its parts. */
export function isWindowPanelState(value: unknown): value is WindowPanelState {
  if (!isFields(value)) return false;
  const { topic, expected, verdict, sentence, reasons, totals, windows, marks, rates, caughtUp, late } = value;
  if (typeof topic !== 'string' || typeof expected !== 'number' || typeof sentence !== 'string') return false;
  if (!verdicts.has(verdict) || !Array.isArray(reasons) || !reasons.every((each) => typeof each === 'string')) {
    return false;
  }
  if (!isFields(totals) || !Object.values(totals).every((each) => typeof each === 'number')) return false;
  if (!Array.isArray(marks) || !marks.every(isMark) || !Array.isArray(rates) || !rates.every(isRates)) return false;
  if (!isLate(late) || (caughtUp !== undefined && typeof caughtUp !== 'string')) return false;
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
