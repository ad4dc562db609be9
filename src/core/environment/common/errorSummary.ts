import type { ErrorSummary } from '../../../shared/model/environment';
import { messageOf, PlaygroundError } from '../../util/errors';

/** The sentence, the remedy and the detail of whatever was thrown. */
export function summaryOf(error: unknown): ErrorSummary {
  if (!PlaygroundError.is(error)) return { message: messageOf(error) };
  return {
    message: error.message,
    ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
    ...(error.detail === undefined ? {} : { detail: error.detail }),
  };
}
