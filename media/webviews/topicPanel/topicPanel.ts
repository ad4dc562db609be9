import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import '@vscode-elements/elements/dist/vscode-icon/index.js';
import '@vscode-elements/elements/dist/vscode-toolbar-button/index.js';
import { fillIn } from '../../../src/shared/format/fillIn';
import type {
  TailState,
  TailStatus,
  TopicPanelHost,
  TopicPanelInit,
  TopicPanelStrings,
} from '../../../src/shared/protocol/topicPanel';
import { makeFormats, type Formats } from './formats';
import { isTailRows } from './guards';
import './recordList';
import type { ListView, RecordListContext } from './recordList';

/** What the panel needs from the page around it. */
export interface TopicPanelServices {
  readonly host: TopicPanelHost;
  report(error: unknown): void;
  /** The person moved in the list, or selected another row. */
  viewChanged(): void;
}

const icons: Readonly<Record<TailStatus, string>> = {
  connecting: 'sync',
  live: 'pulse',
  paused: 'debug-pause',
  reconnecting: 'debug-disconnect',
  failed: 'error',
  ended: 'circle-slash',
};

/** How long a remark such as "Copied" stays, milliseconds. */
const remarkMs = 2500;

/** The whole page: the tool bar with the state of the tail, a remark where something is wrong, and the rows. */
class TopicPanel extends LitElement {
  static override readonly properties = {
    init: { attribute: false },
    state: { attribute: false },
    remark: { state: true },
    selected: { state: true },
  };

  static override readonly styles = css`
    :host {
      display: flex;
      flex-direction: column;
    }

    .bar {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 4px;
      padding: 4px 8px;
      border-bottom: 1px solid var(--vscode-contrastBorder, var(--vscode-panel-border));
    }

    .figures {
      display: flex;
      flex: 1;
      flex-wrap: wrap;
      justify-content: flex-end;
      gap: 2px 16px;
      color: var(--vscode-descriptionForeground);
      font-variant-numeric: tabular-nums;
    }

    .status {
      display: flex;
      min-width: 0;
      align-items: center;
      gap: 4px;
      color: var(--vscode-foreground);
    }

    .failed {
      color: var(--vscode-errorForeground);
    }

    .banner {
      padding: 6px 12px;
      border: 1px solid var(--vscode-inputValidation-warningBorder);
      background-color: var(--vscode-inputValidation-warningBackground);
      color: var(--vscode-inputValidation-warningForeground, var(--vscode-foreground));
    }

    .banner.failed {
      border-color: var(--vscode-inputValidation-errorBorder);
      background-color: var(--vscode-inputValidation-errorBackground);
      color: var(--vscode-inputValidation-errorForeground, var(--vscode-foreground));
    }

    record-list {
      flex: 1;
    }

    .nothing {
      display: flex;
      flex: 1;
      flex-direction: column;
      align-items: center;
      justify-content: center;
      gap: 12px;
      padding: 16px;
      color: var(--vscode-descriptionForeground);
      text-align: center;
      text-wrap: balance;
    }

    .nothing.failed {
      color: var(--vscode-errorForeground);
    }

    .spoken {
      position: absolute;
      width: 1px;
      height: 1px;
      overflow: hidden;
      clip-path: inset(50%);
      white-space: nowrap;
    }
  `;

  declare init: TopicPanelInit | undefined;
  declare state: TailState | undefined;
  declare private remark: string;
  declare private selected: number | undefined;

