import { describe, expect, it } from 'vitest';
import { commandId } from '../../../src/commands/catalog';
import { explorerCommands } from '../../../src/commands/explorerCommands';
import type { Engine, Inspector } from '../../../src/core/engineApi';
import { succeeded } from '../../../src/core/state/resource';
import { describeJobGroups } from '../../../src/core/trees/describeJobGroups';
import { describeTimeline } from '../../../src/core/trees/describeTimeline';
import type { JobOverview } from '../../../src/shared/model/flink';
import { commandServices } from '../../support/builders/commandServices';
import { engineDouble } from '../../support/builders/engine';
import { environment, runningEnvironment } from '../../support/builders/environment';
import { jobDetail, jobOverview, noon } from '../../support/builders/flink';

interface Says {
  readonly answers?: readonly string[];
  readonly inspector?: Partial<Inspector>;
  readonly jobs?: readonly JobOverview[];
  readonly timelines?: Partial<Engine['timelines']>;
}

function setup({ answers = [], inspector = {}, jobs = [jobOverview()], timelines = {} }: Says = {}): {
  readonly commands: ReturnType<typeof explorerCommands>;
  readonly shown: Map<string, string>;
  readonly asked: readonly string[];
  readonly graphs: readonly (readonly string[])[];
} {
  const shown = new Map<string, string>();
  const graphs: (readonly string[])[] = [];
  // A phase in which nothing is read anew: the jobs are those of the last read.
  const { engine, cluster } = engineDouble(
    { inspector, timelines },
    environment({ ...runningEnvironment(), phase: 'starting' }),
  );
  cluster.set({ ...cluster.value, jobs: succeeded(jobs, noon) });
  const { services, asked } = commandServices(engine, answers);
  const commands = explorerCommands({
    ...services,
    showDocument: (name, text) => {
      shown.set(name, text);
      return Promise.resolve();
    },
    openFlames: ({ job, vertex, name }) => {
      graphs.push([job, vertex, name]);
      return Promise.resolve();
    },
    openGraph: (...job) => {
      graphs.push(job);
      return Promise.resolve();
    },
  });
  return { commands, shown, asked, graphs };
}

const { id } = jobOverview();

describe('Show Job Graph', () => {
  it('opens the panel of the only job there is, also of one that has ended', async () => {
    const { commands, graphs } = setup({ jobs: [jobOverview({ state: 'FINISHED' })] });
    expect(await commands['job.showGraph'].run({})).toBe(id);
    expect(graphs).toEqual([[id, 'Click Event Count']]);
  });

  it('of a vertex is that of its job', async () => {
    const { commands, graphs } = setup({ jobs: [jobOverview(), jobOverview({ id: 'other', name: 'Other' })] });
    const node = { id: 'job:other/vertex:cbc3', kind: 'vertex', label: 'Source' };
    await commands['job.showGraph'].run(commands['job.showGraph'].fromNode?.(node) ?? {});
    expect(graphs).toEqual([['other', 'Other']]);
  });
});

describe('Show Flame Graph', () => {
  const inspector = { job: () => Promise.resolve(jobDetail()) };
  const [{ id: vertexId, name } = { id: '', name: '' }] = jobDetail().vertices;

  it('opens the panel of a vertex, which is asked for', async () => {
    const { commands, graphs, asked } = setup({ answers: [name], inspector });
    expect(await commands['job.showFlameGraph'].run({})).toBe(vertexId);
    expect(graphs).toEqual([[id, vertexId, name]]);
    expect(asked).toEqual(['Whose threads to look at']);
  });

  it('of a node is that of its vertex', async () => {
    const { commands, asked } = setup({ inspector });
    const node = { id: `job:${id}/vertex:${vertexId}/subtask:1`, kind: 'subtask', label: '2' };
    const args = commands['job.showFlameGraph'].fromNode?.(node) ?? {};
    expect(await commands['job.showFlameGraph'].run(args)).toBe(vertexId);
    expect(asked).toEqual([]);
  });

  it('says that there is no such vertex', async () => {
    const { commands } = setup({ inspector });
    await expect(commands['job.showFlameGraph'].run({ vertex: 'x' })).rejects.toThrow('no such vertex');
  });
});

describe('Show Job Details', () => {
  it('opens what was chosen of the only job there is, as Flink tells it', async () => {
    const paths: string[] = [];
    const { commands, shown } = setup({
      answers: ['Plan: the operators and how they are joined'],
      inspector: {
        call: ({ path }) => {
          paths.push(path);
          return Promise.resolve('{}\n');
        },
      },
    });
    expect(await commands['job.showDetails'].run({})).toBe('plan');
    expect(paths).toEqual([`/jobs/${id}/plan`]);
    expect([...shown]).toEqual([['694d7c-plan.json', '{}\n']]);
  });

  it('says that Flink does not know a job, and why that may be', async () => {
    const { commands } = setup();
    await expect(commands['job.showDetails'].run({ job: 'gone' })).rejects.toMatchObject({
      kind: 'notFound',
      message: 'Flink does not know the job gone.',
    });
  });

  it('says when there are no jobs', async () => {
    const { commands } = setup({ jobs: [] });
    await expect(commands['job.showDetails'].run({})).rejects.toMatchObject({ message: 'Flink has no jobs.' });
  });
});

