import type { TailBegin, TailChoice, TailExportFormat, TailFilter } from '../shared/protocol/topicPanel';

/** Longer texts are not typed by a person. */
const longestText = 1000;
const mostFields = 100;
const mostBuckets = 1000;
const mostPartitions = 10_000;
/** A whole number of up to 63 bits, as far as its digits can tell. */
const offsetText = /^\d{1,18}$/;

export function isSequence(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** Names of fields out of what a page sent; what is no name is left out. */
export function fieldNames(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.filter((name) => typeof name === 'string').slice(0, mostFields);
}

export function isBucketCount(value: unknown): value is number {
  return isSequence(value) && value >= 1 && value <= mostBuckets;
}

/** A filter out of what a page sent: parts that make no sense are left out; `undefined` when nothing is left of it. */
export function parseFilter(value: unknown): TailFilter | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const part = (name: string): unknown => (Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined);
  const text = parseText(part('text'));
  const key = parseText(part('key'));
  const field = parseField(part('field'));
  const partitions = parsePartitions(part('partitions'));
  const from = parseTime(part('from'));
  const to = parseTime(part('to'));
  const filter: TailFilter = {
    ...(text === undefined ? {} : { text }),
    ...(key === undefined ? {} : { key }),
    ...(field === undefined ? {} : { field }),
    ...(partitions === undefined ? {} : { partitions }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
  return Object.keys(filter).length === 0 ? undefined : filter;
}

/** What of a topic is to be read, out of what a page sent or kept; parts that make no sense are left out. */
export function parseChoice(value: unknown): TailChoice {
  if (typeof value !== 'object' || value === null) return { isolation: 'committed' };
  const begin = parseBegin(Reflect.get(value, 'begin'));
  const partitions = parsePartitions(Reflect.get(value, 'partitions'));
  return {
    isolation: Reflect.get(value, 'isolation') === 'uncommitted' ? 'uncommitted' : 'committed',
    ...(begin === undefined ? {} : { begin }),
    ...(partitions === undefined || partitions.length === 0 ? {} : { partitions }),
  };
}

export function parseExportFormat(value: unknown): TailExportFormat | undefined {
  return value === 'jsonLines' || value === 'csv' ? value : undefined;
}

function parseBegin(value: unknown): TailBegin | undefined {
  if (value === 'latest' || value === 'earliest') return value;
  if (typeof value !== 'object' || value === null) return undefined;
  const last: unknown = Reflect.get(value, 'last');
  const time: unknown = Reflect.get(value, 'time');
  const offset: unknown = Reflect.get(value, 'offset');
  if (isSequence(last) && last >= 1) return { last };
  if (isSequence(time)) return { time };
  return typeof offset === 'string' && offsetText.test(offset) ? { offset } : undefined;
}

function parseText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, longestText) : undefined;
}

function parseField(value: unknown): TailFilter['field'] {
  if (typeof value !== 'object' || value === null) return undefined;
  const name: unknown = Reflect.get(value, 'name');
  const text: unknown = Reflect.get(value, 'text');
  return typeof name === 'string' && typeof text === 'string'
    ? { name: name.slice(0, longestText), text: text.slice(0, longestText) }
    : undefined;
}

function parsePartitions(value: unknown): readonly number[] | undefined {
  return Array.isArray(value) ? value.filter(isSequence).slice(0, mostPartitions) : undefined;
}

function parseTime(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
