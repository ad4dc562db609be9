import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { closingLine, fromMocha, fromSurefire, fromVitest, judged, none } from '../../../scripts/lib/counts.mjs';

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
  it('leaves counts of a program that passed as they are', () => {
    expect(judged({ passed: 3, failed: 0, skipped: 1 }, 0)).toEqual({ passed: 3, failed: 0, skipped: 1 });
  });

  it('counts a program that failed without a failed test as a failure', () => {
    expect(judged({ passed: 3, failed: 0, skipped: 0 }, 1)).toEqual({ passed: 3, failed: 1, skipped: 0 });
  });

  it('does not count a failure twice', () => {
    expect(judged({ passed: 3, failed: 2, skipped: 0 }, 1).failed).toBe(2);
  });

  it('counts a run of nothing as a failure', () => {
    expect(judged(none(), 0).failed).toBe(1);
  });
});

describe('fromVitest', () => {
  function report(...files: readonly { status: string; tests: readonly string[] }[]): string {
    const testResults = files.map(({ status, tests }) => ({
      status,
      assertionResults: tests.map((test) => ({ status: test })),
    }));
    return file('vitest.json', JSON.stringify({ testResults }));
  }

  it('counts tests by what became of them', () => {
    expect(fromVitest(report({ status: 'failed', tests: ['passed', 'passed', 'failed', 'skipped', 'todo'] }))).toEqual({
      passed: 2,
      failed: 1,
      skipped: 2,
    });
  });

  it('counts a file that could not be loaded as a failure', () => {
    expect(fromVitest(report({ status: 'failed', tests: [] }, { status: 'passed', tests: ['passed'] }))).toEqual({
      passed: 1,
      failed: 1,
      skipped: 0,
    });
  });

  it('finds nothing where no report was written', () => {
    expect(fromVitest(join(folder, 'missing.json'))).toEqual(none());
  });
});

describe('fromMocha', () => {
  it('reads the statistics', () => {
    const path = file('mocha.json', '{"stats":{"passes":5,"failures":1,"pending":2}}');
    expect(fromMocha(path)).toEqual({ passed: 5, failed: 1, skipped: 2 });
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
    expect(fromSurefire(folder, 0)).toEqual({ passed: 9, failed: 3, skipped: 3 });
  });

  it('leaves out reports of an earlier run', () => {
    const old = file('target/surefire-reports/TEST-a.B.xml', suite(10, 1, 2, 3));
    utimesSync(old, new Date(1000), new Date(1000));
    expect(fromSurefire(folder, 2000)).toEqual(none());
  });
});

describe('closingLine', () => {
  it('is the plain line that other programs look for', () => {
    expect(closingLine({ passed: 120, failed: 0, skipped: 2 })).toBe('120 passed, 0 failed, 2 skipped');
  });
});
