import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { indentJson } from '../../../src/core/kafka/view/indentJson';
import { partOf } from '../../../src/core/kafka/view/recordDetail';

describe('a part of a record', () => {
  it.each([
    ['null', null, { kind: 'null', text: '', bytes: 0, cut: false }],
    ['JSON', '{"a":[1,{}],"b":"x: {"}', { kind: 'json', text: '{\n  "a": [\n    1,\n    {}\n  ],\n  "b": "x: {"\n}' }],
    ['a number', '17', { kind: 'text', text: '17' }],
    ['what only looks like JSON', '{not json}', { kind: 'text', text: '{not json}' }],
    ['text of several lines', 'a\r\n\tb', { kind: 'text', text: 'a\r\n\tb' }],
    ['a number that a double cannot hold', '[12345678901234567890]', { text: '[\n  12345678901234567890\n]' }],
    ['nested too deep to indent', '['.repeat(3000) + ']'.repeat(3000), { kind: 'json' }],
  ])('is shown for %s', (_name, text, expected) => {
    expect(partOf(text === null ? null : Buffer.from(text))).toMatchObject(expected);
  });

  it('is shown in hexadecimal when it is no text', () => {
    const bytes = Buffer.from([0xff, 0x00, ...Buffer.from('Flink reads Kafka')]);
    expect(partOf(bytes)).toEqual({
      kind: 'hex',
      text: [
        '00000000  ff 00 46 6c 69 6e 6b 20 72 65 61 64 73 20 4b 61  ..Flink reads Ka',
        '00000010  66 6b 61                                         fka',
      ].join('\n'),
      bytes: 19,
      cut: false,
    });
  });

  it('says that it is cut, and how long it is', () => {
    const long = Buffer.alloc(2 * 1024 * 1024, 'x');
    expect(partOf(long)).toMatchObject({ kind: 'text', bytes: long.length, cut: true });
    expect(partOf(Buffer.alloc(100_000))).toMatchObject({ kind: 'hex', bytes: 100_000, cut: true });
  });
});

describe('JSON with indented lines', () => {
  it('is what the platform writes, for all that it does not round', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        const parsed: unknown = JSON.parse(json);
        expect(indentJson(JSON.stringify(parsed))).toBe(JSON.stringify(parsed, null, 2));
      }),
    );
  });
});
