import type { JobDetail } from '../shared/model/flink';
import type { ExceptionHistory, MetricValue } from '../shared/model/jobReads';
import type { LateRecords } from '../shared/model/ledger';
import { gatherFacts } from './commandLines/gatherFacts';
import { tutorialCommands } from './commandLines/tutorialCommands';
import type { CommandLines, Inspector } from './engineApi';
import type { Environment } from './environment/environment';
import type { LogFileInfo } from './flink/decode/logFiles';
import type { FlinkClient } from './flink/flinkClient';
import { LateRecordsReader } from './flink/lateRecords';
import { readExceptions, readMetricNames, readMetrics, type MetricScope } from './flink/jobReads';
import type { Machine } from './flink/logFiles';
import { callRest, restPaths, type RestCall } from './flink/restDocuments';
import type { TextTail } from './flink/transport';
import { notRunning } from './environment/notRunning';

/** Each costs a call before anything can be chosen. */
const mostJobsWithVertices = 10;

/** Looks at the cluster behind the environment's REST address of the moment. */
export class ClusterInspector implements Inspector {
  readonly #late = new LateRecordsReader();

  constructor(
    private readonly environment: Environment,
    private readonly createClient: (restUrl: string) => FlinkClient,
  ) {}

  async commandLines(jobId: string | undefined, signal: AbortSignal): Promise<CommandLines> {
    const restUrl = this.#restUrl();
    const entries = await this.#with(async (client) =>
      tutorialCommands(await gatherFacts(this.environment, client, jobId, signal)),
    );
    return { restUrl, entries };
  }

  logFiles(machine: Machine, signal: AbortSignal): Promise<readonly LogFileInfo[]> {
    return this.#with((client) => client.logs.list(machine, signal));
  }

  readLogFile(machine: Machine, name: string, signal: AbortSignal): Promise<TextTail> {
    return this.#with((client) => client.logs.read(machine, name, signal));
  }

  threadDump(machine: Machine, signal: AbortSignal): Promise<string> {
    return this.#with((client) => client.logs.threadDump(machine, signal));
  }

  call(call: RestCall, signal: AbortSignal): Promise<string> {
    return this.#with((client) => callRest(client.transport, call, signal));
  }

  restPaths(signal: AbortSignal): Promise<readonly string[]> {
    return this.#with(async (client) => {
      const [jobs, taskManagers] = await Promise.all([client.jobs(signal), client.taskManagers(signal)]);
      const details = await Promise.all(
        jobs.slice(0, mostJobsWithVertices).map(async ({ id }) => {
          const { vertices } = await client.job(id, signal);
          return [id, vertices.map((vertex) => vertex.id)] as const;
        }),
      );
      return restPaths({
        jobs: jobs.map(({ id }) => id),
        vertices: new Map(details),
        taskManagers: taskManagers.map(({ id }) => id),
      });
    });
  }

  job(jobId: string, signal: AbortSignal): Promise<JobDetail> {
    return this.#with((client) => client.job(jobId, signal));
  }

  exceptions(jobId: string, signal: AbortSignal): Promise<ExceptionHistory> {
    return this.#with((client) => readExceptions(client.transport, jobId, signal));
  }

  metricNames(scope: MetricScope, signal: AbortSignal): Promise<readonly string[]> {
    return this.#with((client) => readMetricNames(client.transport, scope, signal));
  }

  metrics(scope: MetricScope, names: readonly string[], signal: AbortSignal): Promise<readonly MetricValue[]> {
    return this.#with((client) => readMetrics(client.transport, scope, names, signal));
  }

  lateRecords(signal: AbortSignal): Promise<LateRecords | undefined> {
    return this.#with(async (client) => this.#late.read(client, await client.jobs(signal), signal));
  }

  async #with<T>(use: (client: FlinkClient) => Promise<T>): Promise<T> {
    const client = this.createClient(this.#restUrl());
    try {
      return await use(client);
    } finally {
      client.dispose();
    }
  }

  #restUrl(): string {
    const restUrl = this.environment.snapshot.value.endpoints?.rest;
    if (restUrl !== undefined) return restUrl;
    throw notRunning();
  }
}
