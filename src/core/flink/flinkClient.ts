import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import * as l10n from '@vscode/l10n';
import { fileFrom, FormData } from 'node-fetch';
import type { ClusterOverview, JobDetail, JobOverview, TaskManagerInfo } from '../../shared/model/flink';
import type { ClaimMode } from '../../shared/model/operations';
import { waitFor } from '../util/async';
import type { Disposable } from '../util/disposable';
import { messageOf, PlaygroundError } from '../util/errors';
import type { Logger } from '../util/logger';
import {
  decodeCheckpoints,
  decodeTriggerId,
  decodeTriggerOutcome,
  type CheckpointStatistics,
} from './decode/checkpoints';
import { decodeJobManagerConfig, decodeOverview, decodeTaskManagers, type ConfigEntry } from './decode/cluster';
import { decodeJars, decodePlan, decodeRun, decodeUpload, type UploadedJar } from './decode/jars';
import { decodeJob, decodeJobs } from './decode/jobs';
import { JobActions } from './jobActions';
import { LogFiles } from './logFiles';
import { explainTrace } from './serverErrors';
import { TaskManagerReads } from './taskManagerReads';
import { RestTransport, statusOf } from './transport';

/** An upload of some 20 MB and a job's `main()` in a JVM that was just started take seconds, not milliseconds. */
const slowTimeoutMs = 60_000;
/** Well above what a checkpoint of the playground takes (0.1 s), well below Flink's own limit of 10 minutes. */
const checkpointTimeoutMs = 30_000;
const checkpointPollMs = 100;

export interface FlinkClientOptions {
  /** `http://127.0.0.1:8081`, without a slash at the end. */
  readonly baseUrl: string;
  readonly logger: Logger;
  /** Deadline of an ordinary call, 5 s unless given. */
  readonly timeoutMs?: number;
  /** Told of every call, as it is sent. */
  readonly onCall?: () => void;
}

export interface RunJarRequest {
  readonly entryClass?: string | undefined;
  readonly programArgs?: readonly string[] | undefined;
  readonly parallelism?: number | undefined;
  /** 32 hexadecimal digits, chosen by us, so that a run whose answer was lost can be repeated safely. */
  readonly jobId?: string | undefined;
  readonly savepointPath?: string | undefined;
  readonly claimMode?: ClaimMode | undefined;
  readonly allowNonRestoredState?: boolean | undefined;
  readonly flinkConfiguration?: Readonly<Record<string, string>> | undefined;
}

/**
 * Flink's REST API, 1.18 to 2.x, as far as the playground uses it. Every method throws what `RestTransport.send` throws, and
 * `PlaygroundError` `protocol` for an answer of another form.
 */
