import { describe, expect, it } from 'vitest';
import { failed, idle, loading, succeeded } from '../../../src/core/state/resource';
import { describeJobs, type JobRows } from '../../../src/core/trees/describeJobs';
import { PlaygroundError } from '../../../src/core/util/errors';
import { jobStates, type JobOverview } from '../../../src/shared/model/flink';
import type { JobTrouble } from '../../../src/shared/model/jobReads';
import { jobOverview, noon, tasks } from '../../support/builders/flink';
import { golden, printTree } from '../../support/builders/printTree';

process.env['TZ'] = 'UTC';

const running = { phase: 'running' } as const;
const down = new PlaygroundError('unreachable', 'Flink does not answer.');
const strange = new PlaygroundError('protocol', 'Flink answered /jobs/overview in a form that is not known here.', {
  remedy: 'Check that it is Apache Flink 1.18 or newer.',
});

function jobs(...rows: JobOverview[]) {
  return succeeded<readonly JobOverview[]>(rows, noon);
}

describe('describeJobs', () => {
  it('shows a job by its tasks', async () => {
    await expect(
      printTree(describeJobs(jobs(jobOverview()), running), { ids: true, tooltips: true }),
    ).toMatchFileSnapshot(golden('jobs-running'));
  });

  it('does not call a job healthy whose tasks do not run, though Flink calls it RUNNING', async () => {
    await expect(
      printTree(
        describeJobs(
          jobs(
            jobOverview({ id: 'a', name: 'waits', tasks: tasks({ SCHEDULED: 12 }), totalTasks: 12 }),
            jobOverview({ id: 'b', name: 'waits in part', tasks: tasks({ RUNNING: 2, SCHEDULED: 2 }) }),
            jobOverview({ id: 'c', name: 'deploys', tasks: tasks({ RUNNING: 1, DEPLOYING: 2, INITIALIZING: 1 }) }),
            jobOverview({ id: 'd', name: 'recovers', tasks: tasks({ RUNNING: 2, CANCELING: 1, FAILED: 1 }) }),
            jobOverview({ id: 'e', name: 'in states not known', tasks: tasks({ RUNNING: 3 }) }),
            jobOverview({ id: 'f', name: 'ends', tasks: tasks({ RUNNING: 3, FINISHED: 1 }) }),
            jobOverview({ id: 'g', name: 'has no tasks yet', tasks: tasks({}), totalTasks: 0 }),
          ),
          running,
        ),
      ),
    ).toMatchFileSnapshot(golden('jobs-tasks'));
  });

  it('says how many slots are missing, and which job fails again and again', async () => {
    const restarts = {
      times: 4,
      withinMs: 120_000,
      cause: { label: 'IllegalStateException', message: 'No topic *was* given.' },
    };
    const waiting = { tasks: tasks({ SCHEDULED: 12 }), totalTasks: 12 };
    const nodes = describeJobs(
      jobs(
        jobOverview({ id: 'a', name: 'wants one more', ...waiting }),
        jobOverview({ id: 'b', name: 'wants two more', ...waiting }),
        jobOverview({ id: 'c', name: 'has enough in a moment', ...waiting }),
        jobOverview({ id: 'd', name: 'has a rival', ...waiting }),
        jobOverview({ id: 'e', name: 'loops', state: 'RESTARTING', tasks: tasks({ CANCELED: 4 }) }),
        jobOverview({ id: 'f', name: 'loops and runs just now' }),
        jobOverview({ id: 'g', name: 'looped to its end', state: 'FAILED', tasks: tasks({ FAILED: 4 }) }),
      ),
      running,
      new Map([
        ['a', { slots: { needed: 3, there: 2 } }],
        ['b', { slots: { needed: 4, there: 2 } }],
        ['c', { slots: { needed: 2, there: 2 } }],
        ['d', { slots: { needed: 2 } }],
        ['e', { restarts }],
        ['f', { restarts }],
        ['g', { restarts }],
      ]),
    );
    await expect(printTree(nodes, { tooltips: true })).toMatchFileSnapshot(golden('jobs-troubles'));
  });

  it('shows each state, jobs that run first and then the newest', async () => {
    await expect(
      printTree(
        describeJobs(
          jobs(
            ...[...jobStates, 'unknown' as const].map((state, index) =>
              jobOverview({
                id: `job-${index}`,
                name: `is ${state}`,
                state,
                startTime: noon - 3_600_000 + index,
                durationMs: 3_600_000 - index,
                ...(['FAILED', 'CANCELED', 'FINISHED'].includes(state) ? { endTime: noon + index } : {}),
              }),
            ),
          ),
          running,
        ),
      ),
    ).toMatchFileSnapshot(golden('jobs-states'));
  });

  it('marks jobs that are not fresh and shows none of them as healthy', async () => {
    await expect(
      printTree(describeJobs(failed(jobs(jobOverview()), down), running), { tooltips: true }),
    ).toMatchFileSnapshot(golden('jobs-stale'));
  });

  it('keeps what a hostile job name holds from becoming Markdown', () => {
    const [node] = describeJobs(
      jobs(jobOverview({ name: '[x](command:evil) $(flame) <img src=x> `a`\n# b' })),
      running,
    );
    expect(node?.tooltip?.split('\n\n')[0]).toBe(
      String.raw`**\[x\]\(command\:evil\) \\\$\(flame\) \<img src\=x\> \`a\` \# b**`,
    );
  });

  it.each([
    ['line breaks', 'a\r\n\tb', 'a b'],
    ['marks that turn the direction', '\u202Egpj.exe\u202C', 'gpj.exe'],
    ['ten thousand characters', 'x'.repeat(10_000), `${'x'.repeat(200)} …`],
    ['markup, which is text in a label', '<b>a</b> [b](command:c)', '<b>a</b> [b](command:c)'],
  ])('has one row for a name with %s', (_what, name, label) => {
    const [node] = describeJobs(jobs(jobOverview({ name })), running);
    expect(node?.label).toBe(label);
    expect(node?.accessibilityLabel).toBe(`Job ${label}, running, 4/4 running`);
  });

  it('says what is the matter when the answer is not understood', async () => {
    await expect(printTree(describeJobs(failed(idle, strange), running), { tooltips: true })).toMatchFileSnapshot(
      golden('jobs-strange'),
    );
  });

  it.each([
    ['nothing was read yet', idle],
    ['the first read is under way', loading(idle)],
    ['Flink does not answer', failed(idle, down)],
    ['there are no jobs', jobs()],
  ])('leaves the view to welcome content while %s', (_when, resource) => {
    expect(describeJobs(resource, running)).toEqual([]);
  });

  it.each(['absent', 'failed', 'unknown'] as const)('shows no jobs of before while the phase is %s', (phase) => {
    expect(describeJobs(failed(jobs(jobOverview()), down), { phase })).toEqual([]);
  });
});

