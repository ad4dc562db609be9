/** What `_metadata` says of the files that belong to a savepoint or checkpoint. */
export interface SavepointReferences {
  /** Files beside it, with the bytes they must have at least. */
  readonly beside: ReadonlyMap<string, number>;
  /** Files anywhere, by the path or URI under which Flink wrote them. */
  readonly elsewhere: ReadonlyMap<string, number>;
}

/** The first four bytes of the file, Flink's `org.apache.flink.runtime.checkpoint.Checkpoints.HEADER_MAGIC_NUMBER`. */
const magicNumber = 0x4960672d;

/**
 * References as Flink's `MetadataV2V3SerializerBase` writes them: a type, and name and size (`6`, a file beside `_metadata`), or size
 * and path (`2`). Their places are not computed, which would mean to read every kind of state: they are recognised.
 */
// oxlint-disable-next-line no-control-regex -- the file is binary
const besidePattern = /\u0006\u0000\u0024([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(\u0000\u0000[^]{6})/g;
// oxlint-disable-next-line no-control-regex -- likewise
const elsewherePattern = /\u0002(\u0000\u0000[^]{6})([\u0000-\u000f][^])([a-z][a-z0-9+.-]*:\/|\/)/g;

/** Magic number, version and number of the checkpoint. */
const headerLength = 16;
/**
 * What stands at the end in these versions (`MetadataV4Serializer` and those made of it, which Flink 1.15 to 2.2 write): a Java
 * object of this class, which is longer than its name.
 */
const versionsWithProperties: ReadonlySet<number> = new Set([4, 5, 6]);
const properties = Buffer.from('org.apache.flink.runtime.checkpoint.CheckpointProperties', 'latin1');

/**
 * Reads which files a savepoint consists of; `undefined` when the content is not the metadata of one, `'cutShort'` when its end is
 * missing. State of a few kilobytes lies in the metadata itself, so that most savepoints of the playground name none. A file of
 * which only the last some hundred bytes are missing is not recognised as such.
 */
export function readReferences(content: Buffer): SavepointReferences | 'cutShort' | undefined {
  if (content.length < headerLength || content.readUInt32BE(0) !== magicNumber) return undefined;
  const version = content.readUInt32BE(4);
  if (content.length === headerLength) return 'cutShort';
  if (versionsWithProperties.has(version) && !content.includes(properties)) return 'cutShort';
  const text = content.toString('latin1');
  const beside = new Map<string, number>();
  for (const { 1: name = '', 2: size = '' } of text.matchAll(besidePattern)) beside.set(name, bytesOf(size));
  const elsewhere = new Map<string, number>();
  for (const match of text.matchAll(elsewherePattern)) {
    const { 1: size = '', 2: length = '', 3: start = '' } = match;
    const begin = match.index + match[0].length - start.length;
    const path = content.toString('utf8', begin, begin + (length.charCodeAt(0) << 8) + length.charCodeAt(1));
    if (/^[^\p{Cc}\u{fffd}]+$/u.test(path)) elsewhere.set(path, bytesOf(size));
  }
  return { beside, elsewhere };
}

function bytesOf(eightBytes: string): number {
  return Number(Buffer.from(eightBytes, 'latin1').readBigUInt64BE());
}
