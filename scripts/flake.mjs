// `npm run flake -- <level> <times> [-- <files>]`: runs a level again and again and shows how often it failed.
import { run } from './lib/processes.mjs';
import { duration, Failure, runMain } from './lib/project.mjs';

await runMain(async () => {
  const [level, times = '20', ...rest] = process.argv.slice(2);
  const rounds = Number(times);
  if (level === undefined || !Number.isInteger(rounds) || rounds < 1) {
    throw new Failure('Say which level and how often: npm run flake -- contract 20');
  }
  let failures = 0;
  for (let round = 1; round <= rounds; round += 1) {
    const began = Date.now();
    const code = await run(process.execPath, ['scripts/test.mjs', level, ...rest], { quiet: true });
    if (code !== 0) failures += 1;
    console.log(`round ${round} of ${rounds}: ${code === 0 ? 'passed' : 'FAILED'} (${duration(Date.now() - began)})`);
  }
  console.log(`\n${failures} of ${rounds} rounds failed`);
  return failures === 0 ? 0 : 1;
});
