import { html, nothing, type TemplateResult } from 'lit';
import type { TailRow } from '../../../src/shared/protocol/topicPanel';
import type { TopicPanelStrings } from '../../../src/shared/protocol/topicPanelTexts';
import type { Formats } from '../formats';
import { marked, type Needles } from './marks';
import { utcInstant } from './recordFields';
import { keyCell, valueCell } from './textCells';

/** One column of the list. */
export interface Column {
  readonly id: string;
  readonly heading: string;
  /** Numbers stand at the right. */
  readonly numeric: boolean;
  /** What decides how wide it is, as far as it is not the last. */
  text(row: TailRow): string;
  cell(row: TailRow): TemplateResult;
}

export interface ColumnOptions {
  readonly strings: TopicPanelStrings;
  readonly formats: Formats;
  /** Names of JSON fields that have a column each, in place of the value. */
  readonly fields: readonly string[];
  readonly hasHeaders: boolean;
  readonly needles: Needles;
}

/** All columns that there can be now, those that the person hid included. */
export function columnsOf(options: ColumnOptions): readonly Column[] {
  const { strings, formats, fields, hasHeaders, needles } = options;
  const time: Column = {
    id: 'time',
    heading: strings.columnTime,
    numeric: false,
    text: (row) => formats.time(row.timestamp),
    cell: (row) =>
      html`<div class="cell" role="gridcell" title=${formats.fullTime(row.timestamp)}>
        ${formats.time(row.timestamp)}
      </div>`,
  };
  const key: Column = {
    id: 'key',
    heading: strings.columnKey,
    numeric: false,
    text: (row) => row.key ?? strings.noKey,
    cell: (row) => keyCell(row, strings, needles),
  };
  const value: Column = {
    id: 'value',
    heading: strings.columnValue,
    numeric: false,
    text: (row) => row.value ?? strings.tombstone,
    cell: (row) => valueCell(row, strings, formats, needles),
  };
  const headers: Column = {
    id: 'headers',
    heading: strings.columnHeaders,
    numeric: false,
    text: (row) => row.headers ?? '',
    cell: (row) => plainCell(row.headers ?? '', needles.headers),
  };
  return [
    time,
    number('partition', strings.columnPartition, (row) => String(row.partition)),
    number('offset', strings.columnOffset, (row) => row.offset),
    key,
    ...(fields.length === 0 ? [value] : fields.map((name, index) => fieldColumn(name, index, options))),
    ...(hasHeaders ? [headers] : []),
  ];
}

function number(id: string, heading: string, text: (row: TailRow) => string): Column {
  const cell = (row: TailRow): TemplateResult => html`<div class="cell number" role="gridcell">${text(row)}</div>`;
  return { id, heading, numeric: true, text, cell };
}

function fieldColumn(name: string, index: number, { formats, needles }: ColumnOptions): Column {
  const text = (row: TailRow): string => {
    const field = row.fields?.[index];
    // A value that is no JSON object has no fields, and is not hidden by that.
    if (field === undefined || field === null) return index === 0 && !hasFields(row) ? (row.value ?? '') : '';
    const instant = utcInstant(field);
    return instant === undefined ? field : formats.timeWithin(instant, row.timestamp);
  };
  return {
    id: `field:${name}`,
    heading: name,
    numeric: false,
    text,
    cell: (row) => plainCell(text(row), needles.field(name), row.fields?.[index] ?? undefined),
  };
}

function hasFields({ fields = [] }: TailRow): boolean {
  return fields.some((text) => text !== null);
}

function plainCell(text: string, needles: readonly string[], title?: string): TemplateResult {
  return html`<div class="cell" role="gridcell" title=${title === undefined || title === text ? nothing : title}>
    <span class="text">${marked(text, needles)}</span>
  </div>`;
}
