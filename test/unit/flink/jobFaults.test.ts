import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nodeId } from '../../../src/core/trees/nodeIds';
import { PlaygroundError } from '../../../src/core/util/errors';
import { JobGraph } from '../../../src/panels/jobGraph';
import { jobsDescription } from '../../../src/providers/jobsDescription';
import { pinKey, type PinnedMetric } from '../../../src/shared/model/metrics';
import { environment } from '../../support/builders/environment';
import { FakeClock } from '../../support/builders/fakeClock';
import { recorded, recordedVersions, type RecordedVersion } from '../../support/builders/flinkFixtures';
import { engineOverFlink } from '../../support/engineOverFlink';
import { OpenView } from '../../support/openView';

const jobId = '694d7c9d4f1f4b8e9a7e0d3c5b1a2f60';
const successor = '1'.repeat(32);
const vertexId = 'cbc357ccb763df2852fee8c4fc7d55f2';
const tickMs = 2000;
const job = nodeId(['job', jobId]);
const vertices = `${job}/${nodeId(['group', 'vertices'])}`;
const subtasks = `${job}/${nodeId(['vertex', vertexId])}`;

interface Answers {
  [path: string]: unknown;
}

/** The job *Endless* as it was recorded, with everything that its open nodes ask for. */
function running(version: RecordedVersion): Answers {
  const body = (name: string): unknown => recorded(version, name).body;
  return {
    '/overview': body('overview'),
    '/taskmanagers': body('taskmanagers'),
    '/jobs/overview': body('jobs-running'),
    [`/jobs/${jobId}`]: body('job-running'),
    [`/jobs/${jobId}/checkpoints`]: body('checkpoints'),
    [`/jobs/${jobId}/exceptions`]: { exceptionHistory: { entries: [], truncated: false } },
    [`/jobs/${jobId}/vertices/${vertexId}`]: body('vertex-running'),
    [`/jobs/${jobId}/vertices/${vertexId}/watermarks`]: [],
  };
}

function play(version: RecordedVersion) {
  const clock = new FakeClock();
  const asked: string[] = [];
  const answers = running(version);
  /** Paths whose answers wait. */
  const held = new Map<string, () => void>();
  const hold = new Set<string>();
  const over = engineOverFlink({
    clock,
    environment: environment({
      kind: 'remote',
      phase: 'running',
      endpoints: { rest: 'http://flink.test', brokers: [] },
    }),
    answer: async (path) => {
      asked.push(path);
      const said = answers[path.split('?')[0] ?? ''];
      if (hold.has(path)) await new Promise<void>((resolve) => held.set(path, resolve));
      if (said === undefined) throw new PlaygroundError('notFound', `Job ${jobId} not found`);
      return structuredClone(said);
    },
  });
  const jobs = new OpenView(over.engine, jobsDescription('en'));
  const graph = new JobGraph({
    job: jobId,
    name: 'Endless',
    engine: over.engine,
    reveal: () => Promise.resolve(false),
    onJob: () => undefined,
    showFlames: () => undefined,
    openTimeline: () => undefined,
  });
  graph.setVisible(true);
  const settle = async (ms: number): Promise<void> => {
    await clock.advance(ms);
    await vi.advanceTimersByTimeAsync(200);
    await clock.advance(0);
  };
  return {
    answers,
    asked,
    hold,
    held,
    over,
    jobs,
    graph,
    tick: () => settle(tickMs),
    begin: async () => {
      await settle(0);
      jobs.open(job);
      await settle(0);
      jobs.open(vertices);
      jobs.open(subtasks);
      await settle(0);
    },
    dispose: () => {
      for (const part of [jobs, graph, over]) part.dispose();
    },
  };
}

function forget(answers: Answers): void {
  for (const path of Object.keys(answers)) if (path.startsWith(`/jobs/${jobId}`)) delete answers[path];
}

let playing: ReturnType<typeof play>;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});

afterEach(() => {
  playing.dispose();
  vi.useRealTimers();
});

