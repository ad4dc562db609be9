import { describe, expect, it } from 'vitest';
import { submitCommands } from '../../../src/commands/submitCommands';
import { succeeded } from '../../../src/core/state/resource';
import type { ProgramRun } from '../../../src/core/submit/jobSubmitter';
import type { JobOverview } from '../../../src/shared/model/flink';
import { commandServices } from '../../support/builders/commandServices';
import { engineDouble } from '../../support/builders/engine';
import { environment, runningEnvironment } from '../../support/builders/environment';
import { jobDetail, jobOverview, noon } from '../../support/builders/flink';

interface Says {
  readonly answers?: readonly string[];
  readonly classes?: readonly string[];
  readonly jobs?: readonly JobOverview[];
}

function setup({ answers = [], classes = ['com.shop.Orders'], jobs = [] }: Says = {}): {
  readonly run: ReturnType<typeof submitCommands>['job.submit']['run'];
  readonly submitted: readonly ProgramRun[];
  readonly planned: readonly ProgramRun[];
  readonly remembered: (readonly unknown[])[];
  readonly shown: readonly string[];
  readonly asked: readonly string[];
} {
  const submitted: ProgramRun[] = [];
  const planned: ProgramRun[] = [];
  const shown: string[] = [];
  const remembered: (readonly unknown[])[] = [];
  const { engine, cluster } = engineDouble(
    {
      submitter: {
        prepare: () => Promise.resolve(classes),
        plan: (run) => {
          planned.push(run);
          return Promise.resolve('{}\n');
        },
        submit: (run) => {
          submitted.push(run);
          return Promise.resolve('job-1');
        },
      },
      inspector: { job: () => Promise.resolve(jobDetail({ name: 'Orders' })) },
      operations: {
        remember: (...args) => {
          remembered.push(args);
          return Promise.resolve();
        },
      },
      savepoints: { read: () => Promise.resolve([]) },
    },
    // A phase in which nothing is read anew: the jobs are those of the last read.
    environment({ ...runningEnvironment(), phase: 'starting' }),
  );
  cluster.set({ ...cluster.value, jobs: succeeded(jobs, noon) });
  const { services, asked } = commandServices(engine, answers);
  const commands = submitCommands({
    ...services,
    showDocument: (name) => {
      shown.push(name);
      return Promise.resolve();
    },
  });
  return { run: commands['job.submit'].run, submitted, planned, remembered, shown, asked };
}

const jar = { from: 'file', path: '/jobs/orders.jar' } as const;

describe('Submit Job', () => {
  it('asks for what the jar does not say, and remembers the jar for a restart', async () => {
    const { run, submitted, remembered } = setup({
      answers: ['A jar…', jar.path, '--from "the start"', '2', 'Submit'],
    });
    expect(await run({})).toBe('job-1');
    expect(submitted).toEqual([{ jar, args: ['--from', 'the start'], parallelism: 2 }]);
    expect(remembered).toEqual([['Orders', { jar }]]);
  });

  it('lets the person choose among several classes, and type one where the jar names none', async () => {
    const several = setup({ answers: ['b.Two', 'Enter', '', 'Submit'], classes: ['a.One', 'b.Two'] });
    await several.run({ jar: jar.path });
    expect(several.submitted).toMatchObject([{ entryClass: 'b.Two', args: [] }]);
    const none = setup({ answers: ['not a class', 'c.Three', 'Enter', '', 'Submit'], classes: [] });
    await none.run({ jar: jar.path });
    expect(none.submitted).toMatchObject([{ entryClass: 'c.Three' }]);
    expect(none.asked).toContain('That is no name of a class.');
  });

  it('leaves the parallelism to Flink when none is given, and refuses one that cannot be', async () => {
    const { run, submitted, asked } = setup({ answers: ['Enter', 'many', '', 'Submit'] });
    await run({ jar: jar.path });
    expect(submitted).toEqual([{ jar, args: [] }]);
    expect(asked).toContain('Parallelism is a whole number, 1 or more.');
  });

  it('shows the plan, and asks again', async () => {
    const { run, planned, shown, submitted } = setup({ answers: ['Enter', '', 'Show the plan first', 'Submit'] });
    await run({ jar: jar.path });
    expect([planned, shown, submitted.length]).toEqual([[{ jar, args: [] }], ['plan.json'], 1]);
  });

  it('begins with a savepoint', async () => {
    const { run, submitted } = setup({
      answers: ['Enter', '', 'Submit from a savepoint…', 'Another path…', 'file:/savepoints/savepoint-1'],
    });
    await run({ jar: jar.path });
    expect(submitted).toMatchObject([{ savepointPath: 'file:/savepoints/savepoint-1' }]);
  });

  it('asks before a second job of the playground, whose counts would spoil those of the first', async () => {
    const { run, submitted, asked } = setup({ answers: ['Click Event Count', 'no'], jobs: [jobOverview()] });
    expect(await run({})).toBeUndefined();
    expect(asked.at(-1)).toBe('Click Event Count is running already. Submit a second one?');
    expect(submitted).toEqual([]);
  });

  it('asks nothing when it is told everything', async () => {
    const { run, submitted, asked, remembered } = setup({ jobs: [jobOverview()] });
    await run({ jar: 'v2', parallelism: 3, confirmed: true });
    expect(asked).toEqual([]);
    expect(submitted).toEqual([
      { jar: { from: 'playground', version: 'v2' }, args: ['--checkpointing', '--event-time'], parallelism: 3 },
    ]);
    expect(remembered).toEqual([]);
    await expect(run({ jar: 'v2', parallelism: 0, confirmed: true })).rejects.toMatchObject({ kind: 'input' });
  });

  it.each([[[]], [['A jar…']], [['A jar…', jar.path]], [['A jar…', jar.path, 'Enter', '']]])(
    'starts nothing when it is called off after %j',
    async (answers) => {
      const { run, submitted } = setup({ answers });
      expect(await run({})).toBeUndefined();
      expect(submitted).toEqual([]);
    },
  );
});
