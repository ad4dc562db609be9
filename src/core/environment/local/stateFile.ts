import * as z from 'zod';
import { RecordFile, type LoadedRecord } from '../common/recordFile';
import { recipeSchema } from '../../savepoints/journalEntry';
import { startOptionsSchema } from '../common/startOptionsSchema';

/** Goes up when the form changes so that an older extension would misread it. */
const currentVersion = 1;

const port = z.number().int().min(1).max(65_535);
const hexId = z.string().regex(/^[0-9a-f]{32}$/);
const serviceName = z.enum(['jobmanager', 'taskmanager', 'kafka', 'zookeeper', 'clickevent-generator']);

const instanceSchema = z.object({
  id: z.string().regex(/^[a-z-]+(-\d+)?$/),
  service: serviceName,
  uuid: z.uuid(),
  startedAt: z.number(),
  /** Absent between the intent to start and the start, so that a crash in between is noticed. */
  pid: z.number().int().positive().optional(),
  startToken: z.string().optional(),
  flinkId: z.string().optional(),
  ended: z
    .object({
      at: z.number(),
      how: z.enum(['killed', 'exited', 'stopped']),
      exitCode: z.number().int().optional(),
    })
    .optional(),
});

const runSchema = z.object({
  /** Echoed by our Flink's configuration: tells it from a stranger on the same port. */
  instanceKey: z.uuid(),
  phase: z.enum(['starting', 'running', 'stopping']),
  options: startOptionsSchema,
  ports: z.object({
    rest: port,
    rpc: port,
    broker: port,
    controller: port.optional(),
    zookeeper: port.optional(),
  }),
  notices: z.array(z.string()),
  instances: z.array(instanceSchema),
});

const profileSchema = z.object({
  kafkaClusterId: z.string().optional(),
  job: z
    .object({
      id: hexId,
      checkpointing: z.boolean(),
      eventTime: z.boolean(),
      /** The checkpoint from which this job went on: still the newest one until the job has made its own. */
      restoredFrom: z.string().optional(),
      /** What the start was told: as long as that stays the same, the job goes on as operations left it. */
      startedAs: z
        .object({ variant: startOptionsSchema.shape.variant, parallelism: startOptionsSchema.shape.parallelism })
        .optional(),
      /** How it runs, where that is not what the start was told. */
      recipe: z.optional(recipeSchema),
    })
    .optional(),
  /** Jobs of ours before this one, whose checkpoints are removed once the next job runs. */
  retiredJobs: z.array(hexId),
});

const stateSchema = z.object({
  version: z.literal(currentVersion),
  /** The number of the transition that wrote this. */
  generation: z.number().int().nonnegative(),
  /** What was started and not stopped. */
  run: runSchema.optional(),
  /** What goes on from one run to the next, by profile name. */
  profiles: z.record(z.string(), profileSchema),
});

export type LocalState = z.infer<typeof stateSchema>;
export type RunRecord = z.infer<typeof runSchema>;
export type InstanceRecord = z.infer<typeof instanceSchema>;
export type ProfileRecord = z.infer<typeof profileSchema>;
export type PortsRecord = RunRecord['ports'];
export type LocalServiceName = InstanceRecord['service'];

export const emptyState: LocalState = { version: currentVersion, generation: 0, profiles: {} };
export const emptyProfile: ProfileRecord = { retiredJobs: [] };

/** A state file that was read. */
export type LoadedState = LoadedRecord<LocalState>;

/** The record of what runs and of what the next run goes on from. */
export class StateFile extends RecordFile<LocalState> {
  constructor(path: string, now: () => number = Date.now) {
    super({ path, schema: stateSchema, version: currentVersion, empty: emptyState, now });
  }
}