export class FlinkClient implements Disposable {
  /** For the parts of the API that live in files of their own: functions that take a transport, a job's id and a signal. */
  readonly transport: RestTransport;
  readonly #logger: Logger;
  /** What single machines of the cluster run. */
  readonly machines = new TaskManagerReads((path, signal) => this.#get(path, signal));

  /** Savepoints, stops and what a job needs to be started again. */
  readonly actions: JobActions;
  /** Log files and threads of single machines. */
  readonly logs: LogFiles;

  /** @param transport its own, unless given */
  constructor(options: FlinkClientOptions, transport = new RestTransport(options)) {
    this.#logger = options.logger;
    this.transport = transport;
    this.actions = new JobActions(this.transport);
    this.logs = new LogFiles(this.transport);
  }

  async overview(signal: AbortSignal): Promise<ClusterOverview> {
    return decodeOverview(await this.#get('/overview', signal));
  }

  /** The effective configuration; our own key in it tells our Flink from a stranger's. */
  async jobManagerConfig(signal: AbortSignal): Promise<readonly ConfigEntry[]> {
    return decodeJobManagerConfig(await this.#get('/jobmanager/config', signal));
  }

  async taskManagers(signal: AbortSignal): Promise<readonly TaskManagerInfo[]> {
    return decodeTaskManagers(await this.#get('/taskmanagers', signal));
  }

  /** Jobs in every state, also those that ended within the last hour. */
  async jobs(signal: AbortSignal): Promise<readonly JobOverview[]> {
    return decodeJobs(await this.#get('/jobs/overview', signal));
  }

  /** @throws PlaygroundError `notFound` when Flink does not know the job, or no longer. */
  async job(jobId: string, signal: AbortSignal): Promise<JobDetail> {
    return decodeJob(await this.#get(`/jobs/${encodeURIComponent(jobId)}`, signal));
  }

  /**
   * `undefined` where Flink keeps no account of checkpoints; a streaming job without checkpointing has an empty one.
   * Flink caches the answer (`web.refresh-interval`), so that just after a checkpoint none may be available: the newest is
   * not in it yet, and the one before is gone already.
   */
  async checkpoints(jobId: string, signal: AbortSignal): Promise<CheckpointStatistics | undefined> {
    try {
      return decodeCheckpoints(await this.#get(`/jobs/${encodeURIComponent(jobId)}/checkpoints`, signal));
    } catch (error) {
      if (PlaygroundError.is(error, 'notFound') && /checkpointing has not been enabled/i.test(error.message)) {
        return undefined;
      }
      throw error;
    }
  }

  /**
   * Takes a checkpoint now and waits until it is complete, 30 s at most.
   * @returns its id; `undefined` when Flink completed the request without naming one.
   * @throws PlaygroundError `rejected` when the checkpoint failed, for instance because not all tasks run; `timeout`.
   */
  async triggerCheckpoint(jobId: string, signal: AbortSignal): Promise<number | undefined> {
    const path = `/jobs/${encodeURIComponent(jobId)}/checkpoints`;
    const body = { checkpointType: 'CONFIGURED', triggerId: randomUUID().replaceAll('-', '') };
    const triggerId = decodeTriggerId(await this.transport.send({ method: 'POST', path, body }, signal));
    const outcome = await waitFor(
      async () => decodeTriggerOutcome(await this.#get(`${path}/${encodeURIComponent(triggerId)}`, signal)),
      {
        what: l10n.t('the checkpoint to complete'),
        timeoutMs: checkpointTimeoutMs,
        intervalMs: checkpointPollMs,
        signal,
      },
    );
    if ('failure' in outcome) {
      const message = l10n.t('The checkpoint failed: {0}', explainTrace(outcome.failure));
      throw new PlaygroundError('rejected', message, { detail: outcome.failure });
    }
    return outcome.checkpointId;
  }

  /** Asks for the end of the job, which Flink carries out a moment later. A job that ended or is not known is no error. */
  async cancel(jobId: string, signal: AbortSignal): Promise<void> {
    const path = `/jobs/${encodeURIComponent(jobId)}?mode=cancel`;
    try {
      await this.transport.send({ method: 'PATCH', path }, signal);
    } catch (error) {
      const status = statusOf(error);
      if (status !== 404 && status !== 409) throw error;
      this.#logger.debug(`Job ${jobId} is over already: ${messageOf(error)}`);
    }
  }

  async jars(signal: AbortSignal): Promise<readonly UploadedJar[]> {
    return decodeJars(await this.#get('/jars', signal));
  }

  /** Uploads a jar under its own file name, or another that ends in `.jar`, and gives its id for `runJar`. */
  async uploadJar(path: string, fileName: string | undefined, signal: AbortSignal): Promise<string> {
    const form = new FormData();
    form.set('jarfile', await fileFrom(path, 'application/x-java-archive'), fileName ?? basename(path));
    const request = { method: 'POST', path: '/jars/upload', body: form, timeoutMs: slowTimeoutMs } as const;
    return decodeUpload(await this.transport.send(request, signal));
  }

  async deleteJar(jarId: string, signal: AbortSignal): Promise<void> {
    await this.transport.send({ method: 'DELETE', path: `/jars/${encodeURIComponent(jarId)}` }, signal);
  }

  /**
   * Submits a job and gives its id. When a job with the id that we chose is there already, an earlier call got through whose
   * answer was lost: that is success.
   * Arguments go as `programArgsList`, which every version reads; `programArgs` is ignored silently from 2.0 on.
   */
  async runJar(jarId: string, request: RunJarRequest, signal: AbortSignal): Promise<string> {
    const body = runBody(request);
    const path = `/jars/${encodeURIComponent(jarId)}/run`;
    try {
      return decodeRun(await this.transport.send({ method: 'POST', path, body, timeoutMs: slowTimeoutMs }, signal));
    } catch (error) {
      const text = error instanceof PlaygroundError ? `${error.message}\n${error.detail ?? ''}` : '';
      if (request.jobId !== undefined && text.includes('DuplicateJobSubmissionException')) return request.jobId;
      throw error;
    }
  }

  /** Runs the program up to its job, and starts nothing. What concerns a savepoint is left out: no plan depends on it. */
  async planJar(jarId: string, request: RunJarRequest, signal: AbortSignal): Promise<unknown> {
    const { entryClass, programArgs, parallelism, flinkConfiguration } = request;
    const body = runBody({ entryClass, programArgs, parallelism, flinkConfiguration });
    const path = `/jars/${encodeURIComponent(jarId)}/plan`;
    return decodePlan(await this.transport.send({ method: 'POST', path, body, timeoutMs: slowTimeoutMs }, signal));
  }

  dispose(): void {
    this.transport.dispose();
  }

  #get(path: string, signal: AbortSignal): Promise<unknown> {
    return this.transport.send({ method: 'GET', path }, signal);
  }
}

function runBody({ programArgs, ...rest }: RunJarRequest): Readonly<Record<string, unknown>> {
  return programArgs === undefined ? rest : { ...rest, programArgsList: programArgs };
}
