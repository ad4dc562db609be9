import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { LedgerCell, LedgerWindow } from '../../../src/shared/model/ledger';
import type { ShownMark, WindowPanelStrings } from '../../../src/shared/protocol/windowPanel';
import type { Formats } from '../formats';
import { cellSentence, markSigns, markWords, signs } from './cellTexts';

export interface WindowGridContext {
  readonly strings: WindowPanelStrings;
  readonly formats: Formats;
  readonly marks: readonly ShownMark[];
  /** What is said beside a count that is too low. */
  readonly late?: string;
}

/** Which cell is meant: the window by its start. */
export interface ChosenCell {
  readonly start: number;
  readonly page: string;
}

/** Every so many windows the time stands above them. */
const labelEvery = 4;

/**
 * Pages by windows, the newest at the right. It follows there; elsewhere it stands still. Fires `cell-looked-at` with the
 * sentence of the cell under the pointer or the keyboard, and `cell-chosen` when its records are to be shown.
 */
class WindowGrid extends LitElement {
  static override readonly properties = {
    context: { attribute: false },
    windows: { attribute: false },
    active: { state: true },
  };
  static override readonly styles = css`
    :host {
      display: block;
      overflow: auto;
      overflow-anchor: none;
    }

    table {
      border-spacing: 2px;
      font-family: var(--vscode-editor-font-family);
      font-size: var(--vscode-editor-font-size);
      font-variant-numeric: tabular-nums;
    }

    th {
      padding: 0 8px;
      background-color: var(--vscode-editor-background);
      font-weight: normal;
      text-align: left;
      white-space: nowrap;
    }

    tbody th,
    .corner {
      position: sticky;
      left: 0;
      z-index: 1;
    }

    thead th {
      padding: 0;
      color: var(--vscode-descriptionForeground);
      font-family: var(--vscode-font-family);
    }

    thead .corner {
      padding: 0 8px;
    }

    thead th:not(.corner) {
      max-width: 26px;
      overflow: visible;
    }

    thead .since {
      min-width: 26px;
    }

    .signs {
      display: block;
      min-height: 1.3em;
      color: var(--vscode-foreground);
      text-align: center;
    }

    .recovery {
      border-left: 2px dashed var(--vscode-charts-orange, var(--vscode-foreground));
    }

    td {
      box-sizing: border-box;
      width: 26px;
      min-width: 26px;
      height: 24px;
      padding: 0;
      border: 1px solid transparent;
      border-radius: 2px;
      cursor: pointer;
      text-align: center;
    }

    .exact {
      background-color: color-mix(in srgb, var(--vscode-charts-green) 30%, transparent);
    }

    .open,
    .unknown,
    .notGenerated {
      border-color: var(--vscode-contrastBorder, var(--vscode-panel-border));
      color: var(--vscode-descriptionForeground);
    }

    .notGenerated {
      border-style: dashed;
    }

    .duplicated {
      border-color: var(--vscode-charts-yellow);
      background-color: color-mix(in srgb, var(--vscode-charts-yellow) 30%, transparent);
    }

    .short,
    .over,
    .missing,
    .conflicting {
      border: 2px solid var(--vscode-charts-red);
      background-color: color-mix(in srgb, var(--vscode-charts-red) 28%, transparent);
      font-weight: 700;
    }

    .missing {
      border-style: dashed;
    }

    .conflicting {
      border-style: double;
      border-width: 3px;
    }

    td:focus-visible {
      outline: 2px solid var(--vscode-focusBorder);
      outline-offset: 1px;
    }

    td:hover {
      outline: 1px dashed var(--vscode-contrastActiveBorder, var(--vscode-focusBorder));
    }
  `;

  declare context: WindowGridContext | undefined;
  declare windows: readonly LedgerWindow[];
  /** The cell that the keyboard is at, which stays the same when windows come. */
  declare private active: ChosenCell | undefined;
  #wasAtEnd = true;

