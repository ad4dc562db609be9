import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';
import { describe, expect, it } from 'vitest';
import { requestQueueIsPatched } from '../../../src/core/kafka/kafkajsGateway';
import { patchRequestQueue } from '../../../src/core/kafka/requestQueuePatch';

interface Queue {
  pending: unknown[];
  throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  checkPendingRequests(): void;
  destroy(): void;
}

function createQueue(): Queue {
  const instance: unknown = Reflect.construct(RequestQueue as unknown as new () => Queue, [
    { maxInFlightRequests: 0, logger: {}, requestTimeout: 1000 },
  ]);
  return instance as Queue;
}

/** Whether the queue has a timer armed after it looked for what is pending. */
function armsTimer(change: Partial<Queue>): boolean {
  const queue = Object.assign(createQueue(), change);
  queue.checkPendingRequests();
  const armed = queue.throttleCheckTimeoutId !== null;
  queue.destroy();
  return armed;
}

describe('the request queue of kafkajs', () => {
  it('is the one that the patch was made for', () => {
    expect(requestQueueIsPatched).toBe(true);
  });

  it('arms no timer while nothing is pending', () => {
    expect(armsTimer({})).toBe(false);
  });

  it('looks again while requests are pending', () => {
    expect(armsTimer({ pending: [{}] })).toBe(true);
  });

  it('looks again when a throttle ends', () => {
    expect(armsTimer({ throttledUntil: Date.now() + 60_000 })).toBe(true);
  });
});

describe('patchRequestQueue', () => {
  it.each([
    ['has no such method', {}],
    ['has a field of that name', { scheduleCheckPendingRequests: 1 }],
    ['has another method of that name', { scheduleCheckPendingRequests: (): void => undefined }],
  ])('leaves a prototype alone that %s', (_, prototype) => {
    const before = { ...prototype };
    expect(patchRequestQueue(prototype)).toBe(false);
    expect(prototype).toEqual(before);
  });
});
