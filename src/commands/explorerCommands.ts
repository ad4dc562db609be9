import * as l10n from '@vscode/l10n';
import type { Engine } from '../core/engineApi';
import type { MetricScope } from '../core/flink/jobReads';
import {
  jobDocumentNames,
  jobDocumentPath,
  restPath,
  type JobDocument,
  type RestCall,
} from '../core/flink/restDocuments';
import { cleanLine } from '../core/logs/cleanText';
import { exceptionText } from '../core/trees/exceptionText';
import { timelineText } from '../core/trees/timelineText';
import { PlaygroundError } from '../core/util/errors';
import type { CommandHandlers } from '../host/commandRegistry';
import type { PickItem } from '../host/userInput';
import type { JobOverview, Vertex } from '../shared/model/flink';
import type { MetricValue } from '../shared/model/jobReads';
import {
  parseCallRest,
  parseJobDocument,
  parseOpenTimeline,
  parseQueryMetrics,
  parseShowExceptions,
  parseShowFlameGraph,
  parseShowGraph,
} from './arguments';
import type {
  CallRestArguments,
  CommandMap,
  JobDocumentArguments,
  OpenTimelineArguments,
  QueryMetricsArguments,
  ShowExceptionsArguments,
  ShowFlameGraphArguments,
  ShowGraphArguments,
} from './catalog';
import { chooseAnyJob } from './jobPick';
import { exceptionsOfNode, flamesOfNode, graphOfNode, jobDocumentOfNode, metricsOfNode, timelineOfNode } from './nodes';
import type { CommandServices } from './services';

export interface ExplorerPorts extends CommandServices {
  /** Opens a read-only document; the name's ending decides about its colours and folding. */
  readonly showDocument: (name: string, text: string) => Promise<void>;
  /** Opens the panel with a job's graph. */
  readonly openGraph: (job: string, name: string) => Promise<void>;
  /** Opens the panel with what the threads of a vertex are doing. */
  readonly openFlames: (subject: {
    readonly job: string;
    readonly vertex: string;
    readonly name: string;
  }) => Promise<void>;
}

type Names =
  | 'job.showGraph'
  | 'job.showFlameGraph'
  | 'job.showDetails'
  | 'job.showExceptions'
  | 'job.openTimeline'
  | 'job.queryMetrics'
  | 'callRest';

const readTimeoutMs = 15_000;
const longestTitle = 80;

/** A closer look at jobs, as documents: what Flink's REST API says of them. */
export function explorerCommands(ports: ExplorerPorts): Pick<CommandHandlers<CommandMap>, Names> {
  return {
    'job.showGraph': { parse: parseShowGraph, fromNode: graphOfNode, run: (args) => showGraph(args, ports) },
    'job.showFlameGraph': {
      parse: parseShowFlameGraph,
      fromNode: flamesOfNode,
      run: (args) => showFlameGraph(args, ports),
    },
    'job.showDetails': {
      parse: parseJobDocument,
      fromNode: jobDocumentOfNode,
      run: (args) => showDetails(args, ports),
    },
    'job.showExceptions': {
      parse: parseShowExceptions,
      fromNode: exceptionsOfNode,
      run: (args) => showExceptions(args, ports),
    },
    'job.openTimeline': {
      parse: parseOpenTimeline,
      fromNode: timelineOfNode,
      run: (args) => openTimeline(args, ports),
    },
    'job.queryMetrics': { parse: parseQueryMetrics, fromNode: metricsOfNode, run: (args) => queryMetrics(args, ports) },
    callRest: { parse: parseCallRest, run: (args) => call(args, ports) },
  };
}

const documentTitles: Readonly<Record<JobDocument, () => string>> = {
  details: () => l10n.t('Details: state, times, vertices, plan'),
  plan: () => l10n.t('Plan: the operators and how they are joined'),
  configuration: () => l10n.t('Configuration: restart strategy and arguments'),
  accumulators: () => l10n.t('Accumulators'),
  checkpoints: () => l10n.t('Checkpoints: counts, sizes, history'),
  checkpointConfiguration: () => l10n.t('Configuration of checkpoints'),
  exceptions: () => l10n.t('Exceptions as Flink tells them'),
};

