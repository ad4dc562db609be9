import { describe, expect, it } from 'vitest';
import { failed, idle, loading, succeeded } from '../../../src/core/state/resource';
import { PlaygroundError } from '../../../src/core/util/errors';
import { describeGraph, type GraphFacts } from '../../../src/panels/jobGraphState';
import type { VertexFigures } from '../../../src/shared/model/jobReads';
import { jobDetail, jobOverview, noon, tasks, vertex } from '../../support/builders/flink';

process.env['TZ'] = 'UTC';

const { id: job } = jobOverview();
const down = new PlaygroundError('unreachable', 'Flink does not answer.');
const unknown = new PlaygroundError('notFound', 'Job not found.');

const two = jobDetail({
  vertices: [
    vertex({ id: 'a', name: 'Source', rates: { recordsOutPerSecond: 400, busy: 0.12, backPressured: 0 } }),
    vertex({
      id: 'b',
      name: 'Counter',
      parallelism: 2,
      tasks: tasks({ RUNNING: 2 }),
      rates: { recordsInPerSecond: 399, recordsOutPerSecond: 0.4, busy: 0.3, backPressured: 0.6 },
    }),
  ],
  edges: [{ from: 'a', to: 'b', shipStrategy: 'HASH' }],
});

function facts(changes: Partial<GraphFacts> = {}): GraphFacts {
  return {
    job,
    up: true,
    detail: succeeded(two, noon),
    figures: new Map(),
    jobs: idle,
    lastName: 'Before',
    ...changes,
  };
}

const figures = (value: VertexFigures): GraphFacts['figures'] => new Map([['b', succeeded(value, noon)]]);

describe('the graph of a job', () => {
  it('has its vertices with what they do, and what flows between them', () => {
    expect(describeGraph(facts())).toEqual({
      job,
      name: 'Click Event Count',
      status: 'live',
      statusText: 'running',
      vertices: [
        {
          id: 'a',
          name: 'Source',
          condition: 'running',
          busy: 0.12,
          backPressured: 0,
          texts: {
            status: 'running',
            tasks: '1/1 running',
            parallelism: '1',
            recordsIn: '',
            recordsOut: '400/s',
            busy: '12 %',
            backPressured: '0 %',
            watermark: '',
            skew: '',
            hottest: '',
          },
        },
        {
          id: 'b',
          name: 'Counter',
          condition: 'running',
          busy: 0.3,
          backPressured: 0.6,
          texts: {
            status: 'running',
            tasks: '2/2 running',
            parallelism: '2',
            recordsIn: '399/s',
            recordsOut: '0.4/s',
            busy: '30 %',
            backPressured: '60 %',
            watermark: '',
            skew: '',
            hottest: '',
          },
        },
      ],
      edges: [{ from: 'a', to: 'b', ship: 'HASH', rate: '399/s' }],
    });
  });

  it('tells the event time that all subtasks have reached, and the subtask that stands out', () => {
    const state = describeGraph(
      facts({ figures: figures({ lowWatermark: noon, skew: 0.35, mostBusy: 0.8, mostBackPressured: 0.61 }) }),
    );
    expect(state.vertices[1]?.texts).toMatchObject({
      watermark: '2023-11-14 22:13:20',
      skew: '35 %',
      hottest: 'one subtask 80 % busy',
    });
  });

  it('does not call one subtask skewed, nor what is nearly even', () => {
    const even = describeGraph(facts({ figures: figures({ skew: 0.09 }) }));
    expect(even.vertices[1]?.texts.skew).toBe('');
  });

  it.each([
    [tasks({ RUNNING: 1, SCHEDULED: 1 }), 'waiting', 'waiting for slots'],
    [tasks({ DEPLOYING: 2 }), 'starting', 'starting'],
    [tasks({ FAILED: 1, CANCELING: 1 }), 'failed', 'recovering'],
    [tasks({ CANCELED: 2 }), 'recovering', 'recovering'],
    [tasks({ FINISHED: 2 }), 'finished', 'finished'],
    [tasks({}), 'unknown', 'tasks not known'],
  ])('of tasks %j is %s', (counts, condition, status) => {
    const detail = jobDetail({ vertices: [vertex({ parallelism: 2, tasks: counts, rates: { busy: 0.5 } })] });
    const state = describeGraph(facts({ detail: succeeded(detail, noon) }));
    expect(state.statusText).toBe(status);
    expect(state.vertices[0]).toMatchObject({ condition, texts: { status, busy: '' } });
    expect(state.vertices[0]).not.toHaveProperty('busy');
  });

  it('counts on an edge only what is known to flow there', () => {
    const join = jobDetail({
      vertices: [
        vertex({ id: 'a', rates: { recordsOutPerSecond: 10 } }),
        vertex({ id: 'b', rates: { recordsOutPerSecond: 20 } }),
        vertex({ id: 'c', rates: { recordsInPerSecond: 30 } }),
      ],
      edges: [
        { from: 'a', to: 'c' },
        { from: 'b', to: 'c' },
        { from: 'a', to: 'b' },
        { from: 'gone', to: 'c' },
      ],
    });
    expect(describeGraph(facts({ detail: succeeded(join, noon) })).edges).toEqual([
      { from: 'a', to: 'c', ship: '', rate: '' },
      { from: 'b', to: 'c', ship: '', rate: '20/s' },
      { from: 'a', to: 'b', ship: '', rate: '' },
    ]);
  });

  it('shows no figure that is not of the last refresh', () => {
    const state = describeGraph(
      facts({ detail: failed(succeeded(two, noon), down), figures: figures({ lowWatermark: noon }) }),
    );
    expect(state).toMatchObject({
      status: 'stale',
      message: 'Flink does not answer. What is shown is as of 22:13:20.',
    });
    expect(state.vertices.map(({ texts }) => texts.busy + texts.watermark + texts.recordsIn)).toEqual(['', '']);
    expect(state.edges[0]?.rate).toBe('');
  });

  it('of a job that is over keeps its shape', () => {
    const over = jobDetail({ ...two, state: 'CANCELED' });
    const state = describeGraph(facts({ detail: succeeded(over, noon) }));
    expect(state).toMatchObject({ status: 'ended', statusText: 'canceled' });
    expect(state.vertices.map(({ condition }) => condition)).toEqual(['canceled', 'canceled']);
  });
});

