import { css, html, LitElement, nothing, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import { fillIn } from '../../../src/shared/format/fillIn';
import type { RateStretch, ShownMark, ShownRates, WindowPanelStrings } from '../../../src/shared/protocol/windowPanel';
import type { Formats } from '../formats';
import { markSigns } from './cellTexts';

const shownMs = 5 * 60_000;
/** Rates from here on are told without a fraction. */
const wholeFrom = 10;
const width = 320;
const height = 72;
/** Room for the signs of marks. */
const top = 12;

/** Charts of the same stretch of time beside each other: what goes in, and what comes out. */
class RateCharts extends LitElement {
  static override readonly properties = {
    strings: { attribute: false },
    formats: { attribute: false },
    rates: { attribute: false },
    marks: { attribute: false },
  };
  static override readonly styles = css`
    :host {
      display: flex;
      flex-wrap: wrap;
      gap: 8px 24px;
      padding: 0 12px;
    }

    figure {
      flex: 1 1 220px;
      max-width: 420px;
      margin: 0;
    }

    figcaption {
      display: flex;
      gap: 8px;
      justify-content: space-between;
      font-variant-numeric: tabular-nums;
    }

    .value {
      font-weight: 600;
    }

    svg {
      display: block;
      width: 100%;
      overflow: visible;
    }

    .frame {
      fill: none;
      stroke: var(--vscode-contrastBorder, var(--vscode-panel-border));
    }

    .area {
      fill: var(--vscode-charts-blue);
      fill-opacity: 0.2;
    }

    .line {
      fill: none;
      stroke: var(--vscode-charts-blue);
      stroke-width: 1.5;
    }

    .mark {
      stroke: var(--vscode-charts-orange, var(--vscode-foreground));
      stroke-dasharray: 2 2;
    }

    text {
      fill: var(--vscode-foreground);
      font-size: 10px;
    }
  `;

  declare strings: WindowPanelStrings | undefined;
  declare formats: Formats | undefined;
  declare rates: readonly ShownRates[];
  declare marks: readonly ShownMark[];

  constructor() {
    super();
    this.rates = [];
    this.marks = [];
  }

  protected override render(): readonly (TemplateResult | typeof nothing)[] {
    const newest = Math.max(...this.rates.map(({ stretches }) => stretches.at(-1)?.times.at(-1) ?? 0));
    return this.rates.map((each) => this.#renderChart(each, newest));
  }

  #renderChart({ topic, stretches }: ShownRates, to: number): TemplateResult | typeof nothing {
    const { strings, formats } = this;
    const latest = stretches.at(-1)?.rates.at(-1);
    if (strings === undefined || formats === undefined || latest === undefined) return nothing;
    const words = (rate: number): string =>
      fillIn(strings.rate, formats.number(rate < wholeFrom ? rate : Math.round(rate)));
    const most = Math.max(...stretches.flatMap(({ rates }) => rates));
    const x = (at: number): number => width * (1 - (to - at) / shownMs);
    const y = (rate: number): number => height - (most === 0 ? 0 : (rate / most) * (height - top));
    const line = ({ times, rates }: RateStretch): SVGTemplateResult => {
      const points = times.map((at, index) => `${x(at).toFixed(1)},${y(rates[index] ?? 0).toFixed(1)}`).join(' ');
      const [first, last] = [times[0] ?? to, times.at(-1) ?? to].map((at) => x(at).toFixed(1));
      return svg`
        <polygon class="area" points="${first},${height} ${points} ${last},${height}"></polygon>
        <polyline class="line" points=${points}></polyline>
      `;
    };
    const shown = this.marks.filter(({ at }) => at > to - shownMs && at <= to);
    return html`<figure data-topic=${topic}>
      <figcaption>
        <span><bdi>${topic}</bdi></span
        ><span class="value">${words(latest)}</span>
      </figcaption>
      <svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${topic}, ${strings.rates}: ${words(latest)}">
        <rect class="frame" x="0" y=${top} width=${width} height=${height - top}></rect>
        ${stretches.map(line)}
        <text x="4" y=${top + 11}>${words(most)}</text>
        ${shown.map((mark) => markLine(x(mark.at), mark, formats))}
      </svg>
    </figure>`;
  }
}

function markLine(x: number, { kind, at, text }: ShownMark, formats: Formats): SVGTemplateResult {
  return svg`<g>
    <title>${formats.time(at)}: ${text}</title>
    <line class="mark" x1=${x} x2=${x} y1=${top} y2=${height}></line>
    <text x=${x} y="9" text-anchor="middle">${markSigns[kind]}</text>
  </g>`;
}

customElements.define('rate-charts', RateCharts);

declare global {
  interface HTMLElementTagNameMap {
    'rate-charts': RateCharts;
  }
}
