import * as z from 'zod/mini';

/** Schemas of what a tail is asked for beside its rows, for the messages between extension host and worker. */

const count = z.int().check(z.nonnegative());

export const tailFilter = z.object({
  text: z.exactOptional(z.string()),
  key: z.exactOptional(z.string()),
  field: z.exactOptional(z.object({ name: z.string(), text: z.string() })),
  partitions: z.exactOptional(z.array(count)),
  from: z.exactOptional(z.number()),
  to: z.exactOptional(z.number()),
});

export const fieldNames = z.optional(z.array(z.string()).check(z.maxLength(100)));

const tailPart = z.object({
  kind: z.enum(['null', 'json', 'text', 'hex']),
  text: z.string(),
  bytes: count,
  cut: z.boolean(),
});

export const tailRecord = z.object({
  seq: count,
  partition: count,
  offset: z.string(),
  timestamp: z.number(),
  key: tailPart,
  value: tailPart,
  headers: z.array(z.object({ name: z.string(), value: tailPart })),
});

export const histogramRange = z.object({
  buckets: z.int().check(z.minimum(1), z.maximum(10_000)),
  from: z.exactOptional(z.number()),
  to: z.exactOptional(z.number()),
});

export const tailHistogram = z.object({
  from: z.number(),
  to: z.number(),
  counts: z.array(count),
  matched: z.exactOptional(z.array(count)),
});

export const exportFormat = z.enum(['jsonLines', 'csv']);

export const exportChunk = z.object({ text: z.string(), done: count, total: count, lost: count });
