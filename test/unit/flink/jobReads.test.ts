import { describe, expect, it } from 'vitest';
import {
  decodeCheckpointConfiguration,
  decodeCheckpointHistory,
  decodeExceptions,
  decodeSubtasks,
  decodeWatermarks,
} from '../../../src/core/flink/decode/jobReads';
import { decodeVertexFigures } from '../../../src/core/flink/decode/vertexFigures';
import { metricQueries } from '../../../src/core/flink/jobReads';

describe('metric names for one request', () => {
  it('are separated by commas and percent-encoded', () => {
    expect(metricQueries(['a.b', 'Source: x/y'])).toEqual(['a.b,Source%3A%20x%2Fy']);
  });

  it('are spread over several when they are too long for one request line', () => {
    const names = Array.from({ length: 100 }, (_, index) => `${index}.${'n'.repeat(98)}`);
    const queries = metricQueries(names);
    expect(queries.length).toBeGreaterThan(1);
    expect(queries.every((query) => query.length <= 3000)).toBe(true);
    expect(queries.join(',').split(',')).toEqual(names);
  });

  it('are none for none', () => {
    expect(metricQueries([])).toEqual([]);
  });
});

describe('watermarks', () => {
  it.each([
    ['-9223372036854775808', undefined],
    ['9223372036854775807', undefined],
    ['NaN', undefined],
    ['1700000000000', 1_700_000_000_000],
  ])('that say %s are %s', (value, watermark) => {
    expect(decodeWatermarks([{ id: '3.currentInputWatermark', value }])).toEqual([
      { index: 3, ...(watermark === undefined ? {} : { watermark }) },
    ]);
  });
});

describe('the figures of a vertex', () => {
  const skewed = { id: 'numRecordsIn', min: 0, max: 90, avg: 50, sum: 100, skew: 80 };

  it('are those of all its subtasks', () => {
    const answer = [
      skewed,
      { id: 'currentInputWatermark', min: 1_700_000_000_000, max: 1_700_000_009_000 },
      { id: 'busyTimeMsPerSecond', min: 10, max: 400, avg: 205, sum: 410 },
      { id: 'backPressuredTimeMsPerSecond', min: 0, max: 1004, avg: 500, sum: 1004 },
    ];
    expect(decodeVertexFigures(answer)).toEqual({
      lowWatermark: 1_700_000_000_000,
      skew: 0.8,
      mostBusy: 0.4,
      mostBackPressured: 1,
    });
  });

  it('of a source tell of its output', () => {
    const answer = [
      { ...skewed, sum: 0, skew: 0 },
      { ...skewed, id: 'numRecordsOut', skew: 25 },
    ];
    expect(decodeVertexFigures(answer)).toEqual({ skew: 0.25 });
  });

  it.each([[Number('-9223372036854775808')], [Number('9223372036854775807')], ['NaN'], [undefined]])(
    'have no watermark when Flink says %s',
    (min) => {
      expect(decodeVertexFigures([{ id: 'currentInputWatermark', min }])).toEqual({});
    },
  );

  it('are none before anything was measured', () => {
    expect(decodeVertexFigures([])).toEqual({});
    expect(decodeVertexFigures([{ id: 'busyTimeMsPerSecond', max: 'NaN', skew: 'NaN' }])).toEqual({});
  });
});

describe('subtasks', () => {
  it('without a slot, with figures that are not numbers and states that are not known, are read all the same', () => {
    const answer = {
      subtasks: [
        { subtask: 1, status: 'NEW STATE', attempt: 2, endpoint: '(unassigned)', 'taskmanager-id': '(unassigned)' },
        { subtask: 0, status: 'RUNNING', attempt: 0, metrics: { 'accumulated-busy-time': 'NaN', 'read-records': 7 } },
      ],
    };
    expect(decodeSubtasks(answer)).toEqual([
      { index: 0, state: 'RUNNING', attempt: 0, counters: { recordsIn: 7 } },
      { index: 1, state: 'unknown', attempt: 2, counters: {} },
    ]);
  });
});

describe('a history of checkpoints', () => {
  const counts = { restored: 0, total: 0, in_progress: 0, completed: 0, failed: 0 };

  it('may have nothing in it', () => {
    const answer = { counts, latest: { completed: null, savepoint: null, failed: null, restored: null }, history: [] };
    expect(decodeCheckpointHistory(answer)).toEqual({
      counts: { restored: 0, total: 0, inProgress: 0, completed: 0, failed: 0 },
      entries: [],
    });
  });

  it('does not take the words for a checkpoint in memory for a path', () => {
    const entry = {
      id: 1,
      status: 'COMPLETED',
      is_savepoint: false,
      external_path: '<checkpoint-not-externally-addressable>',
    };
    const answer = { counts, latest: { completed: entry }, history: [entry] };
    expect(decodeCheckpointHistory(answer).entries[0]).not.toHaveProperty('externalPath');
  });
});

describe('a configuration of checkpoints', () => {
  it('has no interval when Flink says the longest there is', () => {
    const answer = {
      mode: 'EXACTLY_ONCE',
      interval: Number('9223372036854775807'),
      timeout: 600_000,
      min_pause: 0,
      max_concurrent: 1,
      externalization: { enabled: true, delete_on_cancellation: false },
    };
    expect(decodeCheckpointConfiguration(answer)).toEqual({
      mode: 'exactly_once',
      timeoutMs: 600_000,
      minPauseMs: 0,
      maxConcurrent: 1,
      retained: true,
    });
  });
});

describe('exceptions', () => {
  it('name the place in the words of their version', () => {
    const common = {
      exceptionName: 'E',
      stacktrace: 'E: x',
      timestamp: 5,
      taskName: null,
      taskManagerId: '(unassigned)',
    };
    const answer = {
      exceptionHistory: {
        entries: [
          { ...common, endpoint: 'a:1', concurrentExceptions: [{ ...common, location: 'b:2' }] },
          { ...common, location: '(unassigned)', concurrentExceptions: [] },
        ],
        truncated: false,
      },
    };
    const read = { name: 'E', stackTrace: 'E: x', at: 5 };
    expect(decodeExceptions(answer).entries).toEqual([
      { ...read, endpoint: 'a:1', concurrent: [{ ...read, endpoint: 'b:2', concurrent: [] }] },
      { ...read, concurrent: [] },
    ]);
  });
});
