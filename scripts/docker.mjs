// `npm run stack`: puts the jars where `docker compose up` in playground/ needs them. `-- 1.20.5` for another version of Flink.
// `npm run docker:images`: the images that the compose files begin with.
import { bundleForNode } from './lib/bundle.mjs';
import { run } from './lib/processes.mjs';
import { Failure, root, runMain } from './lib/project.mjs';
import { ensureSetup } from './setup.mjs';

await runMain(async () => {
  const [task = '', ...rest] = process.argv.slice(2);
  if (task !== 'images' && task !== 'stack') throw new Failure('Say what to do: images, or stack [Flink version].');
  await ensureSetup();
  return run('node', [await bundleForNode('scripts/docker/main.ts', 'docker'), root, task, ...rest]);
});
