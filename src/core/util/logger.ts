/** Where core says what it does. The host writes it to the extension's log channel; tests keep it in memory. */
export interface Logger {
  trace(message: string): void;
  debug(message: string): void;
  info(message: string): void;
  warn(message: string, error?: unknown): void;
  error(message: string, error?: unknown): void;
  /** A logger whose lines carry the name of an area. */
  child(area: string): Logger;
}

/** Says nothing. For tools and tests that do not look at the log. */
export const silentLogger: Logger = {
  trace: () => undefined,
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLogger,
};
