import * as l10n from '@vscode/l10n';
import type { ClusterState } from '../core/engineApi';
import { valueOf, type Resource } from '../core/state/resource';
import { stateWords } from '../core/trees/describeJobs';
import { staleMark } from '../core/trees/stale';
import { healthOf, healthWords, runningTasks, type TaskHealth } from '../core/trees/taskHealth';
import { messageOf, PlaygroundError } from '../core/util/errors';
import { formatRate, formatShare } from '../shared/format/rates';
import { formatDateTime } from '../shared/format/time';
import { endedJobStates, type JobDetail, type JobEdge, type JobState, type Vertex } from '../shared/model/flink';
import type { TaskRates, VertexFigures } from '../shared/model/jobReads';
import type { TimelineEntry } from '../shared/model/timeline';
import { describeStrip } from './jobGraphStrip';
import type {
  GraphEdge,
  GraphVertex,
  JobGraphState,
  JobGraphStrings,
  VertexCondition,
  VertexTexts,
} from '../shared/protocol/jobGraph';

/** Below this all subtasks have about the same to do. */
const someSkew = 0.1;
/** By how much of the time a subtask differs from the average when it is worth a word. */
const outstanding = 0.1;

/** What is known of a job when its graph is described. */
export interface GraphFacts {
  readonly job: string;
  /** There is a Flink to ask. */
  readonly up: boolean;
  readonly detail: Resource<JobDetail>;
  readonly figures: ReadonlyMap<string, Resource<VertexFigures>>;
  readonly jobs: ClusterState['jobs'];
  /** What happened to the job, newest first. */
  readonly timeline?: readonly TimelineEntry[];
  /** The last name that was seen, for when there is no answer. */
  readonly lastName: string;
}

/** The graph of a job as its page shows it, with the same figures that the Jobs view has, and with the job's past. */
export function describeGraph(facts: GraphFacts): JobGraphState {
  const state = describePicture(facts);
  const { timeline = [] } = facts;
  return timeline.length === 0 ? state : { ...state, strip: describeStrip(timeline) };
}

function describePicture(facts: GraphFacts): JobGraphState {
  const { job, up, detail } = facts;
  const known = valueOf(detail);
  const name = known?.name ?? facts.lastName;
  const empty = { job, name, statusText: '', vertices: [], edges: [] };
  if (!up && known === undefined) {
    const message = l10n.t('The playground is not running. Start it to see its jobs.');
    return { ...empty, status: 'down', statusText: l10n.t('not running'), message, ...successorOf(facts) };
  }
  if (detail.state === 'failed') {
    if (PlaygroundError.is(detail.error, 'notFound')) return { ...empty, ...goneWords(), ...successorOf(facts) };
    return { ...empty, status: 'failed', statusText: l10n.t('not known'), message: messageOf(detail.error) };
  }
  if (known === undefined) return { ...empty, status: 'loading', statusText: l10n.t('reading') };
  if (detail.state === 'stale' && PlaygroundError.is(detail.error, 'notFound')) {
    return { ...drawn(known, facts, false), ...goneWords(), ...successorOf(facts) };
  }
  const stale = staleMark(detail);
  if (detail.state === 'stale' && stale !== undefined) {
    const message = `${messageOf(detail.error)} ${l10n.t('What is shown is {0}.', stale.brief)}`;
    return { ...drawn(known, facts, false), status: 'stale', message };
  }
  if (!endedJobStates.has(known.state)) return { ...drawn(known, facts, true), status: 'live' };
  const next = successorOf(facts);
  return {
    ...drawn(known, facts, false),
    status: 'ended',
    ...(next.successor === undefined
      ? {}
      : { ...next, message: l10n.t('This job is over; another one of its name runs now.') }),
  };
}

function goneWords(): Pick<JobGraphState, 'status' | 'statusText' | 'message'> {
  return {
    status: 'gone',
    statusText: l10n.t('gone'),
    message: l10n.t(
      'Flink does not know this job any more. It forgets jobs an hour after their end, and all of them when the JobManager restarts.',
    ),
  };
}

