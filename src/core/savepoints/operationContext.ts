import type { OperationStep } from '../../shared/model/operations';
import type { FlinkClient } from '../flink/flinkClient';
import { delay } from '../util/async';
import type { Clock } from '../util/clock';
import { messageOf, PlaygroundError } from '../util/errors';
import type { Logger } from '../util/logger';
import type { OperationSink } from './jobOperations';
import type { OperationLog } from './operationLog';

/** What the steps of one operation share. */
export interface OperationContext {
  readonly client: FlinkClient;
  readonly log: OperationLog;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly progress: OperationSink;
  readonly signal: AbortSignal;
}

/** How long Flink may be silent before an operation gives up waiting for it, to be resumed later. */
const silenceMs = 30_000;
const firstPauseMs = 50;
const longestPauseMs = 1000;

/** Tells of a step. From the first request on cancelling means to stop watching. */
export function report(context: OperationContext, step: OperationStep, message?: string, fraction?: number): void {
  context.progress({
    step,
    cancellable: !context.log.irreversible,
    ...(message === undefined ? {} : { message }),
    ...(fraction === undefined ? {} : { fraction }),
  });
}

/**
 * Asks again while there is no answer, which a call that is safe to repeat may: its answer may be what was lost.
 * @throws what `call` throws, also `unreachable` and `timeout` when the silence lasts.
 */
export async function answered<T>(
  { clock, logger, signal }: Pick<OperationContext, 'clock' | 'logger' | 'signal'>,
  call: () => Promise<T>,
  /** Asked before each repetition: throws when what was true at the first time no longer is. */
  stillHolds: () => Promise<void> = () => Promise.resolve(),
): Promise<T> {
  const deadline = clock.now() + silenceMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    try {
      return await call();
    } catch (error) {
      signal.throwIfAborted();
      const silent = PlaygroundError.is(error, 'unreachable') || PlaygroundError.is(error, 'timeout');
      if (!silent || clock.now() >= deadline) throw error;
      logger.debug(`Asked once more: ${messageOf(error)}`);
      await delay(pauseMs, signal, clock);
      await stillHolds();
    }
  }
}
