import type { OperationRecord, OperationView } from '../../../src/shared/model/operations';
import { jobOverview, noon } from './flink';

const { id: jobId, name: jobName } = jobOverview();

/** A restart of the *Click Event Count* job that is done: begun at noon, over two seconds later. */
export function operationRecord(changes: Partial<OperationRecord> = {}): OperationRecord {
  return {
    id: 'a'.repeat(32),
    kind: 'restart',
    jobId,
    jobName,
    startedAt: noon,
    endedAt: noon + 2000,
    outcome: 'done',
    ...changes,
  };
}

/** The same restart, while this window is at it. */
export function operationView(changes: Partial<OperationView> = {}): OperationView {
  return {
    id: 'a'.repeat(32),
    kind: 'restart',
    jobId,
    jobName,
    startedAt: noon,
    state: 'running',
    summary: 'It is under way.',
    choices: [],
    dismissable: false,
    ...changes,
  };
}
