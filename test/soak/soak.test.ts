import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { soak, type SoakReport } from '../support/soak/soak';
import { unaccounted } from '../support/soak/unaccounted';

/** `npm run soak -- --minutes <minutes> --rate <records a second>`. */
const minutes = Number(process.env['SOAK_MINUTES'] ?? '30');
const rate = Number(process.env['SOAK_RATE'] ?? '20000');
/** What a tail may grow by from its first to its tenth million records. */
const mostGrowthMb = 30;

describe(`a tail with a filter and a window check, over ${minutes} minutes`, () => {
  let report: SoakReport;

  beforeAll(
    async () => {
      report = await soak({ seconds: minutes * 60, rate });
      const folder = join(import.meta.dirname, '..', '..', 'test-results');
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, 'soak.json'), `${JSON.stringify({ minutes, ...report }, undefined, 2)}\n`);
    },
    minutes * 60_000 + 300_000,
  );

  it('lose no record: all offsets are read, taken back or markers', () => {
    expect(unaccounted(report)).toEqual([]);
  });

  it('keep their memory', () => {
    expect(report.memory.growthMb).toBeLessThanOrEqual(mostGrowthMb);
  });
});
