import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeMarkdown } from '../../../src/core/trees/markdown';
import { idPart, nodeId } from '../../../src/core/trees/nodeIds';

describe('escapeMarkdown', () => {
  it.each([
    ['**bold**', String.raw`\*\*bold\*\*`],
    ['[a](command:b)', String.raw`\[a\]\(command\:b\)`],
    ['www.a.b', String.raw`www\.a\.b`],
    ['$(zap)', String.raw`\\\$\(zap\)`],
    ['a\n\n# b\tc', String.raw`a \# b c`],
    ['\u202Eabc\u0007', 'abc'],
    ['Ž 日本', 'Ž 日本'],
  ])('makes text of %j', (text, escaped) => {
    expect(escapeMarkdown(text)).toBe(escaped);
  });

  it('leaves no punctuation of ASCII that is not escaped, and no line break', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(escapeMarkdown(text).replace(/\\[!-/:-@[-`{-~]/g, '')).not.toMatch(/[!-/:-@[-`{-~\n\r]/);
      }),
    );
  });

  it('cuts what is too long for a tooltip', () => {
    expect(escapeMarkdown('x'.repeat(2000))).toBe(`${'x'.repeat(500)} …`);
  });
});

describe('nodeId', () => {
  it('gives back each part that went in, whatever it holds', () => {
    const names = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(names, names, (job, vertex) => {
        const id = nodeId(['job', job], ['vertex', vertex]);
        expect([idPart(id, 'job'), idPart(id, 'vertex'), idPart(id, 'topic')]).toEqual([job, vertex, undefined]);
      }),
    );
  });

  it('can be read by a person', () => {
    expect(nodeId(['job', '694d7c'], ['vertex', 'cbc357'])).toBe('job:694d7c/vertex:cbc357');
  });
});
