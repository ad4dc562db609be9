import * as l10n from '@vscode/l10n';
import type { OperationSink } from '../core/savepoints/jobOperations';
import { stepWords } from '../core/trees/describeOperations';
import { isCancellation } from '../host/describeError';
import type { OperationProgress } from '../shared/model/operations';
import { viewIds } from './catalog';
import type { CommandServices } from './services';

/**
 * Shows the steps of an operation on a job while it runs. Cancel calls it off as long as that is possible; afterwards it means to
 * stop watching, and that is said.
 */
export async function withProgress<T>(
  { notifications }: Pick<CommandServices, 'notifications'>,
  title: string,
  act: (sink: OperationSink, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  let last: OperationProgress | undefined;
  try {
    return await notifications.progress(title, viewIds.jobs, (report, signal) =>
      act((progress) => {
        last = progress;
        report({ message: progressLine(progress) });
      }, signal),
    );
  } catch (error) {
    if (isCancellation(error)) notifications.hint(calledOff(last));
    throw error;
  }
}

function progressLine({ step, message, cancellable }: OperationProgress): string {
  const words = message === undefined ? stepWords[step]() : l10n.t('{0}: {1}', stepWords[step](), message);
  return cancellable ? words : l10n.t('{0} (Cancel stops watching only)', words);
}

function calledOff(last: OperationProgress | undefined): string {
  return last === undefined || last.cancellable
    ? l10n.t('Called off. Nothing was changed.')
    : l10n.t('No longer watched. The Jobs view shows the operation and offers to resume it.');
}
