import * as l10n from '@vscode/l10n';
import type { JobManagerDetail, Subtask } from '../../shared/model/flink';
import { PlaygroundError } from '../util/errors';
import { decodeSubtasks } from './decode/jobReads';
import {
  decodeJavaVersion,
  decodeJobManagerHeap,
  decodeTaskManager,
  type TaskManagerStatus,
} from './decode/taskManagers';

/** Asks for one JSON document by its path, as `RestTransport.send` does. */
export type RestGet = (path: string, signal: AbortSignal) => Promise<unknown>;

/** What single machines of the cluster say of themselves, and which subtasks they run. Every method throws as `FlinkClient`'s. */
export class TaskManagerReads {
  constructor(private readonly get: RestGet) {}

  /**
   * @throws PlaygroundError `notFound` when no TaskManager with that id is registered, or not any more: Flink answers with
   *   status 500 and its `UnknownTaskExecutorException` then.
   */
  async taskManager(id: string, signal: AbortSignal): Promise<TaskManagerStatus> {
    try {
      return decodeTaskManager(await this.get(`/taskmanagers/${encodeURIComponent(id)}`, signal));
    } catch (error) {
      const unknown = PlaygroundError.is(error, 'rejected') && error.detail?.includes('UnknownTaskExecutorException');
      if (unknown !== true) throw error;
      throw new PlaygroundError('notFound', l10n.t('Flink knows no TaskManager {0}, or not any more.', id), {
        cause: error,
      });
    }
  }

  /** Heap and Java of the JobManager. Flink refreshes the figures only when it is asked, and answers with those before. */
  async jobManager(signal: AbortSignal): Promise<JobManagerDetail> {
    const [heap, environment] = await Promise.all([
      this.get('/jobmanager/metrics?get=Status.JVM.Memory.Heap.Used,Status.JVM.Memory.Heap.Max', signal),
      this.get('/jobmanager/environment', signal),
    ]);
    return { ...decodeJobManagerHeap(heap), ...decodeJavaVersion(environment) };
  }

  /** The newest attempt of each subtask of a vertex, and where it runs. */
  async subtasks(jobId: string, vertexId: string, signal: AbortSignal): Promise<readonly Subtask[]> {
    const path = `/jobs/${encodeURIComponent(jobId)}/vertices/${encodeURIComponent(vertexId)}`;
    return decodeSubtasks(await this.get(path, signal));
  }
}
