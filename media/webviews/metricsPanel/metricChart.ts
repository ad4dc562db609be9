import uPlot from 'uplot';
import { fillIn } from '../../../src/shared/format/fillIn';
import type { MetricSeries, MetricsStrings } from '../../../src/shared/protocol/metricsPanel';
import { element, setAttribute, setText } from '../dom';
import type { ChartFormats } from './formats';
import { drawnSamples, type SeriesStore } from './seriesStore';

const height = 140;
/** All charts show the same stretch of time, so a point of time is pointed at in all of them. */
const syncKey = 'metrics';

export interface ChartServices {
  readonly strings: MetricsStrings;
  readonly formats: ChartFormats;
  readonly unpin: (key: string) => void;
}

/** The course of one metric, with its name, its value and its range in words. */
export class MetricChart {
  readonly root = element('section', 'chart');
  readonly #name = element('h2', 'metric');
  readonly #of = element('span', 'of');
  readonly #value = element('span', 'value');
  readonly #range = element('div', 'range');
  readonly #place = element('div', 'plot');
  readonly #plot: uPlot;
  #series: MetricSeries | undefined;
  #pointed = '';

  constructor(
    key: string,
    private readonly services: ChartServices,
  ) {
    const unpin = document.createElement('vscode-toolbar-button');
    for (const [name, value] of [
      ['icon', 'close'],
      ['label', services.strings.unpin],
      ['title', services.strings.unpin],
    ] as const) {
      unpin.setAttribute(name, value);
    }
    unpin.addEventListener('click', () => services.unpin(key));
    this.root.append(
      element('div', 'chartHead', element('div', 'names', this.#name, this.#of), this.#value, unpin),
      this.#place,
      this.#range,
    );
    this.#place.setAttribute('aria-hidden', 'true');
    this.#plot = new uPlot(this.#options(), [[], []], this.#place);
    new ResizeObserver(() => this.#fit()).observe(this.#place);
  }

  show(series: MetricSeries, samples: SeriesStore, from: number, to: number): void {
    const { strings, formats } = this.services;
    this.#series = series;
    const { seconds, values } = drawnSamples(samples, from, to);
    const numbers = values
      .filter((_value, index) => (seconds[index] ?? 0) * 1000 >= from)
      .filter((value) => value !== null);
    setText(this.#name, series.name);
    setText(this.#of, series.of);
    setText(
      this.#range,
      numbers.length === 0
        ? strings.noSamples
        : fillIn(strings.range, formats.number(Math.min(...numbers)), formats.number(Math.max(...numbers))),
    );
    setAttribute(this.root, 'class', series.fresh ? 'chart' : 'chart stale');
    setAttribute(this.root, 'aria-label', `${series.name}, ${series.of}: ${series.text}`);
    this.#showValue();
    this.#plot.setData([Array.from(seconds), Array.from(values)], false);
    this.#plot.setScale('x', { min: from / 1000, max: to / 1000 });
  }

  /** Colours are read anew with each drawing. */
  redraw(): void {
    this.#plot.redraw(false);
  }

  dispose(): void {
    this.#plot.destroy();
    this.root.remove();
  }

  #showValue(): void {
    setText(this.#value, this.#pointed === '' ? (this.#series?.text ?? '') : this.#pointed);
  }

  #fit(): void {
    const width = this.#place.clientWidth;
    if (width > 0 && width !== this.#plot.width) this.#plot.setSize({ width, height });
  }

  #options(): uPlot.Options {
    const { formats } = this.services;
    const axis: uPlot.Axis = {
      stroke: () => color('--vscode-descriptionForeground'),
      grid: { stroke: () => color('--vscode-charts-lines', '--vscode-panel-border'), width: 0.5 },
      ticks: { show: false },
      font: `11px ${color('--vscode-font-family')}`,
    };
    return {
      width: 300,
      height,
      legend: { show: false },
      cursor: { sync: { key: syncKey, setSeries: false }, drag: { x: false, y: false }, y: false },
      scales: { x: { time: true, auto: false }, y: { range: aroundValues } },
      axes: [
        { ...axis, values: (_plot, splits) => splits.map((split) => formats.time(split * 1000)), space: 70, size: 24 },
        { ...axis, values: (_plot, splits) => splits.map((split) => formats.axis(split)), space: 24, size: 56 },
      ],
      series: [
        {},
        {
          stroke: () => color('--vscode-charts-blue', '--vscode-foreground'),
          width: 1.5,
          points: { show: false },
          spanGaps: false,
        },
      ],
      hooks: { setCursor: [(plot) => this.#pointAt(plot)] },
    };
  }

  #pointAt(plot: uPlot): void {
    const { formats } = this.services;
    const { idx, left = -1 } = plot.cursor;
    const time = typeof idx === 'number' && left >= 0 ? plot.data[0][idx] : undefined;
    const value = typeof idx === 'number' ? plot.data[1]?.[idx] : undefined;
    const known = time !== undefined && typeof value === 'number';
    this.#pointed = known ? `${formats.number(value)} · ${formats.time(time * 1000)}` : '';
    this.#showValue();
  }
}

/** What never changes lies in the middle; zero is in sight where it is not far. */
function aroundValues(_plot: uPlot, least: number | null, most: number | null): uPlot.Range.MinMax {
  if (least === null || most === null) return [0, 1];
  if (least === most) return least === 0 ? [0, 1] : [Math.min(0, least * 2), Math.max(0, most * 2)];
  const room = (most - least) * 0.1;
  const bottom = least >= 0 && least <= most / 2 ? 0 : least - room;
  return [bottom, most + room];
}

function color(name: string, otherwise?: string): string {
  const value = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  return value === '' && otherwise !== undefined ? color(otherwise) : value;
}
