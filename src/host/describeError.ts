import * as l10n from '@vscode/l10n';
import type { ErrorKind, PlaygroundError } from '../core/util/errors';
import { isAbort } from '../core/util/errors';

/** An error as the person reads it. */
export interface DescribedError {
  readonly message: string;
  readonly remedy?: string;
  /** More text, one click away. */
  readonly detail?: string;
  /** Absent for an error that core did not throw on purpose. */
  readonly kind?: ErrorKind;
}

/**
 * Says what an error means. Core's errors come from another bundle with a class of its own, so they are known by their name,
 * not by `instanceof`.
 */
export function describeError(error: unknown): DescribedError {
  if (isPlaygroundError(error)) {
    return {
      message: error.message,
      kind: error.kind,
      ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
      ...(error.detail === undefined ? {} : { detail: error.detail }),
    };
  }
  if (error instanceof Error && error.message !== '') return { message: error.message };
  return { message: l10n.t('Something went wrong: {0}', String(error)) };
}

/** True when the person called the work off, by our signal or by VS Code's own cancellation. */
export function isCancellation(error: unknown): boolean {
  return isAbort(error) || (error instanceof Error && error.name === 'Canceled');
}

function isPlaygroundError(error: unknown): error is PlaygroundError {
  return error instanceof Error && error.name === 'PlaygroundError' && 'kind' in error;
}

/**
 * A text that is safe in a notification. VS Code makes links of `[label](command:…)` there, and names of jobs or lines of
 * logs are not ours: a link in them must not become a button that runs a command.
 */
export function plainText(text: string): string {
  return text.replaceAll('](', '] (');
}