describe('Show Exceptions', () => {
  it('opens them as a document, also of a job that has ended', async () => {
    const { commands, shown } = setup({
      jobs: [jobOverview({ state: 'FAILED' })],
      inspector: { exceptions: () => Promise.resolve({ entries: [], truncated: false }) },
    });
    expect(await commands['job.showExceptions'].run({})).toBe(0);
    expect(shown.get('694d7c-exceptions.log')).toContain('Click Event Count has had no exception.');
  });

  it('is what a click on an exception runs', () => {
    const exception = { name: 'E', stackTrace: 'E', at: noon, concurrent: [] };
    const groups = describeJobGroups(id, {
      timeline: [],
      metrics: [],
      detail: succeeded(jobDetail(), noon),
      checkpoints: { state: 'loading' },
      exceptions: succeeded({ entries: [exception], truncated: false }, noon),
    });
    const [node] = groups?.find((group) => group.label === 'Exceptions')?.children ?? [];
    expect(node).toMatchObject({ command: { id: commandId('job.showExceptions'), args: [{ job: id }] } });
  });
});

describe('Open Timeline', () => {
  const past = { jobId: id, jobName: 'Click/Event\nCount', entries: [] };

  it('asks Flink for what it keeps of the past and opens a document under the job’s name', async () => {
    const { commands, shown } = setup({ timelines: { read: () => Promise.resolve([past]) } });
    expect(await commands['job.openTimeline'].run({})).toBe(id);
    expect(shown.get('Timeline of Click Event Count')).toContain('Timeline of Click/Event␊Count, the newest first.');
  });

  it('shows what is known of a job that Flink has forgotten, and no name makes another path', async () => {
    const { commands, shown } = setup({
      jobs: [],
      timelines: { lineage: () => [past], read: () => Promise.resolve([past]) },
    });
    expect(await commands['job.openTimeline'].run({ job: id })).toBe(id);
    expect([...shown.keys()]).toEqual(['Timeline of Click-Event␊Count']);
  });

  it('is what a click on the rest of a timeline runs', () => {
    const entries = Array.from({ length: 25 }, (_none, index) => ({
      key: String(index),
      at: noon - index * 1000,
      what: { kind: 'restored' as const, id: index, isSavepoint: false },
    }));
    const older = describeTimeline(id, entries).at(-1);
    expect(older).toMatchObject({
      label: '5 older…',
      command: { id: commandId('job.openTimeline'), args: [{ job: id }] },
    });
  });
});

describe('Query Metrics…', () => {
  it('answers with the values of named metrics of the job, without a question', async () => {
    const values = [{ id: 'numRestarts', value: '0' }];
    const { commands, shown } = setup({ inspector: { metrics: () => Promise.resolve(values) } });
    expect(await commands['job.queryMetrics'].run({ metrics: ['numRestarts'] })).toEqual(values);
    expect(shown.get('694d7c-metrics.json')).toBe(`${JSON.stringify(values, null, 2)}\n`);
  });

  it('says when Flink has none of them', async () => {
    const { commands } = setup({ inspector: { metrics: () => Promise.resolve([]) } });
    await expect(commands['job.queryMetrics'].run({ metrics: ['nope'] })).rejects.toMatchObject({
      kind: 'notFound',
      message: 'Flink has none of these metrics now: nope.',
    });
  });

  it('says when there are no names to choose from yet', async () => {
    const { commands } = setup({ inspector: { metricNames: () => Promise.resolve([]) } });
    await expect(commands['job.queryMetrics'].run({ vertex: 'v' })).rejects.toMatchObject({ kind: 'notFound' });
  });
});

describe('Call REST API…', () => {
  it('reads without asking', async () => {
    const { commands, asked, shown } = setup({ inspector: { call: () => Promise.resolve('[]\n') } });
    expect(await commands.callRest.run({ path: 'jobs/overview' })).toBe('[]\n');
    expect(asked).toEqual([]);
    expect([...shown.keys()]).toEqual(['jobs-overview.json']);
  });

  it('asks before it changes anything, and does nothing when that is called off', async () => {
    const { commands, asked } = setup();
    expect(await commands.callRest.run({ method: 'PATCH', path: `/jobs/${id}?mode=cancel` })).toBeUndefined();
    expect(asked).toEqual([`Send PATCH /jobs/${id}?mode=cancel to Flink?`]);
  });

  it('refuses what is not a path before it sends anything', async () => {
    const { commands } = setup();
    await expect(commands.callRest.run({ path: 'http://elsewhere/' })).rejects.toMatchObject({ kind: 'input' });
  });
});
