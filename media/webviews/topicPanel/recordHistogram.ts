import { css, html, LitElement, nothing, svg, type TemplateResult } from 'lit';
import { fillIn } from '../../../src/shared/format/fillIn';
import type { TailHistogram } from '../../../src/shared/protocol/topicPanel';
import type { TopicPanelStrings } from '../../../src/shared/protocol/topicPanelTexts';
import type { Formats } from '../formats';

export interface HistogramContext {
  readonly strings: TopicPanelStrings;
  readonly formats: Formats;
}

/** A stretch of time, milliseconds since the epoch, the second exclusive. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** How many bars there are. */
export const histogramBuckets = 120;
const height = 100;

/**
 * Records by time. A stretch is chosen with the pointer, or with the arrow keys and Shift; fires `stretch-chosen` with it, or
 * `undefined` when everything is to be shown again.
 */
class RecordHistogram extends LitElement {
  static override readonly properties = {
    context: { attribute: false },
    histogram: { attribute: false },
    stretch: { attribute: false },
    cursor: { state: true },
    anchor: { state: true },
  };
  static override readonly styles = css`
    :host {
      display: block;
      padding: 4px 8px;
      border-bottom: 1px solid var(--vscode-contrastBorder, var(--vscode-panel-border));
    }

    .plot {
      position: relative;
      height: 56px;
      cursor: crosshair;
      touch-action: none;
    }

    .plot:focus-visible {
      outline: 1px solid var(--vscode-focusBorder);
    }

    svg {
      display: block;
      width: 100%;
      height: 100%;
    }

    .bar {
      fill: var(--vscode-charts-blue);
    }

    .filtered .bar {
      fill: color-mix(in srgb, var(--vscode-charts-blue) 35%, transparent);
    }

    .filtered .bar.matched {
      fill: var(--vscode-charts-blue);
    }

    .chosen {
      fill: color-mix(in srgb, var(--vscode-foreground) 30%, transparent);
      stroke: var(--vscode-foreground);
      stroke-width: 1.5px;
      vector-effect: non-scaling-stroke;
    }

    .axis {
      display: flex;
      justify-content: space-between;
      gap: 16px;
      color: var(--vscode-descriptionForeground);
      font-variant-numeric: tabular-nums;
      white-space: nowrap;
    }

    .axis .middle {
      overflow: hidden;
      color: var(--vscode-foreground);
      text-overflow: ellipsis;
    }

    @media (forced-colors: active) {
      .bar {
        fill: CanvasText;
      }
    }
  `;

  declare context: HistogramContext | undefined;
  declare histogram: TailHistogram | undefined;
  declare stretch: Stretch | undefined;
  /** The bar that is looked at, and the one at which choosing began. */
  declare private cursor: number | undefined;
  declare private anchor: number | undefined;
  #dragging = false;

  protected override render(): TemplateResult | typeof nothing {
    const { context, histogram, cursor } = this;
    if (context === undefined || histogram === undefined) return nothing;
    const { strings, formats } = context;
    const { from, to, counts, matched } = histogram;
    const most = Math.max(1, ...counts);
    const at = Math.min(cursor ?? counts.length - 1, counts.length - 1);
    const said = this.#describe(context, histogram, at);
    return html`
      <div
        class="plot ${matched === undefined ? '' : 'filtered'}"
        role="slider"
        tabindex="0"
        aria-label=${strings.histogram}
        aria-description=${strings.histogramHelp}
        aria-valuemin="0"
        aria-valuemax=${counts.length - 1}
        aria-valuenow=${at}
        aria-valuetext=${said}
        title=${strings.histogramHelp}
        @keydown=${this.#onKeyDown}
        @pointerdown=${this.#onPointerDown}
        @pointermove=${this.#onPointerMove}
        @pointerup=${this.#onPointerUp}
        @pointerleave=${this.#onPointerLeave}
      >
        <svg viewBox="0 0 ${counts.length} ${height}" preserveAspectRatio="none" aria-hidden="true">
          ${counts.map((count, bucket) => bar(bucket, (count / most) * height, 'bar'))}
          ${(matched ?? []).map((count, bucket) => bar(bucket, (count / most) * height, 'bar matched'))}
          ${this.#renderChosen(histogram)}
        </svg>
      </div>
      <div class="axis">
        <span>${formats.time(from)}</span>
        <span class="middle">${cursor === undefined ? '' : said}</span>
        <span>${formats.time(to)}</span>
      </div>
    `;
  }

