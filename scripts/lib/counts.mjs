// Reading how many tests passed from the reports that the test tools write. Plain Node 20, no dependencies.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/** @returns {Counts} */
export function none() {
  return { passed: 0, failed: 0, skipped: 0 };
}

/**
 * @param {Counts} a
 * @param {Counts} b
 * @returns {Counts}
 */
export function sum(a, b) {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/**
 * @param {Counts} counts
 * @returns {string} the closing line that other programs read
 */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/**
 * A program that failed without a failed test still failed, and one that ran nothing proved nothing: each counts as one failure.
 * @param {Counts} counts
 * @param {number} exitCode
 * @returns {Counts}
 */
export function judged(counts, exitCode) {
  if (counts.failed > 0) return counts;
  return exitCode !== 0 || counts.passed + counts.skipped === 0 ? { ...counts, failed: 1 } : counts;
}

/**
 * @param {string} file of vitest's JSON reporter
 * @returns {Counts}
 */
export function fromVitest(file) {
  if (!existsSync(file)) return none();
  const report = JSON.parse(readFileSync(file, 'utf8'));
  /** @type {{ status: string, assertionResults: { status: string }[] }[]} */
  const files = report.testResults;
  const counts = none();
  for (const { status, assertionResults } of files) {
    for (const test of assertionResults) {
      if (test.status === 'passed') counts.passed += 1;
      else if (test.status === 'failed') counts.failed += 1;
      else counts.skipped += 1;
    }
    // A file that could not be loaded, or a hook that failed, has no failed test of its own.
    if (status === 'failed' && !assertionResults.some((test) => test.status === 'failed')) counts.failed += 1;
  }
  return counts;
}

/**
 * @param {string} file as the suite in the extension host writes it
 * @returns {Counts}
 */
export function fromMocha(file) {
  if (!existsSync(file)) return none();
  const { stats } = JSON.parse(readFileSync(file, 'utf8'));
  return { passed: stats.passes, failed: stats.failures, skipped: stats.pending };
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
      const head = /<testsuite\b[^>]*>/.exec(readFileSync(file, 'utf8'))?.[0] ?? '';
      /** @type {(attribute: string) => number} */
      const number = (attribute) => Number(new RegExp(`\\s${attribute}="(\\d+)"`).exec(head)?.[1] ?? 0);
      const failed = number('failures') + number('errors');
      const skipped = number('skipped');
      counts = sum(counts, { passed: number('tests') - failed - skipped, failed, skipped });
    }
  }
  return counts;
}
