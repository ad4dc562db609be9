import { describe, expect, it } from 'vitest';
import { idle } from '../../../src/core/state/resource';
import { describeGraph } from '../../../src/panels/jobGraphState';
import { describeStrip } from '../../../src/panels/jobGraphStrip';
import type { TimelineEntry } from '../../../src/shared/model/timeline';
import { noon } from '../../support/builders/flink';

const timeline: readonly TimelineEntry[] = [
  { key: 'checkpoints:1', at: noon + 1000, what: { kind: 'checkpoints', outcome: 'completed', count: 9 } },
  { key: 'state:2', at: noon, what: { kind: 'state', condition: 'running' } },
  {
    key: 'state:1',
    at: noon - 7000,
    until: noon,
    what: {
      kind: 'state',
      condition: 'restarting',
      cause: { kind: 'machine', name: 'taskmanager-1', change: 'killed' },
    },
  },
  {
    key: 'machine:1',
    at: noon - 8000,
    what: { kind: 'machine', service: 'taskmanager', name: 'taskmanager-1', change: 'killed' },
  },
];

describe('the strip of a job’s past', () => {
  it('has its states and what happened between them, oldest first, without the checkpoints', () => {
    expect(describeStrip(timeline)).toEqual({
      spans: [
        {
          at: noon - 7000,
          until: noon,
          tone: 'trouble',
          text: 'restarting, 7 s, TaskManager taskmanager-1 was killed',
        },
        { at: noon, tone: 'well', text: 'running' },
      ],
      marks: [{ at: noon - 8000, tone: 'trouble', text: 'TaskManager taskmanager-1 was killed' }],
    });
  });

  it('is bounded', () => {
    const long = Array.from({ length: 500 }, (_none, index): TimelineEntry => ({
      key: String(index),
      at: noon - index,
      what: { kind: 'restored', id: index, isSavepoint: false },
    }));
    const { marks } = describeStrip(long);
    expect(marks).toHaveLength(100);
    expect(marks.at(-1)?.at).toBe(noon);
  });

  it('goes with the graph also when there is no graph to draw', () => {
    const facts = { job: 'x', up: false, detail: idle, figures: new Map<string, never>(), jobs: idle, lastName: 'Job' };
    expect(describeGraph({ ...facts, timeline }).strip?.spans).toHaveLength(2);
    expect(describeGraph(facts)).not.toHaveProperty('strip');
  });
});
