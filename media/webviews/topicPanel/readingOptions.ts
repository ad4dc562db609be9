import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import '@vscode-elements/elements/dist/vscode-button/index.js';
import type { TailChoice } from '../../../src/shared/protocol/topicPanel';
import type { TopicPanelStrings } from '../../../src/shared/protocol/topicPanelTexts';
import { choiceOf, formOf, timeText, type BeginKind, type ChoiceForm, type FormProblem } from './choiceForm';
import { controlStyles } from './controlStyles';

export interface ReadingContext {
  readonly strings: TopicPanelStrings;
  readonly choice: TailChoice;
  readonly isUtc: boolean;
}

const kinds = ['auto', 'latest', 'earliest', 'last', 'time', 'offset'] as const;
const proposedCount = '1000';

/** Where reading begins, in which partitions, and whether open transactions are read. Fires `choice-made`. */
class ReadingOptions extends LitElement {
  static override readonly properties = {
    context: { attribute: false },
    form: { state: true },
    problem: { state: true },
  };
  static override readonly styles = css`
    ${controlStyles}

    :host {
      display: flex;
      flex-wrap: wrap;
      align-items: end;
      gap: 6px 12px;
    }

    label {
      flex-direction: column;
      align-items: start;
      gap: 2px;
      color: var(--vscode-descriptionForeground);
    }

    .partitions {
      width: 12ch;
    }

    .problem {
      flex-basis: 100%;
      color: var(--vscode-errorForeground);
    }
  `;

  declare context: ReadingContext | undefined;
  declare private form: ChoiceForm | undefined;
  declare private problem: FormProblem | undefined;

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('context');
    if (this.context === undefined || !changed.has('context')) return;
    if (before?.choice === this.context.choice && before.isUtc === this.context.isUtc) return;
    this.form = formOf(this.context.choice, this.context.isUtc);
    this.problem = undefined;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { context, form, problem } = this;
    if (context === undefined || form === undefined) return nothing;
    const { strings } = context;
    const names: Readonly<Record<BeginKind, string>> = {
      auto: strings.beginAuto,
      latest: strings.beginLatest,
      earliest: strings.beginEarliest,
      last: strings.beginLast,
      time: strings.beginTime,
      offset: strings.beginOffset,
    };
    return html`
      <label>
        ${strings.begin}
        <select class="begin" @change=${this.#onBegin}>
          ${kinds.map((kind) => html`<option value=${kind} .selected=${kind === form.begin}>${names[kind]}</option>`)}
        </select>
      </label>
      ${this.#renderValue(strings, form)}
      <label>
        ${strings.partitions}
        <input
          class="partitions"
          placeholder=${strings.all}
          aria-invalid=${problem === 'badPartitions'}
          .value=${form.partitions}
          @input=${(event: Event) => this.#set({ partitions: valueOf(event) })}
          @keydown=${this.#onKeyDown}
        />
      </label>
      <label>
        ${strings.isolation}
        <select
          class="isolation"
          @change=${(event: Event) =>
            this.#set({ isolation: valueOf(event) === 'uncommitted' ? 'uncommitted' : 'committed' })}
        >
          <option value="committed" .selected=${form.isolation === 'committed'}>${strings.committed}</option>
          <option value="uncommitted" .selected=${form.isolation === 'uncommitted'}>${strings.uncommitted}</option>
        </select>
      </label>
      <vscode-button class="read" @click=${this.#read}>${strings.read}</vscode-button>
      ${problem === undefined ? nothing : html`<span class="problem" role="alert">${strings[problem]}</span>`}
    `;
  }

  #renderValue(strings: TopicPanelStrings, { begin, value }: ChoiceForm): TemplateResult | typeof nothing {
    if (begin !== 'last' && begin !== 'time' && begin !== 'offset') return nothing;
    const label = { last: strings.lastCount, time: strings.fromTime, offset: strings.fromOffset }[begin];
    return html`<label>
      ${label}
      <input
        class="value"
        type=${begin === 'time' ? 'datetime-local' : 'text'}
        step="1"
        aria-invalid=${this.problem !== undefined && this.problem !== 'badPartitions'}
        .value=${value}
        @input=${(event: Event) => this.#set({ value: valueOf(event) })}
        @keydown=${this.#onKeyDown}
      />
    </label>`;
  }

  readonly #onBegin = (event: Event): void => {
    const begin = kinds.find((kind) => kind === valueOf(event)) ?? 'auto';
    const isUtc = this.context?.isUtc === true;
    const proposed: Readonly<Partial<Record<BeginKind, string>>> = {
      last: proposedCount,
      time: timeText(Date.now() - 60_000, isUtc),
      offset: '0',
    };
    this.#set({ begin, value: proposed[begin] ?? '' });
  };

  readonly #onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') this.#read();
  };

  #set(change: Partial<ChoiceForm>): void {
    if (this.form !== undefined) this.form = { ...this.form, ...change };
    this.problem = undefined;
  }

  readonly #read = (): void => {
    const { context, form } = this;
    if (context === undefined || form === undefined) return;
    const choice = choiceOf(form, context.isUtc);
    if (typeof choice === 'string') this.problem = choice;
    else this.dispatchEvent(new CustomEvent<TailChoice>('choice-made', { detail: choice }));
  };
}

function valueOf(event: Event): string {
  const { target } = event;
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement ? target.value : '';
}

customElements.define('reading-options', ReadingOptions);

declare global {
  interface HTMLElementTagNameMap {
    'reading-options': ReadingOptions;
  }
}
