import { PlaygroundError } from './errors';
import { systemClock, type Clock } from './clock';

/** Resolves after `ms` milliseconds; rejects with the signal's reason when it is aborted first. */
export function delay(ms: number, signal: AbortSignal, clock: Clock = systemClock): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const timer = clock.schedule(ms, () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
    const onAbort = (): void => {
      timer.dispose();
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

export interface WaitOptions {
  /** What is waited for, as it completes "… did not happen within 30 s": "the JobManager to answer". */
  readonly what: string;
  readonly timeoutMs: number;
  readonly intervalMs: number;
  readonly signal: AbortSignal;
  readonly clock?: Clock;
}

/**
 * Asks again and again until the answer is not `undefined`.
 * @throws PlaygroundError `timeout` when the deadline passes; whatever `probe` throws; the signal's reason.
 */
export async function waitFor<T>(probe: () => Promise<T | undefined>, options: WaitOptions): Promise<T> {
  const clock = options.clock ?? systemClock;
  const deadline = clock.now() + options.timeoutMs;
  for (;;) {
    options.signal.throwIfAborted();
    const answer = await probe();
    if (answer !== undefined) return answer;
    if (clock.now() >= deadline) {
      throw new PlaygroundError('timeout', `Waited ${Math.round(options.timeoutMs / 1000)} s for ${options.what}.`);
    }
    await delay(options.intervalMs, options.signal, clock);
  }
}
