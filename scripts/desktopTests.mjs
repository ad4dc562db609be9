// `npm run test:desktop`: the suite of test/host in the desktop VS Code, which @vscode/test-electron downloads.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bundleForNode } from './lib/bundle.mjs';
import { closingLines, fromMocha, judged, none, sum } from './lib/counts.mjs';
import { testSettings } from './lib/hostSettings.mjs';
import { Failure, resultsDirectory, root, runMain } from './lib/project.mjs';
import { ensureSetup } from './setup.mjs';

await runMain(async () => {
  await ensureSetup();
  if (process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) {
    throw new Failure('The desktop VS Code needs a display.', 'Run it under one: xvfb-run -a npm run test:desktop');
  }
  const tests = await bundleForNode('test/host/index.ts', 'host');
  let counts = none();
  for (const suite of ['lifetime', 'main']) counts = sum(counts, await runOnce(suite, tests));
  console.log(`\n${closingLines(counts)}`);
  return counts.failed === 0 ? 0 : 1;
});

/**
 * @param {string} suite as test/host/index.ts knows it
 * @param {string} tests
 */
async function runOnce(suite, tests) {
  const { runTests } = await import('@vscode/test-electron');
  const directory = await mkdtemp(path.join(tmpdir(), 'flink-playground-desktop-'));
  const user = path.join(directory, 'user-data');
  const workspace = path.join(directory, 'workspace');
  const report = path.join(resultsDirectory, 'desktop', `${suite}.json`);
  await mkdir(path.join(user, 'User'), { recursive: true });
  await mkdir(workspace);
  await mkdir(path.dirname(report), { recursive: true });
  await rm(report, { force: true });
  await writeFile(path.join(user, 'User/settings.json'), JSON.stringify(testSettings(directory)));
  try {
    const code = await runTests({
      extensionDevelopmentPath: root,
      extensionTestsPath: tests,
      extensionTestsEnv: { FLINK_PLAYGROUND_TEST_SUITE: suite, FLINK_PLAYGROUND_TEST_REPORT: report },
      launchArgs: [workspace, `--user-data-dir=${user}`, '--disable-extensions', '--disable-workspace-trust'],
    }).catch(() => 1);
    return judged(fromMocha(report), code);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
