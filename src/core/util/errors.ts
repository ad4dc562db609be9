/**
 * What went wrong, as far as code has to tell it apart. The sentence for the user is the message.
 *
 * - `java`: no usable Java. `download`: an artifact could not be had or is not what it should be.
 * - `disk`: no room, or a path that cannot be written. `port`: an address that cannot be used.
 * - `process`: a process of ours died or did not become ready. `busy`: another owner is at it.
 * - `unreachable`: no answer. `protocol`: an answer that is not what the protocol says. `notFound`: the thing is gone.
 * - `rejected`: the other side understood and refused. `stranger`: what answers is not ours. `state`: what is recorded cannot be used.
 * - `engine`: the container engine is not there, does not run, or may not be used.
 * - `timeout`: a deadline passed. `input`: what the person asked for cannot be done. `internal`: a defect of ours.
 */
export type ErrorKind =
  | 'java'
  | 'engine'
  | 'download'
  | 'disk'
  | 'port'
  | 'process'
  | 'busy'
  | 'unreachable'
  | 'protocol'
  | 'notFound'
  | 'rejected'
  | 'stranger'
  | 'state'
  | 'timeout'
  | 'input'
  | 'internal';

export interface PlaygroundErrorOptions {
  /** What the person can do now, one sentence. */
  readonly remedy?: string;
  /** More text that is one click away: the last lines of a log, a stack trace of the server. */
  readonly detail?: string;
  readonly cause?: unknown;
}

/** The one error that core throws on purpose: a kind for code, a sentence and a remedy for the person. */
export class PlaygroundError extends Error {
  override readonly name = 'PlaygroundError';
  readonly remedy: string | undefined;
  readonly detail: string | undefined;

  constructor(
    readonly kind: ErrorKind,
    message: string,
    options: PlaygroundErrorOptions = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.remedy = options.remedy;
    this.detail = options.detail;
  }

  /**
   * Known by its name: the bundles of the extension each hold a copy of this class, and an error goes from one to another.
   */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'PlaygroundError';
  }

  static is(error: unknown, kind?: ErrorKind): error is PlaygroundError {
    return error instanceof PlaygroundError && (kind === undefined || error.kind === kind);
  }
}

/** True for the rejection that an `AbortSignal` causes: cancelled by the person or by the end of an owner, not a failure. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** The error's own sentence, whatever was thrown. */
export function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  return String(error);
}

/** The system's code of a failed call of Node's (`ENOENT`, `EADDRINUSE`, …), if the error has one. */
export function systemCode(error: unknown): string | undefined {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return undefined;
}
