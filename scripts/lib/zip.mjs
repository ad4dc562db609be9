// Listing a zip file by its central directory. Plain Node 20, no dependencies.
import { readFile } from 'node:fs/promises';
import { Failure } from './project.mjs';

/**
 * @param {string} file a zip without the 64-bit extension, as a package of a few megabytes is
 * @returns {Promise<{ name: string, size: number }[]>} sizes as they are unpacked
 */
export async function entriesOf(file) {
  const bytes = await readFile(file);
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end === -1) throw new Failure(`${file} is not a zip file.`);
  const entries = [];
  let at = bytes.readUInt32LE(end + 16);
  for (let count = bytes.readUInt16LE(end + 10); count > 0; count -= 1) {
    const nameLength = bytes.readUInt16LE(at + 28);
    entries.push({ name: bytes.toString('utf8', at + 46, at + 46 + nameLength), size: bytes.readUInt32LE(at + 24) });
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return entries;
}
