import { describe, expect, it } from 'vitest';
import { allOrNone } from '../../../src/core/environment/common/allOrNone';
import { settled } from '../../support/builders/fakeClock';

const never = new AbortController().signal;

/** Ends a little after it was told to, as a process does. */
async function untilAborted(signal: AbortSignal, ended: () => void): Promise<void> {
  await new Promise((resolve) => {
    signal.addEventListener('abort', resolve, { once: true });
  });
  await settled();
  ended();
  signal.throwIfAborted();
}

describe('all or none', () => {
  it('gives what each gave', async () => {
    await expect(allOrNone(never, () => [Promise.resolve(1), Promise.resolve('two')])).resolves.toEqual([1, 'two']);
  });

  it('throws the first failure when the others have ended too', async () => {
    let ended = 0;
    const outcome = allOrNone(never, (signal) => [
      untilAborted(signal, () => ended++),
      Promise.reject(new Error('no port')),
      untilAborted(signal, () => ended++),
    ]);
    await expect(outcome).rejects.toThrow('no port');
    expect(ended).toBe(2);
  });

  it('is cancelled from outside', async () => {
    const cancel = new AbortController();
    const outcome = allOrNone(cancel.signal, (signal) => [untilAborted(signal, () => undefined)]);
    cancel.abort();
    await expect(outcome).rejects.toMatchObject({ name: 'AbortError' });
  });
});
