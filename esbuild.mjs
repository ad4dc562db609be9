// Builds everything that the extension ships: `node esbuild.mjs [--watch] [--metafile] [--only host,webviews,playground]`.
import { copyFile, cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { centralAddress } from './scripts/centralAddress.mjs';
import { licenceFaults, noticesOf, noticesText } from './scripts/lib/notices.mjs';

const root = path.dirname(fileURLToPath(import.meta.url));
const dist = path.join(root, 'dist');

/** Modules that are bundles of their own, by output name: each is loaded when it is first used, and worker entries by path. */
const hostEntries = {
  extension: 'src/extension.ts',
  commands: 'src/commands/handlers.ts',
  engine: 'src/core/engine.ts',
  panels: 'src/panels/panels.ts',
  uninstall: 'src/uninstall.ts',
  kafkaWorker: 'src/core/kafka/worker/kafkaWorker.ts',
};

/**
 * Leaves `import('./core/engine')` and its like (by any relative way to them) as a load of the neighbouring bundle, so that activation
 * does not pay for it.
 * @type {esbuild.Plugin}
 */
const lazyBundles = {
  name: 'lazy-bundles',
  setup(build) {
    const bundleOf = new Map(
      Object.entries(hostEntries).map(([name, file]) => [path.join(root, file).replace(/\.ts$/, ''), `./${name}.js`]),
    );
    build.onResolve({ filter: /^\.{1,2}\// }, (args) => {
      if (args.kind !== 'dynamic-import') return undefined;
      const bundle = bundleOf.get(path.resolve(args.resolveDir, args.path).replace(/\.(ts|js)$/, ''));
      return bundle === undefined ? undefined : { path: bundle, external: true };
    });
  },
};

/**
 * What every bundle for Node has in common: the extension's own, those of the terminal and those of the tests.
 * @returns {esbuild.BuildOptions}
 */
export function nodeBundleOptions() {
  return {
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    mainFields: ['module', 'main'],
    // fetch-blob would load the polyfill where Node has no streams of its own; every Node that we run on has them.
    external: ['vscode', 'web-streams-polyfill'],
    // A dynamic import of CommonJS would hide its exports behind the lexer's guess; `require` gives the module as it is.
    supported: { 'dynamic-import': false },
    define: { __CENTRAL_ADDRESS__: JSON.stringify(centralAddress()) },
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'info',
  };
}

/** @returns {esbuild.BuildOptions} */
function hostOptions() {
  return {
    ...nodeBundleOptions(),
    entryPoints: Object.fromEntries(
      Object.entries(hostEntries).map(([name, file]) => [name, requireFile(path.join(root, file))]),
    ),
    outdir: dist,
    minify: true,
    plugins: [lazyBundles],
    metafile: true,
  };
}

/**
 * @param {string} file
 * @returns {string}
 */
function requireFile(file) {
  if (!existsSync(file)) throw new Error(`${path.relative(root, file)} is an entry of the build and does not exist.`);
  return file;
}

/** @returns {Promise<esbuild.BuildOptions>} */
async function webviewOptions() {
  const folder = path.join(root, 'media/webviews');
  /** @type {Record<string, string>} */
  const entryPoints = {};
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const main = path.join(folder, entry.name, 'main.ts');
    if (existsSync(main)) entryPoints[entry.name] = main;
  }
  return {
    absWorkingDir: root,
    entryPoints,
    outdir: path.join(dist, 'webviews'),
    tsconfig: path.join(root, 'tsconfig.webviews.json'),
    bundle: true,
    platform: 'browser',
    target: 'es2023',
    format: 'iife',
    minify: true,
    sourcemap: 'linked',
    sourcesContent: false,
    metafile: true,
    loader: { '.ttf': 'file', '.woff2': 'file' },
    assetNames: '[name]',
    logLevel: 'info',
  };
}

