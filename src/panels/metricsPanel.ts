import * as l10n from '@vscode/l10n';
import type { Engine } from '../core/engineApi';
import { sameValue } from '../core/state/sameValue';
import { Store } from '../core/state/store';
import { metricWords, targetWords } from '../core/trees/describeMetrics';
import { DisposableStore, type Disposable } from '../core/util/disposable';
import { csvCell } from '../shared/format/csv';
import { pinKey, type MetricReading } from '../shared/model/metrics';
import type { MetricsHost, MetricsInit, MetricsState, MetricsStrings } from '../shared/protocol/metricsPanel';
import { WhileSeen } from './whileSeen';

export interface MetricsPanelOptions {
  readonly engine: Pick<Engine, 'metrics'>;
  readonly locale: string;
  readonly timeZone: () => MetricsInit['timeZone'];
  readonly pin: () => Promise<void>;
  /** Asks where to, and writes. */
  readonly save: (csv: string) => Promise<void>;
  /** What the person asked for did not work. */
  readonly onFailure: (error: unknown) => void;
}

/** What is behind the metrics panel: reads all that is pinned as long as the panel can be seen. */
export class MetricsPanel implements Disposable {
  readonly state: Store<MetricsState>;
  /** What the page can call. Arguments are typed as they come, whatever the protocol promises. */
  readonly host: Omit<MetricsHost, 'reportError'> = {
    ready: () =>
      Promise.resolve({
        state: this.state.value,
        locale: this.options.locale,
        timeZone: this.options.timeZone(),
        strings: metricsStrings(),
      }),
    samples: (key: unknown, after: unknown) => {
      const known = typeof key === 'string' ? (this.#metrics.readings.value.get(key)?.samples ?? []) : [];
      const samples = known.filter(({ at }) => typeof after === 'number' && at > after);
      return Promise.resolve({ times: samples.map(({ at }) => at), values: samples.map(({ value }) => value) });
    },
    pin: () => this.#begin(this.options.pin()),
    unpin: (key: unknown) => {
      const metrics = this.#metrics;
      metrics.setPins(metrics.pins.value.filter((pin) => pinKey(pin) !== key));
      return Promise.resolve();
    },
    exportCsv: (from: unknown, to: unknown) => {
      if (typeof from !== 'number' || typeof to !== 'number') return Promise.resolve();
      return this.#begin(this.options.save(csvOf(Array.from(this.#metrics.readings.value.values()), from, to)));
    },
  };
  readonly #owned = new DisposableStore();
  readonly #reading = new WhileSeen((reading) => reading.add(this.#metrics.watch()));

  constructor(private readonly options: MetricsPanelOptions) {
    this.state = this.#owned.add(new Store<MetricsState>(this.#describe(), sameValue));
    this.#owned.add(options.engine.metrics.readings.onDidChange(() => this.state.set(this.#describe())));
    this.#owned.add(this.#reading);
  }

  /** A panel that cannot be seen reads nothing. */
  setVisible(visible: boolean): void {
    this.#reading.setVisible(visible);
  }

  dispose(): void {
    this.#owned.dispose();
  }

  /** A dialog stands open longer than a page waits for an answer. */
  #begin(work: Promise<void>): Promise<void> {
    work.catch((error: unknown) => this.options.onFailure(error));
    return Promise.resolve();
  }

  get #metrics(): Engine['metrics'] {
    return this.options.engine.metrics;
  }

  #describe(): MetricsState {
    const readings = Array.from(this.#metrics.readings.value);
    return {
      series: readings.map(([key, reading]) => ({
        key,
        name: reading.pin.name,
        of: targetWords(reading.pin.target),
        text: metricWords(reading, this.options.locale),
        fresh: reading.state === 'read',
        newest: reading.samples.at(-1)?.at ?? 0,
      })),
    };
  }
}

/** One line for each sample, in the order of time. Numbers stand as they are, so that spreadsheets read them as such. */
function csvOf(readings: readonly MetricReading[], from: number, to: number): string {
  const rows = readings.flatMap(({ pin, samples }) =>
    samples
      .filter(({ at }) => at >= from && at <= to)
      .map(({ at, value }) => ({ at, cells: [csvCell(targetWords(pin.target)), csvCell(pin.name), String(value)] })),
  );
  const lines = rows
    .toSorted((a, b) => a.at - b.at)
    .map(({ at, cells }) => [new Date(at).toISOString(), ...cells].join(','));
  return [csvColumns.join(','), ...lines].map((line) => `${line}\r\n`).join('');
}

const csvColumns = ['time', 'of', 'metric', 'value'];

/** The texts of the page; a webview has no localisation of its own. */
export function metricsStrings(): MetricsStrings {
  return {
    pin: l10n.t('Pin Metric…'),
    unpin: l10n.t('Unpin'),
    pause: l10n.t('Pause'),
    resume: l10n.t('Resume'),
    paused: l10n.t('Paused'),
    exportCsv: l10n.t('Export as CSV…'),
    window: l10n.t('Time window'),
    minutes: l10n.t('{0} min', '{0}'),
    empty: l10n.t('No metric is pinned. Pin one to see its course.'),
    noSamples: l10n.t('No numbers yet.'),
    range: l10n.t('from {0} to {1}', '{0}', '{1}'),
  };
}
