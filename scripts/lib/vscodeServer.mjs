// A real VS Code from npm: the plain server build inside code-server, installed by committed locks and run on loopback.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { npm } from '../setup.mjs';
import { pidsByArgument } from './leftovers.mjs';
import { descendants, killTree, run } from './processes.mjs';
import { cacheDirectory, Failure, root } from './project.mjs';

/** @typedef {import('./vscodeServer.d.mts').ServerVersion} ServerVersion */
/** @typedef {import('./vscodeServer.d.mts').ServerOptions} ServerOptions */
/** @typedef {import('./vscodeServer.d.mts').VscodeServer} VscodeServer */

const readyWithinMs = 60_000;

/**
 * Installs the server on first use.
 * @param {ServerVersion} which
 * @returns {Promise<string>} the folder of the server, with `out/server-main.js` in it
 */
async function installServer(which) {
  const source = path.join(root, 'test/support/vscode-server', which);
  const manifest = JSON.parse(await readFile(path.join(source, 'package.json'), 'utf8'));
  const version = manifest.dependencies['code-server'];
  const folder = path.join(cacheDirectory, 'vscode-server', version);
  const server = path.join(folder, 'node_modules/code-server/lib/vscode');
  if (existsSync(path.join(folder, 'complete'))) return server;

  console.log(`Installing the ${which} VS Code server (${version}) …`);
  const partial = `${folder}.${process.pid}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  for (const name of ['package.json', 'package-lock.json']) {
    await copyFile(path.join(source, name), path.join(partial, name));
  }
  await install(partial);
  // Its own lock is not in step with its package.json, and both ask for much that a test never loads: ours go instead.
  const inner = path.join(partial, 'node_modules/code-server/lib/vscode');
  await rm(path.join(inner, 'npm-shrinkwrap.json'), { force: true });
  for (const name of ['package.json', 'package-lock.json']) {
    await copyFile(path.join(source, 'server', name), path.join(inner, name));
  }
  await install(inner);
  await writeFile(path.join(partial, 'complete'), '');
  await rm(folder, { recursive: true, force: true });
  await rename(partial, folder);
  return server;
}

/**
 * Puts `vscodeLogger.cjs` in the place of the logger whose native part is not there.
 * @param {string} server
 */
async function provideLogger(server) {
  const target = path.join(server, 'node_modules/@vscode/spdlog/index.js');
  const source = await readFile(path.join(import.meta.dirname, 'vscodeLogger.cjs'));
  if (source.equals(await readFile(target))) return;
  const draft = `${target}.${process.pid}.draft`;
  await writeFile(draft, source);
  await rename(draft, target);
}

/** @param {string} folder */
async function install(folder) {
  const code = await npm(['ci', '--ignore-scripts', '--omit=dev', '--no-audit', '--no-fund'], folder);
  if (code !== 0) throw new Failure('The VS Code server could not be installed from npm.', 'Is npm reachable?');
}

/**
 * Starts a server that only this machine reaches, and only with its token.
 * @param {ServerOptions} options
 * @returns {Promise<VscodeServer>}
 */
export async function startServer({
  version = 'newest',
  directory,
  settings = {},
  env = {},
  logFile,
  vsix,
  asksForTrust = false,
}) {
  const server = await installServer(version);
  await provideLogger(server);
  const data = path.join(directory, 'server-data');
  const extensions = path.join(directory, 'extensions');
  await mkdir(path.join(data, 'data/Machine'), { recursive: true });
  await mkdir(path.dirname(logFile), { recursive: true });
  await writeFile(path.join(data, 'data/Machine/settings.json'), JSON.stringify(settings, undefined, 2));
  const main = path.join(server, 'out/server-main.js');
  const node = nodeOf(server);
  const common = ['--accept-server-license-terms', '--server-data-dir', data, '--extensions-dir', extensions];
  if (vsix !== undefined) {
    const code = await run(node, [main, ...common, '--install-extension', vsix, '--force'], { quiet: true });
    if (code !== 0) throw new Failure(`VS Code did not install ${vsix}.`);
  }
  const token = randomBytes(16).toString('hex');
  const tokenFile = path.join(directory, 'connection-token');
  await writeFile(tokenFile, token, { mode: 0o600 });
  const port = await freePort();
  const child = spawn(
    node,
    [
      main,
      ...common,
      '--host',
      '127.0.0.1',
      '--port',
      String(port),
      '--connection-token-file',
      tokenFile,
      '--enable-smoke-test-driver',
      '--disable-telemetry',
      ...(asksForTrust ? [] : ['--disable-workspace-trust']),
    ],
    { cwd: directory, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const log = createWriteStream(logFile);
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const ended = new Promise((resolve) => child.once('close', resolve)).then(() => log.end());
  const killOnExit = () => stopNow();
  process.once('exit', killOnExit);

  function stopNow() {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) killTree(child.pid);
  }
  async function stop() {
    process.removeListener('exit', killOnExit);
    stopNow();
    await ended;
  }

  const address = `http://127.0.0.1:${port}`;
  try {
    await ready(address, child);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url: (folder, payload = []) => {
      const query = new URLSearchParams({ tkn: token, folder });
      if (payload.length > 0) query.set('payload', JSON.stringify(payload));
      return `${address}/?${query}`;
    },
    remote: (file) => `vscode-remote://127.0.0.1:${port}${file}`,
    extensionHosts: () => {
      const below = child.pid === undefined ? [] : descendants(child.pid);
      return pidsByArgument('--type=extensionHost').filter((pid) => below.includes(pid));
    },
    stop,
  };
}

/**
 * A server that needs an older Node than the tools has it in its own lock.
 * @param {string} server
 * @returns {string}
 */
function nodeOf(server) {
  const own = path.join(server, `../../../node-${process.platform}-${process.arch}/bin/node`);
  return existsSync(own) ? own : 'node';
}

/**
 * @param {string} address
 * @param {import('node:child_process').ChildProcess} child
 */
async function ready(address, child) {
  const deadline = Date.now() + readyWithinMs;
  for (;;) {
    if (child.exitCode !== null) throw new Failure(`The VS Code server ended with code ${child.exitCode}.`);
    try {
      await fetch(`${address}/version`, { signal: AbortSignal.timeout(2000) });
      return;
    } catch (error) {
      if (Date.now() > deadline) throw new Failure(`The VS Code server did not answer in time: ${String(error)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
