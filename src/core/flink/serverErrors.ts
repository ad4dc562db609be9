const maxMessageLength = 400;

/** What Flink says of every failure of a kind, so that only the innermost cause tells anything. */
const wrappers: ReadonlySet<string> = new Set(['Could not execute application.', 'Internal server error.']);

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
  const trace = serverSide?.slice(serverSide.indexOf('\n') + 1) ?? texts[0] ?? '';
  const message = explainTrace(trace);
  const whole = texts.join('\n');
  return whole === message ? { message } : { message, detail: whole };
}

/**
 * The message of a Java stack trace: its first line, without the names of the exceptions that wrap each other, and with the
 * innermost cause behind a sentence that Flink says of every failure.
 */
export function explainTrace(trace: string): string {
  const first = sentence(trace.trimStart().split(/\r?\n/, 1)[0] ?? '');
  if (!wrappers.has(first)) return first;
  const cause = trace.split(/\r?\n/).findLast((line) => line.startsWith('Caused by: '));
  return cause === undefined ? first : `${first.slice(0, -1)}: ${sentence(cause.slice('Caused by: '.length))}`;
}

/** The last cause of a stack trace, which says what is the matter where the first line only says who waited for it. */
export function innermostCause(trace: string): string {
  const cause = trace.split(/\r?\n/).findLast((line) => line.startsWith('Caused by: '));
  return explainTrace(cause === undefined ? trace : cause.slice('Caused by: '.length));
}

function sentence(line: string): string {
  const bare = line.replace(/^(?:(?:[\w$]+\.)+[\w$]+: )+/, '').trim();
  const text = bare === '' ? line.trim() : bare;
  return text.length <= maxMessageLength ? text : `${text.slice(0, maxMessageLength)} …`;
}
