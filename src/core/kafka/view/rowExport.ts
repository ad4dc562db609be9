import { csvCell } from '../../../shared/format/csv';
import type { TailExportChunk, TailExportFormat } from '../../../shared/protocol/topicPanel';
import type { RecordRing, RingRecord } from '../recordRing';
import { decodeText } from '../recordText';
import type { RecordHeader } from '../records/recordBatch';
import { isJson, textOf } from './recordDetail';

/** One chunk is made without a pause. */
const chunkCharacters = 256 * 1024;
const csvColumns = ['time', 'partition', 'offset', 'key', 'value', 'headers'];

/**
 * Writes records as text, chunk by chunk, when somebody asks for the next. The rows are those of the beginning; rows that the
 * ring gave up before it was their turn are counted, not written.
 */
export class RowExport {
  #next = 0;
  #lost = 0;

  constructor(
    private readonly ring: RecordRing,
    private readonly format: TailExportFormat,
    /** Row numbers in ascending order. */
    private readonly seqs: Float64Array,
  ) {}

  next(): TailExportChunk {
    const lines: string[] = [];
    let characters = 0;
    if (this.#next === 0 && this.format === 'csv') lines.push(csvColumns.join(','));
    for (; this.#next < this.seqs.length && characters < chunkCharacters; this.#next += 1) {
      const seq = this.seqs[this.#next] ?? 0;
      const record = this.ring.get(seq);
      if (record === undefined) {
        if (seq < this.ring.first) this.#lost += 1;
        continue;
      }
      const line = this.format === 'csv' ? csvLine(record) : jsonLine(record);
      characters += line.length;
      lines.push(line);
    }
    return {
      text: lines.map((line) => line + (this.format === 'csv' ? '\r\n' : '\n')).join(''),
      done: this.#next,
      total: this.seqs.length,
      lost: this.#lost,
    };
  }
}

function jsonLine({ partition, offset, timestamp, key, value, headers }: RingRecord): string {
  const common = JSON.stringify({ partition, offset: offset.toString(), timestamp: iso(timestamp) }).slice(0, -1);
  const listed = headers();
  const tail = listed.length === 0 ? '' : `,"headers":[${listed.map(jsonHeader).join(',')}]`;
  return `${common},${jsonPart('key', key)},${jsonPart('value', value)}${tail}}`;
}

function jsonHeader({ name, value }: RecordHeader): string {
  return `{"name":${JSON.stringify(decodeText(name))},${jsonPart('value', value)}}`;
}

/** Objects and lists stand as they are, so that no number is rounded; bytes that are no text as base64 under another name. */
function jsonPart(name: string, bytes: Uint8Array | null): string {
  if (bytes === null) return `"${name}":null`;
  const text = textOf(bytes);
  if (text === undefined) return `"${name}Base64":"${Buffer.from(bytes).toString('base64')}"`;
  return `"${name}":${isJson(text) ? text.replaceAll(/[\r\n]+/g, ' ') : JSON.stringify(text)}`;
}

function csvLine({ partition, offset, timestamp, key, value, headers }: RingRecord): string {
  const listed = headers().map((header) => `${decodeText(header.name)}: ${csvText(header.value)}`);
  const cells = [iso(timestamp), String(partition), String(offset)];
  return [...cells, ...[csvText(key), csvText(value), listed.join('; ')].map(csvCell)].join(',');
}

function csvText(bytes: Uint8Array | null): string {
  return bytes === null ? '' : (textOf(bytes) ?? Buffer.from(bytes).toString('base64'));
}

function iso(timestamp: number): string {
  const time = new Date(timestamp);
  return Number.isNaN(time.getTime()) ? String(timestamp) : time.toISOString();
}
