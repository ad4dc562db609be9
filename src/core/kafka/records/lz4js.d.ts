/** The functions of lz4js 0.2.0 that are used; the package has no types of its own. */
declare module 'lz4js' {
  /** The most bytes that a frame can hold, by the sizes of its blocks. Throws on what is no frame. */
  export function decompressBound(source: Uint8Array): number;
  /** Fills `target` with the content of a frame and returns its size. What does not fit is dropped. */
  export function decompressFrame(source: Uint8Array, target: Uint8Array): number;
}
