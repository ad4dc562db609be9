import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';
import { log } from './log';

/**
 * Called in the extension host by VS Code's test runner. Leaves a report at `FLINK_PLAYGROUND_TEST_REPORT`.
 * @throws Error when a test failed, which is how the runner learns of it.
 */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, slow: 2000 });
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  if (process.env['FLINK_PLAYGROUND_TEST_SUITE'] === 'lifetime') {
    // Builds the extension itself, after which VS Code cannot: the newest does not open a log channel again that was closed.
    await import('./lifetime');
    await import('./hostParts');
  } else {
    await import('./topicPanel');
    await import('./jobGraph');
    await import('./panelSet');
    await import('./activation');
    await import('./commands');
    await import('./views');
  }
  const failures = await new Promise<number>((resolve) => {
    const runner = mocha.run(resolve);
    report(runner);
  });
  if (failures > 0) throw new Error(`${failures} tests failed.`);
}

function report(runner: Mocha.Runner): void {
  const failures: { readonly title: string; readonly message: string }[] = [];
  runner.on('fail', (test, error: unknown) => {
    failures.push({ title: test.fullTitle(), message: error instanceof Error ? error.message : String(error) });
    log(`✗ ${test.fullTitle()}\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  });
  runner.on('pass', (test) => log(`✓ ${test.fullTitle()} (${test.duration ?? 0} ms)`));
  runner.on('pending', (test) => log(`- ${test.fullTitle()}`));
  runner.once('end', () => {
    const file = process.env['FLINK_PLAYGROUND_TEST_REPORT'];
    const { passes = 0, pending = 0 } = runner.stats ?? {};
    if (file !== undefined) writeFileSync(file, JSON.stringify({ passes, pending, failures }));
  });
}
