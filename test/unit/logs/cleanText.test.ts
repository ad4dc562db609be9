import { describe, expect, it } from 'vitest';
import { cleanLine } from '../../../src/core/logs/cleanText';

describe('a line of a log as it is shown', () => {
  it.each([
    ['plain text with ümlauts, 日本 and \u{1f600}\ttabs', 'plain text with ümlauts, 日本 and \u{1f600}\ttabs'],
    ['\u001b[1;31mERROR\u001b[0m', 'ERROR'],
    ['a\u001b[2Jb\u001b[10;20Hc\u009b1md', 'abcd'],
    ['\u001b]0;title\u0007x\u001b]8;;http://evil\u001b\\link\u001b]8;;\u001b\\', 'xlink'],
    ['\u001bPq#0;2\u001b\\y\u001bcz\u001b(Bw', 'yzw'],
    ['half a sequence \u001b[12', 'half a sequence \u241b[12'],
    ['unended \u001b]0;text stays', 'unended \u241b]0;text stays'],
    ['hidden\rshown', 'hidden\u240dshown'],
    ['nul\u0000 bell\u0007 del\u007f nel\u0085', 'nul\u2400 bell\u2407 del\u2421 nel<U+0085>'],
    ['abc\u202ecba', 'abc<U+202E>cba'],
  ])('of %j is %j', (line, shown) => {
    expect(cleanLine(line)).toBe(shown);
  });

  it('takes no longer for a line that was made to take long', () => {
    const length = 500_000;
    const hostile = ['\u001b['.repeat(length), `\u001b[${'0'.repeat(length)}`, '\u001b]'.repeat(length)];
    // A way that is quadratic in the length would run into the deadline of the test.
    for (const line of hostile) expect(cleanLine(line).includes('\u001b')).toBe(false);
  });
});
