import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { figureMetrics } from '../../../src/core/flink/decode/vertexFigures';
import { escapeMarkdown } from '../../../src/core/trees/markdown';
import type { TreeNode } from '../../../src/core/trees/node';
import { nodeId } from '../../../src/core/trees/nodeIds';
import { PlaygroundError } from '../../../src/core/util/errors';
import { JobGraph } from '../../../src/panels/jobGraph';
import { MetricsPanel } from '../../../src/panels/metricsPanel';
import { clusterDescription } from '../../../src/providers/clusterDescription';
import { jobsDescription } from '../../../src/providers/jobsDescription';
import { formatBytes } from '../../../src/shared/format/bytes';
import { formatDuration } from '../../../src/shared/format/duration';
import { formatMetric } from '../../../src/shared/format/metricValue';
import { formatRate, formatShare } from '../../../src/shared/format/rates';
import { formatDateTime, formatTime } from '../../../src/shared/format/time';
import { pinKey, type PinnedMetric } from '../../../src/shared/model/metrics';
import { environment } from '../../support/builders/environment';
import { FakeClock } from '../../support/builders/fakeClock';
import { recordedVersions, type RecordedVersion } from '../../support/builders/flinkFixtures';
import { recordedMetrics, runningJobAnswers } from '../../support/builders/runningJob';
import { engineOverFlink } from '../../support/engineOverFlink';
import { OpenView } from '../../support/openView';

const tickMs = 2000;
/** One answer in so many is a failure. */
const failing = 7;
/** The longest time over which a rate looks back, and a read that failed on the way. */
const rateSpanMs = 12_000 + 4 * tickMs;

/** Answers as they are in the file: what is checked must not have gone through what is tested. */
interface Raw {
  readonly [field: string]: Raw;
}
const number = (raw: Raw | undefined): number => Number(raw);
const text = (raw: unknown): string => (typeof raw === 'string' ? raw : JSON.stringify(raw));
const list = (raw: Raw | undefined): readonly Raw[] => (raw ?? []) as unknown as readonly Raw[];

/** What Flink has said at a path so far. */
interface Said {
  readonly body: Raw;
  readonly at: number;
  /** The newest attempt was answered. */
  readonly fresh: boolean;
}

/** A job as it was recorded, played to the views, the graph and the metrics panel, with some of the answers lost. */
class Play {
  readonly clock = new FakeClock();
  readonly said = new Map<string, Said>();
  /** Every answer about the job that got through, for rates. */
  readonly details: { readonly at: number; readonly body: Raw }[] = [];
  readonly jobId: string;
  readonly vertexIds: readonly string[];
  readonly ticks: number;
  readonly jobs: OpenView;
  readonly cluster: OpenView;
  readonly graph: JobGraph;
  readonly metrics: MetricsPanel;
  readonly pins: readonly PinnedMetric[];
  readonly #answers: ReadonlyMap<string, Raw>;
  readonly #over = engineOverFlink({
    clock: this.clock,
    answer: (path) => this.#answer(path),
    environment: environment({
      kind: 'remote',
      phase: 'running',
      endpoints: { rest: 'http://flink.test', brokers: [] },
    }),
  });
  #tick = 0;
  #asked = 0;

  constructor(version: RecordedVersion) {
    const answers = runningJobAnswers(version);
    this.#answers = new Map(answers.map(({ tick, path, body }) => [`${tick} ${path}`, body as Raw]));
    this.ticks = Math.max(...answers.map(({ tick }) => tick)) + 1;
    const overview = this.#answers.get('0 /jobs/overview');
    this.jobId = text(list(overview?.['jobs'])[0]?.['jid']);
    const detail = this.#answers.get(`0 /jobs/${this.jobId}`);
    this.vertexIds = list(detail?.['vertices']).map((vertex) => text(vertex['id']));
    const job = text(detail?.['name']);
    this.pins = [
      ...recordedMetrics.job.map((name) => ({ target: { kind: 'job', job }, name }) as const),
      ...recordedMetrics.vertex.map(
        (name) => ({ target: { kind: 'vertex', job, vertexId: this.second, vertexName: 'second' }, name }) as const,
      ),
    ];
    const { engine } = this.#over;
    this.jobs = new OpenView(engine, jobsDescription('en'));
    this.cluster = new OpenView(engine, clusterDescription('en'));
    this.graph = new JobGraph({
      job: this.jobId,
      name: '',
      engine,
      reveal: () => Promise.resolve(false),
      onJob: () => undefined,
      showFlames: () => undefined,
      openTimeline: () => undefined,
    });
    const nothing = (): Promise<void> => Promise.resolve();
    this.metrics = new MetricsPanel({
      engine,
      locale: 'en',
      timeZone: () => 'utc',
      pin: nothing,
      save: nothing,
      onFailure: () => undefined,
    });
    engine.metrics.setPins(this.pins);
    this.graph.setVisible(true);
    this.metrics.setVisible(true);
  }

  /** The vertex whose subtasks are open. */
  get second(): string {
    return this.vertexIds[1] ?? '';
  }

  get job(): string {
    return nodeId(['job', this.jobId]);
  }

  path(rest = ''): string {
    return `/jobs/${this.jobId}${rest}`;
  }

  /** The first look, and everything opened. */
  async begin(): Promise<void> {
    await this.#settle(0);
    this.jobs.open(this.job);
    await this.#settle(0);
    this.jobs.open(`${this.job}/${nodeId(['group', 'vertices'])}`);
    this.jobs.open(`${this.job}/${nodeId(['vertex', this.second])}`);
    await this.#settle(0);
  }

  async next(): Promise<void> {
    this.#tick += 1;
    await this.#settle(tickMs);
  }

  dispose(): void {
    for (const part of [this.jobs, this.cluster, this.graph, this.metrics, this.#over]) part.dispose();
  }

  async #settle(ms: number): Promise<void> {
    vi.setSystemTime(this.clock.now() + ms);
    await this.clock.advance(ms);
    // The graph gathers what comes together.
    await vi.advanceTimersByTimeAsync(200);
    await this.clock.advance(0);
    await vi.advanceTimersByTimeAsync(200);
  }

  #answer(path: string): Promise<unknown> {
    const body = this.#answers.get(`${this.#tick} ${path}`);
    if (body === undefined) return Promise.reject(new Error(`Nothing was recorded of ${path}.`));
    this.#asked += 1;
    const at = this.clock.now();
    const before = this.said.get(path);
    if (this.#asked % failing === 0 && before !== undefined) {
      this.said.set(path, { ...before, fresh: false });
      return Promise.reject(new PlaygroundError('timeout', 'Flink did not answer within 5 s.'));
    }
    this.said.set(path, { body, at, fresh: true });
    if (path === this.path()) this.details.push({ at, body });
    return Promise.resolve(structuredClone(body));
  }
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
});

