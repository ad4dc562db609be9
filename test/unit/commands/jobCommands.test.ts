import { describe, expect, it } from 'vitest';
import { jobCommands, restartedText } from '../../../src/commands/jobCommands';
import type { JobFacts } from '../../../src/core/savepoints/jobFacts';
import type { JobOperations } from '../../../src/core/savepoints/jobOperations';
import { succeeded } from '../../../src/core/state/resource';
import type { JobOverview } from '../../../src/shared/model/flink';
import { commandServices } from '../../support/builders/commandServices';
import { engineDouble } from '../../support/builders/engine';
import { runningEnvironment } from '../../support/builders/environment';
import { jobDetail, jobOverview, taskManager, tasks, vertex } from '../../support/builders/flink';

const job = jobOverview();
const taken = { operationId: 'o', jobId: job.id, path: 'file:/savepoint' };

/** Parallelism 2 on one TaskManager with two slots, both taken. */
const facts: JobFacts = {
  job: jobDetail({ vertices: [vertex({ parallelism: 2, tasks: tasks({ RUNNING: 2 }) })] }),
  overview: { flinkVersion: '2.2.1', taskManagers: 1, slotsTotal: 2, slotsAvailable: 0 },
  taskManagers: [taskManager({ slotsTotal: 2, slotsFree: 0 })],
};

function setup(
  answers: readonly (string | undefined)[] = [],
  { jobs = [job], known = facts }: { readonly jobs?: readonly JobOverview[]; readonly known?: JobFacts } = {},
) {
  const done: unknown[] = [];
  const note =
    <T>(what: string, result: T) =>
    (options: unknown): Promise<T> => {
      done.push([what, options]);
      return Promise.resolve(result);
    };
  const operations: Partial<JobOperations> = {
    triggerSavepoint: note('savepoint', taken),
    stop: note('stop', taken),
    rescale: note('rescale', {
      operationId: 'o',
      jobId: 'next',
      previousJobId: job.id,
      parallelism: 3,
      state: 'running' as const,
      downtimeMs: 340,
    }),
  };
  const double = engineDouble(
    {
      environment: { scaleTaskManagers: note('scale', undefined) },
      operations,
      jobFacts: () => Promise.resolve(known),
      cancelJob: note('cancel', undefined),
    },
    runningEnvironment(),
  );
  const { cluster } = double;
  double.engine.cluster.poke = () => {
    setImmediate(() => {
      cluster.set({
        overview: succeeded(facts.overview, Date.now()),
        taskManagers: succeeded(facts.taskManagers, Date.now()),
        jobs: succeeded(jobs, Date.now()),
      });
    });
  };
  const { services, asked, details, hints } = commandServices(double.engine, answers);
  return { commands: jobCommands(services), asked, details, hints, done };
}

describe('Rescale Job… where the adaptive scheduler runs', () => {
  const adaptive: JobFacts = { ...facts, adaptive: true };
  const slowCheckpoint: JobFacts = {
    ...adaptive,
    statistics: {
      restored: 0,
      inProgress: 0,
      completed: 1,
      failed: 0,
      available: [{ id: 1, isSavepoint: false, triggeredAt: 0, durationMs: 60_000 }],
    },
  };

  it('says that the job does not wait for slots that are missing', async () => {
    const { commands, details, done } = setup(['3', 'Rescale anyway'], { known: adaptive });
    await commands['job.rescale'].run({});
    expect(details).toEqual([expect.stringMatching(/^The adaptive scheduler does not wait: the job runs with 2, and/)]);
    expect(done).toEqual([['rescale', { jobId: job.id, parallelism: 3, acceptWaiting: true }]]);
  });

  it('does not warn of a slow stop, for nothing is stopped', async () => {
    const { commands, asked } = setup([], { known: slowCheckpoint });
    await commands['job.rescale'].run({ parallelism: 1 });
    expect(asked).toEqual([]);
  });

  it('warns of it where a savepoint is wanted all the same', async () => {
    const { commands, asked, done } = setup(['yes'], { known: slowCheckpoint });
    await commands['job.rescale'].run({ parallelism: 1, how: 'savepoint' });
    expect(asked).toEqual(['Click Event Count: before you go on']);
    expect(done).toEqual([['rescale', { jobId: job.id, parallelism: 1, how: 'savepoint' }]]);
  });

  it('says with what the job runs, and with what it would', () => {
    const fewer = { operationId: 'o', jobId: 'j', parallelism: 2, wantedParallelism: 3, state: 'running' } as const;
    expect(restartedText(fewer)).toBe(
      'The job runs with parallelism 2, for which there are slots. It goes to 3 when TaskManagers are added.',
    );
  });
});

