import * as z from 'zod';
import { recipeSchema } from '../../savepoints/journalEntry';
import { RecordFile } from '../common/recordFile';
import { startOptionsSchema } from '../common/startOptionsSchema';

/** Goes up when the form changes so that an older extension would misread it. */
const currentVersion = 1;

const port = z.number().int().min(1).max(65_535);
const hexId = z.string().regex(/^[0-9a-f]{32}$/);

const runSchema = z.object({
  /** Echoed by our Flink's configuration: tells it from a stranger on the same port. */
  instanceKey: z.uuid(),
  phase: z.enum(['starting', 'running', 'stopping']),
  /** The project's name when it was started, which the setting may no longer have. */
  project: z.string(),
  options: startOptionsSchema,
  ports: z.object({ rest: port, broker: port }),
  notices: z.array(z.string()),
});

const profileSchema = z.object({
  job: z
    .object({
      id: hexId,
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
});

const stateSchema = z.object({
  version: z.literal(currentVersion),
  /** The number of the transition that wrote this. */
  generation: z.number().int().nonnegative(),
  /** What was started and not stopped. */
  run: runSchema.optional(),
  /** What goes on from one run to the next, by profile name: its volumes are there. */
  profiles: z.record(z.string(), profileSchema),
});

export type ComposeState = z.infer<typeof stateSchema>;
export type ComposeRun = z.infer<typeof runSchema>;
export type ComposeProfile = z.infer<typeof profileSchema>;

export const emptyComposeState: ComposeState = { version: currentVersion, generation: 0, profiles: {} };

/** The record of what was started and of what the next start goes on from. */
export class ComposeRecordFile extends RecordFile<ComposeState> {
  constructor(path: string, now: () => number) {
    super({ path, schema: stateSchema, version: currentVersion, empty: emptyComposeState, now });
  }
}