afterEach(() => {
  vi.useRealTimers();
});

describe.each(recordedVersions)('what is shown of a running job of Flink %s', (version) => {
  it('is what Flink said at the last refresh, or marked as older', async () => {
    const play = new Play(version);
    let compared = 0;
    const compare = (what: string, shown: unknown, wanted: unknown): void => {
      compared += 1;
      expect(shown, `${what} at ${formatTime(play.clock.now())}`).toEqual(wanted);
    };
    try {
      await play.begin();
      for (let tick = 1; tick < play.ticks; tick += 1) {
        await play.next();
        const old = [...play.said].filter(([, source]) => source.fresh && !isNew(play, source)).map(([path]) => path);
        // The figures of vertices that do not run are not read, nor shown, which is seen below.
        expect(old.filter((path) => !path.includes('subtasks/metrics'))).toEqual([]);
        for (const check of [jobRow, vertices, groups, subtasks, taskManagers, graph, metrics]) check(play, compare);
      }
    } finally {
      play.dispose();
    }
    expect(play.details.length).toBeGreaterThan(play.ticks / 2);
    expect(compared).toBeGreaterThan(1000);
  });
});

type Compare = (what: string, shown: unknown, wanted: unknown) => void;

function said(play: Play, path: string): Said {
  const found = play.said.get(path);
  if (found === undefined) throw new Error(`Flink was not asked for ${path}.`);
  return found;
}

/** It was said at the last refresh. */
function isNew(play: Play, { at }: Said): boolean {
  return play.clock.now() - at <= tickMs;
}

/** A node whose source was not read last time says so, in words and by its icon. */
function marked(compare: Compare, node: TreeNode, { fresh, at }: Said): boolean {
  const since = `as of ${formatTime(at)}`;
  compare(`the mark of ${node.label}`, node.description?.startsWith(since), !fresh);
  return !fresh;
}

function has(
  compare: Compare,
  node: TreeNode,
  field: 'description' | 'tooltip' | 'accessibilityLabel',
  part: string,
): void {
  const wanted = field === 'tooltip' ? escapeMarkdown(part) : part;
  const shown = node[field] ?? '';
  compare(`${field} of ${node.label}`, shown.includes(wanted) ? wanted : shown, wanted);
}

function jobRow(play: Play, compare: Compare): void {
  const source = said(play, '/jobs/overview');
  const raw = list(source.body['jobs'])[0];
  const node = play.jobs.node(play.job);
  compare('the name', node.label, text(raw?.['name']));
  if (marked(compare, node, source)) return;
  const { running, total } = raw?.['tasks'] ?? {};
  has(compare, node, 'accessibilityLabel', `${text(running)}/${text(total)} running`);
  has(compare, node, 'tooltip', `Duration: ${formatDuration(number(raw?.['duration']))}`);
}

