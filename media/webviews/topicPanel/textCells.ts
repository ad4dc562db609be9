import { html, nothing, type TemplateResult } from 'lit';
import type { TailRow, TopicPanelStrings } from '../../../src/shared/protocol/topicPanel';
import type { Formats } from './formats';
import { recordFields, type RecordField } from './recordFields';

/** Fields of rows that are drawn again and again while records come. */
const fieldsOfRows = new WeakMap<TailRow, readonly RecordField[] | undefined>();

/** A record's key, or in words that it has none. */
export function keyCell(row: TailRow, strings: TopicPanelStrings): TemplateResult {
  return textCell('key', row.key, row.keyCut, strings.noKey, strings.truncated);
}

/** A record's value: the fields of a JSON object, with times in the person's own form; else the text as it is. */
export function valueCell(row: TailRow, strings: TopicPanelStrings, formats: Formats): TemplateResult {
  const fields = fieldsOf(row);
  if (fields === undefined) return textCell('value', row.value, row.valueCut, strings.tombstone, strings.truncated);
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
          html`${index === 0 ? '' : ' '}<span class="field"><bdi class="name">${name}</bdi> <bdi>${text}</bdi></span>`,
      )}</span
    >
  </div>`;
}

function fieldsOf(row: TailRow): readonly RecordField[] | undefined {
  if (row.value === null || row.valueCut) return undefined;
  if (!fieldsOfRows.has(row)) fieldsOfRows.set(row, recordFields(row.value));
  return fieldsOfRows.get(row);
}

function textCell(name: string, text: string | null, cut: boolean, absent: string, truncated: string): TemplateResult {
  if (text === null) return html`<div class="cell ${name} absent" role="gridcell">${absent}</div>`;
  const mark = cut ? html`<span class="cut" role="img" aria-label=${truncated} title=${truncated}>[…]</span>` : nothing;
  return html`<div class="cell ${name}" role="gridcell"><span class="text">${text}</span>${mark}</div>`;
}
