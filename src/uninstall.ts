import { createRequire } from 'node:module';
import { join } from 'node:path';
import { defaultSettings, type Engine, type EngineOptions } from './core/engineApi';
import { silentLogger } from './core/util/logger';

const deadlineMs = 60_000;

/**
 * Runs outside of VS Code after the extension was uninstalled: what runs in the per-user data folder is stopped, and its data is
 * kept. Settings cannot be read here, so a playground in another folder is left running.
 */
async function stopWhatRuns(): Promise<void> {
  const load = createRequire(__filename);
  const { createEngine }: { createEngine: (options: EngineOptions) => Engine } = load('./engine.js');
  const engine = createEngine({
    distDirectory: join(__dirname),
    settings: () => ({ ...defaultSettings, environment: 'local' }),
    logger: silentLogger,
  });
  const signal = AbortSignal.timeout(deadlineMs);
  try {
    await engine.environment.refresh(signal);
    if (engine.environment.snapshot.value.phase === 'absent') return;
    await engine.environment.stop({ deleteData: false }, () => undefined, signal);
  } finally {
    engine.dispose();
  }
}

stopWhatRuns().catch((error: unknown) => {
  process.stderr.write(`The playground was not stopped: ${String(error)}\n`);
  process.exitCode = 1;
});
