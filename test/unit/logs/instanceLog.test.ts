import { describe, expect, it } from 'vitest';
import { followInstance } from '../../../src/core/logs/instanceLog';
import { Store } from '../../../src/core/state/store';
import { Emitter } from '../../../src/core/util/emitter';
import type { InstanceEvent, InstanceEventKind, InstanceSnapshot } from '../../../src/shared/model/environment';
import { runningEnvironment, taskManagerInstance } from '../../support/builders/environment';
import { FakeClock, settled } from '../../support/builders/fakeClock';

function setup(
  first: InstanceSnapshot = taskManagerInstance(1),
  clock: FakeClock = new FakeClock(),
): {
  readonly clock: FakeClock;
  readonly lines: string[];
  readonly write: (line: string) => void;
  readonly happen: (kind: InstanceEventKind, changes?: Partial<InstanceSnapshot>) => void;
  readonly stop: () => Promise<void>;
} {
  const lines: string[] = [];
  const events = new Emitter<InstanceEvent>();
  const ended = new AbortController();
  let write: (line: string) => void = () => undefined;
  const following = followInstance(
    {
      snapshot: new Store(runningEnvironment({ services: [{ name: 'taskmanager', instances: [first] }] })),
      onInstanceEvent: events.event,
      followLogs: (_id, sink, signal) => {
        write = sink;
        return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
      },
    },
    'taskmanager-1',
    (line) => lines.push(line),
    ended.signal,
    clock,
  );
  return {
    clock,
    lines,
    write: (line) => write(line),
    happen: (kind, changes = {}) => {
      events.fire({ kind, at: clock.now(), instance: taskManagerInstance(1, changes) });
    },
    stop: async () => {
      ended.abort();
      await following;
    },
  };
}

describe('the log of an instance', () => {
  it('says where a kill cut it off and how long it took until it went on', async () => {
    const { clock, lines, write, happen } = setup();
    write('before');
    happen('killed', { endedAt: clock.now() });
    write('the last words, read a moment later');
    await clock.advance(7400);
    happen('started', { startedAt: clock.now() });
    await settled();
    await clock.advance(0);
    write('after');
    expect(lines).toEqual([
      'before',
      'the last words, read a moment later',
      '──── taskmanager-1 was killed ────',
      '──── taskmanager-1 restarted after 7.4 s ────',
      'after',
    ]);
  });

  it('keeps the order when it restarts at once', async () => {
    const { clock, lines, happen } = setup();
    happen('stopped', { endedAt: clock.now() });
    await clock.advance(50);
    happen('started', { startedAt: clock.now() });
    await clock.advance(1000);
    expect(lines).toEqual(['──── taskmanager-1 was stopped ────', '──── taskmanager-1 restarted after 0 s ────']);
  });

  it('keeps the order when the timers of one moment ring in another', () => {
    const rings: (() => void)[] = [];
    const clock = new FakeClock();
    clock.schedule = (_ms, callback) => {
      rings.unshift(callback);
      return { dispose: () => undefined };
    };
    const { lines, happen } = setup(taskManagerInstance(1), clock);
    happen('killed', { endedAt: clock.now() });
    happen('started', { startedAt: clock.now() });
    for (const ring of rings) ring();
    expect(lines).toEqual(['──── taskmanager-1 was killed ────', '──── taskmanager-1 restarted after 0 s ────']);
  });

  it('says with which code a process ended by itself', async () => {
    const { clock, lines, happen } = setup();
    happen('died', { exitCode: 239 });
    await clock.advance(1000);
    expect(lines).toEqual(['──── taskmanager-1 ended with exit code 239 ────']);
  });

  it('knows a restart by another window from looking at the same process again', async () => {
    const first = taskManagerInstance(1, { startedAt: 1000 });
    const { clock, lines, happen } = setup(first);
    happen('adopted', { startedAt: 1000 });
    await clock.advance(1000);
    expect(lines).toEqual([]);
    happen('adopted', { startedAt: 60_000 });
    await clock.advance(0);
    expect(lines).toEqual(['──── taskmanager-1 restarted ────']);
  });

  it('measures the gap of one that had ended before it was followed', async () => {
    const { clock, lines, happen } = setup(taskManagerInstance(1, { state: 'killed', endedAt: 10_000 }));
    happen('started', { startedAt: 25_000 + 1_700_000_000_000 });
    await clock.advance(0);
    expect(lines[0]).toMatch(/^──── taskmanager-1 restarted after \d+ d/);
  });

  it('shows no control sequence of what the process wrote', () => {
    const { lines, write } = setup();
    write('\u001b[31mERROR\u001b[0m\u0007');
    expect(lines).toEqual(['ERROR␇']);
  });

  it('leaves no timer behind', async () => {
    const { clock, happen, stop } = setup();
    happen('killed');
    await stop();
    expect(clock.pending).toBe(0);
  });
});
