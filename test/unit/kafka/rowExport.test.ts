import { describe, expect, it } from 'vitest';
import { RecordRing } from '../../../src/core/kafka/recordRing';
import { RowExport } from '../../../src/core/kafka/view/rowExport';
import type { TailExportFormat } from '../../../src/shared/protocol/topicPanel';
import { lent, type BatchRecord } from '../../support/recordBatches';

function exported(format: TailExportFormat, records: readonly BatchRecord[]): string {
  const ring = new RecordRing({ capacity: 100, byteCapacity: 1_000_000 });
  ring.append(3, lent(2n ** 60n, records));
  return new RowExport(ring, format, Float64Array.from(records.keys())).next().text;
}

describe('an export', () => {
  it('writes a line of JSON for each record, with JSON as it stands', () => {
    const text = exported('jsonLines', [
      { key: 'k', value: '{"big":12345678901234567890,\n"__proto__":1}', timestamp: 0 },
      {
        key: null,
        value: 'a "text"',
        headers: [
          ['h', 'x'],
          ['h', null],
        ],
        timestamp: 1,
      },
      { key: Uint8Array.from([255]), value: '7', timestamp: 2 },
    ]);
    expect(text.split('\n')).toEqual([
      '{"partition":3,"offset":"1152921504606846976","timestamp":"1970-01-01T00:00:00.000Z","key":"k","value":{"big":12345678901234567890, "__proto__":1}}',
      String.raw`{"partition":3,"offset":"1152921504606846977","timestamp":"1970-01-01T00:00:00.001Z","key":null,"value":"a \"text\"","headers":[{"name":"h","value":"x"},{"name":"h","value":null}]}`,
      '{"partition":3,"offset":"1152921504606846978","timestamp":"1970-01-01T00:00:00.002Z","keyBase64":"/w==","value":"7"}',
      '',
    ]);
    expect(
      text
        .trim()
        .split('\n')
        .map((line): unknown => JSON.parse(line)),
    ).toHaveLength(3);
  });

  it('writes CSV with a line of names, in which no cell is a formula', () => {
    const text = exported('csv', [
      { key: '=cmd|calc', value: 'a,"b"\nc', headers: [['h', '@x']] },
      { key: '-1', value: '\t=1' },
    ]);
    expect(text).toBe(
      [
        'time,partition,offset,key,value,headers',
        `1970-01-01T00:00:00.000Z,3,1152921504606846976,'=cmd|calc,"a,""b""\nc",h: @x`,
        `1970-01-01T00:00:00.000Z,3,1152921504606846977,'-1,'\t=1,`,
        '',
      ].join('\r\n'),
    );
  });

  it('goes on in pieces, and counts the rows that were gone before it came to them', () => {
    const ring = new RecordRing({ capacity: 1000, byteCapacity: 10_000_000 });
    const records = Array.from({ length: 1000 }, () => ({ value: 'x'.repeat(1000) }));
    ring.append(0, lent(0n, records));
    const rows = new RowExport(ring, 'jsonLines', Float64Array.from(records.keys()));
    const first = rows.next();
    expect(first.done).toBeLessThan(1000);
    ring.append(0, lent(1000n, records.slice(0, 900)));
    let last = rows.next();
    for (; last.done < last.total; last = rows.next());
    expect(last).toMatchObject({ done: 1000, total: 1000, lost: 900 - first.done });
  });
});
