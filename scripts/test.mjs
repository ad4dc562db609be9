// `npm test`: sets a fresh clone up, then runs the levels of tests and adds them up, two at a time where they allow it.
// `npm test -- unit webview` runs those levels, `npm test -- all` also the long ones that are left out otherwise; anything after
// a further `--` filters the files of a vitest level.
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { dockerTests } from './dockerTests.mjs';
import { hostTests } from './hostTests.mjs';
import { closingLine, closingLines, fromSurefire, fromVitest, judged, none, oneFailure, sum } from './lib/counts.mjs';
import { run } from './lib/processes.mjs';
import { duration, Failure, resultsDirectory, root, runMain } from './lib/project.mjs';
import { packageExtension } from './package.mjs';
import { ensureSetup, requireMaven } from './setup.mjs';
import { runVitest, verify } from './verify.mjs';

/** @typedef {import('./lib/counts.mjs').Counts} Counts */

/**
 * @param {string} project
 * @returns {(filters: readonly string[]) => Promise<Counts>}
 */
function vitestLevel(project) {
  return async (filters) => {
    const report = path.join(resultsDirectory, `${project}.json`);
    await rm(report, { force: true });
    const code = await runVitest(project, report, { filters });
    return judged(fromVitest(report), code);
  };
}

/**
 * A level that installs the extension.
 * @param {(filters: readonly string[]) => Promise<Counts>} level
 * @returns {(filters: readonly string[]) => Promise<Counts>}
 */
function packaged(level) {
  return async (filters) => {
    await packageExtension();
    return level(filters);
  };
}

/** @type {Record<string, (filters: readonly string[]) => Promise<Counts>>} in the order in which they are told of */
const levels = {
  verify,
  unit: vitestLevel('unit'),
  java: async () => {
    requireMaven();
    const folder = path.join(root, 'playground/job');
    const began = Date.now();
    const code = await run('mvn', ['-q', '-B', 'test'], { cwd: folder, shell: process.platform === 'win32' });
    return judged(fromSurefire(folder, began - 2000), code);
  },
  contract: vitestLevel('contract'),
  webview: vitestLevel('webview'),
  host: () => hostTests('newest'),
  e2e: packaged(vitestLevel('e2e')),
  extended: packaged(vitestLevel('extended')),
  hostOldest: () => hostTests('oldest'),
  docker: (filters) => dockerTests(() => vitestLevel('docker')(filters)),
};

/**
 * Two rows of levels run beside each other, each row one level after another: they wait for servers, pages and windows of time as
 * much as they work. All other levels run by themselves afterwards.
 */
const rows = [
  ['verify', 'unit', 'webview', 'host'],
  ['java', 'contract'],
];

/** They take as long as all others together, and are run by `.ci/run`. */
const long = new Set(['extended', 'hostOldest', 'docker']);

await runMain(async () => {
  const separator = process.argv.indexOf('--', 2);
  const wanted = process.argv.slice(2, separator === -1 ? undefined : separator);
  const filters = separator === -1 ? [] : process.argv.slice(separator + 1);
  for (const name of wanted) {
    if (name !== 'all' && !(name in levels)) {
      throw new Failure(`There is no level "${name}". Levels: all, ${Object.keys(levels).join(', ')}.`);
    }
  }
  const began = Date.now();
  await ensureSetup();
  const names = Object.keys(levels).filter((name) =>
    wanted.length === 0 ? !long.has(name) : wanted.includes(name) || wanted.includes('all'),
  );
  /** @type {{ readonly name: string; readonly counts: Counts; readonly milliseconds: number }[]} */
  const results = [];
  const runRow = async (/** @type {readonly string[]} */ row) => {
    for (const name of row) results.push({ name, ...(await timed(name, filters)) });
  };
  await Promise.all(rows.map((row) => runRow(row.filter((name) => names.includes(name)))));
  await runRow(names.filter((name) => !rows.flat().includes(name)));
  console.log('');
  let total = none();
  for (const { name, counts, milliseconds } of results.toSorted(
    (a, b) => names.indexOf(a.name) - names.indexOf(b.name),
  )) {
    console.log(`${name.padEnd(10)} ${duration(milliseconds).padStart(12)}   ${closingLine(counts)}`);
    total = sum(total, counts);
  }
  console.log(`${'all'.padEnd(10)} ${duration(Date.now() - began).padStart(12)}\n`);
  console.log(closingLines(total));
  return total.failed === 0 ? 0 : 1;
});

/**
 * @param {string} name
 * @param {readonly string[]} filters
 * @returns {Promise<{ counts: Counts; milliseconds: number }>}
 */
async function timed(name, filters) {
  console.log(`\n── ${name} ──`);
  const began = Date.now();
  const counts = await attempted(name, async () => levels[name]?.(filters) ?? none());
  return { counts, milliseconds: Date.now() - began };
}

/**
 * A level that cannot run is one failure and does not keep the others from running.
 * @param {string} name
 * @param {() => Promise<Counts>} level
 * @returns {Promise<Counts>}
 */
async function attempted(name, level) {
  try {
    return await level();
  } catch (error) {
    console.error(error instanceof Failure ? error.message : error);
    console.error(`The level ${name} could not run.`);
    return oneFailure(`the level ${name}, which could not run`);
  }
}
