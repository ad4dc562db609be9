// Runs the bundled benches, with a way into the extension host of a real VS Code.
import { createRequire } from 'node:module';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { launchBrowser } from '../scripts/lib/browser.mjs';
import { runInExtensionHost } from '../scripts/lib/browserSession.mjs';
import { cacheDirectory, root, runMain } from '../scripts/lib/project.mjs';
import { startServer } from '../scripts/lib/vscodeServer.mjs';

const timeoutMs = 420_000;
const bundles = path.join(cacheDirectory, 'bundles');
const results = path.join(root, 'bench/results');

/** @type {import('./hostProtocol').MeasureInHost} */
async function inHost(measure, extension) {
  const directory = await mkdtemp(path.join(tmpdir(), 'bench-host-'));
  const folder = path.join(directory, 'workspace');
  const request = { measure, result: path.join(directory, 'result.json') };
  const requestFile = path.join(directory, 'request.json');
  await mkdir(folder);
  await mkdir(results, { recursive: true });
  const questions = path.join(directory, 'questions');
  await mkdir(questions);
  await writeFile(requestFile, JSON.stringify(request));
  const server = await startServer({
    directory,
    settings: {
      'flinkPlayground.environment': 'local',
      'flinkPlayground.local.dataDirectory': path.join(directory, 'data'),
    },
    env: { FLINK_PLAYGROUND_BENCH: requestFile, FLINK_PLAYGROUND_TEST_QUESTIONS: questions },
    logFile: path.join(results, `${measure}-server.log`),
  });
  try {
    await runInExtensionHost({
      server,
      folder,
      extension,
      tests: path.join(bundles, 'bench-host.js'),
      timeoutMs,
      questions,
      logFile: path.join(results, `${measure}-workbench.log`),
      screenshot: path.join(results, `${measure}-failed.png`),
    });
    return JSON.parse(await readFile(request.result, 'utf8'));
  } finally {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

/** @type {typeof import('./main')} */
const { main } = createRequire(import.meta.url)(path.join(bundles, 'bench.js'));
await runMain(() => main(process.argv.slice(2), { inHost, launchBrowser }));
