import type { ServiceName } from './environment';
import type { OperationKind, OperationOutcome } from './operations';

/**
 * How a job is, for a person: Flink's state where it is not RUNNING, and what the tasks do where it is.
 * `gone`: Flink does not know the job any more. `unwatched`: nobody looked, and nothing of what Flink says tells.
 */
export type JobCondition =
  | 'starting'
  | 'running'
  | 'waiting'
  | 'recovering'
  | 'failing'
  | 'restarting'
  | 'canceling'
  | 'suspended'
  | 'reconciling'
  | 'failed'
  | 'canceled'
  | 'finished'
  | 'gone'
  | 'unknown'
  | 'unwatched';

/** What became of a process or container, or of a TaskManager that only Flink's list tells of. */
export type MachineChange = 'up' | 'killed' | 'died' | 'stopped' | 'lost';

/** Why a job left the state in which all of its tasks run. */
export type TimelineCause =
  | { readonly kind: 'machine'; readonly name: string; readonly change: MachineChange }
  | { readonly kind: 'failure'; readonly label: string; readonly message: string };

/** What happened to a job. */
export type TimelineEvent =
  | {
      readonly kind: 'state';
      readonly condition: JobCondition;
      readonly cause?: TimelineCause;
      /** From here until all tasks ran again, milliseconds: of the state with which an outage begins. */
      readonly downMs?: number;
      /** So many failures fell into this stretch, of which only the moments are known. */
      readonly failures?: number;
    }
  | {
      readonly kind: 'failure';
      readonly label: string;
      readonly message: string;
      readonly task?: string;
      /** Failures of other tasks that came with it. */
      readonly others: number;
    }
  | {
      /** Checkpoints one after the other with the same outcome; savepoints are told singly. */
      readonly kind: 'checkpoints';
      readonly outcome: 'completed' | 'failed';
      readonly count: number;
      readonly lastId?: number;
      /** Why the last of them failed. */
      readonly message?: string;
    }
  | {
      readonly kind: 'savepoint';
      readonly id: number;
      readonly outcome: 'completed' | 'failed';
      readonly path?: string;
      readonly message?: string;
    }
  | { readonly kind: 'restored'; readonly id: number; readonly isSavepoint: boolean; readonly path?: string }
  | {
      readonly kind: 'machine';
      readonly service: ServiceName;
      /** `taskmanager-2`, `kafka`; of a cluster of somebody else's Flink's own id. */
      readonly name: string;
      readonly change: MachineChange;
    }
  | {
      readonly kind: 'operation';
      readonly operation: OperationKind;
      /** Absent while it is not closed. */
      readonly outcome?: OperationOutcome;
      /** The job before this one, where this one goes on from it. */
      readonly previousJob?: string;
      /** The job that goes on in place of this one. */
      readonly successor?: string;
      readonly savepointPath?: string;
      readonly downtimeMs?: number;
      readonly failure?: string;
    };

/** One line of a job's timeline. Times are milliseconds since the epoch, by this machine's clock. */
export interface TimelineEntry {
  /** Unique in the timeline of its job; the same for as long as the entry grows. */
  readonly key: string;
  readonly at: number;
  /** When it was over; absent of a moment, and of what goes on. */
  readonly until?: number;
  readonly what: TimelineEvent;
}

/** What happened to one job, newest first. */
export interface JobTimeline {
  readonly jobId: string;
  readonly jobName: string;
  readonly entries: readonly TimelineEntry[];
}
