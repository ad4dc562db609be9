import * as z from 'zod/mini';
import {
  jobStates,
  taskStates,
  type JobDetail,
  type JobEdge,
  type JobOverview,
  type Vertex,
} from '../../../shared/model/flink';
import {
  count,
  decode,
  durationMs,
  identifier,
  mapped,
  optionalFigure,
  optionalText,
  optionalTime,
  stateOf,
  taskCounts,
} from './decode';
import { optional } from '../../util/optional';
import { optionalCounters } from './jobReads';

const jobState = stateOf(jobStates);

const times = {
  'start-time': optionalTime,
  'end-time': optionalTime,
  duration: durationMs,
};

const overview = z.object({
  jobs: z.array(
    mapped(
      (raw): JobOverview => ({
        id: raw.jid,
        name: raw.name,
        state: raw.state,
        startTime: raw['start-time'] ?? 0,
        ...(raw['end-time'] === undefined ? {} : { endTime: raw['end-time'] }),
        durationMs: raw.duration,
        tasks: raw.tasks.counts,
        totalTasks: raw.tasks.total,
        // 0 as long as no task has done anything.
        ...optional('changedAt', raw['last-modification'] === 0 ? undefined : raw['last-modification']),
      }),
      z.object({
        jid: identifier,
        name: z.string(),
        state: jobState,
        tasks: taskCounts,
        'last-modification': optionalTime,
        ...times,
      }),
    ),
  ),
});

const vertex = mapped(
  (raw): Vertex => ({
    id: raw.id,
    name: raw.name,
    parallelism: raw.parallelism,
    ...(raw.maxParallelism === undefined ? {} : { maxParallelism: raw.maxParallelism }),
    status: raw.status,
    tasks: raw.tasks.counts,
    ...(raw.slotSharingGroupId === undefined ? {} : { slotSharingGroup: raw.slotSharingGroupId }),
    counters: raw.metrics,
  }),
  z.object({
    id: identifier,
    name: z.string(),
    parallelism: count,
    maxParallelism: optionalFigure,
    status: stateOf(taskStates),
    tasks: taskCounts,
    slotSharingGroupId: optionalText,
    metrics: optionalCounters,
  }),
);

const planNode = z.object({
  id: identifier,
  inputs: z.nullish(z.array(z.object({ id: identifier, ship_strategy: optionalText }))),
});

const plan = z.object({ nodes: z.array(planNode) });

/** A job has no plan before it is initialised, and one whose form is not known is no reason to show nothing of the job. */
function edgesOf(answer: unknown): readonly JobEdge[] {
  const { data } = z.safeParse(plan, answer);
  return (data?.nodes ?? []).flatMap(({ id, inputs }) =>
    (inputs ?? []).map((input) => ({
      from: input.id,
      to: id,
      ...(input.ship_strategy === undefined ? {} : { shipStrategy: input.ship_strategy }),
    })),
  );
}

/** Flink says 0 for a state that a job was never in. Times that are none, and states that are not known, are left out. */
function stateTimesOf(answer: unknown): Pick<JobDetail, 'stateTimes'> {
  const { data } = z.safeParse(z.record(z.string(), optionalTime), answer);
  const known = jobStates.flatMap((state) => {
    const at = data?.[state];
    return at === undefined || at === 0 ? [] : [[state, at] as const];
  });
  return known.length === 0 ? {} : { stateTimes: Object.fromEntries(known) };
}

const detail = mapped(
  (raw): JobDetail => ({
    id: raw.jid,
    name: raw.name,
    state: raw.state,
    startTime: raw['start-time'] ?? 0,
    ...(raw['end-time'] === undefined ? {} : { endTime: raw['end-time'] }),
    durationMs: raw.duration,
    vertices: raw.vertices,
    edges: edgesOf(raw.plan),
    ...stateTimesOf(raw.timestamps),
  }),
  z.object({
    jid: identifier,
    name: z.string(),
    state: jobState,
    vertices: z.array(vertex),
    plan: z.optional(z.unknown()),
    timestamps: z.optional(z.unknown()),
    ...times,
  }),
);

/** `GET /jobs/overview`. */
export function decodeJobs(answer: unknown): readonly JobOverview[] {
  return decode(overview, '/jobs/overview', answer).jobs;
}

/** `GET /jobs/:id`. */
export function decodeJob(answer: unknown): JobDetail {
  return decode(detail, '/jobs/:id', answer);
}
