import * as z from 'zod/mini';
import type { HeapUse, JobManagerDetail } from '../../../shared/model/flink';
import { count, decode, identifier, mapped, optionalFigure, optionalText } from './decode';

/** `GET /taskmanagers/:id` as far as it is used. */
export interface TaskManagerStatus {
  readonly id: string;
  readonly slotsTotal: number;
  readonly slotsFree: number;
  readonly heap?: HeapUse;
  /** For each slot that is taken the job that has it. Flink does not number slots. */
  readonly allocatedTo: readonly string[];
}

const taskManager = mapped(
  (raw): TaskManagerStatus => ({
    id: raw.id,
    slotsTotal: raw.slotsNumber,
    slotsFree: raw.freeSlots,
    ...heapOf(raw.metrics?.heapUsed, raw.metrics?.heapMax),
    allocatedTo: (raw.allocatedSlots ?? []).map(({ jobId }) => jobId),
  }),
  z.object({
    id: identifier,
    slotsNumber: count,
    freeSlots: count,
    allocatedSlots: z.optional(z.array(z.object({ jobId: identifier }))),
    metrics: z.optional(z.object({ heapUsed: optionalFigure, heapMax: optionalFigure })),
  }),
);

const metrics = z.array(z.object({ id: identifier, value: optionalText }));
const environment = z.object({ jvm: z.object({ version: optionalText }) });

/** `GET /taskmanagers/:id`. */
export function decodeTaskManager(answer: unknown): TaskManagerStatus {
  return decode(taskManager, '/taskmanagers/:id', answer);
}

/** `GET /jobmanager/metrics?get=Status.JVM.Memory.Heap.Used,…Max`: values are texts, and missing until they were collected. */
export function decodeJobManagerHeap(answer: unknown): Pick<JobManagerDetail, 'heap'> {
  const values = new Map(decode(metrics, '/jobmanager/metrics', answer).map(({ id, value }) => [id, Number(value)]));
  return heapOf(values.get('Status.JVM.Memory.Heap.Used'), values.get('Status.JVM.Memory.Heap.Max'));
}

/** `GET /jobmanager/environment`: "OpenJDK 64-Bit Server VM - Debian - 17/17.0.15+6-Debian-1deb12u1". */
export function decodeJavaVersion(answer: unknown): Pick<JobManagerDetail, 'javaVersion'> {
  const text = decode(environment, '/jobmanager/environment', answer).jvm.version;
  const version = text === undefined ? undefined : /\/(\d+(?:\.\d+)*)/.exec(text)?.[1];
  return version === undefined ? {} : { javaVersion: version };
}

function heapOf(used: number | undefined, max: number | undefined): { readonly heap?: HeapUse } {
  if (used === undefined || max === undefined || !(used > 0) || !(max > 0)) return {};
  return { heap: { used, max } };
}
