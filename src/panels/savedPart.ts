/** A part of what a page kept of itself for a reload of the window, which may be anything. */
export function savedPart(state: unknown, name: string): unknown {
  return typeof state === 'object' && state !== null && Object.hasOwn(state, name)
    ? Reflect.get(state, name)
    : undefined;
}

/** The same where it is a text that says something. */
export function savedText(state: unknown, name: string): string | undefined {
  const text = savedPart(state, name);
  return typeof text === 'string' && text !== '' ? text : undefined;
}
