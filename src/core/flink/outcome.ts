import { isDeepStrictEqual } from 'node:util';
import { failed, succeeded, type Resource } from '../state/resource';
import type { Clock } from '../util/clock';
import type { Logger } from '../util/logger';

/** How a call ended; `undefined`: it was not made. */
export type Outcome<T> = { readonly value: T } | { readonly error: Error } | undefined;

/** Makes a call if it is wanted; never throws. */
export async function attempt<T>(wanted: boolean, call: () => Promise<T>): Promise<Outcome<T>> {
  if (!wanted) return undefined;
  try {
    return { value: await call() };
  } catch (error) {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }
}

/**
 * Turns outcomes of calls into resources. As long as answers are equal, the resource stays the same object, whose `readAt` is
 * then the time of the first of them; a resource that becomes stale has the time of the last.
 */
export class OutcomeJudge {
  /** When the value of a `ready` resource was last confirmed. */
  readonly #confirmedAt = new WeakMap<object, number>();

  constructor(
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /**
   * The resource after a call; the same object when there is nothing new to say. An answer that has an `age` is news even
   * when it is equal: a heartbeat that does not change grows old.
   */
  judge<T>(what: string, previous: Resource<T>, outcome: Outcome<T>, age = false): Resource<T> {
    if (outcome === undefined) return previous;
    if ('error' in outcome) return this.#judgeError(what, previous, outcome.error);
    const now = this.clock.now();
    const known = previous.state === 'ready' || previous.state === 'stale';
    const same = known && isDeepStrictEqual(previous.value, outcome.value);
    const next =
      same && !age && previous.state === 'ready' ? previous : succeeded(same ? previous.value : outcome.value, now);
    this.#confirmedAt.set(next, now);
    return next;
  }

  #judgeError<T>(what: string, previous: Resource<T>, error: Error): Resource<T> {
    const known = previous.state === 'stale' || previous.state === 'failed';
    if (known && previous.error.message === error.message) return previous;
    this.logger.debug(`The ${what} could not be read: ${error.message}`);
    const readAt = this.#confirmedAt.get(previous);
    return failed(previous.state === 'ready' && readAt !== undefined ? { ...previous, readAt } : previous, error);
  }
}
