import { describe, expect, it } from 'vitest';
import { Poller } from '../../../src/core/state/poller';
import { FakeClock, settled } from '../../support/builders/fakeClock';

function subject(outcome: () => Promise<void> = () => Promise.resolve(), random = 0.5) {
  const clock = new FakeClock();
  const began = clock.now();
  const attempts: number[] = [];
  const signals: AbortSignal[] = [];
  const poller = new Poller({
    poll: (signal) => {
      attempts.push(clock.now() - began);
      signals.push(signal);
      return outcome();
    },
    intervalMs: () => 1000,
    clock,
    random: () => random,
  });
  return { poller, clock, attempts, signals };
}

const fails = (): Promise<void> => Promise.reject(new Error('down'));

describe('Poller', () => {
  it('attempts nothing until it is started', async () => {
    const { attempts, clock } = subject();
    await clock.advance(10_000);
    expect(attempts).toEqual([]);
  });

  it('attempts at once and then at its interval', async () => {
    const { poller, attempts, clock } = subject();
    poller.start();
    await clock.advance(3000);
    expect(attempts).toEqual([0, 1000, 2000, 3000]);
  });

  it('can begin later', async () => {
    const { poller, attempts, clock } = subject();
    poller.start(400);
    await clock.advance(1500);
    expect(attempts).toEqual([400, 1400]);
  });

  it('counts the interval from the end of an attempt, so that a slow one is never overtaken', async () => {
    let finish: () => void = () => undefined;
    const { poller, attempts, clock } = subject(() => new Promise((resolve) => (finish = resolve)));
    poller.start();
    await clock.advance(5000);
    expect(attempts).toEqual([0]);
    finish();
    await clock.advance(1000);
    expect(attempts).toEqual([0, 6000]);
  });

  it('goes on twice as slowly with each failure, up to 30 s', async () => {
    const { poller, attempts, clock } = subject(fails);
    poller.start();
    await clock.advance(121_000);
    expect(attempts).toEqual([0, 1000, 3000, 7000, 15_000, 31_000, 61_000, 91_000, 121_000]);
  });

  it.each([
    [0, 750],
    [1, 1250],
  ])('spreads attempts while failing (random %s)', async (random, second) => {
    const { poller, attempts, clock } = subject(fails, random);
    poller.start();
    await clock.advance(second);
    expect(attempts).toEqual([0, second]);
  });

  it('returns to its interval after a success', async () => {
    let down = true;
    const { poller, attempts, clock } = subject(() => (down ? fails() : Promise.resolve()));
    poller.start();
    await clock.advance(3000);
    down = false;
    await clock.advance(5000);
    expect(attempts).toEqual([0, 1000, 3000, 7000, 8000]);
  });

  it('attempts now when it is poked, and then at its interval', async () => {
    const { poller, attempts, clock } = subject();
    poller.start();
    await clock.advance(300);
    poller.poke();
    await clock.advance(1000);
    expect(attempts).toEqual([0, 300, 1300]);
  });

  it('makes one more attempt for any number of pokes during one', async () => {
    let finish: () => void = () => undefined;
    const { poller, attempts, clock } = subject(() => new Promise((resolve) => (finish = resolve)));
    poller.start();
    poller.poke();
    poller.poke();
    poller.poke();
    finish();
    await settled();
    finish();
    await clock.advance(500);
    expect(attempts).toEqual([0, 0]);
  });

  it('does nothing when it is poked while stopped', async () => {
    const { poller, attempts, clock } = subject();
    poller.poke();
    await clock.advance(5000);
    expect(attempts).toEqual([]);
  });

  it('aborts the attempt under way when it is stopped, and leaves no timer', async () => {
    const { poller, signals, clock } = subject(() => new Promise(() => undefined));
    poller.start();
    poller.stop();
    await settled();
    expect(signals[0]?.aborted).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('leaves no timer when an attempt ends after it was stopped', async () => {
    let finish: () => void = () => undefined;
    const { poller, clock } = subject(() => new Promise((resolve) => (finish = resolve)));
    poller.start();
    poller.stop();
    finish();
    await settled();
    expect(clock.pending).toBe(0);
  });

  it('starts anew while an attempt from before is still ending', async () => {
    const finish: (() => void)[] = [];
    const { poller, attempts, clock } = subject(() => new Promise((resolve) => finish.push(resolve)));
    poller.start();
    poller.stop();
    poller.start();
    finish[0]?.();
    await clock.advance(2000);
    expect(attempts).toEqual([0, 0]);
    finish[1]?.();
    await clock.advance(1000);
    expect(attempts).toEqual([0, 0, 3000]);
  });
});
