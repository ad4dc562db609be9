import '@vscode-elements/elements/dist/vscode-toolbar-button/index.js';
import { fillIn } from '../../../src/shared/format/fillIn';
import type { MetricsHost, MetricsInit, MetricsState } from '../../../src/shared/protocol/metricsPanel';
import { element, setAttribute, setText } from '../dom';
import { chartFormats, type ChartFormats } from './formats';
import { isSeriesSamples } from './guards';
import { MetricChart } from './metricChart';
import { SeriesStore } from './seriesStore';

const windows = [1, 5, 15, 30, 60] as const;
const usualWindow = 5;
const minuteMs = 60_000;

export interface MetricsServices {
  readonly host: Pick<MetricsHost, 'samples' | 'pin' | 'unpin' | 'exportCsv'>;
  report(error: unknown): void;
  /** The person chose another stretch of time. */
  viewChanged(): void;
}

interface Shown {
  readonly chart: MetricChart;
  readonly samples: SeriesStore;
}

/** The whole page: the tool bar, and a chart for each pinned metric, all over the same stretch of time. */
export class MetricsView {
  readonly root = element('div', 'metricsPanel');
  readonly #charts = element('div', 'charts');
  readonly #nothing = element('div', 'nothing');
  readonly #status = element('span', 'statusText');
  readonly #window = element('select', 'window');
  readonly #pause: HTMLElement;
  readonly #export: HTMLElement;
  readonly #formats: ChartFormats;
  readonly #shown = new Map<string, Shown>();
  #state: MetricsState;
  /** The end of what is shown while it stands still. */
  #pausedAt: number | undefined;

  constructor(
    private readonly init: MetricsInit,
    private readonly services: MetricsServices,
  ) {
    const { strings, locale, timeZone } = init;
    this.#state = init.state;
    this.#formats = chartFormats(locale, timeZone);
    for (const minutes of windows) {
      this.#window.append(
        new Option(fillIn(strings.minutes, minutes), String(minutes), false, minutes === usualWindow),
      );
    }
    this.#window.setAttribute('aria-label', strings.window);
    this.#window.title = strings.window;
    this.#window.addEventListener('change', () => {
      this.services.viewChanged();
      this.#draw();
    });
    this.#pause = button('debug-pause', strings.pause, () => this.#setPaused(this.#pausedAt === undefined));
    this.#export = button('save', strings.exportCsv, () => {
      const [from, to] = this.#stretch();
      this.#do(services.host.exportCsv(from, to));
    });
    const pin = button('pin', strings.pin, () => this.#do(services.host.pin()));
    this.#status.setAttribute('role', 'status');
    this.#nothing.textContent = strings.empty;
    this.root.append(
      element('div', 'toolbar', pin, this.#pause, this.#export, this.#window, this.#status),
      this.#nothing,
      this.#charts,
    );
    const redraw = new MutationObserver(() => {
      for (const { chart } of this.#shown.values()) chart.redraw();
    });
    const themes = { attributes: true, attributeFilter: ['class', 'style'] };
    redraw.observe(document.documentElement, themes);
    redraw.observe(document.body, themes);
  }

  get minutes(): number {
    return Number(this.#window.value);
  }

  set minutes(minutes: number) {
    if (windows.some((each) => each === minutes)) this.#window.value = String(minutes);
  }

  set state(state: MetricsState) {
    this.#state = state;
    const isEmpty = state.series.length === 0;
    this.#nothing.hidden = !isEmpty;
    this.#charts.hidden = isEmpty;
    this.#pause.hidden = isEmpty;
    this.#export.hidden = isEmpty;
    this.#window.hidden = isEmpty;
    const keys = new Set(state.series.map(({ key }) => key));
    for (const [key, { chart }] of this.#shown) {
      if (keys.has(key)) continue;
      chart.dispose();
      this.#shown.delete(key);
    }
    for (const { key, newest } of state.series) {
      const { samples } = this.#shown.get(key) ?? this.#add(key);
      samples.follow(newest).then(
        (changed) => {
          if (changed) this.#draw();
        },
        (error: unknown) => this.services.report(error),
      );
    }
    this.#draw();
  }

  #add(key: string): Shown {
    const { host } = this.services;
    const samples = new SeriesStore(async (after) => {
      const answer: unknown = await host.samples(key, after);
      if (!isSeriesSamples(answer)) throw new Error('The host sent samples that are none.');
      return answer;
    });
    const chart = new MetricChart(key, {
      strings: this.init.strings,
      formats: this.#formats,
      unpin: (pinned) => this.#do(host.unpin(pinned)),
    });
    this.#charts.append(chart.root);
    const shown = { chart, samples };
    this.#shown.set(key, shown);
    return shown;
  }

  #draw(): void {
    const [from, to] = this.#stretch();
    for (const series of this.#state.series) {
      const shown = this.#shown.get(series.key);
      shown?.chart.show(series, shown.samples, from, to);
    }
  }

  /** To the newest sample rather than to now: the clocks of the page and of the host may differ. */
  #stretch(): readonly [from: number, to: number] {
    const newest = Math.max(0, ...this.#state.series.map((series) => series.newest));
    const to = this.#pausedAt ?? (newest === 0 ? Date.now() : newest);
    return [to - this.minutes * minuteMs, to];
  }

  #setPaused(paused: boolean): void {
    const { strings } = this.init;
    const [, to] = this.#stretch();
    this.#pausedAt = paused ? to : undefined;
    const title = paused ? strings.resume : strings.pause;
    setAttribute(this.#pause, 'icon', paused ? 'debug-continue' : 'debug-pause');
    setAttribute(this.#pause, 'label', title);
    setAttribute(this.#pause, 'title', title);
    setText(this.#status, paused ? strings.paused : '');
    this.#draw();
  }

  #do(action: Promise<unknown>): void {
    action.catch((error: unknown) => this.services.report(error));
  }
}

function button(name: string, title: string, act: () => void): HTMLElement {
  const made = document.createElement('vscode-toolbar-button');
  made.setAttribute('icon', name);
  made.setAttribute('label', title);
  made.setAttribute('title', title);
  made.addEventListener('click', act);
  return made;
}
