import type { LateRecords } from '../../shared/model/ledger';
import type { JobOverview } from '../../shared/model/flink';
import type { FlinkClient } from './flinkClient';
import { readMetricNames, readMetrics, type MetricScope } from './jobReads';

/** A counter of every window operator (Flink's `WindowOperator`), since the task last started. */
const suffix = '.numLateRecordsDropped';
const subtaskIndex = /^\d+\./;

interface Source {
  readonly scope: MetricScope;
  /** Of all subtasks. */
  readonly names: readonly string[];
}

/**
 * Reads what the window operators of jobs dropped because it came after their windows were counted. Which vertices have such an
 * operator is asked once for each job; then it is one call for each of them.
 */
export class LateRecordsReader {
  readonly #known = new Map<string, readonly Source[]>();

  /** @returns undefined when no window operator is known in any of the jobs. Throws what the transport throws. */
  async read(
    client: Pick<FlinkClient, 'job' | 'transport'>,
    jobs: readonly JobOverview[],
    signal: AbortSignal,
  ): Promise<LateRecords | undefined> {
    const running = jobs.filter(({ state }) => state === 'RUNNING');
    for (const id of this.#known.keys()) if (!running.some((job) => job.id === id)) this.#known.delete(id);
    const operators = new Set<string>();
    let dropped = 0;
    for (const { id } of running) {
      for (const { scope, names } of await this.#sources(client, id, signal)) {
        for (const metric of await readMetrics(client.transport, scope, names, signal)) {
          const count = Number(metric.value);
          if (!Number.isSafeInteger(count)) continue;
          dropped += count;
          operators.add(metric.id.slice(0, -suffix.length).replace(subtaskIndex, ''));
        }
      }
    }
    return operators.size === 0 ? undefined : { dropped, operators: Array.from(operators) };
  }

  async #sources(
    client: Pick<FlinkClient, 'job' | 'transport'>,
    jobId: string,
    signal: AbortSignal,
  ): Promise<readonly Source[]> {
    const known = this.#known.get(jobId);
    if (known !== undefined) return known;
    const sources: Source[] = [];
    for (const { id } of (await client.job(jobId, signal)).vertices) {
      const scope: MetricScope = { kind: 'vertex', jobId, vertexId: id };
      const names = (await readMetricNames(client.transport, scope, signal)).filter((name) => name.endsWith(suffix));
      if (names.length > 0) sources.push({ scope, names });
    }
    // Tasks that have just started have no metrics yet.
    if (sources.length > 0) this.#known.set(jobId, sources);
    return sources;
  }
}
