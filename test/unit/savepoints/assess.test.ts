import { describe, expect, it } from 'vitest';
import { assess, linesOf, type NextStep } from '../../../src/core/savepoints/assess';
import { jobOverview, noon, tasks } from '../../support/builders/flink';
import {
  entry,
  facts,
  recipe,
  savepoint,
  stoppedJob,
  successorId,
  triggerId,
} from '../../support/builders/journalEntries';

const requested = { type: 'requested', triggerId } as const;
const stopped = [requested, { type: 'saved', path: savepoint }, { type: 'stopped' }] as const;
const submitting = { type: 'submitting', successorId, recipe: recipe() } as const;
const finished = jobOverview({ state: 'FINISHED', endTime: noon });
const successor = jobOverview({ id: successorId });
const trace = (words: string): { readonly failure: string } => ({
  failure: `java.util.concurrent.CompletionException: ${words}`,
});

/** What is next, without the words. */
function nextOf(step: NextStep): unknown {
  const { summary: _words, ...rest } = step;
  return rest;
}

describe('an operation that was left open', () => {
  it.each([
    ['before Flink was asked for anything', entry(), facts(), { next: 'close', outcome: 'cancelled' }],
    [
      'before the request reached Flink',
      entry({}, requested),
      facts({ request: 'forgotten' }),
      { next: 'close', outcome: 'cancelled' },
    ],
    [
      'while the savepoint is being taken',
      entry({}, requested),
      facts({ request: undefined }),
      { next: 'follow', triggerId },
    ],
    [
      'when the savepoint was complete and nobody had heard of it',
      entry({}, requested),
      facts({ jobs: [finished], request: { location: savepoint } }),
      { next: 'submit', savepointPath: savepoint, triedInVain: false },
    ],
    [
      'when the answer expired, and the savepoint lies in its folder',
      entry({}, requested),
      facts({ jobs: [finished], request: 'forgotten', states: [{ path: savepoint, isSavepoint: true, at: noon }] }),
      { next: 'submit', savepointPath: savepoint, triedInVain: false },
    ],
    [
      'when the JobManager was started anew, and the savepoint lies in its folder',
      entry({}, requested),
      facts({ jobs: [], request: 'forgotten', states: [{ path: savepoint.slice(5), isSavepoint: true, at: noon }] }),
      { next: 'submit', savepointPath: savepoint.slice(5), triedInVain: false },
    ],
    [
      'when the JobManager died with the job, which had checkpoints',
      entry({}, requested),
      facts({
        jobs: [],
        request: 'forgotten',
        states: [
          { path: '/data/checkpoints/a/chk-4', isSavepoint: false, at: noon },
          { path: '/data/checkpoints/a/chk-5', isSavepoint: false, at: noon + 1000 },
        ],
      }),
      { next: 'submit', savepointPath: '/data/checkpoints/a/chk-5', triedInVain: false },
    ],
    [
      'when nothing of the job is left',
      entry({}, requested),
      facts({ jobs: [], request: 'forgotten' }),
      { next: 'lost' },
    ],
    [
      'when the savepoint failed and the job runs on',
      entry({}, requested),
      facts({ request: trace('java.io.IOException: Permission denied') }),
      { next: 'close', outcome: 'failed' },
    ],
    [
      'when the savepoint is there but the job did not stop with it',
      entry({}, requested),
      facts({
        request: trace(
          `org.apache.flink.runtime.scheduler.stopwithsavepoint.StopWithSavepointStoppingException: A savepoint has been created at: ${savepoint}, but the corresponding job ${stoppedJob} failed during stopping.`,
        ),
      }),
      { next: 'close', outcome: 'failed', savepointPath: savepoint },
    ],
    [
      'when the job had failed by itself before it could be stopped',
      entry({}, requested),
      facts({
        jobs: [jobOverview({ state: 'FAILED', endTime: noon })],
        request: trace('org.apache.flink.runtime.messages.FlinkJobNotFoundException: Could not find Flink job'),
        states: [{ path: '/data/checkpoints/a/chk-9', isSavepoint: false, at: noon }],
      }),
      { next: 'submit', savepointPath: '/data/checkpoints/a/chk-9', triedInVain: false },
    ],
    [
      'between the stop and the start',
      entry({}, ...stopped),
      facts({ jobs: [finished] }),
      { next: 'submit', savepointPath: savepoint, triedInVain: false },
    ],
    [
      'when the answer to the submission was lost',
      entry({}, ...stopped, submitting),
      facts({ jobs: [finished, successor] }),
      { next: 'close', outcome: 'done', successorFound: true },
    ],
    [
      'when the job was submitted though that was not written down any more',
      entry({}, ...stopped),
      facts({ jobs: [finished, successor] }),
      { next: 'close', outcome: 'done', successorFound: true },
    ],
    [
      'while the tasks of the new job wait for slots',
      entry({}, ...stopped, submitting),
      facts({ jobs: [finished, { ...successor, tasks: tasks({ SCHEDULED: 4 }) }] }),
      { next: 'watch', jobId: successorId },
    ],
    [
      'when the new job was refused',
      entry({}, ...stopped, submitting),
      facts({ jobs: [finished, jobOverview({ id: successorId, state: 'FAILED' })] }),
      { next: 'submit', savepointPath: savepoint, triedInVain: true },
    ],
    [
      'when the new job ran and failed later',
      entry({}, ...stopped, submitting, { type: 'running' }),
      facts({ jobs: [finished, jobOverview({ id: successorId, state: 'FAILED' })] }),
      { next: 'close', outcome: 'done', successorFound: true },
    ],
    [
      'when somebody started the job in another way meanwhile',
      entry({}, ...stopped),
      facts({ jobs: [finished, jobOverview({ id: 'd'.repeat(32), startTime: noon + 60_000 })] }),
      { next: 'close', outcome: 'dismissed' },
    ],
  ] as const)('%s', (_when, left, found, next) => {
    expect(nextOf(assess(left, found))).toEqual(next);
  });
});

