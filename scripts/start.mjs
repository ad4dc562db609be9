// `npm start`: builds the extension, opens a real VS Code with it, and starts the playground in this terminal.
// `npm start -- --smoke --json <file> [--flink 1.20.5] [--kafka zookeeper]`: the same headless, by the extension's commands.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bundleForNode } from './lib/bundle.mjs';
import { killByArgument } from './lib/leftovers.mjs';
import { outputOf, run } from './lib/processes.mjs';
import { cacheDirectory, duration, Failure, resultsDirectory, root, runMain } from './lib/project.mjs';
import { ensureSetup } from './setup.mjs';

const smokeWindows = 3;
const smokeTimeoutMs = 480_000;

await runMain(async () => {
  const { values } = parseArgs({
    options: {
      smoke: { type: 'boolean', default: false },
      json: { type: 'string' },
      flink: { type: 'string', default: '2.2.1' },
      kafka: { type: 'string', default: 'kraft' },
      'no-editor': { type: 'boolean', default: false },
    },
  });
  if (values.kafka !== 'kraft' && values.kafka !== 'zookeeper') {
    throw new Failure(`There is no Kafka mode "${values.kafka}".`, 'Say --kafka kraft or --kafka zookeeper.');
  }
  await ensureSetup();
  if (values.smoke) return smoke({ ...values, json: values.json });
  return interactive(values);
});

/**
 * @param {{ flink: string, kafka: string, 'no-editor': boolean }} options
 * @returns {Promise<number>}
 */
async function interactive({ flink, kafka, 'no-editor': noEditor }) {
  const stop = noEditor ? async () => undefined : await openEditor();
  // Ctrl+C reaches the child as well, which stops the playground; this process waits for it.
  process.on('SIGINT', () => undefined);
  try {
    const main = await bundleForNode('scripts/terminal/main.ts', 'terminal');
    return await run('node', [main, '--dist', path.join(root, 'dist'), '--flink', flink, '--kafka', kafka]);
  } finally {
    await stop();
  }
}

/** @returns {Promise<() => Promise<void>>} ends what was started; the desktop is the person's own to close */
async function openEditor() {
  const workspace = path.join(cacheDirectory, 'workspace');
  await mkdir(workspace, { recursive: true });
  if (outputOf('code', ['--version']) !== undefined) {
    const shell = process.platform === 'win32';
    await run('code', [`--extensionDevelopmentPath=${root}`, workspace], { quiet: true, shell });
    console.log('VS Code is open with the extension: Flink Playground is in its activity bar.');
    return async () => undefined;
  }
  const { startServer } = await import('./lib/vscodeServer.mjs');
  const directory = await mkdtemp(path.join(tmpdir(), 'flink-playground-start-'));
  const server = await startServer({
    directory,
    // Everything is on this machine: there is nothing to forward.
    settings: { 'remote.autoForwardPorts': false, 'workbench.secondarySideBar.defaultVisibility': 'hidden' },
    logFile: path.join(resultsDirectory, 'start-server.log'),
  });
  const url = server.url(workspace, [
    ['extensionDevelopmentPath', server.remote(root)],
    ['skipWelcome', 'true'],
  ]);
  console.log(`VS Code with the extension: ${url}`);
  return async () => {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  };
}

/**
 * @param {{ flink: string, kafka: string, json: string | undefined }} options
 * @returns {Promise<number>}
 */
async function smoke({ flink, kafka, json }) {
  const [{ startServer }, { runInExtensionHost }] = await Promise.all([
    import('./lib/vscodeServer.mjs'),
    import('./lib/browserSession.mjs'),
  ]);
  const began = Date.now();
  const tests = await bundleForNode('test/smoke/index.ts', 'smoke');
  const results = path.join(resultsDirectory, `smoke-${flink}-${kafka}`);
  const directory = await mkdtemp(path.join(tmpdir(), 'flink-playground-smoke-'));
  const folder = path.join(directory, 'workspace');
  const request = path.join(directory, 'request.json');
  const result = json === undefined ? path.join(results, 'result.json') : path.resolve(json);
  await rm(result, { force: true });
  await mkdir(folder);
  await mkdir(results, { recursive: true });
  await writeFile(
    request,
    JSON.stringify({ flinkVersion: flink, kafkaMode: kafka, result, windows: smokeWindows, timeoutMs: smokeTimeoutMs }),
  );
  const server = await startServer({
    directory,
    settings: {
      'flinkPlayground.environment': 'local',
      'flinkPlayground.local.dataDirectory': path.join(directory, 'data'),
    },
    env: { FLINK_PLAYGROUND_SMOKE: request },
    logFile: path.join(results, 'server.log'),
  });
  try {
    const code = await runInExtensionHost({
      server,
      folder,
      extension: root,
      tests,
      timeoutMs: smokeTimeoutMs + 120_000,
      logFile: path.join(results, 'workbench.log'),
      screenshot: path.join(results, 'failed.png'),
    });
    console.log(await readFile(result, 'utf8').catch(() => 'There is no result.'));
    console.log(`smoke ${code === 0 ? 'passed' : 'FAILED'} (${duration(Date.now() - began)}); logs in ${results}`);
    return code;
  } finally {
    await server.stop();
    const left = killByArgument(directory);
    if (left > 0) console.error(`${left} processes were left running and were killed.`);
    await rm(directory, { recursive: true, force: true });
  }
}
