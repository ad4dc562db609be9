import { describe, expect, it } from 'vitest';
import { CounterRates, withVertexRates } from '../../../src/core/flink/counterRates';
import type { TaskCounters } from '../../../src/shared/model/jobReads';
import { jobDetail, tasks, vertex } from '../../support/builders/flink';

/** Rates of a vertex of two subtasks after a series of reads: seconds and counters. */
function ratesAfter(...reads: readonly (readonly [seconds: number, counters: TaskCounters, running?: number])[]) {
  const rates = new CounterRates();
  const details = reads.map(([seconds, counters, running = 2]) =>
    withVertexRates(
      jobDetail({ vertices: [vertex({ parallelism: 2, counters, tasks: tasks({ RUNNING: running }) })] }),
      rates,
      seconds * 1000,
    ),
  );
  return details.at(-1)?.vertices[0]?.rates;
}

describe('rates from counters', () => {
  it('are not known after one read', () => {
    expect(ratesAfter([0, { recordsIn: 5 }])).toBeUndefined();
  });

  it('are not told from two reads at nearly the same moment', () => {
    expect(ratesAfter([0, { recordsIn: 5 }], [0.1, { recordsIn: 500 }])).toBeUndefined();
  });

  it('are what was added in the time between, shares of time for each subtask', () => {
    const first = { recordsIn: 100, recordsOut: 0, bytesIn: 0, bytesOut: 0, busyMs: 0, backPressuredMs: 0, idleMs: 0 };
    const last = { ...first, recordsIn: 900, recordsOut: 4, bytesIn: 80, busyMs: 1000, idleMs: 3000 };
    expect(ratesAfter([0, first], [2, last])).toEqual({
      recordsInPerSecond: 400,
      recordsOutPerSecond: 2,
      bytesInPerSecond: 40,
      bytesOutPerSecond: 0,
      busy: 0.25,
      backPressured: 0,
      idle: 0.75,
    });
  });

  it('look back twelve seconds, so that counters which Flink gathers in steps do not make them jump', () => {
    const steps = Array.from(
      { length: 20 },
      (_, index) => [index * 2, { recordsIn: 4000 * Math.floor(index / 5) }] as const,
    );
    expect(ratesAfter(...steps)?.recordsInPerSecond).toBeCloseTo(4000 / 12, 0);
  });

  it('begin anew when the tasks did', () => {
    expect(ratesAfter([0, { recordsIn: 900 }], [2, { recordsIn: 10 }])).toBeUndefined();
  });

  it('do not take a busy time that falls a little for tasks that began anew', () => {
    const idle = [0, 2, 4].map((seconds) => [seconds, { recordsIn: 0, busyMs: 500 - seconds }] as const);
    expect(ratesAfter(...idle)).toEqual({ recordsInPerSecond: 0, busy: 0 });
    expect(ratesAfter([0, { busyMs: 5000 }], [2, { busyMs: 10 }])).toBeUndefined();
    expect(ratesAfter([0, { recordsIn: 1, busyMs: 500 }], [2, { recordsIn: 1 }])).toEqual({ recordsInPerSecond: 0 });
  });

  it('are not told of tasks that do not run', () => {
    expect(ratesAfter([0, { recordsIn: 0 }], [2, { recordsIn: 0 }, 0])).toBeUndefined();
  });

  it('leave out what Flink does not measure', () => {
    expect(ratesAfter([0, { recordsIn: 0 }], [1, { recordsIn: 7 }])).toEqual({ recordsInPerSecond: 7 });
  });

  it('never say more than all of the time', () => {
    expect(ratesAfter([0, { busyMs: 0 }], [1, { busyMs: 2100 }])).toEqual({ busy: 1 });
  });
});