describe('a job that goes on under another id', () => {
  const over = succeeded(jobDetail({ ...two, state: 'FINISHED' }), noon);
  const next = jobOverview({ id: 'next' });

  it('is offered when it is the only one of that name', () => {
    const jobs = succeeded([next, jobOverview({ id: 'other', name: 'Other' }), jobOverview()], noon);
    expect(describeGraph(facts({ detail: over, jobs })).successor).toBe('next');
  });

  it('is not guessed among several', () => {
    const jobs = succeeded([next, jobOverview({ id: 'another' })], noon);
    expect(describeGraph(facts({ detail: over, jobs }))).not.toHaveProperty('successor');
  });

  it('is not looked for while the job runs, and is none that has ended', () => {
    expect(describeGraph(facts({ jobs: succeeded([next], noon) }))).not.toHaveProperty('successor');
    const ended = succeeded([jobOverview({ id: 'next', state: 'FAILED' })], noon);
    expect(describeGraph(facts({ detail: over, jobs: ended }))).not.toHaveProperty('successor');
  });
});

describe('without an answer', () => {
  it('says that it is read', () => {
    expect(describeGraph(facts({ detail: loading(idle) }))).toMatchObject({ status: 'loading', name: 'Before' });
  });

  it('says that nothing runs', () => {
    const state = describeGraph(facts({ up: false, detail: idle }));
    expect(state).toMatchObject({
      status: 'down',
      message: 'The playground is not running. Start it to see its jobs.',
    });
  });

  it('says that Flink has forgotten the job, and offers the one that runs', () => {
    const jobs = succeeded([jobOverview({ id: 'next', name: 'Before' })], noon);
    expect(describeGraph(facts({ detail: failed(idle, unknown), jobs }))).toMatchObject({
      status: 'gone',
      message: expect.stringContaining('does not know this job any more') as string,
      successor: 'next',
    });
  });

  it('keeps the picture of a job that was forgotten while it was looked at', () => {
    const state = describeGraph(facts({ detail: failed(succeeded(two, noon), unknown) }));
    expect(state.status).toBe('gone');
    expect(state.vertices).toHaveLength(2);
  });

  it('says what went wrong', () => {
    expect(describeGraph(facts({ detail: failed(idle, down) }))).toMatchObject({
      status: 'failed',
      message: 'Flink does not answer.',
    });
  });
});
