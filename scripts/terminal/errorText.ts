import { PlaygroundError } from '../../src/core/util/errors';

/** An error as a terminal shows it: the sentence, what to do, and the details. */
export function errorText(error: unknown): string {
  if (!(error instanceof PlaygroundError))
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  return [error.message, error.remedy, error.detail].filter((part) => part !== undefined).join('\n');
}
