import type { ClusterFacts } from '../../../src/core/savepoints/assess';
import {
  beginning,
  follow,
  journalVersion,
  type BeganLine,
  type JournalEntry,
  type JournalLine,
} from '../../../src/core/savepoints/journalEntry';
import type { LogLine } from '../../../src/core/savepoints/operationLog';
import type { JobRecipe } from '../../../src/shared/model/operations';
import { jobOverview, noon } from './flink';

export const operationId = '0123456789abcdef0123456789abcdef';
export const triggerId = 'feedfacefeedfacefeedfacefeedface';
export const stoppedJob = jobOverview().id;
export const successorId = 'cafecafecafecafecafecafecafecafe';
const savepointFolder = `file:///data/savepoints/restart-${operationId.slice(0, 12)}`;
export const savepoint = `file:/data/savepoints/restart-${operationId.slice(0, 12)}/savepoint-694d7c-2a9dafb8eb8b`;

/** The playground's job as the tutorial starts it. */
export function recipe(changes: Partial<JobRecipe> = {}): JobRecipe {
  return {
    jar: { from: 'playground', version: 'v1' },
    entryClass: 'flinkplayground.clickcount.ClickEventCount',
    args: ['--bootstrap.servers', '127.0.0.1:9092', '--checkpointing', '--event-time'],
    parallelism: 1,
    ...changes,
  };
}

/** The first line of the restart of the *Click Event Count* job, begun by a process that may or may not live. */
export function began(changes: Partial<BeganLine> = {}): BeganLine {
  return {
    type: 'began',
    version: journalVersion,
    at: noon,
    id: operationId,
    kind: 'restart',
    owner: { pid: 4711, startToken: 'boot:1', token: 'window' },
    jobId: stoppedJob,
    jobName: 'Click Event Count',
    targetDirectory: savepointFolder,
    successorId,
    previous: recipe(),
    wanted: recipe(),
    ...changes,
  };
}

/** A second after the one before each. */
export function lines(...said: readonly LogLine[]): readonly JournalLine[] {
  return said.map((line, index): JournalLine => ({ ...line, at: noon + 1000 * (index + 1) }));
}

/** The entry of a restart after these lines. */
export function entry(changes: Partial<BeganLine> = {}, ...said: readonly LogLine[]): JournalEntry {
  return lines(...said).reduce(follow, beginning(began(changes)));
}

/** A cluster on which the job runs, and that knows of no request. */
export function facts(changes: Partial<ClusterFacts> = {}): ClusterFacts {
  return { jobs: [jobOverview()], request: 'none', states: [], ...changes };
}
