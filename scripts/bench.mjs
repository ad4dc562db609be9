// `npm run bench [-- <name>…]`: builds the benches and runs those that are named, all of them otherwise.
import path from 'node:path';
import { run } from './lib/processes.mjs';
import { cacheDirectory, root, runMain } from './lib/project.mjs';
import { ensureSetup } from './setup.mjs';

await runMain(async () => {
  await ensureSetup();
  // Not before: a fresh clone has no packages yet.
  const esbuild = await import('esbuild');
  const { nodeBundleOptions } = await import('../esbuild.mjs');
  const bundle = path.join(cacheDirectory, 'bench', 'main.js');
  await esbuild.build({
    ...nodeBundleOptions(),
    entryPoints: [path.join(root, 'bench/main.ts')],
    outfile: bundle,
    logLevel: 'warning',
  });
  return run('node', [bundle, ...process.argv.slice(2)]);
});
