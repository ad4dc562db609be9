/** What two lists of offsets have in common when they are the same, in whatever order they are told. */
export interface OffsetTotals {
  readonly count: number;
  readonly checksum: number;
}

/** Counts offsets and adds up a hash of each, so that one that is lost and one that comes twice do not make up for each other. */
export class OffsetSum {
  #count = 0;
  #checksum = 0;

  add(offset: number): void {
    this.#count += 1;
    this.#checksum = (this.#checksum + hashOf(offset)) | 0;
  }

  get totals(): OffsetTotals {
    return { count: this.#count, checksum: this.#checksum };
  }
}

/** Of 32 bits, by the finalizer of MurmurHash3; offsets of this test are far below 2^32. */
function hashOf(offset: number): number {
  let mixed = offset | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
