import type { LogSink } from '../core/environment/environment';
import { followInstance, type LoggingEnvironment } from '../core/logs/instanceLog';
import { isCancellation } from '../host/describeError';

/** Follows the log of an instance until the environment has stopped or the signal is aborted: nobody writes to it any more. */
export async function followLogWhileUp(
  environment: LoggingEnvironment,
  instance: string,
  sink: LogSink,
  signal: AbortSignal,
): Promise<void> {
  const stopped = new AbortController();
  const subscription = environment.snapshot.onDidChange(({ next }) => {
    if (next.phase === 'absent') stopped.abort();
  });
  try {
    await followInstance(environment, instance, sink, AbortSignal.any([signal, stopped.signal]));
  } catch (error) {
    if (!isCancellation(error)) throw error;
  } finally {
    subscription.dispose();
  }
}
