/**
 * Control sequences of terminals (ECMA-48): CSI, OSC, DCS and their kin, and two-letter escapes. Each alternative reads its
 * text once, so a line made to be hard to match costs no more than another of its length.
 */
const escapes = new RegExp(
  [
    String.raw`(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]`,
    String.raw`(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)`,
    String.raw`(?:\x1b[PX^_]|[\x90\x98\x9e\x9f])[^\x1b\x9c]*(?:\x1b\\|\x9c)`,
    String.raw`\x1b[ -/]*[0-OQ-WYZ\\` + '`' + String.raw`-~]`,
  ].join('|'),
  'g',
);

/** What is left of them, and marks that turn the direction of writing: in an editor they could hide what a line says. */
const hidden = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/gu;

/**
 * A line of a log as it may be shown: control sequences are taken out, and other control characters made visible. Logs hold what
 * records and jobs say.
 */
export function cleanLine(line: string): string {
  if (!hasHidden(line)) return line;
  return line.replaceAll(escapes, '').replaceAll(hidden, visible);
}

/** The same for a text of several lines. */
export function cleanText(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => cleanLine(line))
    .join('\n');
}

function hasHidden(line: string): boolean {
  hidden.lastIndex = 0;
  return hidden.test(line);
}

/** `␛` for the escape and so on, from Unicode's own pictures; the rest by number. */
function visible(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (character === '\t') return character;
  if (code < 0x20) return String.fromCodePoint(0x24_00 + code);
  if (code === 0x7f) return '\u2421';
  return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
}
