import { idPart } from '../core/trees/nodeIds';
import type { TreeNode } from '../core/trees/node';
import type {
  InstanceArguments,
  JobArguments,
  JobDocumentArguments,
  OpenTimelineArguments,
  OperationArguments,
  PinMetricArguments,
  QueryMetricsArguments,
  SavepointPathArguments,
  ShowCommandArguments,
  ShowExceptionsArguments,
  ShowFlameGraphArguments,
  ShowGraphArguments,
  UnpinMetricArguments,
} from './catalog';
import {
  parseInstance,
  parseJob,
  parseJobDocument,
  parseOpenTimeline,
  parseOperation,
  parsePinMetric,
  parseQueryMetrics,
  parseSavepointPath,
  parseService,
  parseShowCommand,
  parseShowExceptions,
  parseShowFlameGraph,
  parseShowGraph,
  parseTopic,
  parseUnpinMetric,
} from './arguments';

/** The instance that a node of the Cluster view stands for. */
export function instanceOfNode(node: TreeNode): InstanceArguments {
  return parseInstance({ instance: idPart(node.id, 'instance') });
}

/** The job or the instance whose command lines a node asks for. */
export function showCommandOfNode(node: TreeNode): ShowCommandArguments {
  return parseShowCommand({ job: idPart(node.id, 'job'), subject: idPart(node.id, 'instance') });
}

/** The service that a node of the Cluster view stands for, or to which its instance belongs. */
export function serviceOfNode(node: TreeNode): ReturnType<typeof parseService> {
  return parseService({ service: idPart(node.id, 'service') });
}

/** The topic that a node of the Kafka Topics view stands for, or to which its partition belongs. */
export function topicOfNode(node: TreeNode): { readonly topic?: string } {
  return parseTopic({ topic: idPart(node.id, 'topic') });
}

/** The job that a node of the Jobs view stands for, or to which its vertex belongs. */
export function jobOfNode(node: TreeNode): JobArguments {
  return parseJob({ job: idPart(node.id, 'job') });
}

/** The savepoint that a node of the Savepoints view stands for, or to which its line belongs. */
export function savepointOfNode(node: TreeNode): SavepointPathArguments {
  return parseSavepointPath({ savepoint: idPart(node.id, 'savepoint') });
}

export function operationOfNode(node: TreeNode): OperationArguments {
  return parseOperation({ operation: idPart(node.id, 'operation') });
}

/** The job whose document a node of the Jobs view asks for; a group of its own kind asks for that. */
export function jobDocumentOfNode(node: TreeNode): JobDocumentArguments {
  const document = idPart(node.id, 'group') === 'checkpoints' ? 'checkpoints' : undefined;
  return parseJobDocument({ job: idPart(node.id, 'job'), document });
}

/** The job whose graph a node of the Jobs view asks for, also one of its vertices. */
export function graphOfNode(node: TreeNode): ShowGraphArguments {
  return parseShowGraph({ job: idPart(node.id, 'job') });
}

/** The vertex whose threads a node of the Jobs view asks for, also one of its subtasks. */
export function flamesOfNode(node: TreeNode): ShowFlameGraphArguments {
  return parseShowFlameGraph({ job: idPart(node.id, 'job'), vertex: idPart(node.id, 'vertex') });
}

export function exceptionsOfNode(node: TreeNode): ShowExceptionsArguments {
  return parseShowExceptions({ job: idPart(node.id, 'job') });
}

export function timelineOfNode(node: TreeNode): OpenTimelineArguments {
  return parseOpenTimeline({ job: idPart(node.id, 'job') });
}

/** The job or the vertex whose metrics a node of the Jobs view asks for. */
export function metricsOfNode(node: TreeNode): QueryMetricsArguments {
  return parseQueryMetrics({ job: idPart(node.id, 'job'), vertex: idPart(node.id, 'vertex') });
}

/** The machine, job, vertex or subtask of which a metric is to be pinned. */
export function pinOfNode(node: TreeNode): PinMetricArguments {
  const subtask = idPart(node.id, 'subtask');
  return parsePinMetric({
    instance: idPart(node.id, 'instance'),
    job: idPart(node.id, 'job'),
    vertex: idPart(node.id, 'vertex'),
    subtask: subtask === undefined ? undefined : Number(subtask),
  });
}

export function unpinOfNode(node: TreeNode): UnpinMetricArguments {
  return parseUnpinMetric({ pin: idPart(node.id, 'metric') });
}