  constructor() {
    super();
    this.windows = [];
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('windows')) this.#wasAtEnd = this.scrollLeft + this.clientWidth >= this.scrollWidth - 4;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('windows') && this.#wasAtEnd) this.scrollLeft = this.scrollWidth;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { context, windows } = this;
    if (context === undefined) return nothing;
    const { strings, formats } = context;
    const active = this.#activeCell();
    const pages = windows[0]?.cells.map(({ page }) => page) ?? [];
    const label = (window: LedgerWindow): string =>
      Math.round(window.start / (window.end - window.start)) % labelEvery === 0
        ? formats.timeWithin(window.start, window.start)
        : '';
    return html`<table role="grid" aria-label=${strings.grid} @keydown=${this.#onKeyDown}>
      <thead>
        <tr>
          <th class="corner" scope="col">${strings.page}</th>
          ${windows.map((window) => {
            const before = context.marks.filter((mark) => mark.window === window.start);
            const said = before.length === 0 ? strings.recoveryBefore : markWords(before, formats);
            const isMarked = window.recovery === true || before.length > 0;
            const time = formats.timeWithin(window.start, window.start);
            return html`<th
              class=${window.recovery === true ? 'recovery' : ''}
              scope="col"
              aria-label=${before.length === 0 ? time : `${time}. ${said}`}
              title=${isMarked ? said : nothing}
            >
              ${markSpan(before)}${label(window)}
            </th>`;
          })}
          ${this.#renderSinceThen(context)}
        </tr>
      </thead>
      <tbody>
        ${pages.map(
          (page, index) =>
            html`<tr>
              <th scope="row"><bdi>${page}</bdi></th>
              ${windows.map((window) => this.#renderCell(context, window, window.cells[index], active))}
            </tr>`,
        )}
      </tbody>
    </table>`;
  }

  /** What happened after the newest window was written. */
  #renderSinceThen({ marks, formats, strings }: WindowGridContext): TemplateResult | typeof nothing {
    const since = marks.filter(({ window }) => window === undefined);
    if (since.length === 0) return nothing;
    const said = `${strings.sinceThen}: ${markWords(since, formats)}`;
    return html`<th class="since recovery" scope="col" aria-label=${said} title=${said}>${markSpan(since)}</th>`;
  }

  #renderCell(
    { strings, formats, late }: WindowGridContext,
    window: LedgerWindow,
    cell: LedgerCell | undefined,
    active: ChosenCell,
  ): TemplateResult | typeof nothing {
    if (cell === undefined) return nothing;
    const { page, status } = cell;
    const counted = cellSentence(window, cell, strings, formats);
    const isLow = status === 'short' || status === 'missing';
    const sentence = isLow && late !== undefined ? `${counted}. ${late}` : counted;
    const said = window.recovery === true ? `${sentence}. ${strings.recoveryBefore}` : sentence;
    const isActive = active.start === window.start && active.page === page;
    return html`<td
      class="${status} ${window.recovery === true ? 'recovery' : ''}"
      role="gridcell"
      tabindex=${isActive ? 0 : -1}
      data-start=${window.start}
      data-page=${page}
      aria-label=${said}
      title=${said}
      @focus=${() => this.#look(said)}
      @mouseenter=${() => this.#look(said)}
      @click=${() => this.#choose({ start: window.start, page })}
    >
      <span aria-hidden="true">${signs[status]}</span>
    </td>`;
  }

  /** Where the keyboard is, or enters: the newest window unless it was elsewhere. */
  #activeCell(): ChosenCell {
    const { active, windows } = this;
    const newest = windows.at(-1);
    const isThere = active !== undefined && windows.some(({ start }) => start === active.start);
    if (isThere) return active;
    return { start: newest?.start ?? 0, page: newest?.cells[0]?.page ?? '' };
  }

  readonly #onKeyDown = (event: KeyboardEvent): void => {
    const { start, page } = this.#activeCell();
    const column = this.windows.findIndex((window) => window.start === start);
    const cells = this.windows[column]?.cells ?? [];
    const row = cells.findIndex((cell) => cell.page === page);
    const goals: Readonly<Record<string, readonly [column: number, row: number]>> = {
      ArrowLeft: [column - 1, row],
      ArrowRight: [column + 1, row],
      ArrowUp: [column, row - 1],
      ArrowDown: [column, row + 1],
      Home: [0, row],
      End: [this.windows.length - 1, row],
    };
    const goal = goals[event.key];
    if (goal !== undefined) {
      const window = this.windows[goal[0]];
      const cell = window?.cells[goal[1]];
      if (window !== undefined && cell !== undefined) void this.#goTo({ start: window.start, page: cell.page });
    } else if (event.key === 'Enter' || event.key === ' ') {
      this.#choose({ start, page });
    } else {
      return;
    }
    event.preventDefault();
  };

  async #goTo(cell: ChosenCell): Promise<void> {
    this.active = cell;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>('td[tabindex="0"]')?.focus();
  }

  #look(sentence: string): void {
    this.dispatchEvent(new CustomEvent<string>('cell-looked-at', { detail: sentence }));
  }

  #choose(cell: ChosenCell): void {
    this.active = cell;
    this.dispatchEvent(new CustomEvent<ChosenCell>('cell-chosen', { detail: cell }));
  }
}

/** One sign for each kind of what happened. */
function markSpan(marks: readonly ShownMark[]): TemplateResult {
  const shown = Array.from(new Set(marks.map(({ kind }) => kind)), (kind) => markSigns[kind]);
  return html`<span class="signs" aria-hidden="true">${shown.join('')}</span>`;
}

customElements.define('window-grid', WindowGrid);

declare global {
  interface HTMLElementTagNameMap {
    'window-grid': WindowGrid;
  }
}
