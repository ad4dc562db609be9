import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import '@vscode-elements/elements/dist/vscode-toolbar-button/index.js';
import { fillIn } from '../../../src/shared/format/fillIn';
import type { TailPart, TailRecord } from '../../../src/shared/protocol/topicPanel';
import type { TopicPanelStrings } from '../../../src/shared/protocol/topicPanelTexts';
import type { Formats } from '../formats';
import { marked, type Needles } from './marks';

export interface RecordDetailContext {
  readonly strings: TopicPanelStrings;
  readonly formats: Formats;
  readonly needles: Needles;
}

/** Everything of one record. Fires `copy-value`, `open-value` and `close-record`. */
class RecordDetail extends LitElement {
  static override readonly properties = { context: { attribute: false }, record: { attribute: false } };
  static override readonly styles = css`
    :host {
      display: flex;
      flex-direction: column;
      min-height: 0;
      max-height: 45%;
      border-top: 1px solid var(--vscode-contrastBorder, var(--vscode-panel-border));
    }

    .head {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 2px 16px;
      padding: 2px 8px;
      color: var(--vscode-descriptionForeground);
    }

    .head .text {
      flex: 1;
    }

    .body {
      min-height: 0;
      padding: 4px 8px 8px;
      overflow: auto;
      font-family: var(--vscode-editor-font-family);
      font-size: var(--vscode-editor-font-size);
    }

    .body:focus-visible {
      outline: 1px solid var(--vscode-focusBorder);
      outline-offset: -1px;
    }

    h3 {
      margin: 6px 0 2px;
      color: var(--vscode-descriptionForeground);
      font-family: var(--vscode-font-family);
      font-size: inherit;
      font-weight: 600;
    }

    h3 small {
      font-size: inherit;
      font-weight: normal;
    }

    pre {
      margin: 0;
      font: inherit;
      white-space: pre-wrap;
      overflow-wrap: anywhere;
      unicode-bidi: isolate;
    }

    pre.hex {
      overflow-x: auto;
      white-space: pre;
    }

    .absent {
      font-style: italic;
      color: var(--vscode-descriptionForeground);
    }

    mark {
      background-color: var(--vscode-editor-findMatchHighlightBackground);
      color: inherit;
      outline: 1px solid var(--vscode-contrastActiveBorder, transparent);
    }
  `;

  declare context: RecordDetailContext | undefined;
  /** `null` when it is no longer kept. */
  declare record: TailRecord | null | undefined;

  protected override render(): TemplateResult | typeof nothing {
    const { context, record } = this;
    if (context === undefined || record === undefined) return nothing;
    const { strings } = context;
    return html`
      <div class="head">
        <span class="text">${record === null ? strings.notKept : this.#place(context, record)}</span>
        <span>
          ${record === null ? nothing : this.#renderActions(strings)}
          <vscode-toolbar-button
            class="close"
            icon="close"
            label=${strings.closeRecord}
            title=${strings.closeRecord}
            @click=${() => this.#fire('close-record')}
          ></vscode-toolbar-button>
        </span>
      </div>
      ${record === null ? nothing : this.#renderBody(context, record)}
    `;
  }

  #place({ strings, formats }: RecordDetailContext, { partition, offset, timestamp }: TailRecord): TemplateResult {
    return html`${fillIn(strings.onePartition, partition)} · ${strings.columnOffset} ${offset} ·
    ${formats.fullTime(timestamp)}`;
  }

  #renderActions(strings: TopicPanelStrings): TemplateResult {
    return html`<vscode-toolbar-button
        class="copy"
        icon="copy"
        label=${strings.copyValue}
        title=${strings.copyValue}
        @click=${() => this.#fire('copy-value')}
      ></vscode-toolbar-button>
      <vscode-toolbar-button
        class="open"
        icon="go-to-file"
        label=${strings.openValue}
        title=${strings.openValue}
        @click=${() => this.#fire('open-value')}
      ></vscode-toolbar-button>`;
  }

  #renderBody(context: RecordDetailContext, { key, value, headers }: TailRecord): TemplateResult {
    const { strings, needles } = context;
    return html`<div class="body" role="region" tabindex="0" aria-label=${strings.record}>
      ${this.#renderPart(context, strings.columnKey, key, strings.noKey, needles.key)}
      ${this.#renderPart(context, strings.columnValue, value, strings.tombstone, needles.value)}
      ${headers.map(({ name, value }) =>
        this.#renderPart(context, `${strings.columnHeaders}: ${name}`, value, 'null', needles.headers),
      )}
    </div>`;
  }

  #renderPart(
    { strings, formats }: RecordDetailContext,
    heading: string,
    { kind, text, bytes, cut }: TailPart,
    absent: string,
    needles: readonly string[],
  ): TemplateResult {
    if (kind === 'null') {
      return html`<h3><bdi>${heading}</bdi></h3>
        <pre class="absent">${absent}</pre>`;
    }
    const words = { json: strings.json, text: strings.text, hex: strings.binary };
    const about = [words[kind], fillIn(strings.bytes, formats.number(bytes)), ...(cut ? [strings.shownInPart] : [])];
    return html`<h3><bdi>${heading}</bdi> <small>${about.join(', ')}</small></h3>
      <pre class=${kind}>${marked(text, needles)}</pre>`;
  }

  #fire(name: string): void {
    this.dispatchEvent(new Event(name));
  }
}

customElements.define('record-detail', RecordDetail);

declare global {
  interface HTMLElementTagNameMap {
    'record-detail': RecordDetail;
  }
}
