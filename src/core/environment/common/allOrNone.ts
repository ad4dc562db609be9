/**
 * Waits for all that `begin` begins. When one fails, the others are aborted and waited for before the failure is thrown:
 * nothing goes on behind it.
 */
export async function allOrNone<const T extends readonly Promise<unknown>[]>(
  outer: AbortSignal,
  begin: (signal: AbortSignal) => T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  const failure = new AbortController();
  const parts = begin(AbortSignal.any([outer, failure.signal]));
  try {
    return await Promise.all(parts);
  } catch (error) {
    failure.abort();
    await Promise.allSettled(parts);
    outer.throwIfAborted();
    throw error;
  }
}
