const maxMessageLength = 400;

export interface ExplainedErrors {
  /** One line for a person; empty when the server gave no words at all. */
  readonly message: string;
  /** The whole of what the server sent, where it is more than the message. */
  readonly detail?: string;
}

/**
 * Makes a sentence of the `errors` of a Flink REST answer. Their first element is usually a Java stack trace, and for an
 * unexpected failure the second: "Internal server error.", "<Exception on server side:\n…".
 */
export function explainErrors(errors: readonly string[]): ExplainedErrors {
  const texts = errors.filter((text) => text.trim() !== '');
  const serverSide = texts.find((text) => text.startsWith('<Exception on server side:'));
  const message = firstSentence(serverSide?.slice(serverSide.indexOf('\n') + 1) ?? texts[0] ?? '');
  const whole = texts.join('\n');
  return whole === message ? { message } : { message, detail: whole };
}

/** The message of a Java stack trace: its first line, without the names of the exceptions that wrap each other. */
export function firstSentence(stackTrace: string): string {
  const line = stackTrace.trimStart().split(/\r?\n/, 1)[0] ?? '';
  const bare = line.replace(/^(?:(?:[\w$]+\.)+[\w$]+: )+/, '').trim();
  const text = bare === '' ? line.trim() : bare;
  return text.length <= maxMessageLength ? text : `${text.slice(0, maxMessageLength)} …`;
}
