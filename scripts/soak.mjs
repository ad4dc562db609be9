// `npm run soak [-- --minutes <minutes>] [--rate <records a second>]`: lets a tail with a filter and a window check read for half
// an hour and accounts for every record and for the memory. The report is kept in test-results/soak.json.
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Failure, resultsDirectory, runMain } from './lib/project.mjs';
import { ensureSetup } from './setup.mjs';
import { runVitest } from './verify.mjs';

await runMain(async () => {
  const { values } = parseArgs({ options: { minutes: { type: 'string' }, rate: { type: 'string' } } });
  const { minutes = '30', rate = '20000' } = values;
  if (!(Number(minutes) > 0) || !(Number(rate) >= 1000)) {
    throw new Failure(
      'Say how long, and how many records a second, at least 1000: npm run soak -- --minutes 2 --rate 20000',
    );
  }
  await ensureSetup();
  process.env['SOAK_MINUTES'] = minutes;
  process.env['SOAK_RATE'] = rate;
  const report = path.join(resultsDirectory, 'soak.json');
  await rm(report, { force: true });
  const code = await runVitest('soak', path.join(resultsDirectory, 'soak-tests.json'));
  console.log(await readFile(report, 'utf8'));
  return code;
});
