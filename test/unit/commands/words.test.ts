import { describe, expect, it } from 'vitest';
import { joinWords, splitWords } from '../../../src/commands/words';

describe('arguments on one line', () => {
  it.each([
    ['--event-time  --page /shop', ['--event-time', '--page', '/shop']],
    ['--name "two words" \'and more\'', ['--name', 'two words', 'and more']],
    ['--quote \\" --path C:\\data', ['--quote', '"', '--path', 'C:\\data']],
    ['""', ['']],
    ['  ', []],
    ['$(rm -rf /) `x` ; | && *', ['$(rm', '-rf', '/)', '`x`', ';', '|', '&&', '*']],
  ])('%s', (line, words) => {
    expect(splitWords(line)).toEqual(words);
  });

  it('are not taken with a mark that is not closed', () => {
    expect(splitWords('--name "two words')).toBeUndefined();
  });

  it.each([[['a b', '"', '', "it's", 'C:\\x\\', '--flag']]])('are the same after they were written down', (words) => {
    expect(splitWords(joinWords(words))).toEqual(words);
  });
});
