import * as z from 'zod/mini';
import type { ConsumerGroupInfo } from '../../shared/model/kafka';

/** Schemas of what is asked of topics and groups, for the messages between extension host and worker. */

const count = z.int().check(z.nonnegative());

export const topicSetting = z.object({ name: z.string(), value: z.exactOptional(z.string()), own: z.boolean() });

/** Lists in it are made by us and only read. */
export const consumerGroup = z.custom<ConsumerGroupInfo>(
  (value) =>
    z
      .object({
        id: z.string(),
        state: z.string(),
        members: z.array(
          z.object({
            id: z.string(),
            clientId: z.string(),
            host: z.string(),
            partitions: z.array(z.object({ topic: z.string(), partitions: z.array(count) })),
          }),
        ),
        offsets: z.array(
          z.object({
            topic: z.string(),
            partition: count,
            committed: z.string(),
            lag: z.exactOptional(z.string()),
          }),
        ),
      })
      .safeParse(value).success,
);
