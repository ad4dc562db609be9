/**
 * What a pinned metric hangs on, by names that outlive a restart: a job goes on under another id, and a TaskManager has a new
 * id of Flink's with each start.
 */
export type MetricTarget =
  | { readonly kind: 'jobmanager' }
  /** By the name of our instance (`taskmanager-2`), or by Flink's id where the processes are not ours. */
  | { readonly kind: 'taskmanager'; readonly instance: string }
  | { readonly kind: 'job'; readonly job: string }
  /** Ids of vertices are the same for every run of a program. Names of metrics begin with the subtask: `0.numRecordsIn`. */
  | { readonly kind: 'vertex'; readonly job: string; readonly vertexId: string; readonly vertexName: string };

export interface PinnedMetric {
  readonly target: MetricTarget;
  readonly name: string;
}

export interface MetricSample {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly value: number;
}

/** What is known of a pinned metric. */
export interface MetricReading {
  readonly pin: PinnedMetric;
  /** `waiting`: not read since somebody looks. `missing`: Flink has none of this name there. `stale`: the last read failed. */
  readonly state: 'waiting' | 'read' | 'missing' | 'stale';
  /** As Flink writes it; `NaN` and texts among them. */
  readonly value?: string;
  /** When Flink was asked last, milliseconds since the epoch. */
  readonly readAt?: number;
  /** Numbers of the last while, oldest first. */
  readonly samples: readonly MetricSample[];
}

/** Equal for pins that are the same. */
export function pinKey({ target, name }: PinnedMetric): string {
  return JSON.stringify([...targetParts(target), name]);
}

/** Equal for targets that are the same. */
export function targetKey(target: MetricTarget): string {
  return JSON.stringify(targetParts(target));
}

function targetParts(target: MetricTarget): readonly string[] {
  if (target.kind === 'jobmanager') return [target.kind];
  if (target.kind === 'taskmanager') return [target.kind, target.instance];
  return target.kind === 'job' ? [target.kind, target.job] : [target.kind, target.job, target.vertexId];
}

/** A pin out of what was written down, or came from elsewhere; `undefined` for what is none. */
export function parsePin(value: unknown): PinnedMetric | undefined {
  const name = textOf(value, 'name');
  const target = parseTarget(fieldOf(value, 'target'));
  return name === undefined || target === undefined ? undefined : { target, name };
}

function parseTarget(value: unknown): MetricTarget | undefined {
  const kind = fieldOf(value, 'kind');
  const [job, instance] = [textOf(value, 'job'), textOf(value, 'instance')];
  if (kind === 'jobmanager') return { kind };
  if (kind === 'taskmanager') return instance === undefined ? undefined : { kind, instance };
  if (job === undefined) return undefined;
  if (kind === 'job') return { kind, job };
  const vertexId = textOf(value, 'vertexId');
  if (kind !== 'vertex' || vertexId === undefined) return undefined;
  return { kind, job, vertexId, vertexName: textOf(value, 'vertexName') ?? vertexId };
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

function textOf(value: unknown, name: string): string | undefined {
  const text = fieldOf(value, name);
  return typeof text === 'string' && text !== '' ? text : undefined;
}
