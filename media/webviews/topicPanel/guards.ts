import type {
  TailRow,
  TailState,
  TailStatus,
  TopicPanelInit,
  TopicPanelStrings,
} from '../../../src/shared/protocol/topicPanel';

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
  const { topic, status, message, first, end, total, capacity, rate } = value;
  if (typeof topic !== 'string' || !statuses.has(status)) return false;
  if (message !== undefined && typeof message !== 'string') return false;
  if (!isCount(first) || !isCount(end) || !isCount(total) || !isCount(capacity)) return false;
  return first <= end && typeof rate === 'number' && Number.isFinite(rate) && rate >= 0;
}

function isTailRow(value: unknown): value is TailRow {
  if (!isFields(value)) return false;
  const { seq, partition, offset, timestamp, key, value: text, keyCut, valueCut } = value;
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

/** True for a first answer of the host; its strings are looked at by name, so that none can be missing. */
export function isTopicPanelInit(value: unknown): value is TopicPanelInit {
  if (!isFields(value)) return false;
  const { state, timeZone, locale, strings } = value;
  if (!isTailState(state) || typeof locale !== 'string' || !isFields(strings)) return false;
  return (timeZone === 'local' || timeZone === 'utc') && stringNames.every((name) => typeof strings[name] === 'string');
}

const named: Readonly<Record<keyof TopicPanelStrings, true>> = {
  pause: true,
  resume: true,
  clear: true,
  follow: true,
  newRecords: true,
  copyValue: true,
  columnTime: true,
  columnPartition: true,
  columnOffset: true,
  columnKey: true,
  columnValue: true,
  empty: true,
  live: true,
  connecting: true,
  reconnecting: true,
  paused: true,
  ended: true,
  failed: true,
  copied: true,
  records: true,
  kept: true,
  rate: true,
  noKey: true,
  tombstone: true,
  truncated: true,
  tableLabel: true,
};
const stringNames = Object.keys(named);
