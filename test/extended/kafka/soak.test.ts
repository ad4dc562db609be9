import { describe, expect, it } from 'vitest';
import { soak } from '../../support/soak/soak';
import { unaccounted } from '../../support/soak/unaccounted';

/** Half an hour of it, with its memory: `npm run soak`. */
describe('a tail with a filter and a window check at 20,000 records a second', () => {
  it('lose no record: all offsets are read, taken back or markers', async () => {
    expect(unaccounted(await soak({ seconds: 15, rate: 20_000 }))).toEqual([]);
  });
});
