import type { FlameFrame } from '../../../src/shared/model/flameGraph';

/** A frame that was in so many samples. */
export function frame(name: string, samples: number, ...children: readonly FlameFrame[]): FlameFrame {
  return { name, samples, children };
}

/** What a task of the playground's job that mostly waits looks like, in 100 samples. */
export const sampledTask = frame(
  'root',
  100,
  frame(
    'java.lang.Thread.run:840',
    100,
    frame(
      'org.apache.flink.streaming.runtime.tasks.StreamTask.runMailboxLoop:1040',
      100,
      frame('jdk.internal.misc.Unsafe.park:-2', 60),
      frame(
        'org.apache.flink.streaming.runtime.tasks.StreamTask.processInput:644',
        40,
        frame(
          'org.apache.flink.playgrounds.ops.clickcount.functions.BackpressureMap.map:44',
          28,
          frame('java.lang.Thread.sleep:-2', 28),
        ),
        frame('org.apache.kafka.clients.consumer.KafkaConsumer.poll:1230', 12),
      ),
    ),
  ),
);
