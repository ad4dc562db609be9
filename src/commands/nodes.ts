import { idPart } from '../core/trees/nodeIds';
import type { TreeNode } from '../core/trees/node';
import type {
  InstanceArguments,
  JobArguments,
  OperationArguments,
  SavepointPathArguments,
  ShowCommandArguments,
} from './catalog';
import {
  parseInstance,
  parseJob,
  parseOperation,
  parseSavepointPath,
  parseService,
  parseShowCommand,
  parseTopic,
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
