const mostCharacters = 20_000_000;
/** The first bytes of every PNG, in base64. */
const pngStart = 'iVBORw0KGgo';

/** The bytes of a picture as a page sent it: the text of an SVG, or a PNG in base64; `undefined` for anything else. */
export function pictureBytes(format: unknown, data: unknown): Uint8Array | undefined {
  if (typeof data !== 'string' || data.length > mostCharacters) return undefined;
  if (format === 'svg' && data.startsWith('<svg ')) return Buffer.from(data);
  if (format === 'png' && data.startsWith(pngStart)) return Buffer.from(data, 'base64');
  return undefined;
}