async function copyWebviewAssets() {
  const target = path.join(dist, 'webviews');
  await mkdir(target, { recursive: true });
  for (const name of ['codicon.css', 'codicon.ttf']) {
    await copyFile(path.join(root, 'node_modules/@vscode/codicons/dist', name), path.join(target, name));
  }
  const folder = path.join(root, 'media/webviews');
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    // A page whose styles are not imported by its script has them beside it.
    const styles = path.join(folder, entry.name, 'main.css');
    const built = path.join(target, `${entry.name}.css`);
    if (entry.isDirectory() && existsSync(styles) && !existsSync(built)) await copyFile(styles, built);
  }
}

/** The jars that Maven built, by the names of `playground.json`. @returns {Promise<void>} */
async function copyJars() {
  /** @type {{ job: { jars: Record<string, string> } }} */
  const playground = JSON.parse(await readFile(path.join(root, 'playground/playground.json'), 'utf8'));
  const target = path.join(dist, 'playground');
  await mkdir(target, { recursive: true });
  const folders = ['playground/job/target', ...(await modules('playground/job')).map((name) => `${name}/target`)];
  for (const jar of Object.values(playground.job.jars)) {
    const source = folders.map((folder) => path.join(root, folder, jar)).find(existsSync);
    if (source === undefined) {
      throw new Error(
        `${jar} is not built. Run \`npm run build\`, which has Maven build it, or \`mvn package\` in playground/job.`,
      );
    }
    await copyFile(source, path.join(target, jar));
  }
}

/** What Compose reads, without the jars that `npm run stack` puts there. @returns {Promise<void>} */
async function copyStack() {
  const source = path.join(root, 'playground');
  const target = path.join(dist, 'playground');
  await rm(path.join(target, 'images'), { recursive: true, force: true });
  for (const name of ['compose.yaml', 'compose.zookeeper.yaml', 'images']) {
    await cp(path.join(source, name), path.join(target, name), {
      recursive: true,
      filter: (file) => !path.basename(file).startsWith('jars'),
    });
  }
}

/**
 * @param {string} folder
 * @returns {Promise<string[]>}
 */
async function modules(folder) {
  const entries = await readdir(path.join(root, folder), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => `${folder}/${entry.name}`);
}

/**
 * @param {{ watch?: boolean, metafile?: boolean, only?: readonly string[] }} options
 * @returns {Promise<void>}
 */
export async function buildAll({ watch = false, metafile = false, only = ['host', 'webviews', 'playground'] } = {}) {
  await mkdir(dist, { recursive: true });
  if (only.includes('playground')) {
    await copyJars();
    await copyStack();
  }
  /** @type {Record<string, esbuild.BuildOptions>} */
  const bundles = {};
  if (only.includes('host')) bundles['host'] = hostOptions();
  if (only.includes('webviews')) bundles['webviews'] = await webviewOptions();
  /** @type {string[]} */
  const inputs = ['node_modules/@vscode/codicons/dist/codicon.ttf'];
  for (const [name, options] of Object.entries(bundles)) {
    if (watch) {
      const context = await esbuild.context(options);
      await context.watch();
      continue;
    }
    const result = await esbuild.build({ ...options, logLevel: 'warning' });
    inputs.push(...Object.keys(result.metafile?.inputs ?? {}));
    const file = path.join(dist, `meta-${name}.json`);
    if (metafile) await writeFile(file, JSON.stringify(result.metafile));
    else await rm(file, { force: true });
  }
  if (only.includes('webviews')) await copyWebviewAssets();
  if (!watch && Object.keys(bundles).length === 2) await writeNotices(inputs);
}

/**
 * @param {readonly string[]} inputs every file that went into a bundle
 * @returns {Promise<void>}
 */
async function writeNotices(inputs) {
  const notices = noticesOf(root, inputs);
  const faults = licenceFaults(notices);
  if (faults.length > 0) throw new Error(`These may not be shipped: ${faults.join(' ')}`);
  await writeFile(path.join(dist, 'THIRD_PARTY_NOTICES.txt'), noticesText(notices));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const only = process.argv.find((argument) => argument.startsWith('--only='))?.slice('--only='.length);
  await buildAll({
    watch: process.argv.includes('--watch'),
    metafile: process.argv.includes('--metafile'),
    ...(only === undefined ? {} : { only: only.split(',') }),
  });
}
