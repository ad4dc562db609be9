import { performance } from 'node:perf_hooks';

/** Nobody reads a list and calls it off faster. Milliseconds. */
const stolenMs = 400;

/**
 * Asks once more when a quick pick was closed as soon as it had opened. A tree that is refreshed, as ours are each second, takes the
 * focus back when it had it until that moment (VS Code's `TreeView.doRefresh`), and that closes a pick that has just opened.
 */
export async function keptOpen<T>(
  show: () => PromiseLike<T | undefined>,
  now: () => number = () => performance.now(),
): Promise<T | undefined> {
  const began = now();
  const answer = await show();
  return answer === undefined && now() - began < stolenMs ? show() : answer;
}