function vertices(play: Play, compare: Compare): void {
  const source = said(play, play.path());
  for (const raw of list(source.body['vertices'])) {
    const node = play.jobs.node(`${play.job}/${nodeId(['vertex', text(raw['id'])])}`);
    compare('the name of a vertex', node.label, text(raw['name']));
    if (marked(compare, node, source)) continue;
    has(compare, node, 'description', `${text(raw['tasks']?.['RUNNING'])}/${text(raw['parallelism'])} running`);
    const rates = possibleRates(play, text(raw['id']));
    for (const [, figure = '', what = ''] of (node.description ?? '').matchAll(
      /([\d.]+ [kM]?\/?s?|[\d.]+\/s|\d+ %) (in|out|busy|back-pressured)/g,
    )) {
      compare(`${figure} ${what}`, rates[what]?.has(figure), true);
    }
  }
}

/** Every rate that the newest answer and one of those before tell of, by the word that stands behind it. */
function possibleRates(play: Play, vertexId: string): Readonly<Record<string, ReadonlySet<string>>> {
  const newest = play.details.at(-1);
  const counterOf = (body: Raw | undefined, name: string): number => {
    const vertex = list(body?.['vertices']).find((each) => text(each['id']) === vertexId);
    return number(vertex?.['metrics']?.[name]);
  };
  const parallelism = list(newest?.body['vertices']).find((each) => text(each['id']) === vertexId)?.['parallelism'];
  const since = (name: string, format: (perSecond: number) => string): ReadonlySet<string> =>
    new Set(
      play.details
        .filter(({ at }) => newest !== undefined && at < newest.at && newest.at - at <= rateSpanMs)
        .map(({ at, body }) =>
          format(((counterOf(newest?.body, name) - counterOf(body, name)) * 1000) / ((newest?.at ?? 0) - at)),
        ),
    );
  const share = (perSecond: number): string => formatShare(perSecond / 1000 / number(parallelism));
  return {
    in: since('read-records', formatRate),
    out: since('write-records', formatRate),
    busy: since('accumulated-busy-time', share),
    'back-pressured': since('accumulated-backpressured-time', share),
  };
}

function groups(play: Play, compare: Compare): void {
  const group = (name: string): TreeNode => play.jobs.node(`${play.job}/${nodeId(['group', name])}`);
  const detail = said(play, play.path());
  const all = list(detail.body['vertices']);
  if (!marked(compare, group('vertices'), detail)) {
    const sum = (of: (vertex: Raw) => Raw | undefined): number =>
      all.reduce((total, each) => total + number(of(each)), 0);
    const [running, total] = [sum((each) => each['tasks']?.['RUNNING']), sum((each) => each['parallelism'])];
    compare('the tasks', group('vertices').description, `${running}/${total} tasks running`);
  }
  const checkpoints = said(play, play.path('/checkpoints'));
  if (!marked(compare, group('checkpoints'), checkpoints)) {
    const { counts, latest, history } = checkpoints.body;
    has(compare, group('checkpoints'), 'description', `${text(counts?.['completed'])} completed`);
    if (number(counts?.['failed']) > 0)
      has(compare, group('checkpoints'), 'description', `${text(counts?.['failed'])} failed`);
    const last = number(latest?.['completed']?.['trigger_timestamp']);
    has(compare, group('checkpoints'), 'description', `last at ${formatTime(last)}`);
    for (const entry of list(history)) {
      const node = play.jobs.node(`${play.job}/${nodeId(['checkpoint', text(entry['id'])])}`);
      has(compare, node, 'description', formatTime(number(entry['trigger_timestamp'])));
      if (text(entry['status']) === 'COMPLETED')
        has(compare, node, 'description', formatBytes(number(entry['state_size'])));
    }
  }
  const exceptions = said(play, play.path('/exceptions'));
  if (!marked(compare, group('exceptions'), exceptions)) {
    const entries = list(exceptions.body['exceptionHistory']?.['entries']);
    has(compare, group('exceptions'), 'description', entries.length === 0 ? 'none' : String(entries.length));
  }
}

