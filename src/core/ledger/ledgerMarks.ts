import type { LedgerMark } from '../../shared/model/ledger';
import type { OperationRecord } from '../../shared/model/operations';
import { Store, type ReadableStore } from '../state/store';
import { DisposableStore, type Disposable } from '../util/disposable';
import type { Event } from '../util/emitter';
import type { CaughtUp } from './caughtUpWatch';

export interface LedgerMarksOptions {
  /** Failures and restarts that were seen. */
  readonly seen: ReadableStore<readonly LedgerMark[]>;
  readonly history: ReadableStore<readonly OperationRecord[]>;
  readonly onCaughtUp: Event<CaughtUp>;
}

/** Everything that is known beside the counts, in the order of time: what was seen, what a person did, and what came of it. */
export class LedgerMarks implements Disposable {
  readonly #owned = new DisposableStore();
  readonly #marks = this.#owned.add(new Store<readonly LedgerMark[]>([]));
  #caughtUp: readonly LedgerMark[] = [];

  constructor(private readonly options: LedgerMarksOptions) {
    const { seen, history, onCaughtUp } = options;
    this.#owned.add(seen.onDidChange(() => this.#merge()));
    this.#owned.add(history.onDidChange(() => this.#merge()));
    this.#owned.add(
      onCaughtUp(({ since, tookMs }) => {
        this.#caughtUp = [...this.#caughtUp, { at: since + tookMs, kind: 'caughtUp' as const, tookMs }].slice(-100);
        this.#merge();
      }),
    );
    this.#merge();
  }

  get marks(): ReadableStore<readonly LedgerMark[]> {
    return this.#marks;
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #merge(): void {
    const { seen, history } = this.options;
    const marks = [...seen.value, ...history.value.flatMap((record) => markOf(record) ?? []), ...this.#caughtUp];
    this.#marks.set(marks.sort((a, b) => a.at - b.at));
  }
}

function markOf({ kind, outcome, endedAt }: OperationRecord): LedgerMark | undefined {
  if (outcome !== 'done') return undefined;
  return { at: endedAt, kind: kind === 'savepoint' || kind === 'stop' ? 'savepoint' : 'restored' };
}
