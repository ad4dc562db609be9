import { systemClock, type Clock } from '../util/clock';
import type { Disposable } from '../util/disposable';

/** Lets a signal through at once and then at most once per interval; the last one of a burst is never lost. */
export class Throttle implements Disposable {
  #waiting: Disposable | undefined;
  #pending = false;
  #disposed = false;

  constructor(
    private readonly intervalMs: number,
    private readonly run: () => void,
    private readonly clock: Clock = systemClock,
  ) {}

  poke(): void {
    if (this.#disposed) return;
    if (this.#waiting !== undefined) {
      this.#pending = true;
      return;
    }
    this.#waiting = this.clock.schedule(this.intervalMs, () => {
      this.#waiting = undefined;
      if (!this.#pending) return;
      this.#pending = false;
      this.poke();
    });
    this.run();
  }

  /** As `poke`, and not a moment later; the interval begins anew. */
  pokeNow(): void {
    this.#waiting?.dispose();
    this.#waiting = undefined;
    this.#pending = false;
    this.poke();
  }

  dispose(): void {
    this.#disposed = true;
    this.#waiting?.dispose();
  }
}
