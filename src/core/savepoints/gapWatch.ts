import type { LedgerRange } from '../../shared/model/ledger';
import type { OperationRecord } from '../../shared/model/operations';
import { Store, type ReadableStore } from '../state/store';
import type { Clock } from '../util/clock';
import { DisposableStore, type Disposable } from '../util/disposable';
import { Emitter, type Event } from '../util/emitter';
import { messageOf } from '../util/errors';
import type { Logger } from '../util/logger';
import { gapNote, type GapKind } from './gapText';
import type { JobOperations } from './jobOperations';
import type { GapNote, SavepointNotes } from './savepointNotes';

export interface GapWatchOptions {
  readonly operations: Pick<JobOperations, 'history'>;
  /** The account of the windows that a stretch of time touched, milliseconds since the epoch. */
  readonly across: (from: number, to: number) => Promise<LedgerRange | undefined>;
  readonly notes: () => Pick<SavepointNotes, 'read' | 'noteGap'> | undefined;
  /** How long a window is, by the clock. */
  readonly windowMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** An operation of which it is known now what became of the windows. */
export interface JudgedGap {
  readonly operation: OperationRecord;
  readonly note: GapNote;
}

/** A window is written a moment after it is over. */
const slackMs = 3000;
const lookMs = 2000;
/** Then what is not known by now stays unknown. */
const giveUpMs = 10 * 60_000;

/**
 * Judges the windows across each restart, rescale and restore as soon as those that were open meanwhile are closed, and keeps the
 * judgement with the operation. Those of before a reload of the window are judged from the topic, which is read from its beginning.
 */
export class GapWatch implements Disposable {
  readonly #owned = new DisposableStore();
  readonly #gaps = this.#owned.add(new Store<ReadonlyMap<string, GapNote>>(new Map()));
  readonly #judged = this.#owned.add(new Emitter<JudgedGap>());
  /** What is judged next, when this has its turn. */
  #timer: Disposable | undefined;
  #file: unknown;

  /** Fires once for each operation that is judged in this window. */
  readonly onJudged: Event<JudgedGap> = this.#judged.event;

  constructor(private readonly options: GapWatchOptions) {
    this.#owned.add(options.operations.history.onDidChange(() => this.#arm(0)));
    this.#owned.add({ dispose: () => this.#timer?.dispose() });
    this.#arm(0);
  }

  /** What is known, by the id of the operation. */
  get gaps(): ReadableStore<ReadonlyMap<string, GapNote>> {
    return this.#gaps;
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #arm(delayMs: number): void {
    if (this.#owned.isDisposed) return;
    this.#timer?.dispose();
    this.#timer = this.options.clock.schedule(delayMs, () => {
      this.#timer = undefined;
      this.#look().catch((error: unknown) => {
        this.options.logger.warn(`Windows across an operation were not judged: ${messageOf(error)}`);
        this.#timer ??= this.options.clock.schedule(lookMs, () => this.#arm(0));
      });
    });
  }

  async #look(): Promise<void> {
    const { operations, clock } = this.options;
    const notes = this.options.notes();
    if (notes !== undefined && notes !== this.#file) {
      this.#gaps.set((await notes.read()).gaps);
      this.#file = notes;
    }
    const waiting = operations.history.value.flatMap((record) => {
      const kind = gapKind(record);
      const isOld = clock.now() - record.endedAt > 2 * giveUpMs;
      return kind === undefined || isOld || this.#gaps.value.has(record.id) ? [] : [{ record, kind }];
    });
    for (const { record, kind } of waiting) await this.#judge(record, kind);
    const isDone = waiting.every(({ record }) => this.#gaps.value.has(record.id));
    if (!isDone && this.#timer === undefined) this.#arm(lookMs);
  }

  async #judge(record: OperationRecord, kind: GapKind): Promise<void> {
    const { across, clock, windowMs } = this.options;
    const now = clock.now();
    const until = record.endedAt + windowMs + slackMs;
    if (now < until) return;
    // A job that waited for slots writes later than that.
    const range = (await across(record.startedAt, until)) ?? (await across(record.startedAt, now));
    const isLate = now - record.endedAt >= giveUpMs;
    if (range?.closed !== true && !isLate) return;
    const note = gapNote(range, kind);
    await this.options.notes()?.noteGap(record.id, note);
    if (this.#owned.isDisposed) return;
    this.#gaps.update((gaps) => new Map([...gaps, [record.id, note]]));
    this.#judged.fire({ operation: record, note });
  }
}

/** Operations between which and the job before nothing was counted. */
function gapKind({ kind, outcome }: OperationRecord): GapKind | undefined {
  if (outcome !== 'done' || kind === 'savepoint' || kind === 'stop') return undefined;
  return kind;
}
