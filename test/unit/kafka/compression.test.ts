import { describe, expect, it } from 'vitest';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { decompress } from '../../../src/core/kafka/records/compression';

const plain = Buffer.from('the same again, the same again, the same again');
const hex = (text: string): Buffer => Buffer.from(text, 'hex');

/** What `kafka-console-producer` of Kafka 4.2.2 sent: snappy in blocks after xerial's header, lz4 as a frame. */
describe('decompression of records', () => {
  it.each([
    ['nothing', 0, plain],
    ['gzip', 1, gzipSync(plain)],
    ['zstd', 4, zstdCompressSync(plain)],
  ])('undoes %s', (_name, attributes, compressed) => {
    expect(decompress(attributes, compressed).toString()).toBe(plain.toString());
  });

  it('undoes one bare block of snappy, and blocks in a frame', () => {
    const block = Buffer.concat([hex('05'), hex('10'), Buffer.from('clicks').subarray(0, 5)]);
    const length = Buffer.alloc(4);
    length.writeInt32BE(block.length);
    const header = hex('82534e41505059000000000100000001');
    expect(decompress(2, block).toString()).toBe('click');
    expect(decompress(2, Buffer.concat([header, length, block, length, block])).toString()).toBe('clickclick');
  });

  it('undoes a frame of lz4', () => {
    const frame = hex('04224d1860408205000080636c69636b00000000');
    expect(decompress(3, frame).toString()).toBe('click');
  });

  it.each([
    ['gzip', 1],
    ['snappy', 2],
    ['lz4', 3],
    ['zstd', 4],
  ])('says which codec it was when the bytes are not of %s', (name, attributes) => {
    expect(() => decompress(attributes, Buffer.from('nonsense, surely'))).toThrow(`compressed by ${name} are damaged`);
  });

  it('refuses what grows beyond all measure', () => {
    const bomb = gzipSync(Buffer.alloc(300 * 1024 * 1024));
    expect(() => decompress(1, bomb)).toThrow('damaged');
    expect(() => decompress(2, hex('ffffffff0f'))).toThrow('damaged');
  });

  it('does not know a codec that Kafka does not have yet', () => {
    expect(() => decompress(7, plain)).toThrow('not known here');
  });
});
