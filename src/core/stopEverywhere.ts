import { defaultSettings, type Engine, type EngineOptions } from './engineApi';
import { environmentKinds } from '../shared/model/environment';
import { silentLogger } from './util/logger';

export interface StopEverywhereOptions {
  readonly createEngine: (options: EngineOptions) => Engine;
  readonly distDirectory: string;
  /** The folders with data of playgrounds. */
  readonly roots: readonly string[];
  readonly signal: AbortSignal;
}

/**
 * Stops what runs of ours in each of these folders, and keeps its data. A remote cluster is not ours to stop.
 * @returns what went wrong; one folder does not keep the others from being looked at.
 */
export async function stopEverywhere(options: StopEverywhereOptions): Promise<readonly unknown[]> {
  const failures: unknown[] = [];
  for (const root of options.roots) {
    await stopIn(root, options).catch((error: unknown) => failures.push(error));
  }
  return failures;
}

async function stopIn(root: string, { createEngine, distDirectory, signal }: StopEverywhereOptions): Promise<void> {
  const engine = createEngine({
    distDirectory,
    settings: () => ({ ...defaultSettings, dataDirectory: root }),
    logger: silentLogger,
  });
  try {
    await engine.environment.refresh(signal);
    for (const kind of environmentKinds) {
      if (kind !== 'remote') await engine.environments.stopKind(kind, { deleteData: false }, signal);
    }
  } finally {
    engine.dispose();
  }
}
