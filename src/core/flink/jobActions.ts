import type { SavepointFormat } from '../../shared/model/operations';
import { PlaygroundError } from '../util/errors';
import {
  decodeCheckpointConfig,
  decodeJobConfig,
  decodeNewestException,
  decodeSavepointOutcome,
  decodeSavepointTrigger,
  decodeSavepointUnderWay,
  decodeTaskTimes,
  type Acknowledged,
  type CheckpointConfig,
  type JobConfig,
  type SavepointOutcome,
  type TaskTimes,
} from './decode/savepoints';
import type { RestTransport } from './transport';

export interface SavepointRequest {
  /**
   * 32 hexadecimal digits, chosen by us: Flink answers a repeated request with the one that is under way or done, for five
   * minutes (`rest.async.store-duration`).
   */
  readonly triggerId: string;
  /** A URI that the JobManager and all TaskManagers see; `execution.checkpointing.savepoint-dir` when absent. */
  readonly targetDirectory?: string | undefined;
  readonly format: SavepointFormat;
}

export interface StopRequest extends SavepointRequest {
  /** Ends event time first, so that all windows fire: for a job that is not gone on with. */
  readonly drain: boolean;
}

/**
 * The part of Flink's REST API that stops jobs with savepoints and reads what is needed to start them again. Methods throw what
 * `RestTransport.send` throws, and `PlaygroundError` `protocol`.
 */
export class JobActions {
  constructor(private readonly transport: RestTransport) {}

  /** Asks for a savepoint; the job goes on. The outcome is asked for by the trigger id. */
  async requestSavepoint(jobId: string, request: SavepointRequest, signal: AbortSignal): Promise<void> {
    // Here the folder is `target-directory`, at /stop `targetDirectory`; a name that Flink does not know it ignores.
    const body = {
      triggerId: request.triggerId,
      formatType: request.format.toUpperCase(),
      'cancel-job': false,
      ...(request.targetDirectory === undefined ? {} : { 'target-directory': request.targetDirectory }),
    };
    const path = `${jobPath(jobId)}/savepoints`;
    decodeSavepointTrigger(await this.transport.send({ method: 'POST', path, body }, signal));
  }

  /** Asks for a savepoint with which the job ends. A job that is not known may be refused at once or by the outcome. */
  async requestStop(jobId: string, request: StopRequest, signal: AbortSignal): Promise<void> {
    const body = {
      triggerId: request.triggerId,
      formatType: request.format.toUpperCase(),
      drain: request.drain,
      ...(request.targetDirectory === undefined ? {} : { targetDirectory: request.targetDirectory }),
    };
    decodeSavepointTrigger(await this.transport.send({ method: 'POST', path: `${jobPath(jobId)}/stop`, body }, signal));
  }

  /**
   * How the savepoint or stop with this trigger id stands.
   * @throws PlaygroundError `notFound` for a trigger that Flink does not know: never asked for, forgotten after five minutes, or
   *   asked of a JobManager before this one.
   */
  async savepointOutcome(jobId: string, triggerId: string, signal: AbortSignal): Promise<SavepointOutcome> {
    return decodeSavepointOutcome(
      await this.#get(`${jobPath(jobId)}/savepoints/${encodeURIComponent(triggerId)}`, signal),
    );
  }

  /** How far the savepoint under way is, as of at most `web.refresh-interval` ago. */
  async savepointUnderWay(jobId: string, signal: AbortSignal): Promise<Acknowledged | undefined> {
    return decodeSavepointUnderWay(await this.#get(`${jobPath(jobId)}/checkpoints`, signal));
  }

  async jobConfig(jobId: string, signal: AbortSignal): Promise<JobConfig> {
    return decodeJobConfig(await this.#get(`${jobPath(jobId)}/config`, signal));
  }

  /** A job for which Flink keeps no account of checkpoints makes none. */
  async checkpointConfig(jobId: string, signal: AbortSignal): Promise<CheckpointConfig> {
    try {
      return decodeCheckpointConfig(await this.#get(`${jobPath(jobId)}/checkpoints/config`, signal));
    } catch (error) {
      if (PlaygroundError.is(error, 'notFound') && /checkpointing has not been enabled/i.test(error.message)) {
        return { intervalMs: undefined };
      }
      throw error;
    }
  }

  /** When the subtasks of a vertex began to run and ended, by the JobManager's clock. */
  async taskTimes(jobId: string, vertexId: string, signal: AbortSignal): Promise<readonly TaskTimes[]> {
    const path = `${jobPath(jobId)}/vertices/${encodeURIComponent(vertexId)}/subtasktimes`;
    return decodeTaskTimes(await this.#get(path, signal));
  }

  /** The stack trace of the newest exception of the job; `undefined` when it had none. */
  async newestException(jobId: string, signal: AbortSignal): Promise<string | undefined> {
    return decodeNewestException(await this.#get(`${jobPath(jobId)}/exceptions?maxExceptions=1`, signal));
  }

  /**
   * Says within which bounds the adaptive scheduler may choose the parallelism of each vertex (FLIP-291). It restarts the job from
   * its last checkpoint as soon as the slots are there.
   * @throws PlaygroundError `rejected` where another scheduler runs, for bounds that cannot be, and while another change is made.
   */
  async requireParallelism(
    jobId: string,
    bounds: Readonly<Record<string, { readonly lowerBound: number; readonly upperBound: number }>>,
    signal: AbortSignal,
  ): Promise<void> {
    const body = Object.fromEntries(Object.entries(bounds).map(([vertex, parallelism]) => [vertex, { parallelism }]));
    await this.transport.send({ method: 'PUT', path: `${jobPath(jobId)}/resource-requirements`, body }, signal);
  }

  #get(path: string, signal: AbortSignal): Promise<unknown> {
    return this.transport.send({ method: 'GET', path }, signal);
  }
}

function jobPath(jobId: string): string {
  return `/jobs/${encodeURIComponent(jobId)}`;
}