async function showGraph(args: ShowGraphArguments, ports: ExplorerPorts): Promise<string | undefined> {
  const engine = await ports.engines.get();
  const job = await chooseAnyJob(engine, args.job, ports, l10n.t('The job whose graph to show'));
  if (job === undefined) return undefined;
  await ports.openGraph(job.id, job.name);
  return job.id;
}

async function showFlameGraph(args: ShowFlameGraphArguments, ports: ExplorerPorts): Promise<string | undefined> {
  const engine = await ports.engines.get();
  const job = await chooseAnyJob(engine, args.job, ports, l10n.t('The job whose threads to look at'));
  if (job === undefined) return undefined;
  const { vertices } = await engine.inspector.job(job.id, AbortSignal.timeout(readTimeoutMs));
  const id =
    args.vertex ?? (await ports.input.pick(vertexItems(vertices), { placeholder: l10n.t('Whose threads to look at') }));
  const vertex = vertices.find((each) => each.id === id);
  if (id === undefined) return undefined;
  if (vertex === undefined) throw new PlaygroundError('notFound', l10n.t('{0} has no such vertex.', job.name));
  await ports.openFlames({ job: job.id, vertex: id, name: vertex.name });
  return id;
}

function vertexItems(vertices: readonly Vertex[]): readonly PickItem<string>[] {
  return vertices.map(({ name, parallelism, id }) => ({
    label: name,
    description: l10n.t('parallelism {0}', parallelism),
    value: id,
  }));
}

async function showDetails(args: JobDocumentArguments, ports: ExplorerPorts): Promise<JobDocument | undefined> {
  const { engines, input, showDocument } = ports;
  const engine = await engines.get();
  const job = await chooseAnyJob(engine, args.job, ports, l10n.t('The job to look at'));
  if (job === undefined) return undefined;
  const document =
    args.document ??
    (await input.pick(
      jobDocumentNames.map((name) => ({ label: documentTitles[name](), value: name })),
      { placeholder: l10n.t('What to show of {0}', job.name) },
    ));
  if (document === undefined) return undefined;
  const signal = AbortSignal.timeout(readTimeoutMs);
  const text = await engine.inspector.call({ method: 'GET', path: jobDocumentPath(job.id, document) }, signal);
  await showDocument(`${job.id.slice(0, 6)}-${document}.json`, text);
  return document;
}

async function showExceptions(args: ShowExceptionsArguments, ports: ExplorerPorts): Promise<number | undefined> {
  const engine = await ports.engines.get();
  const job = await chooseAnyJob(engine, args.job, ports, l10n.t('The job whose exceptions to show'));
  if (job === undefined) return undefined;
  const exceptions = await engine.inspector.exceptions(job.id, AbortSignal.timeout(readTimeoutMs));
  await ports.showDocument(`${job.id.slice(0, 6)}-exceptions.log`, exceptionText(job.name, exceptions));
  return exceptions.entries.length;
}

async function openTimeline(args: OpenTimelineArguments, ports: ExplorerPorts): Promise<string | undefined> {
  const engine = await ports.engines.get();
  const { timelines } = engine;
  // Also of a job that Flink has forgotten meanwhile.
  const kept = args.job === undefined ? undefined : timelines.lineage(args.job)[0];
  const placeholder = l10n.t('The job whose past to show');
  const job =
    kept === undefined
      ? await chooseAnyJob(engine, args.job, ports, placeholder)
      : { id: kept.jobId, name: kept.jobName };
  if (job === undefined) return undefined;
  const isUp = engine.environment.snapshot.value.endpoints !== undefined;
  const lineage = isUp ? await timelines.read(job.id, AbortSignal.timeout(readTimeoutMs)) : timelines.lineage(job.id);
  await ports.showDocument(titleOf(l10n.t('Timeline of {0}', job.name)), timelineText(lineage, Date.now()));
  return job.id;
}

/** A text with a foreign name in it as the title of a tab, which is the last part of a path. */
function titleOf(text: string): string {
  return cleanLine(text.slice(0, longestTitle).replaceAll(/[\\/]/g, '-'));
}

