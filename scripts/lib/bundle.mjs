// Bundles TypeScript of ours that Node runs as it is: in the terminal, or in the extension host of a test.
import path from 'node:path';
import { cacheDirectory, root } from './project.mjs';

/**
 * @param {string} entry from the project's folder
 * @param {string} name of the file made
 * @returns {Promise<string>} the bundle's path
 */
export async function bundleForNode(entry, name) {
  // Not known before the set-up installed them.
  const [{ build }, { nodeBundleOptions }] = await Promise.all([import('esbuild'), import('../../esbuild.mjs')]);
  const outfile = path.join(cacheDirectory, 'bundles', `${name}.js`);
  await build({
    ...nodeBundleOptions(),
    entryPoints: [path.join(root, entry)],
    outfile,
    external: ['vscode', 'mocha', 'esbuild'],
    logLevel: 'warning',
  });
  return outfile;
}
