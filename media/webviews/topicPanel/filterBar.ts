import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import '@vscode-elements/elements/dist/vscode-toolbar-button/index.js';
import { fillIn } from '../../../src/shared/format/fillIn';
import type { TopicPanelStrings } from '../../../src/shared/protocol/topicPanelTexts';
import { controlStyles } from './controlStyles';
import { noFilter, type FilterChoice } from './filterChoice';
import type { Formats } from '../formats';

export interface FilterBarContext {
  readonly strings: TopicPanelStrings;
  readonly formats: Formats;
  /** Names of JSON fields of the values. */
  readonly fields: readonly string[];
  readonly partitions: readonly number[];
  /** What was chosen elsewhere, in words. */
  readonly spotlight: string | undefined;
  /** How many of how many match, in words; absent without a filter. */
  readonly matches: string | undefined;
}

/** How long after the last key a filter is asked for, milliseconds. */
const typingMs = 120;

/** Says what of the rows is to be shown. Fires `filter-changed` with the choice, and `spotlight-ended`. */
class FilterBar extends LitElement {
  static override readonly properties = { context: { attribute: false }, choice: { attribute: false } };
  static override readonly styles = css`
    ${controlStyles}

    :host {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 4px 8px;
    }

    input[type='search'] {
      flex: 1 1 14ch;
      min-width: 12ch;
      max-width: 60ch;
    }

    select {
      max-width: 24ch;
    }

    .matches {
      font-variant-numeric: tabular-nums;
      white-space: nowrap;
    }

    .chip {
      display: inline-flex;
      align-items: center;
      gap: 6px;
      border-color: var(--vscode-contrastBorder, transparent);
      background-color: var(--vscode-badge-background);
      color: var(--vscode-badge-foreground);
      white-space: nowrap;
    }
  `;

  declare context: FilterBarContext | undefined;
  declare choice: FilterChoice;
  #typing: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.choice = noFilter;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#typing);
  }

  /** Where a person begins to type. */
  override focus(): void {
    this.renderRoot.querySelector<HTMLInputElement>('input')?.focus();
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.context === undefined) return nothing;
    const { strings, matches, spotlight } = this.context;
    return html`
      ${this.#renderScope(this.context)}
      <input
        type="search"
        aria-label=${strings.filter}
        placeholder=${strings.filterPlaceholder}
        spellcheck="false"
        .value=${this.choice.text}
        @input=${this.#onInput}
        @keydown=${this.#onKeyDown}
      />
      ${this.#renderPartitions(this.context)}
      ${spotlight === undefined ? nothing : this.#renderChip(spotlight, () => this.dispatchEvent(new Event('spotlight-ended')))}
      ${this.#renderStretch(this.context)}
      ${matches === undefined ? nothing : html`<span class="matches" role="status">${matches}</span>`}
    `;
  }

  #renderScope({ strings, fields }: FilterBarContext): TemplateResult {
    const { scope, field } = this.choice;
    const known = scope === 'field' && !fields.includes(field) ? [field, ...fields] : fields;
    return html`<select
      class="scope"
      aria-label=${strings.filterScope}
      title=${strings.filterScope}
      @change=${this.#onScope}
    >
      <option value="anywhere" .selected=${scope === 'anywhere'}>${strings.anywhere}</option>
      <option value="key" .selected=${scope === 'key'}>${strings.inKey}</option>
      ${known.map(
        (name) =>
          html`<option value=${`field:${name}`} .selected=${scope === 'field' && field === name}>
            ${fillIn(strings.inField, name)}
          </option>`,
      )}
    </select>`;
  }

  #renderPartitions({ strings, partitions }: FilterBarContext): TemplateResult | typeof nothing {
    const { partition } = this.choice;
    if (partitions.length < 2 && partition === undefined) return nothing;
    const known = partition === undefined || partitions.includes(partition) ? partitions : [partition, ...partitions];
    return html`<select
      class="partition"
      aria-label=${strings.filterPartition}
      title=${strings.filterPartition}
      @change=${this.#onPartition}
    >
      <option value="" .selected=${partition === undefined}>${strings.allPartitions}</option>
      ${known.map(
        (id) => html`<option value=${id} .selected=${partition === id}>${fillIn(strings.onePartition, id)}</option>`,
      )}
    </select>`;
  }

  #renderStretch({ strings, formats }: FilterBarContext): TemplateResult | typeof nothing {
    const { from, to } = this.choice;
    if (from === undefined || to === undefined) return nothing;
    const { from: _from, to: _to, ...rest } = this.choice;
    const label = fillIn(strings.between, formats.time(from), formats.time(to));
    return this.#renderChip(label, () => this.#change(rest));
  }

  #renderChip(label: string, end: () => void): TemplateResult {
    const text = this.context?.strings.endFilter ?? '';
    return html`<button class="plain chip" type="button" title=${text} aria-label=${`${label}: ${text}`} @click=${end}>
      <bdi>${label}</bdi> <span aria-hidden="true">×</span>
    </button>`;
  }

  readonly #onInput = (event: Event): void => {
    if (!(event.target instanceof HTMLInputElement)) return;
    const text = event.target.value;
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.#change({ ...this.choice, text }), typingMs);
  };

  readonly #onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || this.choice.text === '') return;
    clearTimeout(this.#typing);
    event.preventDefault();
    this.#change({ ...this.choice, text: '' });
  };

  readonly #onScope = (event: Event): void => {
    if (!(event.target instanceof HTMLSelectElement)) return;
    const { value } = event.target;
    const text = this.renderRoot.querySelector('input')?.value ?? this.choice.text;
    clearTimeout(this.#typing);
    const isField = value.startsWith('field:');
    const scope = isField ? 'field' : value === 'key' ? 'key' : 'anywhere';
    this.#change({ ...this.choice, text, scope, field: isField ? value.slice('field:'.length) : '' });
  };

  readonly #onPartition = (event: Event): void => {
    if (!(event.target instanceof HTMLSelectElement)) return;
    const { partition: _partition, ...rest } = this.choice;
    this.#change(event.target.value === '' ? rest : { ...rest, partition: Number(event.target.value) });
  };

  #change(choice: FilterChoice): void {
    this.choice = choice;
    this.dispatchEvent(new CustomEvent<FilterChoice>('filter-changed', { detail: choice }));
  }
}

customElements.define('filter-bar', FilterBar);

declare global {
  interface HTMLElementTagNameMap {
    'filter-bar': FilterBar;
  }
}
