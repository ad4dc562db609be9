// `npm run crash [-- <rounds> <seed>]`: kills windows, JobManagers and TaskManagers in the middle of restarts and rescales, and
// prints what became of the job each time. The table is kept in test-results/crash.json.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { resultsDirectory, runMain } from './lib/project.mjs';
import { ensureSetup } from './setup.mjs';
import { runVitest } from './verify.mjs';

await runMain(async () => {
  const [rounds = '50', seed = '1'] = process.argv.slice(2);
  await ensureSetup();
  process.env['CRASH_ROUNDS'] = rounds;
  process.env['CRASH_SEED'] = seed;
  const code = await runVitest('crash', path.join(resultsDirectory, 'crash-tests.json'));
  /** @type {{ rows: readonly Record<string, string>[] }} */
  const { rows } = JSON.parse(await readFile(path.join(resultsDirectory, 'crash.json'), 'utf8'));
  console.table(rows);
  /** @type {Record<string, number>} */
  const verdicts = {};
  for (const { variant, found, verdict } of rows) {
    const key = `${variant}: ${found} → ${verdict}`;
    verdicts[key] = (verdicts[key] ?? 0) + 1;
  }
  console.table(verdicts);
  return code;
});
