import { html, type TemplateResult } from 'lit';
import type { TailFilter } from '../../../src/shared/protocol/topicPanel';

/** More of them in one text help nobody to find anything. */
const mostMarks = 50;

/** What is to be marked in which part of a row: what the filter looks for. */
export interface Needles {
  readonly key: readonly string[];
  readonly value: readonly string[];
  readonly headers: readonly string[];
  field(name: string): readonly string[];
}

export function needlesOf(filter: TailFilter | null): Needles {
  const anywhere = listed(filter?.text);
  const field = filter?.field;
  const inField = listed(field?.text);
  return {
    key: [...anywhere, ...listed(filter?.key)],
    value: [...anywhere, ...inField],
    headers: anywhere,
    field: (name) => (name === field?.name ? [...anywhere, ...inField] : anywhere),
  };
}

function listed(text: string | undefined): readonly string[] {
  return text === undefined || text === '' ? [] : [text];
}

/** A text cut where something was found in it, whether its letters are small or capital. */
export function splitAt(text: string, needles: readonly string[]): readonly { text: string; found: boolean }[] {
  const found = needles.filter((needle) => needle !== '').map((needle) => escaped(needle));
  if (found.length === 0) return [{ text, found: false }];
  const parts: { text: string; found: boolean }[] = [];
  let at = 0;
  for (const match of text.matchAll(new RegExp(found.join('|'), 'giu'))) {
    if (match.index > at) parts.push({ text: text.slice(at, match.index), found: false });
    parts.push({ text: match[0], found: true });
    at = match.index + match[0].length;
    if (parts.length >= mostMarks) break;
  }
  if (at < text.length) parts.push({ text: text.slice(at), found: false });
  return parts;
}

/** The text with what was found in it marked. */
export function marked(text: string, needles: readonly string[]): string | TemplateResult {
  if (needles.length === 0) return text;
  const parts = splitAt(text, needles);
  return html`${parts.map(({ text, found }) => (found ? html`<mark>${text}</mark>` : text))}`;
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}