describe.each(recordedVersions)('with the answers of Flink %s', (version) => {
  it('a job that vanishes between two calls is marked as not known, and then gone, and is asked for no more', async () => {
    playing = play(version);
    const { answers, asked, jobs, graph, begin, tick } = playing;
    await begin();
    expect(jobs.node(vertices).description).toMatch(/tasks running$/);
    expect(graph.state.value.status).toBe('live');
    forget(answers);
    await tick();
    expect(jobs.node(vertices).description).toMatch(/^as of /);
    expect(jobs.node(subtasks).description).toMatch(/^as of /);
    expect(graph.state.value.status).toBe('gone');
    answers['/jobs/overview'] = { jobs: [] };
    await tick();
    expect(jobs.has(job)).toBe(false);
    graph.setVisible(false);
    asked.length = 0;
    for (let index = 0; index < 5; index += 1) await tick();
    expect(new Set(asked)).toEqual(new Set(['/jobs/overview']));
  });

  it('a JobManager that was started anew and knows no job leaves nothing of them that looks alive', async () => {
    playing = play(version);
    const { answers, over, jobs, graph, begin, tick } = playing;
    const pin: PinnedMetric = { target: { kind: 'job', job: 'Endless' }, name: 'numRestarts' };
    answers[`/jobs/${jobId}/metrics`] = [{ id: 'numRestarts', value: '0' }];
    over.engine.metrics.setPins([pin]);
    await begin();
    const reading = () => over.engine.metrics.readings.value.get(pinKey(pin));
    expect(reading()?.state).toBe('read');
    const watch = over.engine.metrics.watch();
    forget(answers);
    answers['/jobs/overview'] = { jobs: [] };
    answers['/taskmanagers'] = { taskmanagers: [] };
    for (let index = 0; index < 3; index += 1) await tick();
    expect(jobs.nodes).toEqual([]);
    expect(graph.state.value).toMatchObject({ status: 'gone', statusText: 'gone' });
    expect(graph.state.value.vertices.every(({ texts }) => texts.busy === '' && texts.recordsIn === '')).toBe(true);
    expect(reading()?.state).toBe('missing');
    watch.dispose();
  });

  it('an answer for the job that a panel showed before, come late, changes nothing', async () => {
    playing = play(version);
    const { answers, hold, held, graph, begin, tick } = playing;
    const detail = answers[`/jobs/${jobId}`] as object;
    await begin();
    answers[`/jobs/${jobId}`] = { ...detail, state: 'FINISHED' };
    answers[`/jobs/${successor}`] = { ...detail, jid: successor };
    const [row] = (recorded(version, 'jobs-running').body as { readonly jobs: readonly object[] }).jobs;
    answers['/jobs/overview'] = {
      jobs: [
        { ...row, state: 'FINISHED' },
        { ...row, jid: successor },
      ],
    };
    await tick();
    expect(graph.state.value).toMatchObject({ job: jobId, status: 'ended', successor });
    hold.add(`/jobs/${jobId}`);
    await tick();
    await graph.host.follow();
    await tick();
    expect(graph.state.value).toMatchObject({ job: successor, status: 'live' });
    const shown = graph.state.value;
    held.get(`/jobs/${jobId}`)?.();
    await tick();
    expect(graph.state.value).toEqual(shown);
  });

  it('a metric that one subtask alone has is read of that one, and said to be missing of the others', async () => {
    playing = play(version);
    const { answers, over, begin } = playing;
    answers[`/jobs/${jobId}/vertices/${vertexId}/metrics`] = [{ id: '0.pending', value: '7' }];
    const target = { kind: 'vertex', job: 'Endless', vertexId, vertexName: 'Source' } as const;
    const pins = ['0.pending', '1.pending'].map((name): PinnedMetric => ({ target, name }));
    over.engine.metrics.setPins(pins);
    over.engine.metrics.watch();
    await begin();
    const states = pins.map((pin) => over.engine.metrics.readings.value.get(pinKey(pin))?.state);
    expect(states).toEqual(['read', 'missing']);
  });

  it('HTML in the description of a plan is not shown, and in the name of a vertex is text', async () => {
    playing = play(version);
    const { answers, jobs, graph, begin, tick } = playing;
    const evil = '<img src=x onerror=alert(1)><br/>';
    const detail = structuredClone(answers[`/jobs/${jobId}`]) as {
      plan: { nodes: { description: string }[] };
      vertices: { name: string }[];
    };
    for (const node of detail.plan.nodes) node.description = evil;
    for (const vertex of detail.vertices) vertex.name = evil;
    answers[`/jobs/${jobId}`] = detail;
    await begin();
    await tick();
    expect(jobs.node(subtasks)).toMatchObject({
      label: evil,
      tooltip: expect.stringContaining(String.raw`\<img src\=x`) as string,
    });
    expect(jobs.node(subtasks).tooltip).not.toMatch(/(?<!\\)<img/);
    expect(graph.state.value.vertices.map(({ name }) => name)).toEqual(detail.vertices.map(() => evil));
    expect(JSON.stringify(graph.state.value.edges)).not.toContain('img');
  });
});
