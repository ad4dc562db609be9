import { defineConfig } from 'vitest/config';
import { centralAddress } from './scripts/centralAddress.mjs';

const define = { __CENTRAL_ADDRESS__: JSON.stringify(centralAddress()) };

/** Suites that start processes run one file after another and wait for conditions, so they have time. */
const heavy = {
  fileParallelism: false,
  maxWorkers: 1,
  testTimeout: 180_000,
  hookTimeout: 300_000,
  teardownTimeout: 60_000,
  // Of Vitest's own second, a busy machine can take all.
  expect: { poll: { timeout: 20_000 } },
};

export default defineConfig({
  test: {
    projects: [
      { define, test: { name: 'static', include: ['test/*.test.ts'], testTimeout: 30_000 } },
      {
        define,
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          testTimeout: 30_000,
          // Loading the modules for each file anew would take longer than the tests.
          isolate: false,
          // Some wait for real processes, which take their time while a machine is busy.
          expect: { poll: { timeout: 20_000 } },
        },
      },
      { define, test: { ...heavy, name: 'contract', include: ['test/contract/**/*.test.ts'] } },
      { define, test: { ...heavy, name: 'extended', include: ['test/extended/**/*.test.ts'] } },
      { define, test: { ...heavy, name: 'drill', include: ['test/drill/**/*.test.ts'], testTimeout: 3_600_000 } },
      { define, test: { ...heavy, name: 'webview', include: ['test/webview/**/*.test.ts'] } },
      { define, test: { ...heavy, name: 'e2e', include: ['test/e2e/**/*.test.ts'] } },
      { define, test: { ...heavy, name: 'crash', include: ['test/crash/**/*.test.ts'] } },
      { define, test: { ...heavy, name: 'soak', include: ['test/soak/**/*.test.ts'] } },
      { define, test: { ...heavy, name: 'record', include: ['test/record/**/*.test.ts'] } },
      { define, test: { ...heavy, name: 'docker', include: ['test/docker/**/*.test.ts'] } },
    ],
  },
});