/** The one job of the same name that runs now, when there is exactly one. */
function successorOf({ job, jobs, detail, lastName }: GraphFacts): { readonly successor?: string } {
  const name = valueOf(detail)?.name ?? lastName;
  const same = (valueOf(jobs) ?? []).filter(
    (other) => other.id !== job && other.name === name && !endedJobStates.has(other.state),
  );
  const [only] = same;
  return only === undefined || same.length > 1 ? {} : { successor: only.id };
}

function drawn(detail: JobDetail, { job, figures }: GraphFacts, fresh: boolean): Omit<JobGraphState, 'status'> {
  const { name, state, vertices, edges } = detail;
  const ids = new Set(vertices.map(({ id }) => id));
  const between = edges.filter(({ from, to }) => ids.has(from) && ids.has(to));
  return {
    job,
    name,
    statusText: state === 'RUNNING' ? healthWords[worstOf(vertices)]() : stateWords[state](),
    vertices: vertices.map((vertex) => graphVertex(vertex, state, fresh, figures.get(vertex.id))),
    edges: between.map((edge) => graphEdge(edge, between, vertices, fresh)),
  };
}

const worstFirst: readonly TaskHealth[] = ['recovering', 'waiting', 'starting', 'unknown', 'running', 'finished'];

function worstOf(vertices: readonly Vertex[]): TaskHealth {
  const all = new Set(vertices.map(({ tasks, parallelism }) => healthOf(tasks, parallelism)));
  return worstFirst.find((health) => all.has(health)) ?? 'unknown';
}

function graphVertex(
  vertex: Vertex,
  job: JobState,
  fresh: boolean,
  figures: Resource<VertexFigures> | undefined,
): GraphVertex {
  const { id, name, tasks, parallelism } = vertex;
  const health = healthOf(tasks, parallelism);
  const over = endedJobStates.has(job);
  const rates = fresh && health === 'running' ? vertex.rates : undefined;
  const told = fresh && health === 'running' && figures?.state === 'ready' ? figures.value : undefined;
  const texts: VertexTexts = {
    status: over ? stateWords[job]() : healthWords[health](),
    tasks: over ? '' : runningTasks(tasks, parallelism),
    parallelism: String(parallelism),
    recordsIn: inWords(rates?.recordsInPerSecond, formatRate),
    recordsOut: inWords(rates?.recordsOutPerSecond, formatRate),
    busy: inWords(rates?.busy, formatShare),
    backPressured: inWords(rates?.backPressured, formatShare),
    watermark: inWords(told?.lowWatermark, formatDateTime),
    skew: parallelism > 1 && (told?.skew ?? 0) >= someSkew ? inWords(told?.skew, formatShare) : '',
    hottest: parallelism > 1 ? hottestWords(rates, told) : '',
  };
  return {
    id,
    name,
    condition: over ? endedCondition(job) : conditionOf(vertex, health),
    ...(rates?.busy === undefined ? {} : { busy: rates.busy }),
    ...(rates?.backPressured === undefined ? {} : { backPressured: rates.backPressured }),
    texts,
  };
}

function endedCondition(job: JobState): VertexCondition {
  if (job === 'FAILED') return 'failed';
  return job === 'CANCELED' ? 'canceled' : 'finished';
}

function conditionOf({ tasks }: Vertex, health: TaskHealth): VertexCondition {
  return health === 'recovering' && tasks.FAILED > 0 ? 'failed' : health;
}

function inWords(value: number | undefined, format: (value: number) => string): string {
  return value === undefined ? '' : format(value);
}