  #renderChosen({ from, to, counts }: TailHistogram): TemplateResult | typeof nothing {
    const width = (to - from) / counts.length;
    const chosen = this.#chosen;
    const stretch = chosen ?? this.stretch;
    if (stretch === undefined) return nothing;
    const left = Math.max(0, (stretch.from - from) / width);
    const right = Math.min(counts.length, (stretch.to - from) / width);
    if (right <= left) return nothing;
    return svg`<rect class="chosen" x=${left} y="0" width=${right - left} height=${height}></rect>`;
  }

  /** A bar in words, or all that are being chosen. */
  #describe({ strings, formats }: HistogramContext, histogram: TailHistogram, bucket: number): string {
    const first = Math.min(bucket, this.anchor ?? bucket);
    const last = Math.max(bucket, this.anchor ?? bucket);
    const { from, to } = stretchOf(histogram, first, last);
    const times = [formats.time(from), formats.time(to)] as const;
    const sum = (counts: readonly number[]): string =>
      formats.number(counts.slice(first, last + 1).reduce((total, count) => total + count, 0));
    if (histogram.matched === undefined) return fillIn(strings.bucket, ...times, sum(histogram.counts));
    return fillIn(strings.bucketMatched, ...times, sum(histogram.matched), sum(histogram.counts));
  }

  /** What is being chosen now. */
  get #chosen(): Stretch | undefined {
    const { anchor, cursor, histogram } = this;
    return anchor === undefined || cursor === undefined || histogram === undefined
      ? undefined
      : stretchOf(histogram, Math.min(anchor, cursor), Math.max(anchor, cursor));
  }

  readonly #onKeyDown = (event: KeyboardEvent): void => {
    const last = (this.histogram?.counts.length ?? 1) - 1;
    const at = Math.min(this.cursor ?? last, last);
    const goals: Readonly<Record<string, number>> = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: last };
    const goal = goals[event.key];
    if (goal !== undefined) {
      this.anchor = event.shiftKey ? (this.anchor ?? at) : undefined;
      this.cursor = Math.min(last, Math.max(0, goal));
    } else if (event.key === 'Enter' || event.key === ' ') {
      this.anchor ??= at;
      this.cursor ??= at;
      this.#choose(this.#chosen);
    } else if (event.key === 'Escape') {
      this.#choose(undefined);
    } else {
      return;
    }
    event.preventDefault();
  };

  readonly #onPointerDown = (event: PointerEvent): void => {
    if (event.button !== 0 || !(event.currentTarget instanceof HTMLElement)) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    this.#dragging = true;
    this.cursor = this.#bucketAt(event);
    this.anchor = this.cursor;
  };

  readonly #onPointerMove = (event: PointerEvent): void => {
    this.cursor = this.#bucketAt(event);
  };

  readonly #onPointerUp = (): void => {
    if (!this.#dragging) return;
    this.#dragging = false;
    this.#choose(this.#chosen);
  };

  readonly #onPointerLeave = (): void => {
    if (!this.#dragging && this.anchor === undefined) this.cursor = undefined;
  };

  #bucketAt(event: PointerEvent): number {
    const count = this.histogram?.counts.length ?? 1;
    const plot = this.renderRoot.querySelector('.plot')?.getBoundingClientRect();
    if (plot === undefined || plot.width === 0) return 0;
    return Math.min(count - 1, Math.max(0, Math.floor(((event.clientX - plot.left) / plot.width) * count)));
  }

  #choose(stretch: Stretch | undefined): void {
    this.anchor = undefined;
    this.dispatchEvent(new CustomEvent<Stretch | undefined>('stretch-chosen', { detail: stretch }));
  }
}

function bar(bucket: number, barHeight: number, name: string): TemplateResult | typeof nothing {
  if (barHeight === 0) return nothing;
  const tall = Math.max(2, barHeight);
  return svg`<rect class=${name} x=${bucket + 0.05} y=${height - tall} width="0.9" height=${tall}></rect>`;
}

function stretchOf({ from, to, counts }: TailHistogram, first: number, last: number): Stretch {
  const width = (to - from) / counts.length;
  return { from: from + first * width, to: from + (last + 1) * width };
}

customElements.define('record-histogram', RecordHistogram);

declare global {
  interface HTMLElementTagNameMap {
    'record-histogram': RecordHistogram;
  }
}