describe('what is found out', () => {
  it('is written down, so that the job can be followed: it was submitted though no line says so', () => {
    const left = entry({}, ...stopped);
    const step = assess(left, facts({ jobs: [finished, successor] }));
    expect(linesOf(left, step)).toEqual([{ type: 'submitting', successorId, recipe: recipe() }]);
  });
});

describe('a stop that was left open', () => {
  it.each([
    [
      'is done when the job ended with its savepoint',
      facts({ jobs: [finished], request: { location: savepoint } }),
      'done',
    ],
    ['has failed when the job runs on', facts({ request: trace('Checkpoint expired before completing') }), 'failed'],
    [
      'has failed, and names the newest checkpoint, when the job ended without the savepoint',
      facts({ jobs: [], request: 'forgotten', states: [{ path: '/data/chk-1', isSavepoint: false, at: noon }] }),
      'failed',
    ],
  ] as const)('%s', (_what, found, outcome) => {
    expect(assess(entry({ kind: 'stop' }, requested), found)).toMatchObject({ next: 'close', outcome });
  });

  it('is known to have stopped the job from then on', () => {
    const left = entry({ kind: 'stop' }, requested);
    const step = assess(left, facts({ jobs: [], request: { location: savepoint } }));
    expect(linesOf(left, step)).toEqual([{ type: 'saved', path: savepoint }, { type: 'stopped' }]);
  });
});

describe('a savepoint that was left open', () => {
  it.each([
    ['is done when Flink tells where it is', facts({ request: { location: savepoint } }), 'done'],
    [
      'is done when it lies in its folder',
      facts({ request: 'forgotten', states: [{ path: savepoint, isSavepoint: true, at: noon }] }),
      'done',
    ],
    ['was called off when nobody knows of it and the job runs on', facts({ request: 'forgotten' }), 'cancelled'],
    ['has failed when the job ended', facts({ jobs: [finished], request: 'forgotten' }), 'failed'],
  ] as const)('%s', (_what, found, outcome) => {
    expect(assess(entry({ kind: 'savepoint' }, requested), found)).toMatchObject({ next: 'close', outcome });
  });
});

describe('a restore that was left open', () => {
  const restore = { kind: 'restore', savepointPath: savepoint } as const;

  it('can be submitted again when Flink does not know the job', () => {
    const left = entry(restore, submitting);
    expect(nextOf(assess(left, facts({ jobs: [] })))).toEqual({
      next: 'submit',
      savepointPath: savepoint,
      triedInVain: false,
    });
  });

  it('was called off when the job was never submitted', () => {
    expect(assess(entry(restore), facts({ jobs: [] }))).toMatchObject({ outcome: 'cancelled' });
  });
});
