const utf8 = new TextDecoder('utf-8', { fatal: true });
const openBrace = 0x7b;
const mostNames = 40;

/** The fields of a value that is a JSON object; `undefined` when it is something else. */
export function parseFields(value: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  if (!beginsAsObject(value)) return undefined;
  try {
    const parsed: unknown = JSON.parse(utf8.decode(value));
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** A field as text: strings as they are, everything else as JSON; `undefined` when the object has none of its own. */
export function fieldText(fields: Readonly<Record<string, unknown>>, name: string): string | undefined {
  if (!Object.hasOwn(fields, name)) return undefined;
  const value = fields[name];
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The names of the fields of values, in the order in which they were seen; none unless most values are JSON objects. */
export function fieldNames(values: readonly (Uint8Array | null)[]): readonly string[] {
  const names = new Set<string>();
  let objects = 0;
  for (const value of values) {
    const fields = value === null ? undefined : parseFields(value);
    if (fields === undefined) continue;
    objects += 1;
    for (const name of Object.keys(fields)) if (names.size < mostNames) names.add(name);
  }
  return objects * 2 > values.length ? Array.from(names) : [];
}

function beginsAsObject(value: Uint8Array): boolean {
  for (const byte of value) {
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return byte === openBrace;
  }
  return false;
}
