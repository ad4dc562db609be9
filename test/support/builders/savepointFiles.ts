import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file that `_metadata` names. */
export interface NamedFile {
  readonly name: string;
  readonly size: number;
}

/** A `_metadata` with references as Flink's `MetadataV2V3SerializerBase` writes them, among bytes that mean nothing here. */
export function savepointMetadata(beside: readonly NamedFile[] = [], elsewhere: readonly NamedFile[] = []): Buffer {
  const utf = (text: string): Buffer => {
    const bytes = Buffer.from(text, 'utf8');
    const length = Buffer.alloc(2);
    length.writeUInt16BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  const long = (value: number): Buffer => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64BE(BigInt(value));
    return bytes;
  };
  const noise = Buffer.from([0, 0, 0, 1, 255, 7, 0]);
  return Buffer.concat([
    Buffer.from([0x49, 0x60, 0x67, 0x2d, 0, 0, 0, 4]),
    long(17),
    noise,
    ...beside.flatMap(({ name, size }) => [Buffer.from([6]), utf(name), long(size), noise]),
    ...elsewhere.flatMap(({ name, size }) => [Buffer.from([2]), long(size), utf(name), noise]),
    Buffer.from([0xac, 0xed, 0, 5, 0x73, 0x72]),
    utf('org.apache.flink.runtime.checkpoint.CheckpointProperties'),
    noise,
  ]);
}

/** Writes a folder with files of its own; `_metadata` names nothing unless given. */
export function writeSavepoint(folder: string, files: Readonly<Record<string, Buffer | string>> = {}): string {
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries({ _metadata: savepointMetadata(), ...files })) {
    writeFileSync(join(folder, name), content);
  }
  return folder;
}
