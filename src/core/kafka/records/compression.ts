import * as l10n from '@vscode/l10n';
import * as lz4 from 'lz4js';
import { uncompress } from 'snappyjs';
import * as zlib from 'node:zlib';
import { PlaygroundError } from '../../util/errors';

/** A batch that grows beyond this when it is decompressed is meant to do harm. */
const largestBatchBytes = 256 * 1024 * 1024;

/** The names of the codecs by their number in a batch's attributes. */
const codecNames = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;
type CodecName = (typeof codecNames)[number];

const codecMask = 0b111;
/** `\x82SNAPPY\0`: what the Java library writes before blocks, each after its length; librdkafka writes one bare block. */
const xerialMagic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0]);
const xerialHeaderLength = 16;

/**
 * The records of a batch as they were before compression, by the codec that its attributes name.
 * @throws PlaygroundError `protocol` when the bytes are damaged, grow beyond all measure, or need a codec that is not here.
 */
export function decompress(attributes: number, bytes: Buffer): Buffer {
  const name = codecNames[attributes & codecMask];
  if (name === undefined) {
    throw new PlaygroundError('protocol', l10n.t('These records are compressed in a way that is not known here.'));
  }
  if (name === 'none') return bytes;
  if (name === 'zstd' && !canReadZstd()) {
    throw new PlaygroundError(
      'protocol',
      l10n.t('These records are compressed by zstd, which this editor cannot read.'),
      {
        remedy: l10n.t('A newer version of the editor can: it comes with Node 22.15 or later.'),
      },
    );
  }
  try {
    return codecs[name](bytes);
  } catch (error) {
    throw new PlaygroundError('protocol', l10n.t('Records that are compressed by {0} are damaged.', name), {
      cause: error,
    });
  }
}

/** Node has zstd since 22.15 and 23.8. */
function canReadZstd(): boolean {
  return typeof Reflect.get(zlib, 'zstdDecompressSync') === 'function';
}

const codecs: Readonly<Record<Exclude<CodecName, 'none'>, (bytes: Buffer) => Buffer>> = {
  gzip: (bytes) => zlib.gunzipSync(bytes, { maxOutputLength: largestBatchBytes }),
  snappy: decompressSnappy,
  lz4: decompressLz4,
  zstd: (bytes) => zlib.zstdDecompressSync(bytes, { maxOutputLength: largestBatchBytes }),
};

function decompressSnappy(bytes: Buffer): Buffer {
  if (!bytes.subarray(0, xerialMagic.length).equals(xerialMagic)) return uncompress(bytes, largestBatchBytes);
  const blocks: Buffer[] = [];
  let left = largestBatchBytes;
  for (let at = xerialHeaderLength; at < bytes.length;) {
    const length = bytes.readInt32BE(at);
    if (length < 0 || at + 4 + length > bytes.length) throw new RangeError('A block of snappy is cut.');
    const block = uncompress(bytes.subarray(at + 4, at + 4 + length), left);
    left -= block.length;
    blocks.push(block);
    at += 4 + length;
  }
  return Buffer.concat(blocks);
}

function decompressLz4(bytes: Buffer): Buffer {
  const bound = lz4.decompressBound(bytes);
  if (!(bound >= 0 && bound <= largestBatchBytes)) throw new RangeError('A frame of lz4 is too large.');
  const target = Buffer.allocUnsafeSlow(bound);
  const size = lz4.decompressFrame(bytes, target);
  if (!(size >= 0 && size <= bound)) throw new RangeError('A frame of lz4 is damaged.');
  return target.subarray(0, size);
}
