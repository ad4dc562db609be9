import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import '@vscode-elements/elements/dist/vscode-button/index.js';
import { fillIn } from '../../../src/shared/format/fillIn';
import type { TopicPanelStrings } from '../../../src/shared/protocol/topicPanelTexts';
import { ColumnWidths, dragWidth } from './columnWidths';
import type { Column } from './columns';
import { recordListStyles } from './recordListStyles';
import { rowHeightFor, visibleRows, type KeptRange } from './rowGeometry';
import { RowStore, type NumberedRow } from './rowStore';
import type { Formats } from '../formats';

/** What the list needs from its surroundings. */
export interface RecordListContext {
  readonly strings: TopicPanelStrings;
  readonly formats: Formats;
  /** At least one. */
  readonly columns: readonly Column[];
  /** Widths that the person gave to columns, in pixels by their ids. */
  readonly widths: Readonly<Record<string, number>>;
  rows(from: number, to: number): Promise<readonly NumberedRow[]>;
}

/** Which rows there are, by the numbers of the list, and how many there can be. */
export interface ListRange extends KeptRange {
  readonly capacity: number;
}

/** Where the person is in the list, small enough to be kept while the page is hidden. */
export interface ListView {
  readonly following: boolean;
  /** The number of the row at the upper edge, with the part of it that is beyond the edge. */
  readonly top: number;
  readonly selected: number | undefined;
}

/** A width that the person gave to a column. */
export interface ColumnResize {
  readonly id: string;
  readonly width: number;
}

/** Rows that are drawn above and below the screen. */
const overscan = 10;

/**
 * The rows of a tail, as many as the host keeps, of which only those on the screen exist. At its end it follows; elsewhere it
 * stands still, keeps its rows in place while older ones are dropped before them, and says how many came.
 *
 * Fires `view-changed` when the person moved or the list did by itself, `row-selected` with the sequence number of the row
 * (`undefined` when it is dropped), `copy-row` with that of a row whose value is to be copied, and `column-resized`.
 */
class RecordList extends LitElement {
  static override readonly properties = { context: { attribute: false }, range: { attribute: false } };
  static override readonly styles = css`
    ${recordListStyles}
  `;

  declare context: RecordListContext | undefined;
  declare range: ListRange | undefined;

