import type { TailFilter } from '../../../shared/protocol/topicPanel';
import type { Clock } from '../../util/clock';
import type { Disposable } from '../../util/disposable';
import type { RecordRing } from '../recordRing';
import { RecordMatcher } from './recordMatcher';

/** The thread does nothing else for no longer than this. */
const sliceMs = 16;
/** Rows that are looked at between two looks at the clock, at most. */
const stepRows = 4096;

export interface FilterIndexOptions {
  readonly ring: RecordRing;
  /** Most rows that the ring keeps. */
  readonly capacity: number;
  readonly filter: TailFilter;
  readonly clock: Clock;
  /** Called after every slice of work. */
  readonly changed: () => void;
}

/**
 * The rows of a ring that a filter wants, by numbers of their own that count on and are never reused. What is kept is looked
 * through once, in slices, then every new record once.
 */
export class FilterIndex implements Disposable {
  readonly #seqs: Float64Array;
  readonly #matcher: RecordMatcher;
  #first = 0;
  #end = 0;
  #scanned: number;
  #slice: Disposable | undefined;
  #disposed = false;

  constructor(private readonly options: FilterIndexOptions) {
    this.#seqs = new Float64Array(options.capacity);
    this.#matcher = new RecordMatcher(options.filter);
    this.#scanned = options.ring.first;
    this.#work();
  }

  /** The number of the oldest match that is kept; equal to `end` when none is. */
  get first(): number {
    this.#forget();
    return this.#first;
  }

  get end(): number {
    return this.#end;
  }

  /** The first row that was not looked at yet. */
  get scanned(): number {
    return this.#scanned;
  }

  /** The row of a match that is kept. */
  seqAt(match: number): number {
    return this.#seqs[match % this.options.capacity] ?? 0;
  }

  /** Rows were added to the ring. */
  poke(): void {
    if (this.#disposed || this.#slice !== undefined) return;
    this.#slice = this.options.clock.schedule(0, () => {
      this.#slice = undefined;
      this.#work();
    });
  }

  dispose(): void {
    this.#disposed = true;
    this.#slice?.dispose();
  }

  #work(): void {
    const { ring, clock, capacity, changed } = this.options;
    const deadline = clock.now() + sliceMs;
    this.#scanned = Math.max(this.#scanned, ring.first);
    this.#forget();
    while (this.#scanned < ring.end) {
      const { bytes, from, to } = ring.runFrom(this.#scanned);
      const end = Math.min(to, from + stepRows);
      this.#matcher.scan(ring, { bytes, from, to: end }, (seq) => {
        this.#seqs[this.#end % capacity] = seq;
        this.#end += 1;
      });
      this.#scanned = end;
      if (clock.now() >= deadline && this.#scanned < ring.end) {
        this.poke();
        break;
      }
    }
    changed();
  }

  /** Matches go with their rows. */
  #forget(): void {
    const { ring } = this.options;
    while (this.#first < this.#end && this.seqAt(this.#first) < ring.first) this.#first += 1;
  }
}
