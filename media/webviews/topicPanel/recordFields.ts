/** A field of a record's value as it is shown. */
export interface RecordField {
  readonly name: string;
  readonly text: string;
  /** Milliseconds since the epoch, where the field is a time in UTC; `text` is then the time as it was written. */
  readonly instant?: number;
}

/** What browsers since Chromium 114 can do, and TypeScript's library does not know: numbers as they were written. */
interface SourceJson {
  parse(text: string, reviver: (key: string, value: unknown, context: { readonly source: string }) => unknown): unknown;
  rawJSON(source: string): unknown;
  isRawJSON(value: unknown): value is { readonly rawJSON: string };
}

const json = JSON as unknown as SourceJson;

/** An object with more fields reads no better in fields, and every field of a row on the screen is an element. */
const mostFields = 100;
const longestNested = 120;
/** A time in UTC to the millisecond; what is finer is not cut off, but no time here. */
const utcTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3}0*)?Z$/;

/**
 * The fields of a value that is a JSON object, in its order; `undefined` for all else. Numbers are shown as they were written,
 * because a browser's own would round those beyond 53 bits.
 */
export function recordFields(value: string): readonly RecordField[] | undefined {
  if (!/^\s*\{/.test(value)) return undefined;
  try {
    const parsed = json.parse(value, (_key, part, { source }) =>
      typeof part === 'number' ? json.rawJSON(source) : part,
    );
    if (typeof parsed !== 'object' || parsed === null) return undefined;
    const fields = Object.entries(parsed);
    if (fields.length === 0 || fields.length > mostFields) return undefined;
    return fields.map(([name, part]) => fieldOf(name, part));
  } catch {
    // No JSON, or nested so deeply that it cannot be walked through: the value is shown as it is.
    return undefined;
  }
}

function fieldOf(name: string, part: unknown): RecordField {
  if (typeof part !== 'string') return { name, text: shortJson(part) };
  const instant = utcInstant(part);
  return instant === undefined ? { name, text: part === '' ? '""' : part } : { name, text: part, instant };
}

function shortJson(part: unknown): string {
  if (json.isRawJSON(part)) return part.rawJSON;
  const text = JSON.stringify(part);
  return text.length > longestNested ? `${text.slice(0, longestNested)}…` : text;
}

/**
 * The time that a text is, milliseconds since the epoch; `undefined` when it is none. Dates that no calendar has, such as
 * 30 February, are text.
 */
export function utcInstant(text: string): number | undefined {
  if (!utcTime.test(text)) return undefined;
  const instant = Date.parse(text);
  const isDate = !Number.isNaN(instant) && new Date(instant).toISOString().startsWith(text.slice(0, 19));
  return isDate ? instant : undefined;
}
