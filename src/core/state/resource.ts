/**
 * A value that is read from somewhere else again and again. `stale` keeps the last good value beside the error that the
 * newest attempt ended with; `failed` never had one. `readAt` is milliseconds since the epoch.
 */
export type Resource<T> =
  | { readonly state: 'idle' }
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly value: T; readonly readAt: number }
  | { readonly state: 'stale'; readonly value: T; readonly readAt: number; readonly error: Error }
  | { readonly state: 'failed'; readonly error: Error };

export const idle: Resource<never> = { state: 'idle' };

/** The last good value, however old. */
export function valueOf<T>(resource: Resource<T>): T | undefined {
  return resource.state === 'ready' || resource.state === 'stale' ? resource.value : undefined;
}

export function errorOf(resource: Resource<unknown>): Error | undefined {
  return resource.state === 'stale' || resource.state === 'failed' ? resource.error : undefined;
}

export function loading<T>(previous: Resource<T>): Resource<T> {
  return previous.state === 'idle' || previous.state === 'failed' ? { state: 'loading' } : previous;
}

export function succeeded<T>(value: T, readAt: number): Resource<T> {
  return { state: 'ready', value, readAt };
}

/** A failed attempt: what was good before is kept and marked as stale. */
export function failed<T>(previous: Resource<T>, error: Error): Resource<T> {
  if (previous.state === 'ready' || previous.state === 'stale') {
    return { state: 'stale', value: previous.value, readAt: previous.readAt, error };
  }
  return { state: 'failed', error };
}
