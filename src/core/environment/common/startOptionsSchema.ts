import * as z from 'zod';
import { schedulers } from '../../../shared/model/environment';

const variantSchema = z.object({
  checkpointing: z.boolean(),
  eventTime: z.boolean(),
  backpressure: z.boolean(),
  chaining: z.boolean(),
  exactlyOnce: z.boolean(),
  checkpointIntervalMs: z.number().int().positive().optional(),
});

/** The options of a start, as the record of what runs keeps them. */
export const startOptionsSchema = z.object({
  flinkVersion: z.string().regex(/^[\w.-]+$/),
  kafkaMode: z.enum(['kraft', 'zookeeper']),
  variant: variantSchema,
  parallelism: z.number().int().positive(),
  taskManagers: z.number().int().nonnegative(),
  scheduler: z.exactOptional(z.enum(schedulers)),
  speed: z.number().positive(),
});

/** The options of a run as they are read back from a record. */
export type RunOptions = z.infer<typeof startOptionsSchema>;

/** A variant as it is read back from a record: it may hold an interval that is `undefined`. */
export type RecordedVariant = z.infer<typeof variantSchema>;
