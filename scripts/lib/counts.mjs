// Reading how many tests passed, and which did not, from the reports that the test tools write. Plain Node 20, no dependencies.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { root } from './project.mjs';

/** @typedef {{ passed: number, failed: number, skipped: number, failures: readonly string[] }} Counts */

/** @returns {Counts} */
export function none() {
  return { passed: 0, failed: 0, skipped: 0, failures: [] };
}

/**
 * @param {string} what failed, where no test tool tells it
 * @returns {Counts}
 */
export function oneFailure(what) {
  return { ...none(), failed: 1, failures: [what] };
}

/**
 * @param {Counts} a
 * @param {Counts} b
 * @returns {Counts}
 */
export function sum(a, b) {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
    failures: [...a.failures, ...b.failures],
  };
}

/**
 * @param {Counts} counts
 * @returns {string} the closing line that other programs read
 */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/**
 * @param {Counts} counts
 * @returns {string} how a run ends, as other programs read it: a line for each failure that is known by name, and the closing line
 */
export function closingLines(counts) {
  return [...counts.failures.map((failure) => `FAILED ${failure}`), closingLine(counts)].join('\n');
}

/**
 * The name of a test and the first line of what it failed with: enough to know what to look for where only the end of a log is kept.
 * @param {string} name
 * @param {string | undefined} message
 * @returns {string}
 */
function told(name, message = '') {
  const [first = ''] = stripVTControlCharacters(message).trimStart().split('\n');
  return first === '' ? name : `${name}: ${first.slice(0, 300)}`;
}

/**
 * A program that failed without a failed test still failed, and one that ran nothing proved nothing: each counts as one failure.
 * @param {Counts} counts
 * @param {number} exitCode
 * @returns {Counts}
 */
export function judged(counts, exitCode) {
  if (counts.failed > 0) return counts;
  if (exitCode !== 0) return sum(counts, oneFailure(`a program that ended with ${exitCode} after its last test`));
  return counts.passed + counts.skipped === 0 ? oneFailure('a program that ran no test') : counts;
}

/** @typedef {{ status: string, fullName: string, failureMessages: string[] }} VitestResult */

/**
 * @param {string} file of vitest's JSON reporter
 * @returns {Counts}
 */
export function fromVitest(file) {
  if (!existsSync(file)) return none();
  /** @type {{ testResults: { name: string, status: string, message?: string, assertionResults: VitestResult[] }[] }} */
  const report = JSON.parse(readFileSync(file, 'utf8'));
  let counts = none();
  for (const { name, status, message, assertionResults } of report.testResults) {
    for (const test of assertionResults) {
      if (test.status === 'passed') counts.passed += 1;
      else if (test.status === 'failed') {
        counts = sum(counts, oneFailure(told(test.fullName, test.failureMessages[0])));
      } else counts.skipped += 1;
    }
    // A file that could not be loaded, or a hook that failed, has no failed test of its own.
    if (status === 'failed' && !assertionResults.some((test) => test.status === 'failed')) {
      counts = sum(counts, oneFailure(told(path.relative(root, name), message)));
    }
  }
  return counts;
}

/**
 * @param {string} file as the suite in the extension host writes it
 * @returns {Counts}
 */
export function fromMocha(file) {
  if (!existsSync(file)) return none();
  /** @type {{ passes: number, pending: number, failures: { title: string, message: string }[] }} */
  const { passes, pending, failures } = JSON.parse(readFileSync(file, 'utf8'));
  return {
    passed: passes,
    failed: failures.length,
    skipped: pending,
    failures: failures.map(({ title, message }) => told(title, message)),
  };
}

/**
 * @param {string} folder that has `target/surefire-reports` in it or in its modules
 * @param {number} since reports that are older belong to an earlier run; milliseconds since the epoch
 * @returns {Counts}
 */
export function fromSurefire(folder, since) {
  const modules = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const folders = [folder, ...modules.map((entry) => path.join(folder, entry.name))]
    .map((each) => path.join(each, 'target/surefire-reports'))
    .filter(existsSync);
  let counts = none();
  for (const reports of folders) {
    for (const name of readdirSync(reports)) {
      const file = path.join(reports, name);
      if (!/^TEST-.*\.xml$/.test(name) || statSync(file).mtimeMs < since) continue;
      const report = readFileSync(file, 'utf8');
      const head = /<testsuite\b[^>]*>/.exec(report)?.[0] ?? '';
      /** @type {(attribute: string) => number} */
      const number = (attribute) => Number(new RegExp(`\\s${attribute}="(\\d+)"`).exec(head)?.[1] ?? 0);
      const failed = number('failures') + number('errors');
      const skipped = number('skipped');
      const failures = failedCases(report);
      counts = sum(counts, { passed: number('tests') - failed - skipped, failed, skipped, failures });
    }
  }
  return counts;
}

/**
 * @param {string} report of surefire, XML
 * @returns {string[]}
 */
function failedCases(report) {
  // A test that passed is an empty element, so what is between its tag and that of a failure is nothing but space.
  const cases = /<testcase name="([^"]*)" classname="([^"]*)"[^>]*[^/]>\s*<(?:failure|error)\b(?: message="([^"]*)")?/g;
  return Array.from(report.matchAll(cases), ([, name, className, message]) =>
    told(`${plain(className)}.${plain(name)}`, plain(message)),
  );
}

/**
 * @param {string | undefined} attribute of an XML element
 * @returns {string} what it stands for
 */
function plain(attribute = '') {
  /** @type {Readonly<Record<string, string>>} */
  const entities = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&', '#10': '\n' };
  return attribute.replaceAll(/&([^;]+);/g, (whole, name) => entities[name] ?? whole);
}
