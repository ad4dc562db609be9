import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeText, previewText } from '../../../src/core/kafka/recordText';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('previewText', () => {
  it('shows a short text whole', () => {
    expect(previewText(utf8('{"page":"/höme"}'), 100)).toEqual({ text: '{"page":"/höme"}', cut: false });
  });

  it.each([
    [1, ''],
    [2, 'é'],
    [5, 'é€'],
    [6, 'é€'],
    [8, 'é€'],
  ])('cuts at %i bytes before the character that does not fit', (limit, text) => {
    expect(previewText(utf8('é€😀'), limit)).toEqual({ text, cut: true });
  });

  it('cuts what is no UTF-8 at the limit', () => {
    expect(previewText(new Uint8Array(20).fill(0x80), 5)).toEqual({ text: '\uFFFD'.repeat(5), cut: true });
  });

  it('shows control characters by their symbols, and keeps tab and line feed', () => {
    expect(previewText(utf8('a\u0000\u001B[31m\t\n\r\u007F\u0085'), 100).text).toBe(
      'a\u2400\u241B[31m\t\n\u240D\u2421\uFFFD',
    );
  });

  it('lets no text turn the direction of what follows', () => {
    expect(previewText(utf8('\u202Egnp.exe\u2066'), 100).text).toBe('\uFFFDgnp.exe\uFFFD');
  });

  it('never fails, nor shows more than was asked for', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.integer({ min: 1, max: 50 }), (bytes, limit) => {
        const { text, cut } = previewText(bytes, limit);
        expect(text.length).toBeLessThanOrEqual(limit);
        expect(cut).toBe(bytes.length > limit);
      }),
    );
  });
});

describe('decodeText', () => {
  it('leaves the text as it is, to be copied', () => {
    expect(decodeText(utf8('\uFEFFa\u0000b'))).toBe('\uFEFFa\u0000b');
  });
});
