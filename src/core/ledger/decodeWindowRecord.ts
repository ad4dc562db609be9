import type { GenerationGap, TimeForm, WindowContract, WindowRecord } from '../../shared/model/ledger';

const utf8 = new TextDecoder('utf-8', { fatal: true });
const isoUtc = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/;

/** `dd-MM-yyyy hh:mm:ss:SSS`, in UTC: twelve hours without a word on which half of the day. */
const upstream = /^(\d{2})-(\d{2})-(\d{4}) (\d{2}):(\d{2}):(\d{2}):(\d{3})$/;
export const halfDayMs = 12 * 3_600_000;
const ours: WindowContract = { start: 'windowStart', end: 'windowEnd', key: 'page', count: 'count' };

/** A count that was read. Times in half days can only be of the first half of a day. */
export type DecodedWindow = WindowRecord & { readonly timeForm: TimeForm };

/**
 * Reads a record of our job, `{"windowStart":"…Z","windowEnd":"…Z","page":"/shop","count":1000}`, or of upstream's, which has
 * the same fields and 12-hour times. Anything else, whoever wrote it, is `undefined`: the ledger counts it as undecodable.
 */
export const decodeWindowRecord = windowDecoder(ours, 0);

/** What reads the records of another topic; `windowMs` is the length of its windows. */
export function windowDecoder(
  contract: WindowContract,
  windowMs: number,
): (value: Uint8Array) => DecodedWindow | undefined {
  // The records of a window come after each other, with the same times.
  const read = { start: rememberingLast(parseTime), end: rememberingLast(parseTime) };
  return (value) => {
    const fields = parseObject(value);
    if (fields === undefined) return undefined;
    const page = own(fields, contract.key);
    const count = own(fields, contract.count);
    const times = parseTimes(fields, contract, windowMs, read);
    if (times === undefined || typeof page !== 'string') return undefined;
    if (typeof count !== 'number' || !Number.isSafeInteger(count) || count < 0) return undefined;
    return { ...times, page, count };
  };
}

function parseTimes(
  fields: Readonly<Record<string, unknown>>,
  contract: WindowContract,
  windowMs: number,
  read: Readonly<Record<'start' | 'end', typeof parseTime>>,
): Pick<DecodedWindow, 'windowStart' | 'windowEnd' | 'timeForm'> | undefined {
  const from = own(fields, contract.start);
  const to = contract.end === undefined ? undefined : own(fields, contract.end);
  const windowStart = read.start(from);
  if (windowStart !== undefined) {
    const windowEnd = contract.end === undefined ? windowStart + windowMs : read.end(to);
    const timeForm = typeof from === 'number' ? 'number' : 'iso';
    return windowEnd === undefined ? undefined : { windowStart, windowEnd, timeForm };
  }
  const start = parseHalfDay(from);
  if (start === undefined) return undefined;
  const timeForm = 'halfDays';
  if (contract.end === undefined) return { windowStart: start, windowEnd: start + windowMs, timeForm };
  const end = parseHalfDay(to);
  if (end === undefined) return undefined;
  // The end of the last window before noon reads as midnight, so only its distance within half a day is known.
  const length = (((end - start) % halfDayMs) + halfDayMs) % halfDayMs;
  return { windowStart: start, windowEnd: start + length, timeForm };
}

/** Upstream writes 12 o'clock for 0 as well, and reads it back as 0, so its event time is only ever of the first half of a day. */
function parseHalfDay(text: unknown): number | undefined {
  const parts = typeof text === 'string' ? upstream.exec(text)?.slice(1).map(Number) : undefined;
  if (parts === undefined) return undefined;
  const [day = 0, month = 0, year = 0, hour = 0, minute = 0, second = 0, ms = 0] = parts;
  const time = Date.UTC(year, month - 1, day, hour % 12, minute, second, ms);
  const isReal = hour >= 1 && hour <= 12 && minute < 60 && second < 60 && new Date(time).getUTCDate() === day;
  return isReal && month >= 1 && month <= 12 ? time : undefined;
}

/**
 * A time as a record has it that {@link decodeWindowRecord} reads, as far as it is written the same everywhere: to the second, and a
 * number whole.
 */
export function writtenTime(time: number, form: TimeForm): string {
  if (form === 'number') return String(time);
  const iso = new Date(time).toISOString().slice(0, 19);
  if (form === 'iso') return iso;
  const [year = '', month = '', day = '', hour = '', minute = '', second = ''] = iso.split(/[-T:]/);
  return `${day}-${month}-${year} ${String(Number(hour) % 12 || 12).padStart(2, '0')}:${minute}:${second}`;
}

function own(fields: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** Reads a record of the generator's topic of gaps, `{"from":"…Z","to":"…Z"}`; `undefined` when it is something else. */
export function decodeGap(value: Uint8Array): GenerationGap | undefined {
  const fields = parseObject(value);
  if (fields === undefined) return undefined;
  const from = parseTime(fields['from']);
  const to = parseTime(fields['to']);
  if (from === undefined || to === undefined || to <= from) return undefined;
  return { from, to };
}

function parseObject(value: Uint8Array): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(utf8.decode(value));
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function rememberingLast<T>(read: (value: unknown) => T | undefined): (value: unknown) => T | undefined {
  let last: unknown;
  let result: T | undefined;
  return (value) => {
    if (value === last) return result;
    last = value;
    result = read(value);
    return result;
  };
}

function parseTime(text: unknown): number | undefined {
  if (typeof text === 'number') return Number.isSafeInteger(text) ? text : undefined;
  if (typeof text !== 'string' || !isoUtc.test(text)) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}
