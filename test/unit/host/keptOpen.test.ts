import { describe, expect, it } from 'vitest';
import { keptOpen } from '../../../src/host/keptOpen';

/** A pick that is closed after each of these times with what was chosen; the answer tells how often it was shown. */
async function ask(...closings: readonly { readonly afterMs: number; readonly chosen?: string }[]) {
  let now = 0;
  let shown = 0;
  const answer = await keptOpen(
    () => {
      const closing = closings[shown];
      shown += 1;
      now += closing?.afterMs ?? 0;
      return Promise.resolve(closing?.chosen);
    },
    () => now,
  );
  return { answer, shown };
}

describe('a quick pick', () => {
  it('is shown again when something took the focus as soon as it had opened', async () => {
    expect(await ask({ afterMs: 30 }, { afterMs: 2000, chosen: 'a' })).toEqual({ answer: 'a', shown: 2 });
  });

  it('is shown again once only', async () => {
    expect(await ask({ afterMs: 30 }, { afterMs: 30 }, { afterMs: 30, chosen: 'a' })).toEqual({ shown: 2 });
  });

  it('is shown once when something was chosen, however fast', async () => {
    expect(await ask({ afterMs: 30, chosen: 'a' })).toEqual({ answer: 'a', shown: 1 });
  });

  it('is called off by a person', async () => {
    expect(await ask({ afterMs: 500 }, { afterMs: 1, chosen: 'a' })).toEqual({ shown: 1 });
  });
});
