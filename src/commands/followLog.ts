import type { Environment, LogSink } from '../core/environment/environment';
import { isCancellation } from '../host/describeError';

/** Follows the log of an instance until the environment has stopped or the signal is aborted: nobody writes to it any more. */
export async function followLogWhileUp(
  environment: Pick<Environment, 'followLogs' | 'snapshot'>,
  instance: string,
  sink: LogSink,
  signal: AbortSignal,
): Promise<void> {
  const stopped = new AbortController();
  const subscription = environment.snapshot.onDidChange(({ next }) => {
    if (next.phase === 'absent') stopped.abort();
  });
  try {
    await environment.followLogs(instance, sink, AbortSignal.any([signal, stopped.signal]));
  } catch (error) {
    if (!isCancellation(error)) throw error;
  } finally {
    subscription.dispose();
  }
}
