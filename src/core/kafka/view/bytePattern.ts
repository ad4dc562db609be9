const asciiLimit = 0x80;

/**
 * A regular expression that finds a text in UTF-8 bytes read as Latin-1, whether its letters are small or capital. So records
 * are searched without being decoded, in the one engine of the platform that is fast at it.
 * @param also another pattern that counts as found, as regular expressions write it.
 */
export function bytePattern(text: string, also?: string): RegExp {
  const pattern = Array.from(text, characterPattern).join('');
  return new RegExp(also === undefined ? pattern : `${pattern}|${also}`, 'g');
}

function characterPattern(character: string): string {
  const variants = new Set([character, character.toLowerCase(), character.toUpperCase()].map(bytesPattern));
  const code = character.codePointAt(0) ?? 0;
  const only = Array.from(variants);
  if (only.length === 1) return only[0] ?? '';
  return code < asciiLimit && only.every((variant) => variant.length === oneByte)
    ? `[${only.join('')}]`
    : `(?:${only.join('|')})`;
}

/** The length of `\x41`. */
const oneByte = 4;

function bytesPattern(text: string): string {
  return Array.from(Buffer.from(text), (byte) => String.raw`\x${byte.toString(16).padStart(2, '0')}`).join('');
}
