// Makes a fresh clone ready: npm packages, Node 24, the playground's jars, the bundles. Plain Node 20, no dependencies.
import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { outputOf, run } from './lib/processes.mjs';
import { duration, Failure, root, runMain } from './lib/project.mjs';

/**
 * @typedef {object} SetupOptions
 * @property {boolean} [build] also the jars and the bundles; true unless given
 */

/**
 * Does what is missing, and puts Node 24 first on the PATH of everything that this process starts.
 * @param {SetupOptions} [options]
 */
export async function ensureSetup({ build = true } = {}) {
  if (!isInstalled()) {
    await step('Installing npm packages', () => npm(['ci', '--ignore-scripts']));
  }
  useNode24();
  if (!build) return;
  await ensureJars();
  await step('Building the bundles', () => run('node', ['esbuild.mjs', '--metafile'], { quiet: true }));
}

/**
 * @param {string} title
 * @param {() => Promise<number>} action
 */
async function step(title, action) {
  const began = Date.now();
  process.stdout.write(`${title} … `);
  const code = await action();
  console.log(`${code === 0 ? 'done' : 'failed'} (${duration(Date.now() - began)})`);
  if (code !== 0) throw new Failure(`${title} failed.`);
}

/**
 * Runs npm by the Node that runs this, also on Windows, where `npm` itself is a shell script.
 * @param {readonly string[]} args
 * @param {string} [cwd]
 * @returns {Promise<number>}
 */
export async function npm(args, cwd = root) {
  const cli = process.env['npm_execpath'];
  if (cli !== undefined && cli.endsWith('.js')) return run(process.execPath, [cli, ...args], { cwd, quiet: true });
  return run('npm', args, { cwd, quiet: true, shell: process.platform === 'win32' });
}

/**
 * True when every package of the lock is there in its version. Times of files say nothing after a checkout.
 * @param {string} [folder] one with a `package-lock.json`
 * @returns {boolean}
 */
export function isInstalled(folder = root) {
  const installedFile = path.join(folder, 'node_modules/.package-lock.json');
  if (!existsSync(installedFile)) return false;
  const wanted = packagesOf(path.join(folder, 'package-lock.json'));
  const installed = packagesOf(installedFile);
  return Object.entries(wanted).every(([name, { version, optional }]) => {
    if (name === '') return true;
    const found = installed[name];
    return found === undefined ? optional === true : found.version === version;
  });
}

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, optional?: boolean }>}
 */
function packagesOf(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages ?? {};
}

/** Puts Node 24 from npm first on the PATH; where npm has none for this system, the system's own must be new enough. */
function useNode24() {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const folder = path.join(root, 'node_modules', name, 'bin');
  const bin = [path.join(root, 'node_modules', '.bin')];
  if (existsSync(folder)) {
    bin.unshift(folder);
  } else {
    const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
    if (major < 22 || (major === 22 && minor < 12)) {
      throw new Failure(
        `The tools need Node 22.12 or newer; this is ${process.versions.node}, and npm has no newer one for ${process.platform} on ${process.arch}.`,
        'Install Node 24 and try again.',
      );
    }
    bin.unshift(path.dirname(process.execPath));
  }
  const key = Object.keys(process.env).find((each) => each.toUpperCase() === 'PATH') ?? 'PATH';
  const rest = (process.env[key] ?? '').split(path.delimiter).filter((entry) => !bin.includes(entry));
  process.env[key] = [...bin, ...rest].join(path.delimiter);
}

/** Has Maven build the playground's jars when a source is newer than they are. */
async function ensureJars() {
  const module = path.join(root, 'playground/job');
  const target = path.join(module, 'target');
  /** @type {{ job: { jars: Record<string, string> } }} */
  const playground = JSON.parse(readFileSync(path.join(root, 'playground/playground.json'), 'utf8'));
  const folders = [target, ...subfolders(module).map((folder) => path.join(folder, 'target'))];
  const complete = Object.values(playground.job.jars).every((jar) =>
    folders.some((folder) => existsSync(path.join(folder, jar))),
  );
  // Maven leaves a jar alone when its content is the same, so the time of the last build is kept beside the jars.
  const stamp = path.join(target, 'built-by-setup');
  if (complete && existsSync(stamp) && statSync(stamp).mtimeMs >= newest(module)) return;
  requireMaven();
  const began = new Date();
  await step("Building the playground's jars with Maven", () =>
    run('mvn', ['-q', '-B', 'package', '-DskipTests'], {
      cwd: module,
      quiet: true,
      shell: process.platform === 'win32',
    }),
  );
  writeFileSync(stamp, '');
  // A source that was saved while Maven worked counts as newer.
  utimesSync(stamp, began, began);
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function subfolders(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => path.join(folder, entry.name));
}

/**
 * The time of the newest source, tests and built files left out.
 * @param {string} folder
 * @returns {number} milliseconds since the epoch
 */
function newest(folder) {
  let time = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== 'target' && entry.name !== 'test') time = Math.max(time, newest(file));
    } else if (entry.name === 'pom.xml' || file.includes(`${path.sep}src${path.sep}`)) {
      time = Math.max(time, statSync(file).mtimeMs);
    }
  }
  return time;
}

/** @throws {Failure} naming what is missing: Maven, or a JDK of 17 or newer. */
export function requireMaven() {
  const javaHome = process.env['JAVA_HOME'];
  const javac = outputOf(javaHome ? path.join(javaHome, 'bin', 'javac') : 'javac', ['-version']);
  const version = Number(/javac (\d+)/.exec(javac ?? '')?.[1] ?? 0);
  if (version < 17) {
    throw new Failure(
      version === 0
        ? `No Java compiler was found${javaHome ? ` in JAVA_HOME (${javaHome})` : ' on the PATH'}; the playground's jobs are built with a JDK.`
        : `The Java compiler is version ${version}; the playground's jobs are built with a JDK of version 17 or newer.`,
      'Install a JDK 17 or 21 (Debian and Ubuntu: apt-get install openjdk-17-jdk-headless), or set JAVA_HOME to one.',
    );
  }
  if (outputOf('mvn', ['-version']) === undefined) {
    throw new Failure(
      "Maven was not found; the playground's jobs are built with it.",
      'Install Maven 3.8 or newer (Debian and Ubuntu: apt-get install maven; macOS: brew install maven) and put mvn on the PATH.',
    );
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runMain(() => ensureSetup({ build: !process.argv.includes('--no-build') }));
}
