import { describe, expect, it } from 'vitest';
import {
  parallelismProblem,
  predictGoingOn,
  predictionText,
  predictSlots,
  predictStop,
  savepointProblem,
  type GoingOnSituation,
  type Prediction,
} from '../../../src/core/savepoints/predict';
import type { StoredSavepoint } from '../../../src/shared/model/savepoints';

describe('the slots of a rescale', () => {
  const two = { slotsAvailable: 0, taskManagers: 1, slotsPerTaskManager: 2 };

  it('are enough when those that the job gives back are', () => {
    expect(predictSlots({ ...two, parallelism: 2, held: 1, slotsAvailable: 1 })).toEqual({ needed: 2, there: 2 });
  });

  it('are enough with as many TaskManagers as hold them', () => {
    expect(predictSlots({ ...two, parallelism: 3, held: 2 })).toEqual({ needed: 3, there: 2, taskManagers: 2 });
    expect(predictSlots({ ...two, parallelism: 7, held: 2 })).toEqual({ needed: 7, there: 2, taskManagers: 4 });
  });

  it('are not had by more TaskManagers when those have none', () => {
    expect(predictSlots({ ...two, parallelism: 3, held: 0, slotsPerTaskManager: 0 })).toEqual({ needed: 3, there: 0 });
  });
});

describe('a parallelism that was typed', () => {
  it.each([
    ['0', /too low/],
    ['-1', /too low/],
    ['1.5', /no whole number/],
    ['1,5', /no whole number/],
    ['129', /128 parts at most/],
    ['1e3', /whole number/],
    ['', /whole number/],
    ['three', /whole number/],
  ])('"%s" is refused', (text, reason) => {
    expect(parallelismProblem(text, 128)).toMatch(reason);
  });

  it.each(['1', ' 3 ', '128'])('"%s" is taken', (text) => {
    expect(parallelismProblem(text, 128)).toBeUndefined();
  });

  it('has Flink’s own limit when the job’s is not known', () => {
    expect(parallelismProblem('32768', undefined)).toBeUndefined();
    expect(parallelismProblem('32769', undefined)).toMatch(/too high/);
  });
});

describe('a stop', () => {
  const codes = (predictions: readonly Prediction[]): readonly string[] => predictions.map(({ code }) => code);

  it('is quick when the last checkpoint was', () => {
    expect(predictStop({ lastCheckpointMs: 24 })).toEqual([]);
  });

  it('is slow when the last checkpoint was, or one under way is', () => {
    expect(predictStop({ lastCheckpointMs: 45_000 })).toEqual([{ code: 'slowStop', durationMs: 45_000 }]);
    expect(predictStop({ lastCheckpointMs: 20, underWayMs: 9000 })).toEqual([{ code: 'slowStop', durationMs: 9000 }]);
  });

  it('may not be able to write to a folder that not all see', () => {
    expect(codes(predictStop({ targetDirectory: '/mine', seenByAll: false }))).toEqual(['folderNotShared']);
    expect(codes(predictStop({ targetDirectory: '/mine' }))).toEqual(['folderNotShared']);
    expect(codes(predictStop({ targetDirectory: '/mine', seenByAll: true }))).toEqual([]);
  });
});

const tutorial = ['--bootstrap.servers', '127.0.0.1:9092', '--checkpointing', '--event-time'];

const goingOn = (changes: Partial<GoingOnSituation>): readonly string[] =>
  predictGoingOn({
    argsBefore: tutorial,
    argsAfter: tutorial,
    isOurs: true,
    refusedVersion: false,
    otherJar: false,
    drain: false,
    ...changes,
  }).map(predictionText);

const stored: StoredSavepoint = {
  path: '/data/savepoint-694d7c-2a9dafb8eb8b',
  kind: 'savepoint',
  condition: 'whole',
  jobId: '694d7c',
  filesChecked: 0,
  filesUnknown: 0,
};

describe('going on from a savepoint', () => {
  it('holds no surprise when nothing is changed', () => {
    expect(goingOn({})).toEqual([]);
  });

  it('with --event-time switched loses the open window', () => {
    expect(goingOn({ argsAfter: tutorial.filter((argument) => argument !== '--event-time') })).toEqual([
      expect.stringContaining('open window are lost'),
    ]);
  });

  it('with --backpressure and --chaining switched keeps its state', () => {
    expect(goingOn({ argsAfter: [...tutorial, '--backpressure', '--chaining'] })).toEqual([
      expect.stringMatching(/^--backpressure, --chaining changes the plan .* is found\.$/),
    ]);
  });

  it('without --checkpointing goes back to it with each failure', () => {
    expect(goingOn({ argsAfter: tutorial.filter((argument) => argument !== '--checkpointing') })).toEqual([
      expect.stringContaining('takes the job back'),
    ]);
  });

  it('with --exactly-once shows results with each checkpoint', () => {
    expect(goingOn({ argsAfter: [...tutorial, '--exactly-once'] })).toEqual([
      expect.stringContaining('with each checkpoint'),
    ]);
  });

  it('after a drain comes out in two parts', () => {
    expect(goingOn({ drain: true })).toEqual([expect.stringContaining('two parts')]);
  });

  it('with the third version is refused', () => {
    expect(goingOn({ refusedVersion: true, otherJar: true })).toEqual([expect.stringContaining('refuses')]);
  });

  it('may be refused for a changed job of somebody else', () => {
    expect(goingOn({ isOurs: false, otherJar: true })).toEqual([expect.stringContaining('does not find its state')]);
    expect(goingOn({ isOurs: false })).toEqual([]);
  });

  it('of another job, or of other data, says so', () => {
    expect(goingOn({ savepoint: stored, jobId: 'a1b2c3d4' })).toEqual([
      expect.stringContaining('another job (694d7c…)'),
    ]);
    expect(goingOn({ savepoint: stored, jobId: '694d7c9d4f1f' })).toEqual([]);
    expect(goingOn({ savepoint: { ...stored, origin: 'flink-1.20.5-kraft' } })).toEqual([
      expect.stringContaining('flink-1.20.5-kraft'),
    ]);
  });

  it('of which not all could be looked for says so', () => {
    expect(goingOn({ savepoint: { ...stored, filesUnknown: 2 } })).toEqual([expect.stringContaining('2 files')]);
  });
});

describe('a savepoint that was chosen', () => {
  it.each([
    ['whole', undefined],
    ['missing', 'There is nothing at "/data/savepoint-694d7c-2a9dafb8eb8b".'],
    ['notASavepoint', '"/data/savepoint-694d7c-2a9dafb8eb8b" is not a savepoint.'],
    ['halfWritten', 'The savepoint "/data/savepoint-694d7c-2a9dafb8eb8b" is not whole: half.'],
  ] as const)('that is %s', (condition, sentence) => {
    expect(savepointProblem({ ...stored, condition, problem: 'half' })).toBe(sentence);
  });
});
