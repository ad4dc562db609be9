// `npm run watch`: builds the bundles anew whenever a source changes.
import { run } from './lib/processes.mjs';
import { runMain } from './lib/project.mjs';
import { ensureSetup } from './setup.mjs';

await runMain(async () => {
  await ensureSetup();
  return run('node', ['esbuild.mjs', '--watch']);
});