async function queryMetrics(
  args: QueryMetricsArguments,
  ports: ExplorerPorts,
): Promise<readonly MetricValue[] | undefined> {
  const { engines, input, showDocument } = ports;
  const engine = await engines.get();
  const job = await chooseAnyJob(engine, args.job, ports, l10n.t('The job whose metrics to query'));
  if (job === undefined) return undefined;
  const vertex = args.vertex ?? (args.metrics === undefined ? await chooseVertex(engine, job, ports) : wholeJob);
  if (vertex === undefined) return undefined;
  const scope: MetricScope =
    vertex === wholeJob ? { kind: 'job', jobId: job.id } : { kind: 'vertex', jobId: job.id, vertexId: vertex };
  const signal = AbortSignal.timeout(readTimeoutMs);
  const names = args.metrics ?? (await chooseMetrics(engine, scope, input, signal));
  if (names === undefined || names.length === 0) return undefined;
  const values = await engine.inspector.metrics(scope, names, AbortSignal.timeout(readTimeoutMs));
  if (values.length === 0) {
    throw new PlaygroundError('notFound', l10n.t('Flink has none of these metrics now: {0}.', names.join(', ')), {
      remedy: l10n.t('Right after a start there are none for some seconds. Names differ between versions of Flink.'),
    });
  }
  await showDocument(`${job.id.slice(0, 6)}-metrics.json`, `${JSON.stringify(values, null, 2)}\n`);
  return values;
}

/** Stands for the job as a whole in the choice of a vertex; no vertex has this id. */
const wholeJob = 'job';

async function chooseVertex(engine: Engine, job: JobOverview, { input }: ExplorerPorts): Promise<string | undefined> {
  const { vertices } = await engine.inspector.job(job.id, AbortSignal.timeout(readTimeoutMs));
  return input.pick([{ label: l10n.t('The job as a whole'), value: wholeJob }, ...vertexItems(vertices)], {
    placeholder: l10n.t('Whose metrics to query'),
  });
}

async function chooseMetrics(
  engine: Engine,
  scope: MetricScope,
  input: ExplorerPorts['input'],
  signal: AbortSignal,
): Promise<readonly string[] | undefined> {
  const names = await engine.inspector.metricNames(scope, signal);
  if (names.length === 0) {
    throw new PlaygroundError('notFound', l10n.t('Flink has no metrics of this yet.'), {
      remedy: l10n.t('Try again in a few seconds.'),
    });
  }
  return input.pickMany(
    names.map((name) => ({ label: name, value: name })),
    { placeholder: l10n.t('The metrics to query; type to search') },
  );
}

async function call(args: CallRestArguments, ports: ExplorerPorts): Promise<string | undefined> {
  const { engines, input, showDocument } = ports;
  const engine = await engines.get();
  const typed = args.path ?? (await choosePath(engine, ports));
  if (typed === undefined) return undefined;
  const path = restPath(typed);
  const request: RestCall = {
    method: args.method ?? 'GET',
    path,
    ...(args.body === undefined ? {} : { body: args.body }),
  };
  if (request.method !== 'GET' && args.confirmed !== true) {
    const { rest = '' } = engine.environment.snapshot.value.endpoints ?? {};
    const certain = await input.confirm({
      message: l10n.t('Send {0} {1} to Flink?', request.method, path),
      detail: l10n.t('This changes the cluster at {0}. What it does is not undone.', rest),
      action: l10n.t('Send'),
    });
    if (!certain) return undefined;
  }
  const text = await engine.inspector.call(request, AbortSignal.timeout(readTimeoutMs));
  await showDocument(`${fileNameOf(path)}.json`, text);
  return text;
}

async function choosePath(engine: Engine, { input }: ExplorerPorts): Promise<string | undefined> {
  const paths = await engine.inspector.restPaths(AbortSignal.timeout(readTimeoutMs));
  const other = '';
  const chosen = await input.pick(
    [
      { label: l10n.t('Another path…'), codicon: 'edit', value: other },
      ...paths.map((path) => ({ label: path, value: path })),
    ],
    { placeholder: l10n.t('The path to read; type to search') },
  );
  if (chosen !== other) return chosen;
  return input.text({
    prompt: l10n.t('A path of the REST API'),
    value: '/jobs/overview',
    validate: (text) => {
      try {
        restPath(text);
        return undefined;
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    },
  });
}

/** The last part of a path that can be the name of a document. */
function fileNameOf(path: string): string {
  const [steps = ''] = path.split('?');
  return steps.replaceAll(/[^\w.-]+/g, '-').replaceAll(/^-|-$/g, '') || 'rest';
}
