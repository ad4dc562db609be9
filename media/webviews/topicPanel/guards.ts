import type {
  TailHistogram,
  TailRecord,
  TailRow,
  TailSpotlight,
  TailState,
  TailStatus,
  TopicPanelInit,
} from '../../../src/shared/protocol/topicPanel';
import { topicPanelTextNames } from '../../../src/shared/protocol/topicPanelTexts';

type Fields = Readonly<Record<string, unknown>>;

const statuses: ReadonlySet<unknown> = new Set<TailStatus>([
  'connecting',
  'live',
  'paused',
  'reconnecting',
  'failed',
  'ended',
]);

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
const isTextOrNull = (value: unknown): value is string | null => value === null || typeof value === 'string';

/** True for a state whose numbers fit together. */
export function isTailState(value: unknown): value is TailState {
  if (!isFields(value)) return false;
  const { topic, status, message, first, end, total, capacity, rate, matches, openTransactions } = value;
  if (typeof topic !== 'string' || !statuses.has(status)) return false;
  if (message !== undefined && typeof message !== 'string') return false;
  if (!isCount(first) || !isCount(end) || !isCount(total) || !isCount(capacity)) return false;
  if (matches !== undefined && !isMatches(matches)) return false;
  if (openTransactions !== undefined && !(Array.isArray(openTransactions) && openTransactions.every(isOpenTransaction)))
    return false;
  return first <= end && typeof rate === 'number' && Number.isFinite(rate) && rate >= 0;
}

function isMatches(value: unknown): boolean {
  if (!isFields(value)) return false;
  const { first, end, left } = value;
  return isCount(first) && isCount(end) && isCount(left) && first <= end;
}

function isOpenTransaction(value: unknown): boolean {
  if (!isFields(value)) return false;
  const { partition, offset, waiting, since } = value;
  return isCount(partition) && typeof offset === 'string' && typeof waiting === 'string' && typeof since === 'number';
}

function isTailRow(value: unknown): value is TailRow {
  if (!isFields(value)) return false;
  const { seq, partition, offset, timestamp, key, value: text, keyCut, valueCut, headers, fields } = value;
  if (headers !== undefined && typeof headers !== 'string') return false;
  if (fields !== undefined && !(Array.isArray(fields) && fields.every(isTextOrNull))) return false;
  return (
    isCount(seq) &&
    isCount(partition) &&
    typeof offset === 'string' &&
    typeof timestamp === 'number' &&
    isTextOrNull(key) &&
    isTextOrNull(text) &&
    typeof keyCut === 'boolean' &&
    typeof valueCut === 'boolean'
  );
}

export function isTailRows(value: unknown): value is readonly TailRow[] {
  return Array.isArray(value) && value.every(isTailRow);
}

/** True for everything of a record. */
export function isTailRecord(value: unknown): value is TailRecord {
  if (!isFields(value)) return false;
  const { seq, partition, offset, timestamp, key, value: part, headers } = value;
  if (!isCount(seq) || !isCount(partition) || typeof offset !== 'string' || typeof timestamp !== 'number') return false;
  const isHeader = (header: unknown): boolean =>
    isFields(header) && typeof header['name'] === 'string' && isPart(header['value']);
  return isPart(key) && isPart(part) && Array.isArray(headers) && headers.every(isHeader);
}

const kinds: ReadonlySet<unknown> = new Set(['null', 'json', 'text', 'hex']);

function isPart(value: unknown): boolean {
  if (!isFields(value)) return false;
  const { kind, text, bytes, cut } = value;
  return kinds.has(kind) && typeof text === 'string' && isCount(bytes) && typeof cut === 'boolean';
}

export function isTailHistogram(value: unknown): value is TailHistogram {
  if (!isFields(value)) return false;
  const { from, to, counts, matched } = value;
  const areCounts = (list: unknown): boolean => Array.isArray(list) && list.every(isCount);
  if (matched !== undefined && !areCounts(matched)) return false;
  return typeof from === 'number' && typeof to === 'number' && from < to && areCounts(counts);
}

/** True for what was chosen elsewhere; its filter is looked at by the host. */
export function isTailSpotlight(value: unknown): value is TailSpotlight {
  return isFields(value) && typeof value['label'] === 'string' && isFields(value['filter']);
}

export function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((name) => typeof name === 'string');
}

export function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every(isCount);
}

/** True for a first answer of the host; its strings are looked at by name, so that none can be missing. */
export function isTopicPanelInit(value: unknown): value is TopicPanelInit {
  if (!isFields(value)) return false;
  const { state, timeZone, locale, strings, choice, filter } = value;
  if (!isTailState(state) || typeof locale !== 'string' || !isFields(strings)) return false;
  if (!isFields(choice) || (filter !== null && !isFields(filter))) return false;
  return (
    (timeZone === 'local' || timeZone === 'utc') &&
    topicPanelTextNames.every((name) => typeof strings[name] === 'string')
  );
}
