import * as l10n from '@vscode/l10n';
import { isAbort, PlaygroundError, type ErrorKind } from '../core/util/errors';

/** An error as the person reads it. */
export interface DescribedError {
  readonly message: string;
  readonly remedy?: string;
  /** More text, one click away. */
  readonly detail?: string;
  /** Absent for an error that core did not throw on purpose. */
  readonly kind?: ErrorKind;
}

/** Says what an error means: a sentence of core's own errors, else whatever there is. */
export function describeError(error: unknown): DescribedError {
  if (PlaygroundError.is(error)) {
    return {
      message: error.message,
      kind: error.kind,
      ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
      ...(error.detail === undefined ? {} : { detail: error.detail }),
    };
  }
  // The deadline of an action; what it says itself is written for programmers.
  if (error instanceof Error && error.name === 'TimeoutError') {
    return {
      message: l10n.t('It took too long and was given up.'),
      remedy: l10n.t('Look at what runs in the Cluster view, then try again.'),
      kind: 'timeout',
    };
  }
  if (error instanceof Error && error.message !== '') return { message: error.message };
  return { message: l10n.t('Something went wrong: {0}', String(error)) };
}

/** True when the person called the work off, by our signal or by VS Code's own cancellation. */
export function isCancellation(error: unknown): boolean {
  return isAbort(error) || (error instanceof Error && error.name === 'Canceled');
}

/**
 * A text that is safe in a notification. VS Code makes links of `[label](command:…)` there, and names of jobs or lines of
 * logs are not ours: a link in them must not become a button that runs a command.
 */
export function plainText(text: string): string {
  return text.replaceAll('](', '] (');
}
