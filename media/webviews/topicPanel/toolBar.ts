import { html, nothing, type TemplateResult } from 'lit';
import '@vscode-elements/elements/dist/vscode-icon/index.js';
import '@vscode-elements/elements/dist/vscode-toolbar-button/index.js';
import { fillIn } from '../../../src/shared/format/fillIn';
import type { TailState, TailStatus } from '../../../src/shared/protocol/topicPanel';
import type { TopicPanelStrings } from '../../../src/shared/protocol/topicPanelTexts';
import type { Column } from './columns';
import { narrowestColumn, usualColumn, widestGiven } from './columnWidths';
import type { Formats } from '../formats';
import type { PageSettings } from './savedPage';

/** What is open below the bar, beside the histogram. */
export type Strip = 'reading' | 'columns';

export interface BarState {
  readonly state: TailState;
  readonly strings: TopicPanelStrings;
  readonly formats: Formats;
  readonly strip: Strip | undefined;
  readonly showsHistogram: boolean;
  readonly isUtc: boolean;
  readonly remark: string;
}

export interface BarActions {
  pause(paused: boolean): void;
  clear(): void;
  toggle(strip: Strip): void;
  change(settings: Partial<PageSettings>): void;
  export(format: 'jsonLines' | 'csv'): void;
}

export const statusIcons: Readonly<Record<TailStatus, string>> = {
  connecting: 'sync',
  live: 'pulse',
  paused: 'debug-pause',
  reconnecting: 'debug-disconnect',
  failed: 'error',
  ended: 'circle-slash',
};

/** The buttons, and what the tail does at the moment. */
export function toolBar(bar: BarState, actions: BarActions): TemplateResult {
  const { state, strings, formats, remark } = bar;
  const { status } = state;
  return html`<div class="bar">
    ${buttons(bar, actions)}
    <div class="figures">
      <span>${remark}</span>
      <span>${fillIn(strings.rate, formats.number(state.rate))}</span>
      ${
        state.behind === undefined || state.behind === 0
          ? nothing
          : html`<span>${fillIn(strings.behind, formats.number(state.behind))}</span>`
      }
      <span>${fillIn(strings.kept, formats.number(state.end - state.first), formats.number(state.capacity))}</span>
      <span>${fillIn(strings.records, formats.number(state.total))}</span>
      <span class="status ${status}">
        <vscode-icon name=${statusIcons[status]}></vscode-icon>
        <span>${strings[status]}</span>
      </span>
    </div>
  </div>`;
}

function buttons({ state, strings, strip, showsHistogram, isUtc }: BarState, actions: BarActions): TemplateResult {
  const isPaused = state.status === 'paused';
  const hasEnded = state.status === 'failed' || state.status === 'ended';
  return html`
    ${
      hasEnded
        ? nothing
        : button('pause', isPaused ? 'debug-continue' : 'debug-pause', isPaused ? strings.resume : strings.pause, () =>
            actions.pause(!isPaused),
          )
    }
    ${button('clear', 'clear-all', strings.clear, () => actions.clear())}
    ${toggle('reading', 'settings', strings.reading, strip === 'reading', () => actions.toggle('reading'))}
    ${toggle('columns', 'list-selection', strings.columns, strip === 'columns', () => actions.toggle('columns'))}
    ${toggle('histogram', 'graph', strings.histogram, showsHistogram, () =>
      actions.change({ showsHistogram: !showsHistogram }),
    )}
    ${toggle('utc', 'globe', strings.utc, isUtc, () => actions.change({ isUtc: !isUtc }))}
    ${
      state.end === state.first
        ? nothing
        : html`${button('export-json', 'export', strings.exportJsonLines, () => actions.export('jsonLines'), 'JSON')}
          ${button('export-csv', 'export', strings.exportCsv, () => actions.export('csv'), 'CSV')}`
    }
  `;
}

function button(name: string, icon: string, label: string, act: () => void, text = ''): TemplateResult {
  return html`<vscode-toolbar-button class=${name} icon=${icon} label=${label} title=${label} @click=${act}
    >${text}</vscode-toolbar-button
  >`;
}

function toggle(name: string, icon: string, label: string, on: boolean, act: () => void): TemplateResult {
  return html`<vscode-toolbar-button
    class=${name}
    icon=${icon}
    label=${label}
    title=${label}
    toggleable
    .checked=${on}
    @change=${act}
  ></vscode-toolbar-button>`;
}

/** Which columns there are, and how wide. */
export function columnStrip(
  columns: readonly Column[],
  { hidden, widths, fieldsAsColumns }: PageSettings,
  strings: TopicPanelStrings,
  change: (settings: Partial<PageSettings>) => void,
): TemplateResult {
  const show = (id: string, shown: boolean): void =>
    change({ hidden: shown ? hidden.filter((other) => other !== id) : [...hidden, id] });
  return html`<div class="strip" role="group" aria-label=${strings.columns}>
    <label>
      <input
        type="checkbox"
        .checked=${fieldsAsColumns}
        @change=${(event: Event) => change({ fieldsAsColumns: isChecked(event) })}
      />
      ${strings.fieldsAsColumns}
    </label>
    ${columns.map(
      ({ id, heading }) =>
        html`<span class="column">
          <label>
            <input
              type="checkbox"
              .checked=${!hidden.includes(id)}
              @change=${(event: Event) => show(id, isChecked(event))}
            />
            <bdi>${heading}</bdi>
            <input
              type="range"
              aria-label=${fillIn(strings.columnWidth, heading)}
              min=${narrowestColumn}
              max=${widestGiven}
              step="8"
              .value=${String(widths[id] ?? usualColumn)}
              @input=${(event: Event) => change({ widths: { ...widths, [id]: numberOf(event) } })}
            />
          </label>
        </span>`,
    )}
  </div>`;
}

function isChecked({ target }: Event): boolean {
  return target instanceof HTMLInputElement && target.checked;
}

function numberOf({ target }: Event): number {
  return target instanceof HTMLInputElement ? target.valueAsNumber : narrowestColumn;
}
