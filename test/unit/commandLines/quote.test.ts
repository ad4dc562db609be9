import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quoteWord } from '../../../src/core/commandLines/quote';

describe('a word for a POSIX shell', () => {
  it.each([
    ['plain', 'plain'],
    ['/opt/flink/bin/flink', '/opt/flink/bin/flink'],
    ['', "''"],
    ['two words', "'two words'"],
    ["it's", String.raw`'it'\''s'`],
    ['$(rm -rf ~); `x` "y"', `'$(rm -rf ~); \`x\` "y"'`],
  ])('%j is written as %s', (word, written) => {
    expect(quoteWord(word, 'posix')).toBe(written);
  });

  it('never holds a line end or an escape, so that pasting runs nothing', () => {
    expect(quoteWord('a\nrm x\u001b[A', 'posix')).toBe(String.raw`$'a\x0arm x\x1b[A'`);
  });

  it('is what bash gives to the program, whatever it is', { timeout: 30_000 }, () => {
    const anyText = fc
      .string({
        unit: fc.constantFrom(...Array.from('ab \t\n\r\u001b\u0007\'"\\$`!&|;<>*?[]{}()#~%^=ü€\u{1f600}-')),
        maxLength: 40,
      })
      .map((text) => text.replaceAll('\0', ''));
    fc.assert(
      fc.property(fc.array(anyText, { minLength: 1, maxLength: 20 }), (words) => {
        const line = words.map((word) => quoteWord(word, 'posix')).join(' ');
        // Bash takes a socket for a remote login, for which it reads the person's start-up files.
        const bash = ['--norc', '-c', String.raw`printf '%s\0' ${line}`];
        const printed = execFileSync('bash', bash, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
        expect(printed.split('\0').slice(0, -1)).toEqual(words);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a word for PowerShell', () => {
  it.each([
    ['plain', 'plain'],
    [String.raw`C:\Program Files\x`, String.raw`'C:\Program Files\x'`],
    ['--request', '--request'],
    ['-Dkey=value', "'-Dkey=value'"],
    ['$env:PATH', "'$env:PATH'"],
    ["it's", "'it''s'"],
    ['@splat', "'@splat'"],
  ])('%j is written as %s', (word, written) => {
    expect(quoteWord(word, 'powershell')).toBe(written);
  });

  it('doubles the typographic quotes too, at which PowerShell would end the text', () => {
    expect(quoteWord('a\u2019; calc', 'powershell')).toBe("'a\u2019\u2019; calc'");
  });

  it('puts control characters in by their number', () => {
    expect(quoteWord('a\nb', 'powershell')).toBe("('a' + [char]0x0a + 'b')");
  });
});
