import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import '@vscode-elements/elements/dist/vscode-icon/index.js';
import '@vscode-elements/elements/dist/vscode-toolbar-button/index.js';
import { fillIn } from '../../../src/shared/format/fillIn';
import { ledgerMarkKinds, type LedgerTotals, type Verdict } from '../../../src/shared/model/ledger';
import type {
  PictureFormat,
  WindowPanelHost,
  WindowPanelInit,
  WindowPanelState,
  WindowPanelStrings,
} from '../../../src/shared/protocol/windowPanel';
import { makeFormats, type Formats } from '../formats';
import { cellWords, markSigns, markWords, signs } from './cellTexts';
import { cellStatuses } from './guards';
import { drawWindows, textMeasure, toPng, toSvg } from './picture';
import './rateCharts';
import './windowGrid';
import type { ChosenCell } from './windowGrid';

export interface WindowPanelServices {
  readonly host: WindowPanelHost;
  report(error: unknown): void;
  /** The person wants the table, or the grid again. */
  viewChanged(): void;
}

const verdictIcons: Readonly<Record<Verdict, string>> = {
  PASS: 'pass-filled',
  'PASS WITH DUPLICATES': 'pass',
  FAIL: 'error',
  'CANNOT TELL': 'question',
};

/** The whole page: the verdict and why, the totals, and the counts as a grid or as a table. */
class WindowPanel extends LitElement {
  static override readonly properties = {
    init: { attribute: false },
    state: { attribute: false },
    asTable: { attribute: false },
    looked: { state: true },
  };
  static override readonly styles = css`
    :host {
      display: flex;
      flex-direction: column;
      overflow: auto;
    }

    .head {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 4px 12px;
      padding: 8px 12px;
      border-bottom: 1px solid var(--vscode-contrastBorder, var(--vscode-panel-border));
    }

    .verdict {
      display: flex;
      flex: 1;
      align-items: center;
      gap: 8px;
      margin: 0;
      font-size: 1.2em;
      font-weight: 600;
    }

    .PASS vscode-icon {
      color: var(--vscode-charts-green);
    }

    .FAIL vscode-icon {
      color: var(--vscode-charts-red);
    }

    ul,
    dl {
      margin: 8px 12px;
    }

    ul {
      padding-left: 20px;
    }

    dl {
      display: flex;
      flex-wrap: wrap;
      gap: 4px 24px;
      font-variant-numeric: tabular-nums;
    }

    dl div {
      display: flex;
      flex-direction: row-reverse;
      gap: 6px;
    }

    dt {
      color: var(--vscode-descriptionForeground);
    }

    dd {
      margin: 0;
      font-weight: 600;
    }

    window-grid {
      flex: none;
    }

    .looked {
      min-height: 1.4em;
      padding: 4px 12px;
    }

    .legend {
      display: flex;
      flex-wrap: wrap;
      gap: 4px 20px;
      padding: 0;
      color: var(--vscode-descriptionForeground);
      list-style: none;
    }

    .scroll {
      min-height: 8em;
      padding: 0 12px;
      overflow: auto;
    }

    .scroll:focus-visible {
      outline: 1px solid var(--vscode-focusBorder);
      outline-offset: -1px;
    }

    table {
      border-collapse: collapse;
      font-variant-numeric: tabular-nums;
    }

    .scroll th,
    .scroll td {
      padding: 2px 12px 2px 0;
      border-bottom: 1px solid var(--vscode-contrastBorder, var(--vscode-panel-border));
      text-align: right;
      white-space: nowrap;
    }

    .scroll th:first-child {
      text-align: left;
    }

    .nothing {
      padding: 24px 12px;
      color: var(--vscode-descriptionForeground);
    }
  `;

  declare init: WindowPanelInit | undefined;
  declare state: WindowPanelState | undefined;
  declare asTable: boolean;
  declare private looked: string;
  #formats: Formats | undefined;

