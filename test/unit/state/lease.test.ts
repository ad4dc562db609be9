import { describe, expect, it } from 'vitest';
import { LeaseCount } from '../../../src/core/state/lease';

describe('LeaseCount', () => {
  it('is held while anybody holds a lease', () => {
    const seen: boolean[] = [];
    const leases = new LeaseCount(() => seen.push(leases.isHeld));
    const first = leases.take();
    const second = leases.take();
    first.dispose();
    second.dispose();
    expect(seen).toEqual([true, true, true, false]);
  });

  it('takes a lease back only once', () => {
    const leases = new LeaseCount(() => undefined);
    const first = leases.take();
    const second = leases.take();
    first.dispose();
    first.dispose();
    expect(leases.isHeld).toBe(true);
    second.dispose();
    expect(leases.isHeld).toBe(false);
  });
});
