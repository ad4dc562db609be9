import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeGap, decodeWindowRecord, windowDecoder, writtenTime } from '../../../src/core/ledger/decodeWindowRecord';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const good = { windowStart: '2026-11-22T12:00:00Z', windowEnd: '2026-11-22T12:00:15Z', page: '/shop', count: 1000 };

describe('a record of window counts', () => {
  it('is read with its times as milliseconds', () => {
    expect(decodeWindowRecord(bytes(JSON.stringify(good)))).toEqual({
      windowStart: Date.UTC(2026, 10, 22, 12, 0, 0),
      windowEnd: Date.UTC(2026, 10, 22, 12, 0, 15),
      page: '/shop',
      count: 1000,
      timeForm: 'iso',
    });
  });

  it.each([
    ['milliseconds', '2026-11-22T12:00:00.000Z'],
    ['nanoseconds', '2026-11-22T12:00:00.000000000Z'],
  ])('may have %s in its times', (_what, windowStart) => {
    expect(decodeWindowRecord(bytes(JSON.stringify({ ...good, windowStart })))?.windowStart).toBe(
      Date.UTC(2026, 10, 22, 12),
    );
  });

  it.each([
    ['no JSON', 'window'],
    ['half a JSON', '{"windowStart":"2026'],
    ['null', 'null'],
    ['an array', '[]'],
    ['a number', '7'],
    ['no count', JSON.stringify({ ...good, count: undefined })],
    ['a count as text', JSON.stringify({ ...good, count: '1000' })],
    ['a negative count', JSON.stringify({ ...good, count: -1 })],
    ['half a click', JSON.stringify({ ...good, count: 0.5 })],
    [
      'a count beyond safe integers',
      '{"windowStart":"2026-11-22T12:00:00Z","windowEnd":"2026-11-22T12:00:15Z","page":"/","count":1e300}',
    ],
    ['a page that is no text', JSON.stringify({ ...good, page: 5 })],
    ['a time without zone', JSON.stringify({ ...good, windowStart: '2026-11-22T12:00:00' })],
    ['a time that is none', JSON.stringify({ ...good, windowStart: '2026-13-45T12:00:00Z' })],
    ['the 12-hour labels of another job', JSON.stringify({ ...good, windowStart: '01-01-1970 12:00:00:000' })],
  ])('is not %s', (_what, text) => {
    expect(decodeWindowRecord(bytes(text))).toBeUndefined();
  });

  it('is never made of bytes that are not UTF-8', () => {
    expect(decodeWindowRecord(new Uint8Array([0x22, 0xff, 0xfe, 0x22]))).toBeUndefined();
  });

  it('is a record with all its fields or none, whatever the bytes', () => {
    const text = JSON.stringify(good);
    const damage = fc.tuple(fc.nat(text.length), fc.nat(text.length), fc.uint8Array({ maxLength: 8 }));
    fc.assert(
      fc.property(damage, ([at, cut, inserted]) => {
        const value = new Uint8Array([...bytes(text.slice(0, at)), ...inserted, ...bytes(text.slice(at + cut))]);
        const record = decodeWindowRecord(value);
        if (record === undefined) return;
        expect(Object.values(record).every((field) => typeof field === 'string' || Number.isSafeInteger(field))).toBe(
          true,
        );
      }),
    );
  });
});

describe('a record of a gap', () => {
  it('is read with its times as milliseconds', () => {
    expect(decodeGap(bytes('{"from":"2026-11-22T12:00:00Z","to":"2026-11-22T13:00:00Z"}'))).toEqual({
      from: Date.UTC(2026, 10, 22, 12),
      to: Date.UTC(2026, 10, 22, 13),
    });
  });

  it('is not one that ends before it begins', () => {
    expect(decodeGap(bytes('{"from":"2026-11-22T13:00:00Z","to":"2026-11-22T12:00:00Z"}'))).toBeUndefined();
  });
});

describe('a time as a record has it', () => {
  it.each([
    ['iso', 43_185_000, '1970-01-01T11:59:45'],
    ['number', 43_185_000, '43185000'],
    ['halfDays', 43_185_000, '01-01-1970 11:59:45'],
    ['halfDays', 86_400_000, '02-01-1970 12:00:00'],
  ] as const)('is text of the form %s: %i', (form, time, text) => {
    expect(writtenTime(time, form)).toBe(text);
  });
});

describe("a record of upstream's job", () => {
  const window = (windowStart: string, windowEnd: string): unknown =>
    decodeWindowRecord(bytes(JSON.stringify({ windowStart, windowEnd, page: '/shop', count: 1000 })));

  it.each([
    ['the first of all', '01-01-1970 12:00:00:000', '01-01-1970 12:00:15:000', 0],
    ['one within an hour', '01-01-1970 01:00:30:000', '01-01-1970 01:00:45:000', 3_630_000],
    ['the last one before noon', '01-01-1970 11:59:45:000', '01-01-1970 12:00:00:000', 43_185_000],
    ['the last one before midnight', '01-01-1970 11:59:45:000', '02-01-1970 12:00:00:000', 43_185_000],
    ['the first of the next day', '02-01-1970 12:00:00:000', '02-01-1970 12:00:15:000', 86_400_000],
  ])("is read with twelve o'clock as zero: %s", (_what, from, to, windowStart) => {
    expect(window(from, to)).toEqual({
      windowStart,
      windowEnd: windowStart + 15_000,
      page: '/shop',
      count: 1000,
      timeForm: 'halfDays',
    });
  });

  it.each([
    '31-02-1970 01:00:00:000',
    '01-13-1970 01:00:00:000',
    '01-01-1970 13:00:00:000',
    '01-01-1970 00:00:00:000',
    '1-1-1970 1:00:00:000',
  ])('has no time %s', (from) => {
    expect(window(from, '01-01-1970 01:00:15:000')).toBeUndefined();
  });
});

describe('a record of any topic', () => {
  const decode = windowDecoder({ start: 'from', key: 'user', count: 'n' }, 60_000);

  it('is read by the names of its fields, and ends with the length of its window', () => {
    expect(decode(bytes('{"from":1700000040000,"user":"a","n":7,"page":"ignored"}'))).toEqual({
      windowStart: 1_700_000_040_000,
      windowEnd: 1_700_000_100_000,
      page: 'a',
      count: 7,
      timeForm: 'number',
    });
  });

  it('has fields of its own only', () => {
    const inherited = windowDecoder({ start: 'from', key: 'constructor', count: 'n' }, 60_000);
    expect(inherited(bytes('{"from":0,"n":1}'))).toBeUndefined();
  });
});