  #context: RecordListContext | undefined;
  #formats: Formats | undefined;
  #remarkTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly services: TopicPanelServices) {
    super();
    this.remark = '';
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#remarkTimer);
  }

  /** Where the person is; nothing while there are no rows. */
  get view(): ListView | undefined {
    return this.renderRoot.querySelector('record-list')?.view;
  }

  /** The list goes where the person was before the page was hidden. */
  async restore(view: ListView): Promise<void> {
    await this.updateComplete;
    const list = this.renderRoot.querySelector('record-list');
    await list?.updateComplete;
    list?.restore(view);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const { init } = this;
    if (!changed.has('init') || init === undefined) return;
    this.#formats = makeFormats(init.locale, init.timeZone);
    this.#context = { strings: init.strings, formats: this.#formats, rows: (from, to) => this.#rows(from, to) };
  }

  protected override render(): TemplateResult | typeof nothing {
    const { init, state } = this;
    const formats = this.#formats;
    if (init === undefined || state === undefined || formats === undefined) return nothing;
    const { strings } = init;
    const status = statusText(state.status, strings);
    return html`
      <div class="bar">
        ${this.#renderButtons(state, strings)}
        <div class="figures">
          <span>${this.remark}</span>
          ${this.#renderFigures(state, strings, formats)}
          <span class="status ${state.status}">
            <vscode-icon name=${icons[state.status]}></vscode-icon>
            <span>${status}</span>
          </span>
        </div>
      </div>
      <div class="spoken" role="status">${this.remark === '' ? sentences(status, state.message) : this.remark}</div>
      ${state.end > state.first ? this.#renderRows(state) : this.#renderNothing(state, strings)}
    `;
  }

  #renderButtons(state: TailState, strings: TopicPanelStrings): TemplateResult {
    const { status } = state;
    const isPaused = status === 'paused';
    const canPause = status !== 'failed' && status !== 'ended';
    return html`
      ${
        canPause
          ? html`<vscode-toolbar-button
              class="pause"
              icon=${isPaused ? 'debug-continue' : 'debug-pause'}
              label=${isPaused ? strings.resume : strings.pause}
              title=${isPaused ? strings.resume : strings.pause}
              @click=${() => this.#do((host) => host.pause(!isPaused))}
            ></vscode-toolbar-button>`
          : nothing
      }
      <vscode-toolbar-button
        class="clear"
        icon="clear-all"
        label=${strings.clear}
        title=${strings.clear}
        @click=${() => this.#do((host) => host.clear())}
      ></vscode-toolbar-button>
      ${
        this.selected === undefined || this.selected < state.first || this.selected >= state.end
          ? nothing
          : html`<vscode-toolbar-button
              class="copy"
              icon="copy"
              label=${strings.copyValue}
              title=${strings.copyValue}
              @click=${() => this.#copy(this.selected)}
            ></vscode-toolbar-button>`
      }
    `;
  }

  #renderFigures(state: TailState, strings: TopicPanelStrings, formats: Formats): TemplateResult {
    const kept = fillIn(strings.kept, formats.number(state.end - state.first), formats.number(state.capacity));
    return html`
      <span>${fillIn(strings.rate, formats.number(state.rate))}</span>
      <span>${kept}</span>
      <span>${fillIn(strings.records, formats.number(state.total))}</span>
    `;
  }

  #renderRows(state: TailState): TemplateResult {
    return html`
      ${state.message === undefined ? nothing : html`<div class="banner ${state.status}">${state.message}</div>`}
      <record-list
        .context=${this.#context}
        .state=${state}
        @view-changed=${this.#onViewChanged}
        @copy-row=${(event: CustomEvent<number>) => this.#copy(event.detail)}
      ></record-list>
    `;
  }

  #renderNothing(state: TailState, strings: TopicPanelStrings): TemplateResult {
    const text = state.message ?? (state.status === 'live' ? strings.empty : statusText(state.status, strings));
    return html`<div class="nothing ${state.status}">
      <vscode-icon name=${icons[state.status]} size="32"></vscode-icon>
      <span>${text}</span>
    </div>`;
  }

  readonly #onViewChanged = (): void => {
    this.selected = this.view?.selected;
    this.services.viewChanged();
  };

  async #rows(from: number, to: number): Promise<Awaited<ReturnType<TopicPanelHost['rows']>>> {
    try {
      const rows: unknown = await this.services.host.rows(from, to);
      if (!isTailRows(rows)) throw new Error(`The host's answer to rows(${from}, ${to}) is not a list of rows.`);
      return rows.filter((row) => row.seq >= from && row.seq < to);
    } catch (error) {
      this.services.report(error);
      throw error;
    }
  }

  #do(action: (host: TopicPanelHost) => Promise<void>): void {
    action(this.services.host).catch((error: unknown) => this.services.report(error));
  }

  #copy(seq: number | undefined): void {
    const copied = this.init?.strings.copied;
    if (seq === undefined || copied === undefined) return;
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

function statusText(status: TailStatus, strings: TopicPanelStrings): string {
  return strings[status];
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
