/**
 * The protocol between the extension host and the page of the metrics panel. Both sides are typed with these interfaces by
 * birpc; arguments and answers are validated where they arrive, because names of metrics are hostile input.
 * The host sends small events without samples; the page asks for those that it does not have yet.
 */

/** One pinned metric. */
export interface MetricSeries {
  /** Stays the same while the metric is pinned. */
  readonly key: string;
  readonly name: string;
  /** What it hangs on: "taskmanager-2", "ClickEvent Counter". */
  readonly of: string;
  /** The value with what is to be said of it: "1,234", "not there now". */
  readonly text: string;
  /** It was read with the last refresh. */
  readonly fresh: boolean;
  /** When the newest sample was taken, milliseconds since the epoch; 0 before the first. */
  readonly newest: number;
}

export interface MetricsState {
  readonly series: readonly MetricSeries[];
}

/** Samples of one metric, oldest first. */
export interface SeriesSamples {
  /** Milliseconds since the epoch. */
  readonly times: readonly number[];
  readonly values: readonly number[];
}

export interface MetricsInit {
  readonly state: MetricsState;
  /** The person's locale, for numbers and times. */
  readonly locale: string;
  readonly timeZone: 'local' | 'utc';
  readonly strings: MetricsStrings;
}

/** What the page can ask of the host. */
export interface MetricsHost {
  /** The page is there; the answer is its first state. */
  ready(): Promise<MetricsInit>;
  /** Samples that were taken after a time; none for a metric that is not pinned. */
  samples(key: string, after: number): Promise<SeriesSamples>;
  /** Lets the person choose what else to pin; does not wait for it. */
  pin(): Promise<void>;
  unpin(key: string): Promise<void>;
  /** Writes samples between two times to a file that the person chooses; does not wait for it. */
  exportCsv(from: number, to: number): Promise<void>;
  /** The page failed; the text goes to the extension's log. */
  reportError(message: string): Promise<void>;
}

/** What the host tells the page. */
export interface MetricsPage {
  stateChanged(state: MetricsState): void;
}

/** Localised texts of the page; `{0}` stands for a figure. */
export interface MetricsStrings {
  readonly pin: string;
  readonly unpin: string;
  readonly pause: string;
  readonly resume: string;
  readonly paused: string;
  readonly exportCsv: string;
  readonly window: string;
  readonly minutes: string;
  readonly empty: string;
  readonly noSamples: string;
  readonly range: string;
}
