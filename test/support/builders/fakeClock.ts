import type { Clock } from '../../../src/core/util/clock';

/** A clock that stands still until it is told to go on. */
export class FakeClock implements Clock {
  #now: number;
  #next = 0;
  readonly #timers = new Map<number, { readonly at: number; readonly callback: () => void }>();

  constructor(now = 1_700_000_000_000) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  schedule(ms: number, callback: () => void): { dispose(): void } {
    const key = this.#next++;
    this.#timers.set(key, { at: this.#now + ms, callback });
    return { dispose: () => void this.#timers.delete(key) };
  }

  /** Timers that wait. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Sets the time of day, as a person or a time server does; timers wait as long as they had to. */
  jump(ms: number): void {
    this.#now += ms;
    for (const [key, timer] of this.#timers) this.#timers.set(key, { ...timer, at: timer.at + ms });
  }

  /** Lets time pass, running what falls due in order and, after each, what promises that settled have to say. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      await settled();
      const due = [...this.#timers].filter(([, timer]) => timer.at <= end).sort((a, b) => a[1].at - b[1].at)[0];
      if (due === undefined) break;
      const [key, timer] = due;
      this.#timers.delete(key);
      this.#now = Math.max(this.#now, timer.at);
      timer.callback();
    }
    this.#now = end;
    await settled();
  }
}

/** Lets every promise that can settle without time passing do so. */
export function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
