import { describe, expect, it } from 'vitest';
import { CaughtUpWatch, type CaughtUp } from '../../../src/core/ledger/caughtUpWatch';
import { Store } from '../../../src/core/state/store';
import { Emitter } from '../../../src/core/util/emitter';
import type { LedgerReason, LedgerSummary } from '../../../src/shared/model/ledger';
import { ledgerSummary } from '../../support/builders/engine';
import { FakeClock } from '../../support/builders/fakeClock';

const windowMs = 15_000;

function setup() {
  const clock = new FakeClock(Date.UTC(2026, 10, 23, 12));
  const epoch = clock.now();
  const summary = new Store<LedgerSummary>(ledgerSummary());
  const recoveries = new Emitter<number>();
  const told: CaughtUp[] = [];
  const watch = new CaughtUpWatch({ summary, onRecovery: recoveries.event, windowMs, clock });
  watch.onCaughtUp((event) => told.push(event));
  /** The window that ends so many windows after the beginning is counted, so many seconds after that. */
  const counted = async (window: number, secondsLate = 1, reasons: readonly LedgerReason[] = []): Promise<void> => {
    const end = epoch + window * windowMs;
    await clock.advance(Math.max(0, end + secondsLate * 1000 - clock.now()));
    const cells = [{ page: '/a', status: 'exact' as const, count: 1, records: 1 }];
    summary.set(ledgerSummary({ reasons, recent: [{ start: end - windowMs, end, closed: true, cells }] }));
  };
  return { clock, counted, told, recovery: () => recoveries.fire(clock.now()), watch };
}

describe('catching up after a recovery', () => {
  it.each([1, 12])(
    'is told with the time that it took, where windows usually come %i s after their end',
    async (usual) => {
      const { clock, counted, recovery, told } = setup();
      for (const window of [1, 2, 3]) await counted(window, usual);
      const since = clock.now();
      recovery();
      await counted(4, usual + 21);
      recovery();
      await counted(5, usual + 7);
      expect(told).toEqual([]);
      await counted(6, usual + 1);
      await counted(7, usual);
      expect(told).toEqual([{ since, tookMs: 46_000 }]);
    },
  );

  it('is not told with a time that the clock made up when it was set back', async () => {
    const { clock, counted, recovery, told } = setup();
    for (const window of [1, 2, 3]) await counted(window);
    recovery();
    await counted(4, 21);
    clock.jump(-60_000);
    await counted(5, -50);
    expect(told).toEqual([]);
  });

  it('is not told when no window was late', async () => {
    const { counted, recovery, told } = setup();
    for (const window of [1, 2]) await counted(window);
    recovery();
    for (const window of [3, 4]) await counted(window);
    expect(told).toEqual([]);
  });

  it('is not told where event time does not go with the clock', async () => {
    const { counted, recovery, told } = setup();
    for (const window of [0, 1, 2]) await counted(window, 600);
    recovery();
    await counted(60, 1);
    expect(told).toEqual([]);
  });

  it('is not told of what is read from the past of the topic', async () => {
    const { counted, recovery, told } = setup();
    for (const window of [0, 1, 2]) await counted(window);
    recovery();
    await counted(3, 20);
    await counted(5, 1, [{ code: 'catchingUp' }]);
    expect(told).toEqual([]);
    await counted(6, 1);
    expect(told).toHaveLength(1);
  });

  it('is awaited no longer than somebody would', async () => {
    const { counted, recovery, told } = setup();
    for (const window of [0, 1, 2]) await counted(window);
    recovery();
    await counted(3, 3600);
    await counted(250, 1);
    expect(told).toEqual([]);
  });
});
