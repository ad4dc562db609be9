import { describe, expect, it } from 'vitest';
import { formatBytes } from '../../../src/shared/format/bytes';
import { formatDuration } from '../../../src/shared/format/duration';
import { formatCount } from '../../../src/shared/format/numbers';
import { formatDateTime, formatTime } from '../../../src/shared/format/time';

process.env['TZ'] = 'UTC';

describe('formatDuration', () => {
  it.each([
    [-1, '0 s'],
    [0, '0 s'],
    [340, '0.3 s'],
    [3200, '3.2 s'],
    [9999, '9.9 s'],
    [10_000, '10 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [3_599_999, '59 min'],
    [3_600_000, '1 h'],
    [7_500_000, '2 h 5 min'],
    [86_400_000, '1 d'],
    [97_200_000, '1 d 3 h'],
  ])('%i ms is %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1 KB'],
    [1536, '1.5 KB'],
    [495_616, '484 KB'],
    [1_048_575, '1 MB'],
    [72_351_744, '69 MB'],
    [10_200, '10 KB'],
    [17_179_869_184, '16 GB'],
    [2 ** 50, '1024 TB'],
  ])('%i is %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});

describe('formatCount', () => {
  it.each([
    [1234567, 'en', '1,234,567'],
    [9007199254740993n, 'en', '9,007,199,254,740,993'],
    [1234567, 'not a locale', '1,234,567'],
  ])('%s in %s is %s', (value, locale, text) => {
    expect(formatCount(value, locale)).toBe(text);
  });
});

describe('times', () => {
  it('are those of the clock on the wall', () => {
    expect(formatTime(1_700_000_000_000)).toBe('22:13:20');
    expect(formatDateTime(1_700_000_000_000)).toBe('2023-11-14 22:13:20');
  });
});
