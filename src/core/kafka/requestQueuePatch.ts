const method = 'scheduleCheckPendingRequests';
/** By which another copy of this module knows what it finds. */
const patched = Symbol.for('flinkPlayground.patchedRequestQueue');

/** The fields of a request queue of kafkajs 2.2.4 that the patch looks at. */
interface RequestQueueFields {
  readonly pending: readonly unknown[];
  readonly throttledUntil: number;
}

/**
 * Keeps kafkajs 2.2.4 from waking up every millisecond for each open connection (issue 1751 of tulios/kafkajs): its request
 * queue arms a timer with a negative delay although nothing is pending. The patched method does nothing while nothing is
 * pending and no throttle is active, and what kafkajs wrote otherwise.
 * @returns false, and changes nothing, when the prototype is not the one that the patch was made for.
 */
export function patchRequestQueue(prototype: object): boolean {
  const descriptor = Object.getOwnPropertyDescriptor(prototype, method);
  const original: unknown = descriptor?.value;
  if (typeof original !== 'function' || original.length !== 0) return false;
  if (patched in original) return true;
  if (!/this\.pending\.length[\s\S]*setTimeout/.test(Function.prototype.toString.call(original))) return false;
  function check(this: RequestQueueFields): void {
    if (this.pending.length === 0 && this.throttledUntil <= Date.now()) return;
    Reflect.apply(original as () => void, this, []);
  }
  Object.defineProperty(prototype, method, { ...descriptor, value: Object.assign(check, { [patched]: true }) });
  return true;
}
