/** Puts arguments in the place of `{0}`, `{1}` … of a text that was localised before. */
export function fillIn(text: string, ...args: readonly (string | number)[]): string {
  return text.replace(/\{(\d+)\}/g, (whole, index: string) => {
    const value = args[Number(index)];
    return value === undefined ? whole : String(value);
  });
}