function subtasks(play: Play, compare: Compare): void {
  const path = play.path(`/vertices/${play.second}`);
  const source = said(play, path);
  const watermarks = said(play, `${path}/watermarks`);
  for (const raw of list(source.body['subtasks'])) {
    const index = number(raw['subtask']);
    const node = play.jobs.node(`${play.job}/${nodeId(['vertex', play.second], ['subtask', String(index)])}`);
    const told = list(watermarks.body).find((each) => text(each['id']).startsWith(`${index}.`))?.['value'];
    const isKnown = watermarks.fresh && told !== undefined && Math.abs(number(told)) < 8e15;
    compare('whether there is a watermark', node.tooltip?.includes('Watermark'), isKnown);
    if (isKnown) has(compare, node, 'tooltip', `Watermark: ${formatDateTime(number(told))}`);
    if (marked(compare, node, source)) continue;
    const place = text(raw['taskmanager-id']);
    if (place !== '(unassigned)') has(compare, node, 'description', place);
    if (text(raw['status']) !== 'RUNNING') has(compare, node, 'description', text(raw['status']));
    const { 'read-records': read, 'write-records': written } = raw['metrics'] ?? {};
    has(compare, node, 'tooltip', `Records in: ${text(read)}, out: ${text(written)}`);
  }
}

function taskManagers(play: Play, compare: Compare): void {
  const overview = said(play, '/overview');
  const source = said(play, '/taskmanagers');
  const all = list(source.body['taskmanagers']);
  const id = nodeId(['service', 'taskmanager']);
  if (all.length === 0) {
    compare('TaskManagers that are not there', play.cluster.has(id), false);
    return;
  }
  const node = play.cluster.node(id);
  if (!marked(compare, node, overview)) {
    const { 'slots-available': free, 'slots-total': total } = overview.body;
    has(compare, node, 'description', `${text(free)}/${text(total)} slots free`);
  }
  for (const raw of all) {
    const machine = play.cluster.node(`${id}/${nodeId(['instance', text(raw['id'])])}`);
    const slots = `${text(raw['freeSlots'])}/${text(raw['slotsNumber'])} slots free`;
    compare('slots of a TaskManager', machine.description, source.fresh ? slots : 'slots not known');
  }
}

function graph(play: Play, compare: Compare): void {
  const source = said(play, play.path());
  const state = play.graph.state.value;
  compare('the state of the graph', state.status, source.fresh ? 'live' : 'stale');
  for (const raw of list(source.body['vertices'])) {
    const id = text(raw['id']);
    const drawn = state.vertices.find((each) => each.id === id);
    const isRunning = number(raw['tasks']?.['RUNNING']) === number(raw['parallelism']);
    compare(
      'tasks in the graph',
      drawn?.texts.tasks,
      `${text(raw['tasks']?.['RUNNING'])}/${text(raw['parallelism'])} running`,
    );
    compare('parallelism in the graph', drawn?.texts.parallelism, text(raw['parallelism']));
    const rates = possibleRates(play, id);
    for (const [field, word] of [
      ['recordsIn', 'in'],
      ['recordsOut', 'out'],
      ['busy', 'busy'],
      ['backPressured', 'back-pressured'],
    ] as const) {
      const shown = drawn?.texts[field] ?? '';
      const isKnown = source.fresh && isRunning && shown !== '';
      compare(`${field} in the graph`, isKnown ? rates[word]?.has(shown) : shown, isKnown ? true : '');
    }
    const figures = play.said.get(play.path(`/vertices/${id}/subtasks/metrics?get=${figureMetrics.join()}`));
    const minimum = list(figures?.body).find((each) => text(each['id']) === 'currentInputWatermark')?.['min'];
    const isTold =
      source.fresh &&
      isRunning &&
      figures?.fresh === true &&
      isNew(play, figures) &&
      Math.abs(number(minimum)) <= 8.64e15;
    compare('the watermark in the graph', drawn?.texts.watermark, isTold ? formatDateTime(number(minimum)) : '');
  }
}

function metrics(play: Play, compare: Compare): void {
  const { series } = play.metrics.state.value;
  for (const pin of play.pins) {
    const names = pin.target.kind === 'job' ? recordedMetrics.job : recordedMetrics.vertex;
    const rest = pin.target.kind === 'job' ? '' : `/vertices/${play.second}`;
    const source = said(play, play.path(`${rest}/metrics?get=${names.join()}`));
    const value = list(source.body).find((each) => text(each['id']) === pin.name)?.['value'];
    const shown = series.find(({ key }) => key === pinKey(pin));
    const words = value === undefined ? `not there${source.fresh ? ' now' : ''}` : formatMetric(text(value), 'en');
    const wanted = source.fresh ? words : `${words} · as of ${formatTime(source.at)}`;
    compare(`the metric ${pin.name}`, shown?.text, wanted);
    compare(`whether ${pin.name} is fresh`, shown?.fresh, source.fresh && value !== undefined);
    const node = play.jobs.node(`${play.job}/${nodeId(['metric', pinKey(pin)])}`);
    has(compare, node, 'description', wanted);
    const isNumber = value !== undefined && Number.isFinite(number(value));
    if (source.fresh && isNumber) compare(`the newest sample of ${pin.name}`, shown?.newest, source.at);
  }
}
