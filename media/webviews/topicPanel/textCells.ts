import { html, nothing, type TemplateResult } from 'lit';
import type { TailRow } from '../../../src/shared/protocol/topicPanel';
import type { TopicPanelStrings } from '../../../src/shared/protocol/topicPanelTexts';
import type { Formats } from '../formats';
import { marked, type Needles } from './marks';
import { recordFields, type RecordField } from './recordFields';

/** Fields of rows that are drawn again and again while records come. */
const fieldsOfRows = new WeakMap<TailRow, readonly RecordField[] | undefined>();

/** A record's key, or in words that it has none. */
export function keyCell(row: TailRow, strings: TopicPanelStrings, needles: Needles): TemplateResult {
  const { key, keyCut: cut } = row;
  return textCell('key', { text: key, cut, absent: strings.noKey, truncated: strings.truncated }, needles.key);
}

/** A record's value: the fields of a JSON object, with times in the person's own form; else the text as it is. */
export function valueCell(
  row: TailRow,
  strings: TopicPanelStrings,
  formats: Formats,
  needles: Needles,
): TemplateResult {
  const fields = fieldsOf(row);
  if (fields === undefined) {
    const { value, valueCut: cut } = row;
    const shown = { text: value, cut, absent: strings.tombstone, truncated: strings.truncated };
    return textCell('value', shown, needles.value);
  }
  const shown = fields.map(({ name, text, instant }) => ({
    name,
    text: instant === undefined ? text : formats.timeWithin(instant, row.timestamp),
  }));
  return html`<div
    class="cell value"
    role="gridcell"
    title=${row.value ?? nothing}
    aria-label=${shown.map(({ name, text }) => `${name} ${text}`).join(', ')}
  >
    <span class="text"
      >${shown.map(
        ({ name, text }, index) =>
          html`${index === 0 ? '' : ' '}<span class="field"
              ><bdi class="name">${name}</bdi> <bdi>${marked(text, needles.field(name))}</bdi></span
            >`,
      )}</span
    >
  </div>`;
}

function fieldsOf(row: TailRow): readonly RecordField[] | undefined {
  if (row.value === null || row.valueCut) return undefined;
  if (!fieldsOfRows.has(row)) fieldsOfRows.set(row, recordFields(row.value));
  return fieldsOfRows.get(row);
}

interface ShownText {
  readonly text: string | null;
  readonly cut: boolean;
  /** What is said in place of no text. */
  readonly absent: string;
  readonly truncated: string;
}

function textCell(
  name: string,
  { text, cut, absent, truncated }: ShownText,
  needles: readonly string[],
): TemplateResult {
  if (text === null) return html`<div class="cell ${name} absent" role="gridcell">${absent}</div>`;
  const mark = cut ? html`<span class="cut" role="img" aria-label=${truncated} title=${truncated}>[…]</span>` : nothing;
  return html`<div class="cell ${name}" role="gridcell">
    <span class="text">${marked(text, needles)}</span>${mark}
  </div>`;
}
