import { PlaygroundError } from '../util/errors';
import * as l10n from '@vscode/l10n';
import type { RestTransport } from './transport';

/** What *Call REST API…* sends. */
export interface RestCall {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Begins with a slash; everything that a URL needs is percent-encoded already. */
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
}

/** The documents that Flink's REST API has on one job, by what persons call them. */
export const jobDocuments = {
  details: '',
  plan: '/plan',
  configuration: '/config',
  accumulators: '/accumulators',
  checkpoints: '/checkpoints',
  checkpointConfiguration: '/checkpoints/config',
  exceptions: '/exceptions',
} as const;

export type JobDocument = keyof typeof jobDocuments;

export const jobDocumentNames = Object.keys(jobDocuments) as readonly JobDocument[];

/** The path of a job's document. */
export function jobDocumentPath(jobId: string, document: JobDocument): string {
  return `/jobs/${encodeURIComponent(jobId)}${jobDocuments[document]}`;
}

/**
 * The paths that a person may want to read, with the ids that exist now in the place of `:jobid`, `:vertexid` and
 * `:taskmanagerid` (`flink-runtime`, `rest_v1_dispatcher`). Those for which nothing exists are left out.
 */
export function restPaths(ids: {
  readonly jobs: readonly string[];
  readonly vertices: ReadonlyMap<string, readonly string[]>;
  readonly taskManagers: readonly string[];
}): readonly string[] {
  const vertexPaths = [...ids.vertices].flatMap(([job, vertices]) =>
    vertices.flatMap((vertex) => vertexEndpoints.map((end) => `/jobs/${job}/vertices/${vertex}${end}`)),
  );
  return [
    ...clusterEndpoints,
    ...ids.jobs.flatMap((job) => jobEndpoints.map((end) => `/jobs/${job}${end}`)),
    ...vertexPaths,
    ...ids.taskManagers.flatMap((id) => taskManagerEndpoints.map((end) => `/taskmanagers/${id}${end}`)),
  ];
}

const clusterEndpoints = [
  '/overview',
  '/config',
  '/jobs',
  '/jobs/overview',
  '/jobs/metrics',
  '/jars',
  '/datasets',
  '/taskmanagers',
  '/taskmanagers/metrics',
  '/jobmanager/config',
  '/jobmanager/environment',
  '/jobmanager/logs',
  '/jobmanager/metrics',
  '/jobmanager/thread-dump',
];

const jobEndpoints = [
  '',
  '/status',
  '/plan',
  '/config',
  '/exceptions',
  '/accumulators',
  '/checkpoints',
  '/checkpoints/config',
  '/metrics',
  '/jobmanager/config',
  '/resource-requirements',
];

const vertexEndpoints = [
  '',
  '/accumulators',
  '/backpressure',
  '/flamegraph',
  '/metrics',
  '/subtasktimes',
  '/subtasks/metrics',
  '/taskmanagers',
  '/watermarks',
];

const taskManagerEndpoints = ['', '/logs', '/metrics', '/thread-dump'];

/**
 * What a person typed as a path, as it may be sent.
 * @throws PlaygroundError `input` for what is not a path of this server: another address could be anybody's.
 */
export function restPath(typed: string): string {
  const text = typed.trim();
  const path = text.startsWith('/') ? text : `/${text}`;
  if (text === '' || /^\/\/|[\s\\#]|[\p{Cc}]/u.test(path) || /^[a-z][a-z0-9+.-]*:/i.test(text)) {
    throw new PlaygroundError('input', l10n.t('"{0}" is not a path of the REST API.', typed), {
      remedy: l10n.t('A path looks like /jobs/overview.'),
    });
  }
  if (path.split(/[?/]/).includes('..')) {
    throw new PlaygroundError('input', l10n.t('A path of the REST API has no ".." in it.'));
  }
  return path;
}

/** Sends the call and gives the answer as text that can be read and folded. @throws as `RestTransport.send`. */
export async function callRest(transport: RestTransport, call: RestCall, signal: AbortSignal): Promise<string> {
  return `${JSON.stringify(await transport.send(call, signal), null, 2)}\n`;
}
