import type { Environment } from '../environment/environment';
import type { Clock } from '../util/clock';
import { DisposableStore, type Disposable } from '../util/disposable';
import { messageOf } from '../util/errors';
import type { Logger } from '../util/logger';
import type { JobOperations } from './jobOperations';

export interface JournalWatchOptions {
  readonly environment: Pick<Environment, 'snapshot' | 'operationsDirectory'>;
  readonly operations: Pick<JobOperations, 'open' | 'refresh'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

const readTimeoutMs = 30_000;
/** Other windows begin operations, too. */
const restMs = 30_000;
/** While another window is at an operation, or the cluster could not be asked what became of one. */
const openMs = 3000;

/**
 * Reads the journal of operations as soon as it is known whose data is operated, so that a window that is opened or reloaded says
 * what was left in the middle, and again from time to time for as long as that runs.
 */
export class JournalWatch implements Disposable {
  readonly #owned = new DisposableStore();
  #directory: string | undefined;
  #timer: Disposable | undefined;
  #reading = false;

  constructor(private readonly options: JournalWatchOptions) {
    this.#owned.add(options.environment.snapshot.onDidChange(() => this.#follow()));
    this.#owned.add({ dispose: () => this.#timer?.dispose() });
    this.#follow();
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #follow(): void {
    const { environment } = this.options;
    const { phase } = environment.snapshot.value;
    const directory = phase === 'running' || phase === 'degraded' ? environment.operationsDirectory : undefined;
    if (directory === this.#directory) return;
    this.#directory = directory;
    this.#timer?.dispose();
    this.#timer = undefined;
    if (directory !== undefined) this.#read();
  }

  #read(): void {
    if (this.#reading || this.#owned.isDisposed) return;
    this.#reading = true;
    const { operations, logger } = this.options;
    operations
      .refresh(AbortSignal.timeout(readTimeoutMs))
      .catch((error: unknown) => logger.warn(`The journal of operations was not read: ${messageOf(error)}`))
      .finally(() => {
        this.#reading = false;
        this.#arm();
      });
  }

  #arm(): void {
    if (this.#directory === undefined || this.#owned.isDisposed) return;
    const { operations, clock } = this.options;
    const isOpen = operations.open.value.some(({ state }) => state === 'elsewhere' || state === 'unknown');
    this.#timer?.dispose();
    this.#timer = clock.schedule(isOpen ? openMs : restMs, () => this.#read());
  }
}
