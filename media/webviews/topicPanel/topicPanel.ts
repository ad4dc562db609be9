import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { fillIn } from '../../../src/shared/format/fillIn';
import type {
  TailChoice,
  TailHistogram,
  TailRecord,
  TailState,
  TopicPanelHost,
  TopicPanelInit,
} from '../../../src/shared/protocol/topicPanel';
import type { TopicPanelStrings } from '../../../src/shared/protocol/topicPanelTexts';
import { columnsOf, type Column } from './columns';
import './filterBar';
import { isSameFilter, toFilter, type FilterChoice } from './filterChoice';
import { FilterControl } from './filterControl';
import { makeFormats, type Formats } from '../formats';
import { isTailRows } from './guards';
import { HostReads } from './hostReads';
import { needlesOf, type Needles } from './marks';
import './readingOptions';
import './recordDetail';
import './recordHistogram';
import type { Stretch } from './recordHistogram';
import './recordList';
import type { ColumnResize, ListRange, ListView, RecordListContext } from './recordList';
import type { NumberedRow } from './rowStore';
import { defaultSettings, type PageSettings } from './savedPage';
import { columnStrip, statusIcons, toolBar, type BarActions, type Strip } from './toolBar';
import { topicPanelStyles } from './topicPanelStyles';

/** What the panel needs from the page around it. */
export interface TopicPanelServices {
  readonly host: TopicPanelHost;
  report(error: unknown): void;
  /** The list moved, another row was selected, or the person wants something to be shown differently. */
  viewChanged(): void;
}

/** How long a remark such as "Copied" stays, milliseconds. */
const remarkMs = 2500;
/** Rows above the one that is shown when a filter ends. */
const rowsAbove = 3;

/** The whole page: the tool bar with the state of the tail, filters, a remark where something is wrong, and the rows. */
class TopicPanel extends LitElement {
  static override readonly properties = {
    init: { attribute: false },
    state: { attribute: false },
    settings: { attribute: false },
    choice: { state: true },
    remark: { state: true },
    selected: { state: true },
    strip: { state: true },
    fields: { state: true },
    partitions: { state: true },
    hasHeaders: { state: true },
    histogram: { state: true },
    record: { state: true },
  };

  static override readonly styles = topicPanelStyles;

  declare init: TopicPanelInit | undefined;
  declare state: TailState | undefined;
  declare settings: PageSettings;
  /** What is read. */
  declare choice: TailChoice;
  declare private remark: string;
  /** The sequence number of the record that is shown below. */
  declare private selected: number | undefined;
  declare private strip: Strip | undefined;
  declare fields: readonly string[];
  declare partitions: readonly number[];
  declare private hasHeaders: boolean;
  declare histogram: TailHistogram | undefined;
  declare record: TailRecord | null | undefined;

