// `npm run drill [-- <rounds> [<seed>]]`: operates a local playground in random order and compares view, processes and model.
import path from 'node:path';
import { Failure, resultsDirectory, runMain } from './lib/project.mjs';
import { ensureSetup } from './setup.mjs';
import { runVitest } from './verify.mjs';

await runMain(async () => {
  const [rounds = '50', seed] = process.argv.slice(2);
  if (!/^[1-9]\d*$/.test(rounds) || (seed !== undefined && !/^\d+$/.test(seed))) {
    throw new Failure('Say how many rounds, and the seed of one that is to be repeated: npm run drill -- 50 1234');
  }
  await ensureSetup();
  process.env['DRILL_ROUNDS'] = rounds;
  if (seed !== undefined) process.env['DRILL_SEED'] = seed;
  return runVitest('drill', path.join(resultsDirectory, 'drill.json'));
});
