import { describe, expect, it } from 'vitest';
import { errorOf, failed, idle, loading, succeeded, valueOf, type Resource } from '../../../src/core/state/resource';

const error = new Error('down');
const ready: Resource<string> = succeeded('jobs', 5);

describe('Resource', () => {
  it('keeps the last good value beside the error of a failed attempt', () => {
    const stale = failed(ready, error);
    expect(stale).toEqual({ state: 'stale', value: 'jobs', readAt: 5, error });
    expect([valueOf(stale), errorOf(stale)]).toEqual(['jobs', error]);
  });

  it('stays stale with the newest error while attempts fail', () => {
    const newer = new Error('still down');
    expect(failed(failed(ready, error), newer)).toEqual({ state: 'stale', value: 'jobs', readAt: 5, error: newer });
  });

  it('is failed, with no value, when there never was one', () => {
    const never = failed(loading<string>(idle), error);
    expect([never.state, valueOf(never), errorOf(never)]).toEqual(['failed', undefined, error]);
  });

  it('shows a value on while it is read again', () => {
    expect(loading(ready)).toBe(ready);
    expect(loading(failed(ready, error)).state).toBe('stale');
  });

  it('begins anew after a failure without a value', () => {
    expect(loading(failed<string>(idle, error))).toEqual({ state: 'loading' });
  });
});
