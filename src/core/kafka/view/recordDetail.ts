import type { TailPart, TailRecord } from '../../../shared/protocol/topicPanel';
import type { RecordRing } from '../recordRing';
import { decodeText } from '../recordText';
import { indentJson } from './indentJson';

/** Bytes of a part that a person is shown at once; the whole is had by copying or exporting it. */
const mostText = 1024 * 1024;
const mostBinary = 16 * 1024;
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
// Control characters but tab, line feed and carriage return: text has none.
// oxlint-disable-next-line no-control-regex
const binary = /[\u0000-\u0008\u000B\u000C\u000E-\u001F]/;
const bytesPerLine = 16;

/** Everything of one record that is kept; `undefined` when it is not, or when the row is a gap. */
export function recordDetail(ring: RecordRing, seq: number): TailRecord | undefined {
  const record = ring.get(seq);
  if (record === undefined) return undefined;
  return {
    seq,
    partition: record.partition,
    offset: record.offset.toString(),
    timestamp: record.timestamp,
    key: partOf(record.key),
    value: partOf(record.value),
    headers: record.headers().map(({ name, value }) => ({ name: decodeText(name), value: partOf(value) })),
  };
}

/** Bytes as a person reads them: JSON with its lines indented, text, or numbers in hexadecimal where it is neither. */
export function partOf(bytes: Uint8Array | null): TailPart {
  if (bytes === null) return { kind: 'null', text: '', bytes: 0, cut: false };
  const size = bytes.length;
  const text = textOf(bytes);
  if (text === undefined) {
    return { kind: 'hex', text: hexDump(bytes.subarray(0, mostBinary)), bytes: size, cut: size > mostBinary };
  }
  if (size > mostText) return { kind: 'text', text: text.slice(0, mostText), bytes: size, cut: true };
  const json = isJson(text) ? indentJson(text) : undefined;
  return json === undefined
    ? { kind: 'text', text, bytes: size, cut: false }
    : { kind: 'json', text: json, bytes: size, cut: false };
}

/** The bytes as text when they are text, whole. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    const text = strictUtf8.decode(bytes);
    return binary.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

/** True for objects and lists; a bare number or word may as well be text. */
export function isJson(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function hexDump(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += bytesPerLine) {
    const line = Array.from(bytes.subarray(at, at + bytesPerLine));
    const hex = line.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const ascii = line.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    lines.push(`${at.toString(16).padStart(8, '0')}  ${hex.padEnd(bytesPerLine * 3 - 1)}  ${ascii}`);
  }
  return lines.join('\n');
}
