import type { Clock } from '../util/clock';
import { messageOf } from '../util/errors';
import type { Logger } from '../util/logger';
import type { Journal } from './journal';
import { follow, type JournalEntry, type JournalLine } from './journalEntry';

/** A line of the journal without its time. */
export type LogLine = JournalLine extends infer L ? (L extends JournalLine ? Omit<L, 'at'> : never) : never;

/** The journal's entry of one operation, held by its owner: what is written there is what `entry` says. */
export class OperationLog {
  #entry: JournalEntry;
  /** Lines reach the file in the order in which they were said, also those that nobody waits for: it is read from line to line. */
  #written: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly journal: Pick<Journal, 'append'>,
    entry: JournalEntry,
    private readonly clock: Clock,
    private readonly logger: Logger,
    private readonly changed: (entry: JournalEntry) => void,
  ) {
    this.#entry = entry;
  }

  get entry(): JournalEntry {
    return this.#entry;
  }

  /** True from the first request to Flink on: what was asked for cannot be taken back. */
  get irreversible(): boolean {
    return this.#entry.triggerId !== undefined || this.#entry.submitted;
  }

  /** Writes down what is about to be done. @throws PlaygroundError `disk`: then it may not be done. */
  async intend(...lines: readonly LogLine[]): Promise<void> {
    const stamped = this.#stamp(lines);
    await this.#append(stamped);
    this.#apply(stamped);
  }

  /**
   * Writes down what has happened. It has, whether or not it can be written, and what is done next was part of the intent: a disk
   * that has become full is no reason to leave a job stopped.
   */
  async note(...lines: readonly LogLine[]): Promise<void> {
    const stamped = this.#stamp(lines);
    this.#apply(stamped);
    try {
      await this.#append(stamped);
    } catch (error) {
      this.logger.warn(`Operation ${this.#entry.id} could not be written down: ${messageOf(error)}`);
    }
  }

  async #append(lines: readonly JournalLine[]): Promise<void> {
    const before = this.#written;
    const appended = before.then(async () => this.journal.append(this.#entry.id, lines));
    // What could not be written has been told to whoever said it.
    this.#written = appended.catch(() => undefined);
    await appended;
  }

  #stamp(lines: readonly LogLine[]): readonly JournalLine[] {
    const at = this.clock.now();
    return lines.map((line): JournalLine => ({ ...line, at }));
  }

  #apply(lines: readonly JournalLine[]): void {
    this.#entry = lines.reduce(follow, this.#entry);
    this.changed(this.#entry);
  }
}
