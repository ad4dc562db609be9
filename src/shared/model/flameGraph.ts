/** Which threads count: all, those that had a CPU, or those that waited. Flink's `FlameGraphTypeQueryParameter`. */
export const flameTypes = ['full', 'on_cpu', 'off_cpu'] as const;
export type FlameType = (typeof flameTypes)[number];

/** A frame of stack traces, with those that it called. */
export interface FlameFrame {
  /** As Flink writes it: `org.apache.flink.….StreamTask.runMailboxLoop:1040`. */
  readonly name: string;
  /** The samples in which it was, itself or what it called. */
  readonly samples: number;
  /** The widest first. */
  readonly children: readonly FlameFrame[];
}

/**
 * What the threads of a vertex were doing. `waiting`: the first samples are being taken. `ended`: the tasks are over.
 * `disabled`: the cluster does not sample.
 */
export type FlameGraph =
  | { readonly state: 'waiting' | 'ended' | 'disabled' }
  | { readonly state: 'sampled'; /** Milliseconds since the epoch. */ readonly at: number; readonly root: FlameFrame };
