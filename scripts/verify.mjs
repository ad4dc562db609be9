// `npm run verify`: types, lint, format, unused code, and the tests of architecture and manifest. Prints each step with its time.
import { readdirSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { closingLines, fromVitest, judged, none, oneFailure, sum } from './lib/counts.mjs';
import { run } from './lib/processes.mjs';
import { duration, resultsDirectory, root, runMain } from './lib/project.mjs';
import { ensureSetup } from './setup.mjs';

/** @returns {[string, string, string[]][]} title, program, arguments */
function steps() {
  const projects = readdirSync(root).filter((name) => /^tsconfig\.(?!base)\w+\.json$/.test(name));
  return [
    ...projects.map(
      (project) =>
        /** @type {[string, string, string[]]} */ ([`types (${project})`, 'typescript/bin/tsc', ['-p', project]]),
    ),
    ['lint', 'oxlint/bin/oxlint', ['--type-aware', '--deny-warnings']],
    ['format', 'prettier/bin/prettier.cjs', ['--check', '--log-level', 'warn', '.']],
    ['unused code', 'knip/bin/knip.js', ['--no-progress']],
  ];
}

/**
 * Runs every step, also after one failed, so that one run shows all there is to repair.
 * @returns {Promise<import('./lib/counts.mjs').Counts>} each step of a tool counts as one test
 */
export async function verify() {
  let counts = none();
  for (const [title, program, args] of steps()) {
    const ok = await timed(title, () =>
      run('node', [path.join(root, 'node_modules', program), ...args], { quiet: true }),
    );
    counts = sum(counts, ok === 0 ? { ...none(), passed: 1 } : oneFailure(title));
  }
  const report = path.join(resultsDirectory, 'static.json');
  await rm(report, { force: true });
  const code = await timed('architecture and manifest', () => runVitest('static', report, { quiet: true }));
  return sum(counts, judged(fromVitest(report), code));
}

/**
 * @param {string} title
 * @param {() => Promise<number>} action
 * @returns {Promise<number>}
 */
async function timed(title, action) {
  const began = Date.now();
  const code = await action();
  console.log(`${code === 0 ? '✓' : '✗'} ${title} (${duration(Date.now() - began)})`);
  return code;
}

/**
 * @param {string} project one of `vitest.config.ts`
 * @param {string} report the JSON file to write
 * @param {{ quiet?: boolean, filters?: readonly string[] }} [options]
 * @returns {Promise<number>} the exit code
 */
export async function runVitest(project, report, { quiet = false, filters = [] } = {}) {
  await mkdir(path.dirname(report), { recursive: true });
  const vitest = path.join(root, 'node_modules/vitest/vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  return run('node', [vitest, 'run', '--project', project, ...reporters, ...filters], { quiet });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runMain(async () => {
    const began = Date.now();
    await ensureSetup({ build: false });
    const counts = await verify();
    console.log(`\nverify took ${duration(Date.now() - began)}`);
    console.log(closingLines(counts));
    return counts.failed === 0 ? 0 : 1;
  });
}
