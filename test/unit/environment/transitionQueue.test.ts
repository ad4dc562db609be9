import { beforeEach, describe, expect, it } from 'vitest';
import { TransitionQueue } from '../../../src/core/environment/common/transitionQueue';
import { settled } from '../../support/builders/fakeClock';

const never = new AbortController().signal;

/** An operation that ends when the test says so. */
class Gate {
  open: () => void = () => undefined;
  readonly passed = new Promise<void>((resolve) => {
    this.open = resolve;
  });
}

describe('the transitions of one window', () => {
  let queue: TransitionQueue;
  let under: string[];
  let most: number;

  beforeEach(() => {
    queue = new TransitionQueue();
    under = [];
    most = 0;
  });

  const through = (name: string, gate: Gate) => async (): Promise<void> => {
    under.push(name);
    most = Math.max(most, under.length);
    await gate.passed;
    under = under.filter((other) => other !== name);
  };

  it('are one at a time, also when several waited for the same end', async () => {
    const gates = [new Gate(), new Gate(), new Gate()];
    const all = gates.map((gate, index) => queue.run('kill', never, through(`kill ${index}`, gate)));
    for (const gate of gates) {
      await settled();
      gate.open();
    }
    await Promise.all(all);
    expect(most).toBe(1);
    expect(queue.operation).toBeUndefined();
  });

  it('wait no longer than their signal allows', async () => {
    const gate = new Gate();
    const first = queue.run('kill', never, through('first', gate));
    const cancel = new AbortController();
    const second = queue.run('kill', cancel.signal, () => Promise.resolve('not run'));
    cancel.abort();
    await expect(second).rejects.toMatchObject({ name: 'AbortError' });
    gate.open();
    await first;
  });

  it.each(['start', 'stop'] as const)('do not wait for a %s', async (operation) => {
    const gate = new Gate();
    const long = queue.run(operation, never, through('long', gate));
    await expect(queue.run('kill', never, () => Promise.resolve())).rejects.toMatchObject({ kind: 'busy' });
    gate.open();
    await long;
  });

  it('are aborted by name, and have ended then', async () => {
    const ended: string[] = [];
    const start = queue.run('start', never, async (signal) => {
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve, { once: true });
      });
      await settled();
      ended.push('start');
    });
    await queue.cancel('stop', never);
    expect(ended).toEqual([]);
    await queue.cancel('start', never);
    expect(ended).toEqual(['start']);
    await start;
  });
});