/** The subtask that has the most to do, or is held up the most, where that stands out from the average. */
function hottestWords(rates: TaskRates | undefined, figures: VertexFigures | undefined): string {
  const standsOut = (most: number | undefined, average: number | undefined): most is number =>
    most !== undefined && average !== undefined && most - average >= outstanding;
  const { mostBackPressured, mostBusy } = figures ?? {};
  if (standsOut(mostBackPressured, rates?.backPressured)) {
    return l10n.t('one subtask {0} back-pressured', formatShare(mostBackPressured));
  }
  return standsOut(mostBusy, rates?.busy) ? l10n.t('one subtask {0} busy', formatShare(mostBusy)) : '';
}

/** Flink counts by vertex, not by edge: what an edge carries is known where one of its ends has no other. */
function graphEdge(
  { from, to, shipStrategy = '' }: JobEdge,
  edges: readonly JobEdge[],
  vertices: readonly Vertex[],
  fresh: boolean,
): GraphEdge {
  const rates = (id: string): Vertex['rates'] =>
    fresh ? vertices.find((vertex) => vertex.id === id)?.rates : undefined;
  const alone = (end: 'from' | 'to', id: string): boolean => edges.filter((edge) => edge[end] === id).length === 1;
  const incoming = alone('to', to) ? rates(to)?.recordsInPerSecond : undefined;
  const outgoing = alone('from', from) ? rates(from)?.recordsOutPerSecond : undefined;
  return { from, to, ship: shipStrategy, rate: inWords(incoming ?? outgoing, formatRate) };
}

/** The texts of the page; a webview has no localisation of its own. */
export function jobGraphStrings(): JobGraphStrings {
  return {
    zoomIn: l10n.t('Zoom In'),
    zoomOut: l10n.t('Zoom Out'),
    fit: l10n.t('Fit to Window'),
    showTable: l10n.t('Show as Table'),
    showGraph: l10n.t('Show as Graph'),
    reveal: l10n.t('Show in Jobs View'),
    flames: l10n.t('Show Flame Graph'),
    openTimeline: l10n.t('Open Timeline'),
    stripLabel: l10n.t('Timeline of the last minutes'),
    now: l10n.t('now'),
    follow: l10n.t('Show the Job That Runs Now'),
    graphLabel: l10n.t('Job graph'),
    tableLabel: l10n.t('Vertices of the job'),
    graphHelp: l10n.t(
      'Arrow keys move along the data flow, Enter shows a vertex in the Jobs view, plus and minus zoom, 0 fits the graph.',
    ),
    empty: l10n.t('Flink has no plan of this job yet.'),
    legend: l10n.t('Legend'),
    legendIdle: l10n.t('has time'),
    legendBusy: l10n.t('busy over 50 %'),
    legendVeryBusy: l10n.t('busy over 80 %'),
    legendPressed: l10n.t('back-pressured over 10 %'),
    legendVeryPressed: l10n.t('back-pressured over 50 %'),
    legendUnmeasured: l10n.t('not measured'),
    legendNotRunning: l10n.t('not running'),
    columnVertex: l10n.t('Vertex'),
    columnStatus: l10n.t('Status'),
    columnParallelism: l10n.t('Parallelism'),
    columnTasks: l10n.t('Tasks'),
    columnRecordsIn: l10n.t('Records In'),
    columnRecordsOut: l10n.t('Records Out'),
    columnBusy: l10n.t('Busy'),
    columnBackPressured: l10n.t('Back-Pressured'),
    columnWatermark: l10n.t('Low Watermark'),
    columnSkew: l10n.t('Data Skew'),
    columnInputs: l10n.t('Inputs'),
    subtasks: l10n.t('parallelism {0}', '{0}'),
    recordsIn: l10n.t('{0} in', '{0}'),
    recordsOut: l10n.t('{0} out', '{0}'),
    busy: l10n.t('{0} busy', '{0}'),
    backPressured: l10n.t('{0} back-pressured', '{0}'),
    watermark: l10n.t('Watermark {0}', '{0}'),
    skew: l10n.t('{0} skew', '{0}'),
  };
}
