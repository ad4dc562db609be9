import type {
  TailExportFormat,
  TailFilter,
  TailHistogram,
  TailMatches,
  TailRow,
} from '../../../shared/protocol/topicPanel';
import type { Clock } from '../../util/clock';
import type { Disposable } from '../../util/disposable';
import type { HistogramRange } from '../kafkaPort';
import type { RecordRing } from '../recordRing';
import { rowOf } from '../tailRow';
import { FilterIndex } from './filterIndex';
import { histogram } from './histogram';
import { fieldNames } from './jsonFields';
import { RowExport } from './rowExport';

export interface TailViewOptions {
  readonly ring: RecordRing;
  readonly capacity: number;
  /** Bytes of a text that a row shows. */
  readonly maxLength: number;
  readonly clock: Clock;
  /** Called when a filter found more, or looked at more. */
  readonly changed: () => void;
}

const mostRowsAtOnce = 500;
const sampledRows = 200;

/** What a person sees of a ring: its rows, those that a filter wants, and what is made of them. */
export class TailView implements Disposable {
  #index: FilterIndex | undefined;

  constructor(private readonly options: TailViewOptions) {}

  /** Rows were added. */
  poke(): void {
    this.#index?.poke();
  }

  setFilter(filter: TailFilter | undefined): void {
    this.#index?.dispose();
    this.#index = filter === undefined ? undefined : new FilterIndex({ ...this.options, filter });
    this.options.changed();
  }

  rows(from: number, to: number, fields?: readonly string[]): readonly TailRow[] {
    const { ring, maxLength } = this.options;
    const begin = Math.max(from, ring.first);
    const end = Math.min(to, ring.end, begin + mostRowsAtOnce);
    const rows: TailRow[] = [];
    for (let seq = begin; seq < end; seq += 1) rows.push(rowOf(ring, seq, maxLength, fields));
    return rows;
  }

  matches(from: number, to: number, fields?: readonly string[]): readonly TailRow[] {
    const index = this.#index;
    if (index === undefined) return [];
    const { ring, maxLength } = this.options;
    const begin = Math.max(from, index.first);
    const end = Math.min(to, index.end, begin + mostRowsAtOnce);
    const rows: TailRow[] = [];
    for (let match = begin; match < end; match += 1) rows.push(rowOf(ring, index.seqAt(match), maxLength, fields));
    return rows;
  }

  fields(): readonly string[] {
    const { ring } = this.options;
    const values: (Uint8Array | null)[] = [];
    for (let seq = Math.max(ring.first, ring.end - sampledRows); seq < ring.end; seq += 1) {
      if (ring.isRecord(seq)) values.push(ring.get(seq)?.value ?? null);
    }
    return fieldNames(values);
  }

  histogram(range: HistogramRange): TailHistogram {
    const matches = this.#index === undefined ? {} : { matches: this.#matching() };
    return histogram(this.options.ring, { ...range, ...matches });
  }

  /** Writes the rows as they are now. */
  export(format: TailExportFormat): RowExport {
    const { ring } = this.options;
    const seqs =
      this.#index === undefined
        ? Float64Array.from({ length: ring.end - ring.first }, (_, index) => ring.first + index)
        : Float64Array.from(this.#matching());
    return new RowExport(ring, format, seqs);
  }

  /** What of a tail's state it knows. */
  describe(): { readonly matches?: TailMatches } {
    const index = this.#index;
    if (index === undefined) return {};
    const { first, end, scanned } = index;
    const { ring } = this.options;
    return { matches: { first, end, left: ring.end - Math.max(scanned, ring.first) } };
  }

  dispose(): void {
    this.#index?.dispose();
  }

  *#matching(): Generator<number> {
    const index = this.#index;
    if (index === undefined) return;
    for (let match = index.first; match < index.end; match += 1) yield index.seqAt(match);
  }
}
