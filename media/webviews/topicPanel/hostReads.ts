import type {
  TailHistogram,
  TailRecord,
  TailRow,
  TailState,
  TopicPanelHost,
} from '../../../src/shared/protocol/topicPanel';
import { isNames, isNumbers, isTailHistogram, isTailRecord } from './guards';
import { histogramBuckets } from './recordHistogram';
import type { PageSettings } from './savedPage';

/** Where answers go. */
interface Shown {
  fields: readonly string[];
  partitions: readonly number[];
  histogram: TailHistogram | undefined;
  record: TailRecord | null | undefined;
}

/** While records come, the histogram is read so often, and the names of fields. Milliseconds. */
const histogramMs = 1000;
const fieldsMs = 5000;
const mostFields = 40;

type Question = () => Promise<void>;

/** What the page asks the host beside rows, no more often than somebody can see it. */
export class HostReads {
  #histogramTimer: ReturnType<typeof setTimeout> | undefined;
  #fieldsAt = Number.NEGATIVE_INFINITY;
  #fieldsTotal = 0;
  #selected: number | undefined;
  #asksPartitions = false;
  #showsHistogram = false;
  #ended = false;

  constructor(
    private readonly host: Pick<TopicPanelHost, 'fields' | 'partitions' | 'histogram' | 'record'>,
    private readonly shown: Shown,
    private readonly report: (error: unknown) => void,
  ) {}

  begin(): void {
    this.#readPartitions();
  }

  dispose(): void {
    this.#ended = true;
    clearTimeout(this.#histogramTimer);
    this.#histogramTimer = undefined;
  }

  /** A state came, or the person wants something else to be shown. */
  see(state: TailState, { showsHistogram }: PageSettings): void {
    if (this.#ended || state.end === state.first) return;
    const began = showsHistogram && !this.#showsHistogram;
    this.#showsHistogram = showsHistogram;
    if (showsHistogram) this.#scheduleHistogram(began ? 0 : histogramMs);
    this.#readFields(state);
  }

  /** Another filter counts: the histogram tells its matches. */
  refilter(): void {
    if (this.#showsHistogram) this.#scheduleHistogram(0);
  }

  /** Rows came: a topic may have got partitions. */
  meet(rows: readonly TailRow[]): void {
    const known = new Set(this.shown.partitions);
    if (rows.some(({ partition }) => !known.has(partition))) this.#readPartitions();
  }

  /** The newest question counts, whatever is answered later. */
  select(seq: number | undefined): void {
    this.#selected = seq;
    if (seq === undefined) {
      this.shown.record = undefined;
      return;
    }
    this.#ask(async () => {
      const record: unknown = await this.host.record(seq);
      if (this.#selected !== seq) return;
      if (record !== null && !isTailRecord(record)) throw new Error('The host sent a record that is none.');
      this.shown.record = record;
    });
  }

  #scheduleHistogram(delayMs: number): void {
    if (this.#histogramTimer !== undefined && delayMs > 0) return;
    clearTimeout(this.#histogramTimer);
    this.#histogramTimer = setTimeout(() => {
      this.#histogramTimer = undefined;
      if (!this.#showsHistogram) return;
      this.#ask(async () => {
        const histogram: unknown = await this.host.histogram(histogramBuckets);
        if (isTailHistogram(histogram)) this.shown.histogram = histogram;
      });
    }, delayMs);
  }

  /** Columns come, and none goes, so that nothing jumps. */
  #readFields({ total }: TailState): void {
    const now = performance.now();
    if (total < this.#fieldsTotal) this.#fieldsAt = Number.NEGATIVE_INFINITY;
    if (now - this.#fieldsAt < fieldsMs || total === this.#fieldsTotal) return;
    this.#fieldsAt = now;
    this.#fieldsTotal = total;
    this.#ask(async () => {
      const names: unknown = await this.host.fields();
      if (!isNames(names)) return;
      const all = Array.from(new Set([...this.shown.fields, ...names])).slice(0, mostFields);
      if (all.length > this.shown.fields.length) this.shown.fields = all;
    });
  }

  #readPartitions(): void {
    if (this.#asksPartitions) return;
    this.#asksPartitions = true;
    this.#ask(async () => {
      try {
        const partitions: unknown = await this.host.partitions();
        if (isNumbers(partitions)) this.shown.partitions = partitions;
      } finally {
        this.#asksPartitions = false;
      }
    });
  }

  #ask(question: Question): void {
    question().catch((error: unknown) => this.report(error));
  }
}
