const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
// Control characters but tab and line feed, and those that change the direction of the text around them.
// oxlint-disable-next-line no-control-regex
const unsafe = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;

export interface CutText {
  readonly text: string;
  readonly cut: boolean;
}

/** Bytes as text to copy: UTF-8, with U+FFFD for what is not. */
export function decodeText(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/**
 * The first `maxBytes` bytes as text to look at, never ending within a character. Control characters are shown by their symbols
 * (U+2400 and following) or as U+FFFD, so that binary data cannot act on the page, nor a record pretend to be another.
 */
export function previewText(bytes: Uint8Array, maxBytes: number): CutText {
  const cut = bytes.length > maxBytes;
  const shown = cut ? bytes.subarray(0, characterStart(bytes, maxBytes)) : bytes;
  return { text: decoder.decode(shown).replace(unsafe, visible), cut };
}

/** The last position not behind `end` where a character begins; `end` itself when this is no UTF-8. */
function characterStart(bytes: Uint8Array, end: number): number {
  for (let at = end; at >= Math.max(0, end - 3); at -= 1) {
    if (((bytes[at] ?? 0) & 0xc0) !== 0x80) return at;
  }
  return end;
}

function visible(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '\u2421' : '\uFFFD';
}