  /** What is laid out. While following it lags behind the state until the rows are there, so that no row is ever blank. */
  #shown: KeptRange = { first: 0, end: 0 };
  #pending: KeptRange | undefined;
  #following = true;
  #selected: number | undefined;
  /** The selected row was not there yet when it was selected. */
  #isUntold = false;
  readonly #widths = new ColumnWidths();
  /** One past the last row that was seen when following ended. */
  #seenEnd = 0;
  #scrollTop = 0;
  #lastSetScrollTop = -1;
  #moveTo: number | undefined;
  /** Where the list was when that was last told. */
  #toldTop = Number.NaN;
  #rowHeight = 22;
  #viewport = 400;
  readonly #store = new RowStore(
    (from, to) => this.context?.rows(from, to) ?? Promise.resolve([]),
    () => this.#rowsCame(),
  );
  readonly #resized = new ResizeObserver(() => this.#measure());
  readonly #restyled = new MutationObserver(() => this.#measure());

  get view(): ListView {
    const top = this.#shown.first + this.#scrollTop / this.#rowHeight;
    return { following: this.#following, top, selected: this.#selected };
  }

  /** Goes back to where the person was, as far as those rows are still kept. */
  restore(view: ListView): void {
    const { range } = this;
    if (range === undefined || view.following || view.top >= range.end) return;
    const top = Math.max(view.top, range.first);
    this.#following = false;
    this.#pending = undefined;
    this.#seenEnd = range.end;
    const isKept = view.selected !== undefined && view.selected >= range.first && view.selected < range.end;
    this.#selected = isKept ? view.selected : undefined;
    this.#shown = { first: range.first, end: range.end };
    this.#moveTo = (top - range.first) * this.#rowHeight;
    this.#tellSelected();
    this.requestUpdate();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#restyled.observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resized.disconnect();
    this.#restyled.disconnect();
  }

  protected override firstUpdated(): void {
    this.#resized.observe(this.#scroller);
    this.#measure();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('range')) this.#advance();
  }

  protected override updated(): void {
    const scroller = this.#scroller;
    if (this.#following && this.#wasScrolledUp(scroller)) {
      this.#onScroll();
      return;
    }
    const count = this.#shown.end - this.#shown.first;
    this.#element('.space').style.height = `${count * this.#rowHeight}px`;
    this.#element('.rows').style.transform = `translateY(${this.#drawn.from * this.#rowHeight}px)`;
    const target = this.#following ? this.#bottom : this.#moveTo;
    this.#moveTo = undefined;
    if (target === undefined) return;
    if (Math.abs(scroller.scrollTop - target) >= 1) scroller.scrollTop = target;
    this.#scrollTop = scroller.scrollTop;
    this.#lastSetScrollTop = scroller.scrollTop;
    if (!this.#following && this.view.top !== this.#toldTop) this.#viewChanged();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { context } = this;
    if (context === undefined) return nothing;
    const { strings, columns } = context;
    const { first, end } = this.#shown;
    const { from, to } = this.#drawn;
    this.#want(from, to);
    const seqs = Array.from({ length: to - from }, (_unused, index) => first + from + index);
    const selected = this.#selected;
    const isDrawn = selected !== undefined && selected >= first + from && selected < first + to;
    this.#widths.fit(this, context, (seq) => this.#store.get(seq), seqs);
    return html`
      <div class="list">
        <div
          class="scroller"
          role="grid"
          tabindex="0"
          aria-label=${strings.tableLabel}
          aria-rowcount=${end - first + 1}
          aria-colcount=${columns.length}
          aria-activedescendant=${isDrawn ? `row-${selected}` : nothing}
          @scroll=${this.#onScroll}
          @keydown=${this.#onKeyDown}
          @click=${this.#onClick}
          @copy=${this.#onCopy}
        >
          <div class="sheet" role="presentation">
            <div class="row head" role="row" aria-rowindex="1">
              ${columns.map((column, index) => this.#renderHeading(column, index === columns.length - 1))}
            </div>
            <div class="space" role="presentation">
              <div class="rows" role="rowgroup">
                ${repeat(
                  seqs,
                  (seq) => seq,
                  (seq) => this.#renderRow(context, seq),
                )}
              </div>
            </div>
          </div>
        </div>
        ${this.#renderFollow(context)}
      </div>
    `;
  }

  #renderHeading({ id, heading, numeric }: Column, isLast: boolean): TemplateResult {
    const resized = (width: number): void => {
      this.dispatchEvent(new CustomEvent<ColumnResize>('column-resized', { detail: { id, width } }));
    };
    const grip = html`<span
      class="grip"
      aria-hidden="true"
      @pointerdown=${(event: PointerEvent) => dragWidth(event, resized)}
    ></span>`;
    return html`<div class="cell ${numeric ? 'number' : ''}" role="columnheader" title=${heading}>
      <span class="text">${heading}</span>${isLast ? nothing : grip}
    </div>`;
  }

  #renderRow({ columns }: RecordListContext, seq: number): TemplateResult {
    const row = this.#store.get(seq);
    const isSelected = seq === this.#selected;
    const index = seq - this.#shown.first + 2;
    if (row === undefined) {
      return html`<div class="row" role="row" id="row-${seq}" data-seq=${seq} aria-rowindex=${index} aria-busy="true">
        <div class="cell" role="gridcell">…</div>
      </div>`;
    }
    const isGap = row.gap !== undefined;
    const gap = html`<div class="cell" role="gridcell" aria-colspan=${columns.length}>
      <span class="text">${row.partition}: ${row.value ?? ''}</span>
    </div>`;
    return html`<div
      class="row ${isSelected ? 'selected' : ''} ${isGap ? 'gap' : ''}"
      role="row"
      id="row-${seq}"
      data-seq=${seq}
      aria-rowindex=${index}
      aria-selected=${isSelected}
    >
      ${isGap ? gap : columns.map((column) => column.cell(row))}
    </div>`;
  }

  #renderFollow({ strings, formats }: RecordListContext): TemplateResult | typeof nothing {
    if (this.#following) return nothing;
    const reached = this.#shown.first + Math.floor((this.#scrollTop + this.#viewport) / this.#rowHeight);
    const missed = (this.range?.end ?? 0) - Math.max(this.#seenEnd, reached);
    const text = missed > 0 ? fillIn(strings.newRecords, formats.number(missed)) : strings.follow;
    return html`<vscode-button class="follow" icon="arrow-down" title=${strings.follow} @click=${this.#follow}
      >${text}</vscode-button
    >`;
  }

  /** The person scrolled, and the event that tells of it is still to come. A list that shrank is at its end instead. */
  #wasScrolledUp(scroller: HTMLElement): boolean {
    const isAtEnd = scroller.scrollTop >= scroller.scrollHeight - scroller.clientHeight - 1;
    return !isAtEnd && scroller.scrollTop < this.#scrollTop - 1;
  }

  get #scroller(): HTMLElement {
    return this.#element('.scroller');
  }

  #element(selector: string): HTMLElement {
    const element = this.renderRoot.querySelector<HTMLElement>(selector);
    if (element === null) throw new Error(`The list has no ${selector}.`);
    return element;
  }

  /** The scroll position at which the last row stands at the bottom. */
  get #bottom(): number {
    return Math.max(0, (this.#shown.end - this.#shown.first) * this.#rowHeight - this.#viewport);
  }

  /** Which rows are drawn, counted from the first kept one. */
  get #drawn(): { readonly from: number; readonly to: number } {
    const top = this.#following ? this.#bottom : (this.#moveTo ?? this.#scrollTop);
    return visibleRows(this.#shown, { top, height: this.#viewport, rowHeight: this.#rowHeight, overscan });
  }

  #want(from: number, to: number): void {
    if (this.#pending !== undefined) return;
    this.#store.want(this.#shown.first + from, this.#shown.first + to);
  }

  /** Takes over the state's range: at once when standing still, and when its rows are there while following. */
  #advance(): void {
    if (this.range === undefined) return;
    const { first, end } = this.range;
    const range = { first, end };
    if (!this.#following) {
      this.#show(range);
      return;
    }
    if (this.#pending !== undefined) return;
    const rows = Math.ceil(this.#viewport / this.#rowHeight) + overscan;
    const from = Math.max(range.first, range.end - rows);
    if (from >= range.end || this.#store.has(from, range.end)) {
      this.#show(range);
      return;
    }
    this.#pending = range;
    this.#store.want(from, range.end);
  }

  #rowsCame(): void {
    const pending = this.#pending;
    this.#pending = undefined;
    if (pending !== undefined && this.#following) this.#show(pending);
    if (this.#isUntold) this.#tellSelected();
    this.requestUpdate();
    const isBehind = (this.range?.end ?? 0) > this.#shown.end;
    if (isBehind && this.#following) queueMicrotask(() => this.#advance());
  }

  #show(range: KeptRange): void {
    const evicted = range.first - this.#shown.first;
    if (!this.#following && evicted > 0) {
      const top = this.#moveTo ?? this.#scroller.scrollTop;
      this.#moveTo = Math.max(0, top - evicted * this.#rowHeight);
    }
    this.#shown = range;
    this.#store.forgetBefore(range.first);
    if (this.#selected !== undefined && this.#selected < range.first) this.#select(undefined);
    if (range.first === range.end) this.#following = true;
    this.requestUpdate();
  }

  #measure(): void {
    const scroller = this.#scroller;
    const rowHeight = rowHeightFor(Number.parseFloat(getComputedStyle(scroller).fontSize), this.range?.capacity ?? 0);
    const row = this.#scrollTop / this.#rowHeight;
    if (rowHeight !== this.#rowHeight && !this.#following) this.#moveTo = row * rowHeight;
    this.#rowHeight = rowHeight;
    this.style.setProperty('--row-height', `${rowHeight}px`);
    const viewport = Math.max(rowHeight, scroller.clientHeight - rowHeight);
    const shrunkBy = this.#viewport - viewport;
    this.#viewport = viewport;
    if (shrunkBy > 0 && this.#selected !== undefined && !this.#following) this.#keepInView(this.#selected, shrunkBy);
    this.requestUpdate();
  }

  /** When room was lost below, a row that was seen at the bottom stays seen. */
  #keepInView(seq: number, shrunkBy: number): void {
    const bottom = (seq - this.#shown.first + 1) * this.#rowHeight;
    const hiddenBy = bottom - (this.#scrollTop + this.#viewport);
    if (hiddenBy > 0 && hiddenBy <= shrunkBy) this.#moveTo = this.#scrollTop + hiddenBy;
  }

  readonly #onScroll = (): void => {
    const scroller = this.#scroller;
    this.#scrollTop = scroller.scrollTop;
    const isOurs = Math.abs(scroller.scrollTop - this.#lastSetScrollTop) < 1;
    this.#lastSetScrollTop = -1;
    if (isOurs) return;
    const isAtEnd = scroller.scrollTop >= this.#bottom - 1;
    if (isAtEnd && !this.#following) this.#follow();
    else if (!isAtEnd) this.#standStill();
    this.requestUpdate();
    this.#viewChanged();
  };

  readonly #follow = (): void => {
    this.#following = true;
    this.#advance();
    this.requestUpdate();
    this.#viewChanged();
  };

  #standStill(): void {
    if (!this.#following) return;
    this.#following = false;
    this.#pending = undefined;
    this.#seenEnd = this.#shown.end;
  }

  #select(seq: number | undefined): void {
    this.#selected = seq;
    this.requestUpdate();
    this.#viewChanged();
    this.#tellSelected();
  }

  /** Rows are known to others by their sequence numbers, which are those of the list only without a filter. */
  #tellSelected(): void {
    const row = this.#selected === undefined ? undefined : this.#store.get(this.#selected);
    this.#isUntold = this.#selected !== undefined && row === undefined;
    if (this.#isUntold) return;
    const detail = row === undefined || row.gap !== undefined ? undefined : row.seq;
    this.dispatchEvent(new CustomEvent<number | undefined>('row-selected', { detail }));
  }

  #viewChanged(): void {
    this.#toldTop = this.view.top;
    this.dispatchEvent(new Event('view-changed'));
  }

  /** Selects a row and brings it onto the screen, standing still from then on. */
  #goTo(seq: number): void {
    this.#standStill();
    const top = (seq - this.#shown.first) * this.#rowHeight;
    const lowest = top - this.#viewport + this.#rowHeight;
    const current = this.#scroller.scrollTop;
    if (current > top) this.#moveTo = top;
    else if (current < lowest) this.#moveTo = lowest;
    this.#select(seq);
  }

  readonly #onKeyDown = (event: KeyboardEvent): void => {
    const { first, end } = this.#shown;
    if (first === end || event.altKey || event.shiftKey) return;
    const page = Math.max(1, Math.floor(this.#viewport / this.#rowHeight) - 1);
    const steps: Readonly<Record<string, number>> = { ArrowUp: -1, ArrowDown: 1, PageUp: -page, PageDown: page };
    const step = steps[event.key];
    if (step !== undefined) {
      const start = this.#selected ?? (this.#following ? end : Math.floor(this.view.top) - Math.sign(step));
      this.#goTo(Math.min(end - 1, Math.max(first, start + step)));
    } else if (event.key === 'Home') {
      this.#goTo(first);
    } else if (event.key === 'End') {
      this.#select(end - 1);
      this.#follow();
    } else if (event.key === 'Enter' && this.#selected !== undefined) {
      this.#copySelected(this.#selected);
    } else {
      return;
    }
    event.preventDefault();
  };

  readonly #onClick = (event: Event): void => {
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-seq]') : null;
    const seq = Number(row?.dataset['seq'] ?? Number.NaN);
    if (!Number.isSafeInteger(seq)) return;
    this.#standStill();
    this.#select(seq);
  };

  /** Copies the whole value of the selected row, unless text was marked by hand. */
  readonly #onCopy = (event: Event): void => {
    if (this.#selected === undefined || window.getSelection()?.isCollapsed === false) return;
    event.preventDefault();
    this.#copySelected(this.#selected);
  };

  #copySelected(seq: number): void {
    const row = this.#store.get(seq);
    if (row !== undefined) this.dispatchEvent(new CustomEvent<number>('copy-row', { detail: row.seq }));
  }
}

customElements.define('record-list', RecordList);

declare global {
  interface HTMLElementTagNameMap {
    'record-list': RecordList;
  }
}
