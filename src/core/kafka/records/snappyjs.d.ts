/** The function of snappyjs 0.7.0 that is used; the package has no types of its own. */
declare module 'snappyjs' {
  /** Throws on what is damaged, and on what would be longer than `maxLength` before it is decompressed. */
  export function uncompress(compressed: Buffer, maxLength: number): Buffer;
}
