import { cleanLine } from '../../logs/cleanText';
import type { Disposable } from '../../util/disposable';
import { isAbort, messageOf } from '../../util/errors';
import type { Logger } from '../../util/logger';
import type { ContainerRegistry } from './containerRegistry';
import type { EngineCli } from './engineCli';
import { lastLines } from './scene';

const shownLines = 10;
const lineLength = 300;
const readTimeoutMs = 10_000;

export interface LastWordsOptions {
  readonly registry: ContainerRegistry;
  readonly cli: EngineCli;
  readonly logger: Logger;
}

/** Reads the end of the log of each container that ended by itself, once for each end: it is what explains it. */
export class LastWords implements Disposable {
  readonly #ended = new AbortController();
  #reading = false;

  constructor(private readonly options: LastWordsOptions) {}

  /** Reads what there is to read, one log after another. */
  update(): void {
    if (this.#reading || this.#ended.signal.aborted || this.options.registry.silent.length === 0) return;
    this.#reading = true;
    void this.#readAll().finally(() => {
      this.#reading = false;
    });
  }

  dispose(): void {
    this.#ended.abort();
  }

  async #readAll(): Promise<void> {
    const { registry, cli, logger } = this.options;
    for (;;) {
      const [next] = registry.silent;
      if (next === undefined || this.#ended.signal.aborted) return;
      const signal = AbortSignal.any([this.#ended.signal, AbortSignal.timeout(readTimeoutMs)]);
      let lines: readonly string[] = [];
      try {
        lines = await lastLines(cli, next.id, shownLines, signal);
      } catch (error) {
        if (isAbort(error) && this.#ended.signal.aborted) return;
        logger.debug(`The log of container ${next.id} was not read: ${messageOf(error)}`);
      }
      registry.setLastLines(
        next,
        lines.map((line) => cleanLine(line).slice(0, lineLength)),
      );
    }
  }
}
