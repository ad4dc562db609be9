/** Translates a literal English text and fills in `{0}`, `{1}` …; the shape of `vscode.l10n.t`. */
export type Localize = (message: string, ...args: readonly (string | number | boolean)[]) => string;

/** English, as written in the sources. For code that runs outside of VS Code. */
export const english: Localize = (message, ...args) =>
  message.replace(/\{(\d+)\}/g, (whole, index: string) => {
    const value = args[Number(index)];
    return value === undefined ? whole : String(value);
  });
