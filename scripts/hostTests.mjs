// Runs the suite of test/host in the extension host of a VS Code server.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bundleForNode } from './lib/bundle.mjs';
import { fromMocha, judged, none, sum } from './lib/counts.mjs';
import { testSettings } from './lib/hostSettings.mjs';
import { resultsDirectory, root } from './lib/project.mjs';

/** @typedef {import('./lib/vscodeServer.d.mts').ServerVersion} ServerVersion */

const timeoutMs = 180_000;

/**
 * @param {ServerVersion} version
 * @returns {Promise<import('./lib/counts.mjs').Counts>} all suites together
 */
export async function hostTests(version) {
  const tests = await bundleForNode('test/host/index.ts', 'host');
  let counts = none();
  for (const suite of ['lifetime', 'main']) counts = sum(counts, await runOnce(version, suite, tests));
  return counts;
}

/**
 * @param {ServerVersion} version
 * @param {string} suite as test/host/index.ts knows it
 * @param {string} tests
 */
async function runOnce(version, suite, tests) {
  const [{ startServer }, { runInExtensionHost }] = await Promise.all([
    import('./lib/vscodeServer.mjs'),
    import('./lib/browserSession.mjs'),
  ]);
  console.log(`${version}, ${suite}:`);
  const results = path.join(resultsDirectory, 'host');
  await mkdir(results, { recursive: true });
  const report = path.join(results, `${version}-${suite}.json`);
  await rm(report, { force: true });
  const directory = await mkdtemp(path.join(tmpdir(), 'flink-playground-host-'));
  const folder = path.join(directory, 'workspace');
  const questions = path.join(directory, 'questions');
  await mkdir(folder);
  await mkdir(questions);
  const server = await startServer({
    version,
    directory,
    settings: testSettings(directory),
    env: {
      FLINK_PLAYGROUND_TEST_SUITE: suite,
      FLINK_PLAYGROUND_TEST_REPORT: report,
      FLINK_PLAYGROUND_TEST_QUESTIONS: questions,
    },
    logFile: path.join(results, `${version}-${suite}-server.log`),
  });
  try {
    const code = await runInExtensionHost({
      server,
      folder,
      extension: root,
      tests,
      timeoutMs,
      questions,
      logFile: path.join(results, `${version}-${suite}-workbench.log`),
      screenshot: path.join(results, `${version}-${suite}-failed.png`),
    });
    return judged(fromMocha(report), code);
  } finally {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  }
}