  constructor(private readonly services: WindowPanelServices) {
    super();
    this.asTable = false;
    this.looked = '';
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('init') && this.init !== undefined)
      this.#formats = makeFormats(this.init.locale, this.init.timeZone);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { init, state } = this;
    const formats = this.#formats;
    if (init === undefined || state === undefined || formats === undefined) return nothing;
    const { strings } = init;
    return html`
      <div class="head">
        <h1 class="verdict ${state.verdict}" role="status">
          <vscode-icon name=${verdictIcons[state.verdict]} size="20"></vscode-icon><span>${state.sentence}</span>
        </h1>
        <span class="actions">
          <vscode-toolbar-button
            class="as-table"
            icon="table"
            label=${strings.asTable}
            title=${strings.asTable}
            toggleable
            .checked=${this.asTable}
            @change=${this.#toggleTable}
          ></vscode-toolbar-button>
          <vscode-toolbar-button
            class="export"
            icon="markdown"
            label=${strings.exportMarkdown}
            title=${strings.exportMarkdown}
            @click=${() => this.#do((host) => host.exportMarkdown())}
          ></vscode-toolbar-button>
          ${(['svg', 'png'] as const).map((format) => this.#renderPictureButton(format, strings))}
        </span>
      </div>
      ${
        state.reasons.length === 0
          ? nothing
          : html`<ul aria-label=${strings.reasons}>
              ${state.reasons.map((reason) => html`<li>${reason}</li>`)}
            </ul>`
      }
      ${this.#renderTotals(state, strings, formats)} ${this.#renderRates(state, strings, formats)}
      ${state.windows.length === 0 ? html`<div class="nothing">${strings.none}</div>` : this.#renderWindows(state, strings, formats)}
    `;
  }

  #renderTotals({ totals, expected }: WindowPanelState, strings: WindowPanelStrings, formats: Formats): TemplateResult {
    const always: readonly (readonly [keyof LedgerTotals, string])[] = [
      ['windows', strings.totalWindows],
      ['exactWindows', strings.totalExactWindows],
      ['consecutiveExactWindows', strings.totalRun],
    ];
    const ifAny: readonly (readonly [keyof LedgerTotals, string])[] = [
      ['short', strings.short],
      ['over', strings.over],
      ['missing', strings.missing],
      ['conflicting', strings.conflicting],
      ['duplicates', strings.totalDuplicates],
      ['unexplainedDuplicates', strings.totalUnexplained],
      ['notGenerated', strings.notGenerated],
      ['unknown', strings.unknown],
    ];
    const shown = [...always, ...ifAny.filter(([name]) => totals[name] > 0)];
    return html`<dl aria-label=${strings.totals}>
        ${shown.map(
          ([name, label]) =>
            html`<div class=${name}>
              <dt>${label}</dt>
              <dd>${formats.number(totals[name])}</dd>
            </div>`,
        )}
      </dl>
      <div class="looked">${fillIn(strings.expectation, formats.number(expected))}</div>`;
  }

  #renderPictureButton(format: PictureFormat, strings: WindowPanelStrings): TemplateResult {
    const label = format === 'svg' ? strings.exportSvg : strings.exportPng;
    return html`<vscode-toolbar-button
      class="export-${format}"
      icon=${format === 'svg' ? 'file-code' : 'file-media'}
      label=${label}
      title=${label}
      @click=${() => this.#exportPicture(format)}
    ></vscode-toolbar-button>`;
  }

  #exportPicture(format: PictureFormat): void {
    const { init, state } = this;
    const formats = this.#formats;
    if (init === undefined || state === undefined || formats === undefined) return;
    const color = (name: string, otherwise: string): string =>
      getComputedStyle(document.documentElement).getPropertyValue(name).trim() || otherwise;
    const colors = {
      background: color('--vscode-editor-background', '#ffffff'),
      foreground: color('--vscode-foreground', '#000000'),
      dim: color('--vscode-descriptionForeground', '#555555'),
      good: color('--vscode-charts-green', '#388a34'),
      bad: color('--vscode-charts-red', '#e51400'),
      doubtful: color('--vscode-charts-yellow', '#bf8803'),
      border: color('--vscode-contrastBorder', color('--vscode-panel-border', '#888888')),
    };
    const picture = drawWindows(state, init.strings, formats, colors, textMeasure());
    this.#do((host) => host.exportPicture(format, format === 'svg' ? toSvg(picture) : toPng(picture)));
  }

  /** What goes in and what comes out, whether the job is on time again, and what it dropped. */
  #renderRates(
    { rates, marks, caughtUp, late }: WindowPanelState,
    strings: WindowPanelStrings,
    formats: Formats,
  ): TemplateResult {
    const known = rates.some(({ stretches }) => stretches.length > 0);
    return html`
      ${
        known
          ? html`<rate-charts
              role="group"
              aria-label=${strings.rates}
              .strings=${strings}
              .formats=${formats}
              .rates=${rates}
              .marks=${marks}
            ></rate-charts>`
          : nothing
      }
      ${caughtUp === undefined ? nothing : html`<div class="looked caught-up" aria-live="polite">${markSigns.caughtUp} ${caughtUp}</div>`}
      ${late === undefined ? nothing : html`<div class="looked late">${late.sentence}</div>`}
    `;
  }

  #renderWindows(
    { windows, marks, late }: WindowPanelState,
    strings: WindowPanelStrings,
    formats: Formats,
  ): TemplateResult {
    if (this.asTable) return this.#renderTable(windows, marks, strings, formats);
    const lateBeside = late === undefined ? {} : { late: late.sentence };
    return html`
      <window-grid
        .context=${{ strings, formats, marks, ...lateBeside }}
        .windows=${windows}
        @cell-looked-at=${(event: CustomEvent<string>) => {
          this.looked = event.detail;
        }}
        @cell-chosen=${(event: CustomEvent<ChosenCell>) =>
          this.#do((host) => host.showRecords(event.detail.start, event.detail.page))}
      ></window-grid>
      <div class="looked cell" aria-hidden="true">
        <bdi>${this.looked === '' ? strings.showRecords : this.looked}</bdi>
      </div>
      <ul class="legend" aria-label=${strings.legend}>
        ${cellStatuses.map((status) => html`<li><span aria-hidden="true">${signs[status]}</span> ${strings[status]}</li>`)}
        ${ledgerMarkKinds
          .filter((kind) => kind === 'recovery' || marks.some((mark) => mark.kind === kind))
          .map((kind) => html`<li><span aria-hidden="true">${markSigns[kind]}</span> ${strings[kind]}</li>`)}
      </ul>
    `;
  }

  /** The same in words, for screen readers and for who wants to read the counts. The newest window is the first. */
  #renderTable(
    windows: WindowPanelState['windows'],
    marks: WindowPanelState['marks'],
    strings: WindowPanelStrings,
    formats: Formats,
  ): TemplateResult {
    const beside = (start: number | undefined, recovery?: true): string => {
      const words = markWords(
        marks.filter((mark) => mark.window === start),
        formats,
      );
      if (words !== '') return ` (${words})`;
      return recovery === true ? ` (${strings.recovery})` : '';
    };
    const since = beside(undefined);
    const pages = windows[0]?.cells.map(({ page }) => page) ?? [];
    return html`<div class="scroll" tabindex="0" role="region" aria-label=${strings.grid}>
      <table aria-label=${strings.grid}>
        <thead>
          <tr>
            <th scope="col">${strings.window}</th>
            ${pages.map((page) => html`<th scope="col"><bdi>${page}</bdi></th>`)}
          </tr>
        </thead>
        <tbody>
          ${
            since === ''
              ? nothing
              : html`<tr>
                  <th scope="row">${strings.sinceThen}${since}</th>
                </tr>`
          }
          ${windows.toReversed().map(
            ({ start, recovery, cells }) =>
              html`<tr>
                <th scope="row">${formats.timeWithin(start, start)}${beside(start, recovery)}</th>
                ${cells.map((cell) => html`<td class=${cell.status}>${cellWords(cell, strings, formats)}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  readonly #toggleTable = (): void => {
    this.asTable = !this.asTable;
    this.services.viewChanged();
  };

  #do(action: (host: WindowPanelHost) => Promise<void>): void {
    action(this.services.host).catch((error: unknown) => this.services.report(error));
  }
}

customElements.define('window-panel', WindowPanel);

export type { WindowPanel };

/** Makes the page's root; the element itself is defined by loading this file. */
export function createWindowPanel(services: WindowPanelServices): WindowPanel {
  return new WindowPanel(services);
}
