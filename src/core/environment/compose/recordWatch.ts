import { stat } from 'node:fs/promises';
import type { Clock } from '../../util/clock';
import type { Disposable } from '../../util/disposable';

const intervalMs = 1000;

export interface RecordWatchOptions {
  readonly paths: readonly string[];
  readonly clock: Clock;
  readonly onChange: () => Promise<void>;
}

/** Sees what other windows do to the record and the lock, by the times of their files, every second: no process is started. */
export class RecordWatch implements Disposable {
  #timer: Disposable | undefined;
  #seen: string | undefined;
  #disposed = false;

  constructor(private readonly options: RecordWatchOptions) {}

  /** Begins to watch; what is on disk now counts as seen. Starting what is started changes nothing. */
  start(): void {
    if (this.#timer !== undefined || this.#disposed) return;
    this.#arm();
  }

  dispose(): void {
    this.#disposed = true;
    this.#timer?.dispose();
  }

  #arm(): void {
    this.#timer = this.options.clock.schedule(intervalMs, () => {
      void this.#look().finally(() => {
        if (!this.#disposed) this.#arm();
      });
    });
  }

  async #look(): Promise<void> {
    const times = await Promise.all(this.options.paths.map(changeTime));
    const seen = times.join(' ');
    const before = this.#seen;
    this.#seen = seen;
    // A lock of another window that died is only seen by asking, so the first look always does.
    if (seen !== before) await this.options.onChange();
  }
}

function changeTime(path: string): Promise<string> {
  return stat(path).then(
    ({ mtimeMs, ino }) => `${ino}:${mtimeMs}`,
    () => '',
  );
}