describe('Trigger Savepoint…', () => {
  it('takes one of the only job with one more key press', async () => {
    const { commands, done, hints } = setup(['Take it now']);
    expect(await commands['job.savepoint'].run({})).toEqual(taken);
    expect(done).toEqual([['savepoint', { jobId: job.id, format: 'canonical' }]]);
    expect(hints).toEqual(['The savepoint is taken; the job goes on.']);
  });

  it('asks which job where there are several, and does not offer those that ended', async () => {
    const jobs = [
      job,
      jobOverview({ id: 'b', name: 'Other' }),
      jobOverview({ id: 'c', name: 'Gone', state: 'FAILED' }),
    ];
    const { commands, done } = setup(['Other', 'In the native format'], { jobs });
    await commands['job.savepoint'].run({});
    expect(done).toEqual([['savepoint', { jobId: 'b', format: 'native' }]]);
  });

  it('says that a folder may not be seen by all, and takes no relative one', async () => {
    const { commands, asked, done } = setup(['Into another folder…', '../here', 's3://bucket/savepoints', 'yes']);
    await commands['job.savepoint'].run({});
    expect(asked).toContain('Give an absolute path or a URI, without "..".');
    expect(asked.at(-1)).toBe('Click Event Count: before you go on');
    expect(done).toEqual([['savepoint', { jobId: job.id, targetDirectory: 's3://bucket/savepoints' }]]);
  });

  it('asks nothing when our own code says everything', async () => {
    const { commands, asked } = setup();
    await commands['job.savepoint'].run({ job: job.id, confirmed: true });
    expect(asked).toEqual([]);
  });

  it('says what to do when no job runs, or not the one that is named', async () => {
    await expect(setup([], { jobs: [] }).commands['job.savepoint'].run({})).rejects.toMatchObject({ kind: 'input' });
    await expect(setup().commands['job.savepoint'].run({ job: 'gone' })).rejects.toMatchObject({ kind: 'input' });
  });
});

describe('Stop Job with Savepoint…', () => {
  it('keeps the open windows unless a drain is wanted', async () => {
    const kept = setup(['Stop and keep the open windows']);
    await kept.commands['job.stop'].run({});
    expect(kept.done).toEqual([['stop', { jobId: job.id, drain: false }]]);
    const drained = setup(['Drain, then stop']);
    await drained.commands['job.stop'].run({});
    expect(drained.done).toEqual([['stop', { jobId: job.id, drain: true }]]);
  });

  it('says before that it will take long, from the last checkpoint', async () => {
    const slow: JobFacts = {
      ...facts,
      statistics: {
        restored: 0,
        inProgress: 0,
        completed: 1,
        failed: 0,
        available: [{ id: 1, isSavepoint: false, triggeredAt: 0, durationMs: 45_000 }],
      },
    };
    const { commands, asked, done } = setup(['Stop and keep the open windows', 'no'], { known: slow });
    expect(await commands['job.stop'].run({})).toBeUndefined();
    expect(asked.at(-1)).toBe('Click Event Count: before you go on');
    expect(done).toEqual([]);
  });

  it('does nothing when it is called off', async () => {
    const { commands, done } = setup([undefined]);
    expect(await commands['job.stop'].run({})).toBeUndefined();
    expect(done).toEqual([]);
  });
});

describe('Rescale Job…', () => {
  it('offers to scale TaskManagers first when slots are missing', async () => {
    const { commands, asked, done, hints } = setup(['Enter', 'Scale TaskManagers to 2 first']);
    await commands['job.rescale'].run({});
    expect(asked).toEqual([
      'Parallelism, now 2. 2 slots are there once the job has stopped.',
      'Parallelism 3 needs 3 slots, and 2 will be there',
    ]);
    expect(done).toEqual([
      ['scale', 2],
      ['rescale', { jobId: job.id, parallelism: 3 }],
    ]);
    expect(hints).toEqual(['The job runs with parallelism 3, after 0.3 s without it.']);
  });

  it('lets the job wait for slots when that is wanted', async () => {
    const { commands, done } = setup(['3', 'Rescale anyway']);
    await commands['job.rescale'].run({});
    expect(done).toEqual([['rescale', { jobId: job.id, parallelism: 3, acceptWaiting: true }]]);
  });

  it('stops nothing when the person does not choose', async () => {
    const { commands, done } = setup(['3', undefined]);
    expect(await commands['job.rescale'].run({})).toBeUndefined();
    expect(done).toEqual([]);
  });

  it('asks about slots only when some are missing', async () => {
    const { commands, asked, done } = setup(['1']);
    await commands['job.rescale'].run({});
    expect(asked).toHaveLength(1);
    expect(done).toEqual([['rescale', { jobId: job.id, parallelism: 1 }]]);
  });

  it.each([
    ['0', /too low/],
    ['-1', /too low/],
    ['1.5', /no whole number/],
    ['129', /128 parts/],
  ])('refuses parallelism %s with a sentence, typed or given', async (typed, reason) => {
    const { commands, asked, done } = setup([typed, undefined]);
    expect(await commands['job.rescale'].run({})).toBeUndefined();
    expect(asked.at(-1)).toMatch(reason);
    await expect(commands['job.rescale'].run({ parallelism: Number(typed) })).rejects.toMatchObject({
      kind: 'input',
      message: expect.stringMatching(reason) as string,
    });
    expect(done).toEqual([]);
  });
});

describe('Cancel Job…', () => {
  it('asks first, and says what is forgotten', async () => {
    const { commands, asked, done } = setup(['no', 'yes']);
    expect(await commands['job.cancel'].run({})).toBeUndefined();
    expect(done).toEqual([]);
    expect(await commands['job.cancel'].run({})).toBe(job.id);
    expect(asked).toEqual(['Cancel Click Event Count?', 'Cancel Click Event Count?']);
    expect(done).toEqual([['cancel', job.id]]);
  });
});
