import type { Engine } from '../core/engineApi';
import type { Disposable } from '../core/util/disposable';
import { parsePin } from '../shared/model/metrics';

/** What outlives the window; a `vscode.Memento` is one. */
interface Memory {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

const pinnedMetrics = 'pinnedMetrics';

/** Pins what was pinned in this workspace before, and writes down what is from now on. */
export function keepPins(metrics: Engine['metrics'], memory: Memory): Disposable {
  const kept = memory.get(pinnedMetrics);
  metrics.setPins(Array.isArray(kept) ? kept.map(parsePin).filter((pin) => pin !== undefined) : []);
  return metrics.pins.onDidChange(({ next }) => void memory.update(pinnedMetrics, next));
}
