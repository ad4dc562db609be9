// The level docker: only where a Docker engine answers, with images that are pulled or imitated first.
import { bundleForNode } from './lib/bundle.mjs';
import { none } from './lib/counts.mjs';
import { outputOf, run } from './lib/processes.mjs';
import { Failure, root } from './lib/project.mjs';

/** @typedef {import('./lib/counts.mjs').Counts} Counts */

/**
 * Where no engine answers the level is skipped, and counted as such: `npm test` goes on, CI fails.
 * @param {() => Promise<Counts>} tests
 * @returns {Promise<Counts>}
 */
export async function dockerTests(tests) {
  const missing = missingPart();
  if (missing !== undefined) {
    console.log(`skipped: the level docker, because ${missing}`);
    return { ...none(), skipped: 1 };
  }
  const main = await bundleForNode('scripts/docker/main.ts', 'docker');
  for (const task of ['images', 'stack']) {
    if ((await run('node', [main, root, task])) !== 0) throw new Failure(`The ${task} could not be made.`);
  }
  return tests();
}

/** @returns {string | undefined} what stands in the way, as the end of a sentence */
function missingPart() {
  if (outputOf('docker', ['--version']) === undefined) return 'there is no docker on the PATH.';
  if (outputOf('docker', ['info']) === undefined) return 'no Docker engine answers.';
  if (outputOf('docker', ['compose', 'version']) === undefined) return 'Docker has no compose.';
  return undefined;
}
