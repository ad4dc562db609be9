import type { LedgerSummary } from '../../shared/model/ledger';
import type { ReadableStore } from '../state/store';
import type { Clock } from '../util/clock';
import { DisposableStore, type Disposable } from '../util/disposable';
import { Emitter, type Event } from '../util/emitter';

export interface CaughtUpWatchOptions {
  readonly summary: ReadableStore<LedgerSummary>;
  /** A failure, restore or restart was seen; milliseconds since the epoch. */
  readonly onRecovery: Event<number>;
  readonly windowMs: number;
  readonly clock: Clock;
}

/** The counts come as soon as they used to. */
export interface CaughtUp {
  /** When it began, milliseconds since the epoch. */
  readonly since: number;
  /** Milliseconds; windows are looked at, so it may have been up to one of them earlier. */
  readonly tookMs: number;
}

/** A window that comes later than usual by more than this part of a window is late. */
const lateAfterWindows = 1 / 3;
/** Whose windows usually come later than this many has an event time of its own. */
const mostUsualWindows = 3;
/** So many windows say what is usual. */
const usualWindows = 4;
/** Nobody waits for a job that is not caught up by then. */
const longestMs = 30 * 60_000;

/**
 * Tells when a job has caught up after a recovery: windows came later than usual, and no longer do. What is usual is what was
 * before: a job waits for late clicks, on some machines for a while. Only where event time goes with the clock.
 */
export class CaughtUpWatch implements Disposable {
  readonly #caughtUp = new Emitter<CaughtUp>();
  readonly onCaughtUp = this.#caughtUp.event;
  readonly #owned = new DisposableStore();
  #newest: number | undefined;
  /** How long after their ends the newest windows came, while nothing was wrong; milliseconds. */
  #delays: readonly number[] = [];
  #pending: { readonly since: number; readonly onTimeMs: number; wasLate: boolean } | undefined;

  constructor(private readonly options: CaughtUpWatchOptions) {
    this.#owned.add(this.#caughtUp);
    this.#owned.add(options.onRecovery((at) => this.#onRecovery(at)));
    this.#owned.add(options.summary.onDidChange(({ next }) => this.#onSummary(next)));
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #onRecovery(at: number): void {
    const { windowMs } = this.options;
    const usual = Math.min(...this.#delays);
    if (this.#pending !== undefined || !(usual >= -windowMs && usual <= mostUsualWindows * windowMs)) return;
    this.#pending = { since: at, onTimeMs: usual + lateAfterWindows * windowMs, wasLate: false };
  }

  #onSummary({ recent, reasons }: LedgerSummary): void {
    const end = recent.at(-1)?.end;
    const before = this.#newest;
    this.#newest = end;
    // What is read from the topic's past says nothing of now.
    const isLive = !reasons.some(({ code }) => code === 'catchingUp' || code === 'notConnected');
    if (end === undefined || before === undefined || !isLive || end <= before) return;
    const now = this.options.clock.now();
    const pending = this.#pending;
    if (pending === undefined) {
      this.#delays = [...this.#delays, now - end].slice(-usualWindows);
      return;
    }
    if (now - end > pending.onTimeMs) {
      pending.wasLate = true;
      if (now - pending.since > longestMs) this.#pending = undefined;
      return;
    }
    this.#pending = undefined;
    // A clock that was set back says nothing of how long it took.
    if (pending.wasLate && now > pending.since) {
      this.#caughtUp.fire({ since: pending.since, tookMs: now - pending.since });
    }
  }
}
