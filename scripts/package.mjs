// `npm run package`: makes the VSIX and looks at what is in it.
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './lib/processes.mjs';
import { Failure, root, runMain } from './lib/project.mjs';
import { entriesOf } from './lib/zip.mjs';
import { ensureSetup } from './setup.mjs';

const limit = 2_000_000;

/** What must never be in the package: dependencies, sources, tests, tools, maps. */
const forbidden =
  /^extension\/(?:node_modules|src|test|bench|scripts|l10n\/export|media\/webviews|playground\/job|\.[^/]+|test-results)(?:\/|$)|\.(?:ts|tsx|map|mjs|java|vsix)$|^extension\/(?:tsconfig|knip|package-lock|esbuild|vitest)|^extension\/dist\/meta-/;

/**
 * @returns {Promise<string>} the path of the package, whose content was checked
 * @throws {Failure} when something is in it that must not be, is not in it that must be, or it is too big
 */
export async function packageExtension() {
  const manifest = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
  const file = path.join(root, `${manifest.name}-${manifest.version}.vsix`);
  const vsce = path.join(root, 'node_modules/@vscode/vsce/vsce');
  const code = await run('node', [vsce, 'package', '--no-dependencies', '--out', file], { quiet: true });
  if (code !== 0) throw new Failure('vsce could not package the extension.');
  const names = (await entriesOf(file)).map(({ name }) => name);
  const strangers = names.filter((name) => forbidden.test(name));
  if (strangers.length > 0) throw new Failure(`These do not belong into the package: ${strangers.join(', ')}`);
  /** @type {{ job: { jars: Record<string, string> } }} */
  const playground = JSON.parse(await readFile(path.join(root, 'playground/playground.json'), 'utf8'));
  const wanted = [
    'extension/package.json',
    'extension/dist/extension.js',
    'extension/dist/engine.js',
    'extension/dist/commands.js',
    'extension/dist/panels.js',
    'extension/dist/kafkaWorker.js',
    'extension/dist/THIRD_PARTY_NOTICES.txt',
    'extension/dist/webviews/codicon.css',
    'extension/dist/webviews/codicon.ttf',
    ...['compose.yaml', 'compose.zookeeper.yaml', 'images/flink/Dockerfile', 'images/flink/submit'].map(
      (name) => `extension/dist/playground/${name}`,
    ),
    ...Object.values(playground.job.jars).map((jar) => `extension/dist/playground/${jar}`),
  ];
  const missing = wanted.filter((name) => !names.includes(name));
  if (missing.length > 0) throw new Failure(`These are missing in the package: ${missing.join(', ')}`);
  const { size } = await stat(file);
  if (size >= limit) throw new Failure(`The package is ${size} bytes; it must be under ${limit}.`);
  console.log(`${path.basename(file)}: ${names.length} files, ${(size / 1000).toFixed(0)} kB`);
  return file;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runMain(async () => {
    await ensureSetup();
    await packageExtension();
  });
}
