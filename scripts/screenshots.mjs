// `npm run screenshots`: runs the end-to-end tests and puts their pictures that the README shows in their place.
import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { run } from './lib/processes.mjs';
import { Failure, resultsDirectory, root, runMain } from './lib/project.mjs';

/** By name in `media/screenshots`, what the end-to-end tests call it. */
const pictures = {
  'playground-dark': 'running-dark',
  'playground-light': 'running-light',
  'welcome-dark': 'welcome-dark',
};

await runMain(async () => {
  const code = await run(process.execPath, ['scripts/test.mjs', 'e2e']);
  if (code !== 0) throw new Failure('The end-to-end tests failed; the pictures were left as they are.');
  const target = path.join(root, 'media/screenshots');
  await mkdir(target, { recursive: true });
  for (const [name, source] of Object.entries(pictures)) {
    await copyFile(path.join(resultsDirectory, 'e2e', `${source}.png`), path.join(target, `${name}.png`));
  }
});
