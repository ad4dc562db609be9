import { systemClock, type Clock } from '../util/clock';
import type { Disposable } from '../util/disposable';
import { isAbort } from '../util/errors';

const longestBackoffMs = 30_000;

export interface PollerOptions {
  /** One attempt. What it throws counts as a failure and makes the next attempts come later; nothing else is done with it. */
  readonly poll: (signal: AbortSignal) => Promise<void>;
  /** Milliseconds between the end of an attempt and the next, asked anew each time. */
  readonly intervalMs: () => number;
  readonly clock?: Clock;
  /** Like `Math.random`. */
  readonly random?: () => number;
}

/**
 * Does something again and again while it is started. The next attempt is armed when the last is over, so that a slow server
 * never has two of them. While attempts fail the distance doubles up to 30 s, spread by a quarter either way, so that
 * windows that share a server do not ask in step.
 */
export class Poller implements Disposable {
  readonly #clock: Clock;
  readonly #random: () => number;
  #timer: Disposable | undefined;
  #attempt: AbortController | undefined;
  #again = false;
  #failures = 0;
  #started = false;

  constructor(private readonly options: PollerOptions) {
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
  }

  /** Begins with an attempt now, or after `delayMs`. Starting what is started changes nothing. */
  start(delayMs = 0): void {
    if (this.#started) return;
    this.#started = true;
    this.#failures = 0;
    if (delayMs > 0) this.#arm(delayMs);
    else this.#run();
  }

  /** Ends the attempt under way by its signal, and makes no more. */
  stop(): void {
    this.#started = false;
    this.#again = false;
    this.#timer?.dispose();
    this.#timer = undefined;
    this.#attempt?.abort();
    this.#attempt = undefined;
  }

  /**
   * Attempts now instead of later. When one is under way another follows at once, since what the poke is about may have
   * come too late for it. Does nothing while stopped.
   */
  poke(): void {
    if (!this.#started) return;
    if (this.#attempt === undefined) this.#run();
    else this.#again = true;
  }

  dispose(): void {
    this.stop();
  }

  #run(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
    this.#again = false;
    const attempt = new AbortController();
    this.#attempt = attempt;
    void this.#settle(attempt);
  }

  async #settle(attempt: AbortController): Promise<void> {
    const failed = await this.#fails(attempt.signal);
    if (this.#attempt !== attempt) return;
    this.#attempt = undefined;
    this.#failures = failed ? this.#failures + 1 : 0;
    if (this.#again) this.#run();
    else this.#arm(this.#nextDelay());
  }

  async #fails(signal: AbortSignal): Promise<boolean> {
    try {
      await this.options.poll(signal);
      return false;
    } catch (error) {
      return !isAbort(error);
    }
  }

  #nextDelay(): number {
    const interval = this.options.intervalMs();
    if (this.#failures === 0) return interval;
    const grown = Math.min(interval * 2 ** Math.min(this.#failures - 1, 16), Math.max(longestBackoffMs, interval));
    return grown * (0.75 + this.#random() / 2);
  }

  #arm(delayMs: number): void {
    this.#timer = this.#clock.schedule(delayMs, () => this.#run());
  }
}
