import { createRequire } from 'node:module';
import { join } from 'node:path';
import { DataRoots } from './core/dataRoots';
import type { Engine, EngineOptions } from './core/engineApi';
import { stopEverywhere } from './core/stopEverywhere';
import { dataDirectory } from './core/userDirectories';

const deadlineMs = 60_000;

/**
 * Runs outside of VS Code after the extension was uninstalled: what runs in the per-user data folder, and in the others that
 * are noted there, is stopped. Data is kept.
 */
async function stopWhatRuns(): Promise<void> {
  const load = createRequire(__filename);
  const { createEngine }: { createEngine: (options: EngineOptions) => Engine } = load('./engine.js');
  const failures = await stopEverywhere({
    createEngine,
    distDirectory: join(__dirname),
    roots: await new DataRoots(dataDirectory('')).list(),
    signal: AbortSignal.timeout(deadlineMs),
  });
  if (failures.length > 0) throw new AggregateError(failures, failures.map(String).join('; '));
}

stopWhatRuns().catch((error: unknown) => {
  process.stderr.write(`The playground was not stopped: ${String(error)}\n`);
  process.exitCode = 1;
});
