// `npm run bench [-- <name>…]`: builds the benches and runs those that are named, all of them otherwise.
import { bundleForNode } from './lib/bundle.mjs';
import { run } from './lib/processes.mjs';
import { runMain } from './lib/project.mjs';
import { ensureSetup } from './setup.mjs';

await runMain(async () => {
  await ensureSetup();
  await bundleForNode('bench/host/index.ts', 'bench-host');
  await bundleForNode('bench/largeCluster/serve.ts', 'bench-large-cluster');
  await bundleForNode('bench/main.ts', 'bench');
  return run('node', ['bench/run.mjs', ...process.argv.slice(2)]);
});
