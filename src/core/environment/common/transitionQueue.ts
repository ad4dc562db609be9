import * as l10n from '@vscode/l10n';
import { PlaygroundError } from '../../util/errors';
import type { Operation } from './lock';

/** The transition that this window is at. */
interface Current {
  readonly operation: Operation;
  readonly cancel: AbortController;
  readonly done: Promise<void>;
}

/** One transition at a time in this window. Short ones wait for each other; nothing waits for a start or a stop. */
export class TransitionQueue {
  #current: Current | undefined;

  /** What is under way. */
  get operation(): Operation | undefined {
    return this.#current?.operation;
  }

  /** Settles when what is under way now has ended, whatever came of it. */
  get idle(): Promise<void> {
    return this.#current?.done ?? Promise.resolve();
  }

  /** Aborts the operation if it is under way, and waits until it has ended. */
  async cancel(operation: Operation, signal: AbortSignal): Promise<void> {
    const current = this.#current;
    if (current?.operation !== operation) return;
    current.cancel.abort();
    await orAborted(current.done, signal);
  }

  /** @throws PlaygroundError `busy` during a start or a stop; the signal's reason, also while it waits; what `act` throws. */
  async run<T>(operation: Operation, outer: AbortSignal, act: (signal: AbortSignal) => Promise<T>): Promise<T> {
    outer.throwIfAborted();
    // Seen to be free and taken in one turn: of several that wait for the same end, one goes on and the others wait for it.
    while (this.#current !== undefined) {
      refuseLong(this.#current.operation);
      await orAborted(this.#current.done, outer);
    }
    let finished: () => void = () => undefined;
    const done = new Promise<void>((resolve) => {
      finished = resolve;
    });
    const current: Current = { operation, cancel: new AbortController(), done };
    this.#current = current;
    try {
      return await act(AbortSignal.any([outer, current.cancel.signal]));
    } finally {
      if (this.#current === current) this.#current = undefined;
      finished();
    }
  }
}

function refuseLong(operation: Operation): void {
  if (operation === 'start') {
    throw new PlaygroundError('busy', l10n.t('The playground is being started.'), {
      remedy: l10n.t('Wait until it is done, or stop it.'),
    });
  }
  if (operation === 'stop') {
    throw new PlaygroundError('busy', l10n.t('The playground is being stopped.'), {
      remedy: l10n.t('Wait until it is done, then try again.'),
    });
  }
}

/** Waits for a promise that never rejects, or rejects with the signal's reason when it is aborted first. */
function orAborted(done: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    if (signal.aborted) {
      onAbort();
      return;
    }
    signal.addEventListener('abort', onAbort, { once: true });
    void done.then(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
  });
}
