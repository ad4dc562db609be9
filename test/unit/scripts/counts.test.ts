import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  closingLine,
  closingLines,
  fromMocha,
  fromSurefire,
  fromVitest,
  judged,
  none,
  oneFailure,
} from '../../../scripts/lib/counts.mjs';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'counts-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function file(name: string, content: string): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
  return path;
}

describe('judged', () => {
  const passed = { ...none(), passed: 3 };

  it('leaves counts of a program that passed as they are', () => {
    expect(judged(passed, 0)).toEqual(passed);
  });

  it('counts a program that failed without a failed test as a failure', () => {
    expect(judged(passed, 1)).toEqual({
      ...passed,
      failed: 1,
      failures: ['a program that ended with 1 after its last test'],
    });
  });

  it('does not count a failure twice', () => {
    expect(judged(oneFailure('a test'), 1)).toEqual(oneFailure('a test'));
  });

  it('counts a run of nothing as a failure', () => {
    expect(judged(none(), 0)).toEqual(oneFailure('a program that ran no test'));
  });
});

describe('fromVitest', () => {
  interface Reported {
    readonly status: string;
    readonly message?: string;
    readonly tests: readonly string[];
  }

  function report(...files: readonly Reported[]): string {
    const testResults = files.map(({ status, message = '', tests }) => ({
      name: join(import.meta.dirname, '../../suite.test.ts'),
      status,
      message,
      assertionResults: tests.map((test) => ({
        status: test,
        fullName: `a test that ${test}`,
        failureMessages: test === 'failed' ? ['\u001B[31mAssertionError: 1 is not 2\n    at suite.test.ts:3:1'] : [],
      })),
    }));
    return file('vitest.json', JSON.stringify({ testResults }));
  }

  it('counts tests by what became of them, and says which failed and with what', () => {
    expect(fromVitest(report({ status: 'failed', tests: ['passed', 'passed', 'failed', 'skipped', 'todo'] }))).toEqual({
      passed: 2,
      failed: 1,
      skipped: 2,
      failures: ['a test that failed: AssertionError: 1 is not 2'],
    });
  });

  it('counts a file that could not be loaded as a failure', () => {
    const unloadable = { status: 'failed', message: 'Cannot find module', tests: [] };
    expect(fromVitest(report(unloadable, { status: 'passed', tests: ['passed'] }))).toEqual({
      passed: 1,
      failed: 1,
      skipped: 0,
      failures: [`${join('test', 'suite.test.ts')}: Cannot find module`],
    });
  });

  it('finds nothing where no report was written', () => {
    expect(fromVitest(join(folder, 'missing.json'))).toEqual(none());
  });
});

describe('fromMocha', () => {
  it('reads what the suite in the extension host wrote', () => {
    const written = { passes: 5, pending: 2, failures: [{ title: 'views can all be focused', message: 'no\nview' }] };
    expect(fromMocha(file('mocha.json', JSON.stringify(written)))).toEqual({
      passed: 5,
      failed: 1,
      skipped: 2,
      failures: ['views can all be focused: no'],
    });
  });
});

describe('fromSurefire', () => {
  const suite = (tests: number, failures: number, errors: number, skipped: number): string =>
    `<?xml version="1.0"?>\n<testsuite xmlns:xsi="x" name="a.B" time="1.5" tests="${tests}" errors="${errors}" ` +
    `skipped="${skipped}" failures="${failures}">\n<testcase name="tests"/></testsuite>`;

  it('adds up the suites of a module and of the modules in it, errors being failures', () => {
    file('target/surefire-reports/TEST-a.B.xml', suite(10, 1, 2, 3));
    file('module/target/surefire-reports/TEST-a.C.xml', suite(5, 0, 0, 0));
    file('target/surefire-reports/a.B.txt', 'not a report');
    expect(fromSurefire(folder, 0)).toEqual({ passed: 9, failed: 3, skipped: 3, failures: [] });
  });

  it('says which tests failed and with what', () => {
    file(
      'target/surefire-reports/TEST-a.B.xml',
      `<testsuite name="a.B" tests="3" errors="1" skipped="0" failures="1">
  <testcase name="holds" classname="a.B" time="0.006"/>
  <testcase name="counts" classname="a.B" time="0.1">
    <failure message="expected: &lt;3&gt; but was: &lt;1&gt;" type="x">at a.B</failure>
  </testcase>
  <testcase name="ends" classname="a.B" time="0.1">
    <error type="java.io.IOException">at a.B</error>
  </testcase>
</testsuite>`,
    );
    expect(fromSurefire(folder, 0).failures).toEqual(['a.B.counts: expected: <3> but was: <1>', 'a.B.ends']);
  });

  it('leaves out reports of an earlier run', () => {
    const old = file('target/surefire-reports/TEST-a.B.xml', suite(10, 1, 2, 3));
    utimesSync(old, new Date(1000), new Date(1000));
    expect(fromSurefire(folder, 2000)).toEqual(none());
  });
});

describe('closingLine', () => {
  it('is the plain line that other programs look for', () => {
    expect(closingLine({ passed: 120, failed: 0, skipped: 2, failures: [] })).toBe('120 passed, 0 failed, 2 skipped');
  });
});

describe('closingLines', () => {
  it('name each failure behind a word that a search in a log finds, before the closing line', () => {
    expect(closingLines(oneFailure('a.B.counts'))).toBe('FAILED a.B.counts\n0 passed, 1 failed, 0 skipped');
  });

  it('are the closing line alone where nothing failed', () => {
    expect(closingLines({ ...none(), passed: 3 })).toBe('3 passed, 0 failed, 0 skipped');
  });
});
