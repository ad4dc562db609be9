import { describe, expect, it } from 'vitest';
import { AbortedTransactions } from '../../../src/core/kafka/abortedTransactions';
import { RecordBatch } from '../../../src/core/kafka/records/recordBatch';
import { attributeBits, batchBytes } from '../../support/recordBatches';

const { transactional, control } = attributeBits;
const sent = (baseOffset: bigint, producerId: bigint): RecordBatch =>
  new RecordBatch(batchBytes([{ value: 'v' }], { baseOffset, producerId, attributes: transactional }));
const marker = (baseOffset: bigint, producerId: bigint, type: 'abort' | 'commit'): RecordBatch =>
  new RecordBatch(
    batchBytes([{ key: Uint8Array.from([0, 0, 0, type === 'abort' ? 0 : 1]) }], {
      baseOffset,
      producerId,
      attributes: transactional | control,
    }),
  );

describe('batches of transactions that were taken back', () => {
  it('are those of the producer from the offset named to its marker', () => {
    const aborted = new AbortedTransactions([
      { producerId: 2n, firstOffset: 5n },
      { producerId: 1n, firstOffset: 1n },
    ]);
    const asked: readonly (readonly [RecordBatch, boolean])[] = [
      [sent(0n, 1n), false],
      [sent(1n, 1n), true],
      [sent(2n, 2n), false],
      [marker(3n, 2n, 'commit'), false],
      [marker(4n, 1n, 'abort'), false],
      [sent(5n, 2n), true],
      [sent(6n, 1n), false],
      [marker(7n, 2n, 'abort'), false],
      [sent(8n, 2n), false],
    ];
    expect(asked.map(([batch]) => aborted.isAborted(batch))).toEqual(asked.map(([, expected]) => expected));
  });

  it('are none that were not sent in a transaction', () => {
    const aborted = new AbortedTransactions([{ producerId: 1n, firstOffset: 0n }]);
    expect(aborted.isAborted(new RecordBatch(batchBytes([{}], { producerId: 1n })))).toBe(false);
  });
});
