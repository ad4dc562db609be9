import type { Engine, TroublesWatch } from '../core/engineApi';
import { valueOf } from '../core/state/resource';
import { Store } from '../core/state/store';
import { describeJobGroups, jobGroups } from '../core/trees/describeJobGroups';
import { describeMetrics, readingsOf } from '../core/trees/describeMetrics';
import { describeJobs, type JobRows } from '../core/trees/describeJobs';
import { describeOpenOperations, describeOperationHistory, waitsForPerson } from '../core/trees/describeOperations';
import { describeSubtaskRange, describeSubtasks } from '../core/trees/describeVertices';
import type { TreeNode } from '../core/trees/node';
import { idPart, nodeId } from '../core/trees/nodeIds';
import { rangeOf } from '../core/trees/ranges';
import { DisposableStore } from '../core/util/disposable';
import type { Event } from '../core/util/emitter';
import { endedJobStates } from '../shared/model/flink';
import type { MetricTarget } from '../shared/model/metrics';
import type { LazyChildren } from '../host/treeModel';
import type { ViewDescription } from './describedView';

/**
 * How the Jobs view comes from an engine: the jobs with the operations on them; a job's parts are read while it is expanded, a
 * vertex's subtasks while that one is. For one view.
 * @param locale the person's, for numbers
 */
export function jobsDescription(locale: string): ViewDescription {
  /** Of the visible view. */
  let troubles: TroublesWatch | undefined;
  const rows: JobRows = new Map();
  return {
    lease: (engine) => {
      const owned = new DisposableStore();
      owned.add(engine.cluster.watch(['jobs']));
      troubles = owned.add(engine.watchTroubles());
      return owned;
    },
    sources: (engine) => [
      ...(troubles === undefined ? [] : [troubles.state.onDidChange]),
      engine.environment.snapshot.onDidChange,
      engine.cluster.state.onDidChange,
      engine.operations.open.onDidChange,
      engine.operations.history.onDidChange,
      engine.gaps.gaps.onDidChange,
    ],
    describe: (engine) => {
      const { operations, gaps } = engine;
      const jobs = describeJobs(
        engine.cluster.state.value.jobs,
        engine.environment.snapshot.value,
        troubles?.state.value,
        rows,
      );
      // What waits for the person comes first; what runs by itself does not move the jobs that are under the pointer.
      const [waiting, running] = [true, false].map((waits) =>
        describeOpenOperations(operations.open.value.filter((operation) => waitsForPerson(operation) === waits)),
      );
      const current = [...(waiting ?? []), ...jobs, ...(running ?? [])];
      // Where there is nothing else, welcome content says what can be done.
      if (current.length === 0) return [];
      return [...current, ...describeOperationHistory(operations.history.value, gaps.gaps.value)];
    },
    lazyChildren: (node, engine) => {
      const jobId = idPart(node.id, 'job');
      if (jobId === undefined) return undefined;
      const vertexId = idPart(node.id, 'vertex');
      return vertexId === undefined ? partsOf(jobId, engine, locale) : subtasksOf(node.id, jobId, vertexId, engine);
    },
  };
}

function partsOf(jobId: string, { cluster, jobs, metrics, timelines }: Engine, locale: string): LazyChildren {
  const owned = new DisposableStore();
  const detail = owned.add(cluster.watchJob(jobId)).state;
  const checkpoints = owned.add(jobs.checkpoints(jobId)).state;
  const exceptions = owned.add(jobs.exceptions(jobId)).state;
  const ofJob = (): ((target: MetricTarget) => boolean) => {
    const name = nameOf(jobId, cluster);
    return (target) => 'job' in target && target.job === name;
  };
  owned.add(metrics.watch((target) => ofJob()(target)));
  const sources = [
    detail.onDidChange,
    checkpoints.onDidChange,
    exceptions.onDidChange,
    metrics.readings.onDidChange,
    timelines.onDidChange,
  ];
  const groups = jobGroups(jobId);
  return described(owned, sources, () =>
    describeJobGroups(
      jobId,
      {
        detail: detail.value,
        checkpoints: checkpoints.value,
        exceptions: exceptions.value,
        timeline: timelines.of(jobId),
        metrics: describeMetrics(nodeId(['job', jobId]), readingsOf(metrics.readings.value, ofJob()), locale),
      },
      groups,
    ),
  );
}

/** Pins know a job by its name; one that has ended has no metrics. */
function nameOf(jobId: string, cluster: Engine['cluster']): string | undefined {
  const job = valueOf(cluster.state.value.jobs)?.find(({ id }) => id === jobId);
  return job === undefined || endedJobStates.has(job.state) ? undefined : job.name;
}

/** Of a vertex, or of a group of its subtasks. */
function subtasksOf(id: string, jobId: string, vertexId: string, { jobs }: Engine): LazyChildren {
  const owned = new DisposableStore();
  const subtasks = owned.add(jobs.subtasks(jobId, vertexId)).state;
  const watermarks = owned.add(jobs.watermarks(jobId, vertexId)).state;
  const range = rangeOf(id);
  return described(owned, [subtasks.onDidChange, watermarks.onDidChange], () =>
    range === undefined
      ? describeSubtasks(jobId, vertexId, subtasks.value, watermarks.value)
      : describeSubtaskRange(id, range, subtasks.value, watermarks.value),
  );
}

/** Children that are described anew whenever one of their sources changes. */
function described(
  owned: DisposableStore,
  sources: readonly Event<unknown>[],
  describe: () => readonly TreeNode[] | undefined,
): LazyChildren {
  const nodes = owned.add(new Store(describe()));
  for (const source of sources) owned.add(source(() => nodes.set(describe())));
  return { nodes, dispose: () => owned.dispose() };
}