describe('jobs that were described before', () => {
  const before = jobOverview();
  const trouble: JobTrouble = { slots: { needed: 3, there: 2 } };

  it.each<[string, Partial<JobOverview>] | [string, Partial<JobOverview>, JobTrouble]>([
    ['nothing', {}],
    ['its state', { state: 'FAILED' }],
    ['its name', { name: 'another' }],
    ['its start', { startTime: noon - 1 }],
    ['its end', { endTime: noon }],
    ['how long it has run', { durationMs: 3_600_000 }],
    ['what its tasks do', { tasks: tasks({ SCHEDULED: 4 }) }],
    ['how many tasks it has', { totalTasks: 9 }],
    ['what keeps it', { tasks: tasks({ SCHEDULED: 4 }) }, trouble],
  ])('look as if they were described anew after a change of %s', (...given) => {
    const [, changes, found] = given;
    const rows: JobRows = new Map();
    const troubles = new Map(found === undefined ? [] : [[before.id, found]]);
    describeJobs(jobs(before), running, new Map(), rows);
    for (const resource of [jobs({ ...before, ...changes }), failed(jobs({ ...before, ...changes }), down)]) {
      expect(describeJobs(resource, running, troubles, rows)).toEqual(describeJobs(resource, running, troubles));
    }
  });

  it('are the same nodes when nothing that is shown has changed, and forgotten with the job', () => {
    const rows: JobRows = new Map();
    const [node] = describeJobs(jobs(before), running, new Map(), rows);
    const next = jobs({ ...before, durationMs: before.durationMs + 100 }, jobOverview({ id: 'b' }));
    expect(describeJobs(next, running, new Map(), rows).find(({ id }) => id === node?.id)).toBe(node);
    describeJobs(jobs(jobOverview({ id: 'b' })), running, new Map(), rows);
    expect([...rows.keys()]).toEqual(['b']);
  });
});