  readonly #filter: FilterControl;
  readonly #reads: HostReads;
  #formats: Formats | undefined;
  #needles: Needles = needlesOf(null);
  #columns: readonly Column[] = [];
  #context: RecordListContext | undefined;
  /** What is laid out; while a filter is being set, what was before. */
  #range: ListRange | undefined;
  #listKey = '';
  #restoring: ListView | undefined;
  #remarkTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly services: TopicPanelServices) {
    super();
    this.remark = '';
    this.settings = defaultSettings;
    this.choice = { isolation: 'committed' };
    this.fields = [];
    this.partitions = [];
    this.hasHeaders = false;
    this.#filter = new FilterControl(
      () => services.host,
      () => this.requestUpdate(),
    );
    this.#reads = new HostReads(services.host, this, (error) => services.report(error));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#remarkTimer);
    this.#reads.dispose();
  }

  /** Where the person is; nothing while there are no rows. */
  get view(): ListView | undefined {
    return this.renderRoot.querySelector('record-list')?.view;
  }

  /** Shows the first answer of the host as the person wanted it before the page was hidden. */
  begin(init: TopicPanelInit, settings: PageSettings): void {
    this.init = init;
    this.choice = init.choice;
    this.settings = settings;
    this.#filter.begin(init.filter);
    this.#applyFilter();
    this.#reads.begin();
  }

  /** The list goes where the person was before the page was hidden. */
  async restore(view: ListView): Promise<void> {
    await this.updateComplete;
    const list = this.renderRoot.querySelector('record-list');
    await list?.updateComplete;
    list?.restore(view);
  }

  /** Shows something differently, which is remembered. */
  change(settings: Partial<PageSettings>): void {
    this.settings = { ...this.settings, ...settings };
    if ('filter' in settings || 'spotlight' in settings) this.#applyFilter();
    this.services.viewChanged();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const { init, state, settings } = this;
    if (init === undefined || state === undefined) return;
    if (changed.has('state')) {
      this.#filter.see(state);
      this.#reads.see(state, settings);
    }
    if (changed.has('settings')) this.#reads.see(state, settings);
    const isUtc = this.#isUtc(init);
    if (this.#formats === undefined || changed.has('settings') || changed.has('init')) {
      this.#formats = makeFormats(init.locale, isUtc ? 'utc' : 'local');
    }
    this.#layOut(init.strings, state, this.#formats);
  }

  protected override updated(): void {
    const view = this.#restoring;
    this.#restoring = undefined;
    if (view !== undefined) this.restore(view).catch((error: unknown) => this.services.report(error));
  }

  protected override render(): TemplateResult | typeof nothing {
    const { init, state, settings, strip, remark } = this;
    const formats = this.#formats;
    if (init === undefined || state === undefined || formats === undefined) return nothing;
    const { strings } = init;
    const isUtc = this.#isUtc(init);
    const { showsHistogram } = settings;
    const status = strings[state.status];
    return html`
      ${toolBar({ state, strings, formats, strip, showsHistogram, isUtc, remark }, this.#actions)}
      ${
        strip === 'reading'
          ? html`<div class="strip">
              <reading-options
                .context=${{ strings, choice: this.choice, isUtc }}
                @choice-made=${(event: CustomEvent<TailChoice>) => this.#read(event.detail)}
              ></reading-options>
            </div>`
          : nothing
      }
      ${
        strip === 'columns'
          ? columnStrip(this.#columns, settings, strings, (settings) => this.change(settings))
          : nothing
      }
      ${this.#renderFilter(strings, formats)}
      <div class="spoken" role="status">${remark === '' ? sentences(status, state.message) : remark}</div>
      ${state.end > state.first ? this.#renderRows(state, strings, formats) : this.#renderNothing(state, strings)}
    `;
  }

  #renderFilter(strings: TopicPanelStrings, formats: Formats): TemplateResult {
    const { fields, partitions, settings } = this;
    const context = {
      strings,
      formats,
      fields,
      partitions,
      spotlight: settings.spotlight?.label,
      matches: this.#matches,
    };
    return html`<filter-bar
      .context=${context}
      .choice=${settings.filter}
      @filter-changed=${(event: CustomEvent<FilterChoice>) => this.change({ filter: event.detail })}
      @spotlight-ended=${() => this.change({ spotlight: undefined })}
    ></filter-bar>`;
  }

  #renderRows(state: TailState, strings: TopicPanelStrings, formats: Formats): TemplateResult {
    const isEmpty = this.#range === undefined || this.#range.end === this.#range.first;
    const { from, to } = this.settings.filter;
    const stretch = from === undefined || to === undefined ? undefined : { from, to };
    return html`
      ${state.message === undefined ? nothing : html`<div class="banner ${state.status}">${state.message}</div>`}
      ${(state.openTransactions ?? []).map(({ partition, offset, waiting, since }) => {
        const parts = [partition, formats.time(since), formats.number(Number(waiting)), offset] as const;
        return html`<div class="banner held">${fillIn(strings.heldBack, ...parts)}</div>`;
      })}
      ${
        this.settings.showsHistogram
          ? html`<record-histogram
              .context=${{ strings, formats }}
              .histogram=${this.histogram}
              .stretch=${stretch}
              @stretch-chosen=${(event: CustomEvent<Stretch | null>) => this.#onStretch(event.detail)}
            ></record-histogram>`
          : nothing
      }
      ${
        isEmpty
          ? html`<div class="nothing">${this.#filter.isPending ? '' : strings.noMatch}</div>`
          : keyed(
              this.#listKey,
              html`<record-list
                .context=${this.#context}
                .range=${this.#range}
                @view-changed=${() => this.services.viewChanged()}
                @row-selected=${(event: CustomEvent<number | null>) => this.#select(event.detail ?? undefined)}
                @copy-row=${(event: CustomEvent<number>) => this.#copy(event.detail)}
                @column-resized=${(event: CustomEvent<ColumnResize>) => this.#onResize(event.detail)}
              ></record-list>`,
            )
      }
      ${this.selected === undefined || this.record === undefined ? nothing : this.#renderRecord(strings, formats, this.selected)}
    `;
  }

  #renderRecord(strings: TopicPanelStrings, formats: Formats, seq: number): TemplateResult {
    return html`<record-detail
      .context=${{ strings, formats, needles: this.#needles }}
      .record=${this.record}
      @copy-value=${() => this.#copy(seq)}
      @open-value=${() => this.#do((host) => host.openValue(seq))}
      @close-record=${() => this.#select(undefined)}
      @keydown=${(event: KeyboardEvent) => {
        if (event.key === 'Escape') this.#select(undefined);
      }}
    ></record-detail>`;
  }

  #renderNothing(state: TailState, strings: TopicPanelStrings): TemplateResult {
    const text = state.message ?? (state.status === 'live' ? strings.empty : strings[state.status]);
    return html`<div class="nothing ${state.status}">
      <vscode-icon name=${statusIcons[state.status]} size="32"></vscode-icon>
      <span>${text}</span>
    </div>`;
  }

  /** How many rows match, in words; the numbers of before stay until those of a new filter are there. */
  get #matches(): string | undefined {
    const { state, init } = this;
    const formats = this.#formats;
    if (this.#filter.applied === null || state?.matches === undefined || this.#filter.isPending) return undefined;
    if (init === undefined || formats === undefined) return undefined;
    const { first, end, left } = state.matches;
    const words = left > 0 ? init.strings.matchesSoFar : init.strings.matches;
    return fillIn(words, formats.number(end - first), formats.number(state.end - state.first));
  }

  readonly #actions: BarActions = {
    pause: (paused) => this.#do((host) => host.pause(paused)),
    clear: () => this.#do((host) => host.clear()),
    toggle: (strip) => {
      this.strip = this.strip === strip ? undefined : strip;
    },
    change: (settings) => this.change(settings),
    export: (format) => this.#do((host) => host.export(format)),
  };

  /** Works out what the list is given. A list whose rows have other numbers or other fields is another one. */
  #layOut(strings: TopicPanelStrings, state: TailState, formats: Formats): void {
    if (state.end === state.first) {
      this.selected = undefined;
      this.hasHeaders = false;
    }
    this.#needles = needlesOf(this.#filter.applied);
    const { fieldsAsColumns, hidden, widths } = this.settings;
    const fields = fieldsAsColumns ? this.fields : [];
    const { hasHeaders } = this;
    this.#columns = columnsOf({ strings, formats, fields, hasHeaders, needles: this.#needles });
    if (this.#filter.isPending) return;
    const isMatching = this.#filter.isMatching(state);
    const shown = this.#columns.filter(({ id }) => !hidden.includes(id));
    const wanted = shown.filter(({ id }) => id.startsWith('field:')).length === 0 ? [] : fields;
    this.#context = {
      strings,
      formats,
      columns: shown.length === 0 ? this.#columns.slice(-1) : shown,
      widths,
      rows: (from, to) => this.#rows(from, to, wanted, isMatching),
    };
    const { first, end } = this.#filter.rangeOf(state);
    this.#range = { first, end, capacity: state.capacity };
    const key = JSON.stringify([isMatching ? this.#filter.epoch : '', wanted]);
    if (key === this.#listKey) return;
    const before = this.#listKey === '' ? undefined : this.#listKey;
    this.#listKey = key;
    this.#reads.refilter();
    this.#restoring = this.#placeAfter(before, isMatching);
  }

  /** Where a new list begins: at the record that is selected when a filter ended, else where the one before was. */
  #placeAfter(keyBefore: string | undefined, isMatching: boolean): ListView | undefined {
    const { view } = this;
    if (keyBefore === undefined || view === undefined) return undefined;
    const wasMatching = !keyBefore.startsWith('[""');
    if (!isMatching && !wasMatching) return view;
    if (isMatching || this.selected === undefined) return undefined;
    return { following: false, top: this.selected - rowsAbove, selected: this.selected };
  }

  async #rows(
    from: number,
    to: number,
    fields: readonly string[],
    isMatching: boolean,
  ): Promise<readonly NumberedRow[]> {
    const { host } = this.services;
    try {
      const rows: unknown = await (isMatching ? host.matches(from, to, fields) : host.rows(from, to, fields));
      if (!isTailRows(rows)) throw new Error(`The host's answer to rows(${from}, ${to}) is not a list of rows.`);
      if (rows.some(({ headers }) => headers !== undefined)) this.hasHeaders = true;
      this.#reads.meet(rows);
      // Matches have no gaps between them, and older ones are let go: so these are the last of what was asked for.
      if (isMatching) return rows.map((row, index) => [to - rows.length + index, row]);
      return rows.filter(({ seq }) => seq >= from && seq < to).map((row) => [row.seq, row]);
    } catch (error) {
      this.services.report(error);
      throw error;
    }
  }

  #isUtc(init: TopicPanelInit): boolean {
    return this.settings.isUtc ?? init.timeZone === 'utc';
  }

  #applyFilter(): void {
    const filter = toFilter(this.settings.filter, this.settings.spotlight);
    if (isSameFilter(filter, this.#filter.applied)) return;
    this.#filter.set(filter).catch((error: unknown) => this.services.report(error));
    this.requestUpdate();
  }

  #onStretch(stretch: Stretch | null): void {
    const { from: _from, to: _to, ...rest } = this.settings.filter;
    this.change({ filter: stretch === null ? rest : { ...rest, ...stretch } });
  }

  #onResize({ id, width }: ColumnResize): void {
    this.change({ widths: { ...this.settings.widths, [id]: width } });
  }

  #read(choice: TailChoice): void {
    this.choice = choice;
    this.strip = undefined;
    this.selected = undefined;
    this.#do((host) => host.read(choice));
    this.services.viewChanged();
  }

  #select(seq: number | undefined): void {
    this.selected = seq;
    this.#reads.select(seq);
    this.services.viewChanged();
  }

  #do(action: (host: TopicPanelHost) => Promise<unknown>): void {
    action(this.services.host).catch((error: unknown) => this.services.report(error));
  }

  #copy(seq: number): void {
    const copied = this.init?.strings.copied;
    if (copied === undefined) return;
    this.#do(async (host) => {
      if (!(await host.copyValue(seq))) return;
      this.remark = copied;
      clearTimeout(this.#remarkTimer);
      this.#remarkTimer = setTimeout(() => {
        this.remark = '';
      }, remarkMs);
    });
  }
}

/** Joins a status, which may be a sentence or a word, with what is said of it. */
function sentences(status: string, message: string | undefined): string {
  if (message === undefined || message === status) return status;
  return /[.…!?。]$/.test(status) ? `${status} ${message}` : `${status}. ${message}`;
}

customElements.define('topic-panel', TopicPanel);

export type { TopicPanel };

/** Makes the page's root; the element itself is defined by loading this file. */
export function createTopicPanel(services: TopicPanelServices): TopicPanel {
  return new TopicPanel(services);
}
